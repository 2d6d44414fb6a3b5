// A form with `data-passkey`, or one that is sent by a button with it, asks for a challenge at that
// address, has the browser answer it, and goes with the answer. Browsers inside apps have no passkeys, or say so only when asked: then the
// form goes out of sight or says what else can be done, and what was typed stays.
const known = typeof PublicKeyCredential === "function" && Boolean(navigator.credentials);

for (const part of document.querySelectorAll("[data-passkey-part]")) {
  part.hidden = (part.dataset.passkeyPart === "known") !== known;
}

for (const asking of document.querySelectorAll("form[data-passkey], button[data-passkey]")) {
  const button = asking.matches("button") ? asking : undefined;
  const form = button?.form ?? asking;
  form.addEventListener("submit", (event) => {
    if (button && event.submitter !== button) return;
    if (form.elements.passkey.value) return;
    event.preventDefault();
    answer(form, asking.dataset.passkey).then(
      (found) => {
        form.elements.passkey.value = JSON.stringify(found);
        form.requestSubmit(button);
      },
      () => (form.querySelector("[data-passkey-failed]").hidden = false),
    );
  });
}

async function answer(form, address) {
  form.querySelector("[data-passkey-failed]").hidden = true;
  const asked = await fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  if (!asked.ok || asked.redirected) throw new Error("no challenge");
  const { publicKey } = await asked.json();
  publicKey.challenge = bytes(publicKey.challenge);
  for (const one of publicKey.excludeCredentials ?? []) one.id = bytes(one.id);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  const made = publicKey.user
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  return {
    id: text(made.rawId),
    rawId: text(made.rawId),
    type: made.type,
    response: parts(made.response),
  };
}

function parts(response) {
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  return Object.fromEntries(
    names.filter((name) => response[name]).map((name) => [name, text(response[name])]),
  );
}

function bytes(said) {
  const plain = atob(said.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
