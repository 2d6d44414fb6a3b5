// A file is sent as it is chosen, in parts, with its progress; after a cut connection it goes on where
// it was, also on the page read anew. Without this script each form sends its whole file.
const PAUSES = [2, 5, 10, 20];
const TIMEOUT = 120_000;
// Of a larger file no digest is made: it is refused by its size.
const LARGEST = 64 * 1024 * 1024;
const waiting = [];
let busy = false;

// What the portal said of a file, if it said anything; `cut` where it is tried again.
class Trouble extends Error {
  constructor(said, cut) {
    super(said);
    this.said = said;
    this.cut = cut;
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const told = document.createElement("div");
  told.setAttribute("role", "status");
  told.className = "td-hint";
  button.before(told);
  button.remove();
  const job = { form, input, button, told, words: form.dataset };
  input.addEventListener("change", () => queue(job));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    queue(job);
  });
}

function queue(job) {
  if (!job.input.files.length || waiting.includes(job)) return;
  job.button.remove();
  waiting.push(job);
  if (!busy) next();
}

async function next() {
  busy = true;
  const job = waiting[0];
  try {
    await send(job, job.input.files[0]);
    say(job, job.words.arrived);
  } catch (problem) {
    failed(job, problem.said || job.words.failed);
  }
  waiting.shift();
  busy = false;
  if (waiting.length) return next();
  // The page shows what is here once everything is; a refusal stays to be read.
  if (!document.querySelector("form[data-upload] .td-error-message")) location.assign(job.words.then);
}

async function send(job, file) {
  const said = { requirement: job.words.upload, name: file.name, size: file.size };
  if (file.size <= LARGEST) said.sha256 = await digest(file);
  let upload, tries = 0;
  for (;;) {
    try {
      upload = upload ? await ask(job, "GET", upload) : await ask(job, "POST", null, said);
      while (!upload.document) {
        const part = file.slice(upload.offset, upload.offset + upload.largest_part);
        const sent = { offset: upload.offset, sha256: await digest(part), part };
        upload = await ask(job, "POST", upload, sent);
        tries = 0;
      }
      return;
    } catch (trouble) {
      if (!trouble.cut || tries === PAUSES.length) throw trouble;
      await pause(job, PAUSES[tries++]);
    }
  }
}

// Browsers make digests only where nobody can change the script on its way.
async function digest(blob) {
  if (!globalThis.crypto?.subtle) return "";
  const made = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(made), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function ask(job, method, upload, said) {
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", job.words.sending);
  bar.max = upload?.size ?? 1;
  bar.value = upload?.offset ?? 0;
  say(job, job.words.sending, bar);
  const body = new FormData();
  body.set("csrfmiddlewaretoken", job.form.elements.csrfmiddlewaretoken.value);
  for (const name in said) body.set(name, said[name]);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => {
      if (said?.part) bar.value = upload.offset + Math.min(event.loaded, said.part.size);
    };
    request.onerror = request.ontimeout = () => reject(new Trouble("", true));
    request.onload = () => {
      const answer = request.response;
      if (request.status === 401) return location.reload();
      if (request.status < 300) return resolve(answer);
      // Another tab sent this part, or the last answer was lost.
      if (answer?.offset !== undefined) return resolve(ask(job, "GET", upload));
      reject(new Trouble(answer?.errors?.[0]?.reason ?? answer?.detail, request.status >= 500));
    };
    request.open(method, job.words.uploads + (upload ? `${upload.id}/` : ""));
    request.timeout = TIMEOUT;
    request.responseType = "json";
    request.send(method === "GET" ? null : body);
  });
}

function pause(job, seconds) {
  say(job, job.words.cut.replace("{seconds}", seconds));
  return new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
    addEventListener("online", resolve, { once: true });
  });
}

function failed(job, text) {
  const line = document.createElement("p");
  line.className = "td-error-message";
  line.textContent = text;
  job.told.replaceChildren(line);
  job.told.after(job.button);
}

function say(job, text, ...more) {
  job.told.replaceChildren(text, " ", ...more);
}
