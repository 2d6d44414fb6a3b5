// A file is sent as it is chosen, with its progress; a cut connection is tried again with the same
// file. Without this script each form has a button that does the same.
const PAUSES = [2, 5, 10, 20];
const waiting = [];
let busy = false;

for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const told = document.createElement("div");
  told.setAttribute("role", "status");
  told.className = "td-hint";
  button.before(told);
  button.remove();
  input.addEventListener("change", () => {
    if (input.files.length) queue({ form, input, button, told, tries: 0 });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length) queue({ form, input, button, told, tries: 0 });
  });
}

function queue(job) {
  job.button.remove();
  if (waiting.every((other) => other.form !== job.form)) waiting.push(job);
  next();
}

function next() {
  if (busy || waiting.length === 0) return;
  busy = true;
  send(waiting[0]);
}

function send(job) {
  const request = new XMLHttpRequest();
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", job.form.dataset.sending);
  say(job, job.form.dataset.sending, bar);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => answered(job, request));
  request.addEventListener("error", () => cut(job));
  request.addEventListener("timeout", () => cut(job));
  request.open("POST", location.pathname);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(new FormData(job.form));
}

function answered(job, request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  if (request.status === 204) {
    waiting.shift();
    busy = false;
    // The page shows what is here once everything is.
    if (waiting.length === 0) location.assign(location.pathname);
    return next();
  }
  if (new URL(request.responseURL).pathname !== location.pathname) {
    // The session has ended, or the draft was filed elsewhere.
    return location.assign(request.responseURL);
  }
  const refused = page.querySelector(`[data-upload="${job.form.dataset.upload}"] .td-error-message`);
  const heading = page.querySelector("main h1");
  failed(job, (refused ?? heading)?.textContent.trim() ?? job.form.dataset.failed);
}

function cut(job) {
  if (job.tries === PAUSES.length) return failed(job, job.form.dataset.failed);
  const pause = PAUSES[job.tries++];
  say(job, job.form.dataset.cut.replace("{seconds}", pause));
  const timer = setTimeout(again, 1000 * pause);
  addEventListener("online", again, { once: true });
  function again() {
    clearTimeout(timer);
    removeEventListener("online", again);
    send(job);
  }
}

function failed(job, text) {
  waiting.shift();
  busy = false;
  const line = document.createElement("p");
  line.className = "td-error-message";
  line.textContent = text;
  job.told.replaceChildren(line);
  job.told.after(job.button);
  next();
}

function say(job, text, ...more) {
  job.told.replaceChildren(text, " ", ...more);
}
