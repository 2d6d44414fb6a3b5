// Field work without a connection. What is to be done today, and what was entered of it, is kept in
// the browser's own database: until it is sent, until sign-out, or until the server's day ends. It
// is not sealed there: the key would lie beside it. templates/field/worker.js keeps the page itself.
const HOUR = 60 * 60 * 1000;
// Between two looks at whether the day has ended, and whether what is finished can be sent by now:
// no browser says for sure that there is a connection.
const PAUSE = 10_000;
const main = document.querySelector("[data-field]");
const at = main.dataset;
// By its address with the digest: a name alone would be that of another release.
const { kept, wipe } = await import(at.store);
const words = JSON.parse(document.getElementById("field-words").textContent);
const part = (name, within = main) => within.querySelector(`[data-${name}]`);
const status = part("status");
const list = part("jobs");

// Whose day it is, until when it may stay here, its jobs; and what the browser sends with a report.
let day = null;
let token = "";
let busy = false;
const recorded = [];

begin();

async function begin() {
  if (!globalThis.indexedDB) return say(words.old);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(at.worker, { scope: at.scope }).catch(() => {});
  }
  day = await stillHere();
  await draw();
  part("tools").hidden = false;
  part("refresh").addEventListener("click", loadAndSend);
  part("wipe").addEventListener("click", signOut);
  addEventListener("online", loadAndSend);
  addEventListener("visibilitychange", async () => {
    if (!document.hidden && !(await stillHere())) await draw();
  });
  setInterval(async () => {
    if (day && !(await stillHere())) await draw();
    else if ((await finished()).length) loadAndSend();
  }, PAUSE);
  await loadAndSend();
}

// Nothing is shown of a day that has ended: it is wiped before.
async function stillHere() {
  const found = await kept.get("day", "today");
  if (found && (Date.now() >= found.ends || Date.now() < found.loaded - HOUR)) {
    await wipe();
    day = null;
    return null;
  }
  return found ?? null;
}

async function loadAndSend() {
  if (busy) return;
  busy = true;
  try {
    if (await load()) await sendAll();
  } finally {
    busy = false;
  }
}

// Whether it could be loaded. Whoever is signed out, or somebody else, sees nothing of it any more.
async function load() {
  let answer;
  try {
    answer = await fetch(at.today, { redirect: "manual", cache: "no-store" });
  } catch {
    say(words.offline);
    return false;
  }
  if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) {
    await lock();
    return false;
  }
  if (!answer.ok) return false;
  const told = await answer.json();
  const before = await kept.get("day", "today");
  if (before && before.person !== told.person) await wipe();
  token = told.token;
  const loaded = Date.now();
  const ends = loaded + (Date.parse(told.until) - Date.parse(told.at));
  day = { person: told.person, loaded, ends, jobs: told.jobs };
  await kept.put("day", "today", day);
  main.querySelector("[data-locked]").hidden = true;
  await draw();
  say(told.jobs.length || recorded.length ? loadedWords() : words.nothing);
  return true;
}

function loadedWords() {
  return fill(words.loaded, { time: clock(day.loaded) });
}

// What was entered stays until its day ends, out of sight, for the same person to send.
async function lock() {
  const waiting = (await kept.all("work")).filter(touched).length;
  if (!waiting) await wipe();
  else if (day) await kept.put("day", "today", { ...day, jobs: [] });
  day = null;
  list.replaceChildren();
  part("locked").hidden = false;
  say(words.signed_out + (waiting ? ` ${fill(words.waiting, { count: waiting })}` : ""));
}

const touched = (work) => Boolean(work.finished || work.begun);
const idOf = (job) => `${job.number}/${job.appointment ?? ""}`;

async function finished() {
  return (await kept.all("work")).filter((work) => work.finished && !work.refused);
}

// Drawing

async function draw() {
  const works = day ? await kept.all("work") : [];
  const jobs = new Map((day?.jobs ?? []).map((job) => [idOf(job), job]));
  for (const work of works) if (!jobs.has(work.id)) jobs.set(work.id, work.job);
  const open = new Set([...list.querySelectorAll("details[open]")].map((each) => each.dataset.id));
  const drawn = [...jobs].map(([id, job]) => {
    const work = works.find((each) => each.id === id) ?? fresh(id, job);
    const made = jobElement(job, work);
    made.open = open.has(id);
    return made;
  });
  list.replaceChildren(...recorded.map(notice), ...drawn);
}

function fresh(id, job) {
  return { id, job, key: newKey(), values: {}, photos: [], contract: [], begun: "", finished: "" };
}

// `crypto.randomUUID` is there only where nobody can change the script on its way.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

function jobElement(job, work) {
  const made = main.querySelector("template[data-job]").content.cloneNode(true).firstElementChild;
  const time = job.begins_at ? `${clock(job.begins_at)}–${clock(job.ends_at)} · ` : "";
  made.dataset.id = work.id;
  part("title", made).textContent = `${time}${job.what} · ${job.place}`;
  for (const name of ["number", "kind", "place", "applicant", "remark"]) {
    part(name, made).textContent = job[name] ?? "";
  }
  part("remark-row", made).hidden = !job.remark;
  part("ready-row", made).hidden = !job.ready.length;
  part("ready", made).textContent = job.ready.join("、");
  const form = made.querySelector("form");
  for (const each of form.querySelectorAll("[data-outcome]")) {
    if (!job.appointment_acts.length) each.remove();
  }
  const looks = ["inspect", "inspect_completion"].includes(job.case_act);
  for (const each of form.querySelectorAll("[data-for]")) {
    if (each.dataset.for !== (looks ? "items" : job.case_act)) each.remove();
  }
  if (looks) part("items", form).append(...job.items.map(itemElement));
  name(form, work.id);
  for (const [field, value] of Object.entries(work.values)) restore(form, field, value);
  for (const which of ["photos", "contract"]) drawFiles(form, work, which);
  for (const each of work.taken ?? []) form.querySelector(`[data-part=${each}]`).disabled = true;
  demand(form, job);
  tag(made, work);
  refusals(part("refusals", made), work);
  listen(form, made, job, work);
  return made;
}

function itemElement(item) {
  const made = main.querySelector("template[data-item]").content.cloneNode(true).firstElementChild;
  part("name", made).textContent = item.name;
  if (item.finding) {
    part("before", made).textContent = item.finding;
    part("before", made).hidden = false;
  }
  for (const each of made.querySelectorAll("[data-said]")) each.name = `said_${item.item}`;
  part("found", made).name = `found_${item.item}`;
  return made;
}

// Labels are bound to their controls by ids, which are made here.
function name(form, id) {
  let number = 0;
  for (const label of form.querySelectorAll("label")) {
    const control = label.parentElement.querySelector("input, textarea");
    control.id = label.htmlFor = `${id}-${number++}`;
    const hint = label.parentElement.querySelector(".td-hint");
    if (hint && control.type !== "radio") {
      hint.id = `${control.id}-hint`;
      control.setAttribute("aria-describedby", hint.id);
    }
  }
}

function restore(form, field, value) {
  for (const control of form.querySelectorAll(`[name="${CSS.escape(field)}"]`)) {
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = value;
  }
}

function drawFiles(form, work, which) {
  const shown = form.querySelector(`[data-kept=${which}]`);
  if (!shown) return;
  shown.replaceChildren(
    ...work[which].map((_file, index) => {
      const line = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "td-button td-button--secondary";
      button.textContent = fill(words.remove, { number: index + 1 });
      button.addEventListener("click", async () => {
        work[which].splice(index, 1);
        await keep(work);
        drawFiles(form, work, which);
      });
      line.append(button);
      return line;
    }),
  );
}

// What has to be filled in follows from what was said, as on the server.
function demand(form, job) {
  const missed = form.elements.outcome?.value === "record_not_held";
  if (form.elements.words) form.elements.words.required = missed;
  const steps = form.querySelector("[data-part=case_act]");
  steps.hidden = missed;
  const said = job.items.map((item) => form.elements[`said_${item.item}`]?.value ?? "");
  const early = missed || said.includes(at.notMet) || Boolean(form.elements.findings?.value.trim());
  job.items.forEach((item, index) => {
    const found = form.elements[`found_${item.item}`];
    if (!found) return;
    found.required = !missed && said[index] === at.notMet;
    for (const radio of form.querySelectorAll(`[name="${CSS.escape(`said_${item.item}`)}"]`)) {
      radio.required = !early || Boolean(!missed && found.value.trim());
    }
  });
}

function tag(made, work) {
  const shown = part("tag", made);
  const [text, tone] = work.refused
    ? [words.refused, "danger"]
    : work.finished
      ? [words.finished, "warning"]
      : work.begun
        ? [words.begun, "primary"]
        : ["", ""];
  shown.textContent = text;
  shown.className = `td-tag td-tag--${tone}`;
  shown.hidden = !text;
  part("discard", made).hidden = !touched(work);
}

function refusals(shown, work) {
  shown.replaceChildren();
  if (!work.refused) return;
  const notice = document.createElement("div");
  notice.className = "td-notice td-notice--error";
  for (const each of work.refused) {
    const line = document.createElement("p");
    const reasons = (each.problem.errors ?? []).map((error) => error.reason);
    const why = reasons.length ? reasons : [each.problem.detail || each.problem.title];
    line.textContent = `${fill(words.not_taken, { what: words[each.part] })}: ${why.join(" ")}`;
    notice.append(line);
  }
  const line = document.createElement("p");
  line.textContent = words.kept;
  notice.append(line);
  shown.append(notice);
}

function notice(text) {
  const made = document.createElement("div");
  made.className = "td-notice td-notice--success";
  const line = document.createElement("p");
  line.textContent = text;
  made.append(line);
  return made;
}

// Entering

function listen(form, made, job, work) {
  form.addEventListener("input", () => entered(form, made, job, work));
  for (const input of form.querySelectorAll("[data-files]")) {
    input.addEventListener("change", async () => {
      const which = input.dataset.files;
      for (const file of input.files) {
        if (work[which].length >= Number(at.mostPhotos)) {
          status.textContent = fill(words.too_many, { count: at.mostPhotos });
          break;
        }
        work[which].push(await smaller(file));
      }
      input.value = "";
      drawFiles(form, work, which);
      await entered(form, made, job, work);
    });
  }
  part("barcode", form)?.addEventListener("change", (event) => {
    readBarcode(form, made, job, work, event.target);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The report says when the work ended: the first time, if it was taken then.
    if (!work.taken?.includes("report")) work.finished = phoneTime();
    work.refused = null;
    await entered(form, made, job, work);
    made.open = false;
    say(words.sending);
    await loadAndSend();
  });
  part("discard", made).addEventListener("click", async () => {
    if (!confirm(words.discard)) return;
    await kept.remove("work", work.id);
    await draw();
  });
}

async function entered(form, made, job, work) {
  for (const control of form.elements) {
    if (!control.name || (control.type === "radio" && !control.checked)) continue;
    work.values[control.name] = control.value;
  }
  work.begun ||= phoneTime();
  demand(form, job);
  await keep(work);
  tag(made, work);
}

function keep(work) {
  return kept.put("work", work.id, work);
}

// As a JPEG of no more pixels than are of use: it has lost then where and with what it was taken.
async function smaller(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // a PDF, or a picture that this browser cannot read; the server draws it anew
  }
  const scale = Math.min(1, Number(at.photoEdge) / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

async function readBarcode(form, made, job, work, input) {
  const said = part("barcode-said", form);
  if (!input.files.length) return;
  said.textContent = words.reading;
  const body = new FormData();
  body.set("photo", await smaller(input.files[0]));
  input.value = "";
  let answer, told;
  try {
    answer = await fetch(at.barcodes, { method: "POST", body, headers: { "X-CSRFToken": token } });
    told = await answer.json();
  } catch {
    said.textContent = words.unread;
    return;
  }
  if (!answer.ok) {
    said.textContent = told.errors?.[0]?.reason ?? told.detail;
    return;
  }
  const choose = async (number) => {
    form.elements.meter_number.value = number;
    said.textContent = fill(words.read, { number });
    await entered(form, made, job, work);
  };
  if (told.numbers.length === 1) return choose(told.numbers[0]);
  said.textContent = words.several;
  for (const number of told.numbers) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "td-button td-button--secondary";
    button.textContent = number;
    button.addEventListener("click", () => choose(number));
    said.append(" ", button);
  }
}

// Sending

async function sendAll() {
  for (const work of await finished()) {
    if (!(await send(work))) return;
    await draw();
  }
}

// Whether the next one can be sent: the server answered, whatever it said.
async function send(work) {
  say(words.sending);
  const body = new FormData();
  body.set("report", JSON.stringify(reportOf(work)));
  for (const photo of work.photos) body.append("photos", photo);
  for (const page of held(work) ? work.contract : []) body.append("contract", page);
  const headers = { "X-CSRFToken": token, "Idempotency-Key": work.key };
  let answer, told;
  try {
    answer = await fetch(at.reports, { method: "POST", body, headers });
    told = await answer.json();
  } catch {
    say(words.offline);
    return false;
  }
  if (answer.status === 401) {
    await lock();
    return false;
  }
  if (answer.status >= 500 || told.type === "/problems/in-flight") return false;
  if (!answer.ok) {
    work.refused = [{ part: "all", problem: told }];
  } else if (told.complete) {
    await kept.remove("work", work.id);
    day.jobs = day.jobs.filter((job) => idOf(job) !== work.id);
    await kept.put("day", "today", day);
    const time = clock(told.parts[0].taken_at);
    recorded.push(fill(words.recorded, { time, number: told.number }));
    say(loadedWords());
    return true;
  } else {
    work.refused = told.parts.filter((each) => each.problem);
    work.taken = told.parts.filter((each) => !each.problem).map((each) => each.part);
  }
  await keep(work);
  say(loadedWords());
  return true;
}

const held = (work) => work.values.outcome !== "record_not_held";

function reportOf(work) {
  const { job, values } = work;
  const said = { number: job.number, appointment: job.appointment, phone_at: work.finished };
  const step = held(work) ? stepOf(job, work) : null;
  if (step) said.case_act = { name: job.case_act, body: step };
  // With its contract an appointment for signing has taken place.
  if (job.appointment_acts.length && step !== SIGNED) {
    const field = held(work) ? "outcome" : "reason";
    said.appointment_act = { name: values.outcome, body: { [field]: values.words ?? "" } };
  }
  return said;
}

const SIGNED = {};

// The body of the step of the case; null where none was taken.
function stepOf(job, work) {
  const { values } = work;
  if (job.case_act === "energise") {
    return { meter_number: values.meter_number, meter_reading: values.meter_reading || null };
  }
  if (job.case_act === "enter_signature") return work.contract.length ? SIGNED : null;
  if (!job.case_act) return null;
  const items = job.items
    .filter(({ item }) => values[`said_${item}`])
    .map(({ item }) => {
      const result = values[`said_${item}`];
      const finding = result === at.notMet ? values[`found_${item}`] : "";
      return { item, result, finding };
    });
  const findings = (values.findings ?? "").split("\n").filter((line) => line.trim());
  return items.length ? { items, findings } : { passed: !findings.length, findings };
}

// Leaving

async function signOut() {
  if ((await kept.all("work")).some(touched) && !confirm(words.wipe)) return;
  await wipe({ page: true });
  day = null;
  recorded.length = 0;
  await draw();
  say(words.wiped);
  if (!token) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = at.signOut;
  const field = document.createElement("input");
  field.name = "csrfmiddlewaretoken";
  field.value = token;
  form.append(field);
  document.body.append(form);
  form.submit();
}

// Words

function say(text) {
  status.textContent = text;
}

function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
}

function clock(when) {
  const shown = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" };
  return new Intl.DateTimeFormat("zh-CN", shown).format(new Date(when));
}

function phoneTime() {
  return new Date().toISOString();
}
