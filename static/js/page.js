// Small comforts of any page. Nothing here is needed to do anything.

// A back link goes back in the history when the person came from this site.
const back = document.querySelector("a[data-back]");
if (back && document.referrer.startsWith(location.origin) && history.length > 1) {
  back.addEventListener("click", (event) => {
    event.preventDefault();
    history.back();
  });
}

// Print buttons exist only where printing can be started.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What field work kept on this device goes with the session, also where a browser does not know
// the header by which the server asks for it.
for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", () => {
    indexedDB.deleteDatabase("tongdian-field");
    globalThis.caches?.delete("tongdian-field");
  });
}
