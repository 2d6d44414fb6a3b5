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
const { JobForm, clock, fill, notice, part, touched } = await import(at.job);
const words = JSON.parse(document.getElementById("field-words").textContent);
const status = part(main, "status");
const list = part(main, "jobs");

// Whose day it is, until when it may stay here, its jobs; and what the browser sends with a report.
let day = null;
let token = "";
let busy = false;
const recorded = [];

// What the form of one job asks of this page (field-job.js).
const page = {
  main,
  words,
  say,
  token: () => token,
  keep: (work) => kept.put("work", work.id, work),
  discard: async (work) => {
    await kept.remove("work", work.id);
    await draw();
  },
  send: async () => {
    say(words.sending);
    await loadAndSend();
  },
};

begin();

async function begin() {
  if (!globalThis.indexedDB) return say(words.old);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(at.worker, { scope: at.scope }).catch(() => {});
  }
  day = await stillHere();
  await draw();
  part(main, "tools").hidden = false;
  part(main, "refresh").addEventListener("click", loadAndSend);
  part(main, "wipe").addEventListener("click", signOut);
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
  part(main, "locked").hidden = true;
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
  part(main, "locked").hidden = false;
  say(words.signed_out + (waiting ? ` ${fill(words.waiting, { count: waiting })}` : ""));
}

const idOf = (job) => `${job.number}/${job.appointment ?? ""}`;

async function finished() {
  return (await kept.all("work")).filter((work) => work.finished && !work.refused);
}

// Drawing

async function draw() {
  part(main, "recorded").replaceChildren(...notice(recorded, "success"));
  const works = new Map((day ? await kept.all("work") : []).map((work) => [work.id, work]));
  const jobs = new Map((day?.jobs ?? []).map((job) => [idOf(job), job]));
  for (const work of works.values()) if (!jobs.has(work.id)) jobs.set(work.id, work.job);
  const shown = new Map([...list.children].map((each) => [each.dataset.id, each]));
  for (const [id, each] of shown) if (!jobs.has(id)) each.remove();
  for (const [id, job] of jobs) {
    const there = shown.get(id);
    const work = works.get(id) ?? fresh(id, job);
    // Whoever is at it is not disturbed.
    if (there?.open && (!work.finished || work.refused)) continue;
    const made = new JobForm(page, job, work).element;
    made.open = Boolean(there?.open);
    if (there) there.replaceWith(made);
    else list.append(made);
  }
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
  for (const sheet of held(work) ? work.contract : []) body.append("contract", sheet);
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
  await page.keep(work);
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
