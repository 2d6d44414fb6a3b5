// The page that checks a receipt: files stay here, results are drawn with the server's words.
import { Fault, decoded, demand, encoded, fromHex, same, toHex, unmarked } from "./bytes.mjs";
import { el, fill, instant, mark, words } from "./dom.mjs";
import { parsed } from "./json.mjs";
import { parseKeys } from "./keys.mjs";
import { leafHash } from "./merkle.mjs";
import { parseCheckpoint } from "./note.mjs";
import { isPdf, receiptIn } from "./pdf.mjs";
import { begins, believable, entryAt, fetched, files, holds, newest } from "./published.mjs";
import { check, documentOf } from "./receipt.mjs";

const LONGEST = 64 * 1024 * 1024;

/** Take the page's files and fragment, now and whenever they change. */
export function start(root) {
  const page = {
    root,
    words: words("record-words"),
    known: words("record-keys"),
    results: root.querySelector("[data-record-results]"),
    status: root.querySelector("[data-record-status]"),
  };
  const input = root.querySelector("input[type=file]");
  input.addEventListener("change", () => run(page, () => checkFiles(page, [...input.files])));
  addEventListener("hashchange", () => run(page, () => checkPrinted(page)));
  if (location.hash.length > 1) run(page, () => checkPrinted(page));
}

async function run(page, task) {
  page.results.replaceChildren();
  page.status.textContent = page.words.busy;
  page.root.setAttribute("aria-busy", "true");
  const drawn = await task();
  page.results.replaceChildren(...drawn);
  page.status.textContent = drawn.length > 0 ? page.words.done : "";
  page.root.setAttribute("aria-busy", "false");
  page.results.querySelector("h2")?.focus();
}

// --- Files ---------------------------------------------------------------------------------

async function checkFiles(page, chosen) {
  const sorted = { receipts: [], checkpoints: [], documents: [] };
  for (const file of chosen) await sort(file, sorted);
  if (sorted.receipts.length + sorted.checkpoints.length === 0 && chosen.length > 0) {
    return [message(page.words.nothing_to_check)];
  }
  const drawn = [];
  for (const receipt of sorted.receipts) {
    drawn.push(await checkReceipt(page, receipt, sorted.documents));
  }
  for (const kept of sorted.checkpoints) drawn.push(await checkKept(page, kept));
  return drawn;
}

async function sort(file, sorted) {
  if (file.size > LONGEST) return void sorted.documents.push({ name: file.name, bytes: null });
  const bytes = new Uint8Array(await file.arrayBuffer());
  const named = { name: file.name, bytes };
  const text = unmarked(bytes);
  if (isPdf(bytes)) {
    const inside = await receiptIn(bytes).catch((error) => error.code ?? "damaged");
    if (inside === "no-receipt") sorted.documents.push(named);
    else if (typeof inside === "string") sorted.receipts.push({ ...named, unreadable: inside });
    else sorted.receipts.push({ name: file.name, bytes: inside, pdf: true });
  } else if (keptCheckpoint(text)) {
    sorted.checkpoints.push({ name: file.name, text: decoded(text) });
  } else if (/\.json$/i.test(file.name) || looksLikeReceipt(text)) {
    sorted.receipts.push({ ...named, bytes: text });
  } else {
    sorted.documents.push(named);
  }
}

const looksLikeReceipt = (bytes) =>
  new TextDecoder().decode(bytes.subarray(0, 200)).includes('"tongdian-receipt/1"');

function keptCheckpoint(bytes) {
  if (bytes.length > 20_000) return false;
  try {
    return Boolean(parseCheckpoint(decoded(bytes)));
  } catch {
    return false;
  }
}

async function checkReceipt(page, { name, bytes, pdf, unreadable }, documents) {
  const say = page.words;
  if (unreadable) return result(page, name, "fails", say.unreadable[unreadable], []);
  const found = check(bytes, page.known);
  const lines = found.lines.map(({ step, state }) => line(say, state, say.steps[step][state]));
  let { verdict } = found;
  let why = found.reason ? say.steps[found.reason].bad : say.verdicts[verdict].text;
  if (found.reason === null) {
    const beside = await besidePublished(page, found.said);
    lines.push(line(say, beside.state, beside.text));
    if (beside.state === "bad") verdict = "contradicted";
    if (beside.verdict) verdict = beside.verdict;
    if (verdict !== found.verdict) why = beside.text;
  }
  if (found.said.known === null) lines.push(line(say, "none", say.keys_unknown));
  const compared = documents.map((each) => documentLine(say, found, each));
  lines.push(...compared);
  const good = ["recorded", "promised", "promise_kept"].includes(verdict);
  if (good && compared.some(({ state }) => state === "bad")) verdict = "other_document";
  return result(page, name, verdict, why, [
    pdf && found.reason === null ? el("p", say.printed_not_checked) : null,
    found.said.entry && found.reason === null ? facts(say, found.said) : null,
    list(say, lines),
    found.said.data && found.reason === null ? sealed(say, found.said) : null,
  ]);
}

function documentLine(say, found, { name, bytes }) {
  if (!bytes) return line(say, "none", fill(say.documents.too_large, { name }));
  if (found.reason !== null) return line(say, "left", fill(say.documents.left, { name }));
  const { found: listed, listed: all } = documentOf(found.said, bytes);
  const requirement = say.requirements[listed?.requirement] ?? listed?.requirement;
  if (listed) return line(say, "ok", fill(say.documents.same, { name, requirement }));
  return line(say, all.length ? "bad" : "none", fill(say.documents[all.length ? "other" : "unlisted"], { name }));
}

// --- What is published now -------------------------------------------------------------------

async function besidePublished(page, said) {
  const say = page.words.published;
  if (!page.known) return { state: "none", text: say.unreachable };
  try {
    return said.proof ? await besideProof(page, said) : await besidePromise(page, said);
  } catch (error) {
    return outcomeOf(say, error);
  }
}

async function besideProof(page, said) {
  const { checkpoint, index } = said.proof;
  const epoch = epochOf(checkpoint.origin);
  const { get, now } = await stateOf(page, epoch);
  await begins(get, checkpoint, now);
  await holds(get, said.leaf, index, now);
  const [newestEpoch] = epochs(page);
  if (epoch === newestEpoch) return { state: "ok", text: fill(page.words.published.same, now) };
  return besideNewer(page, said, newestEpoch, now);
}

/** After a declared gap the record went on in a new epoch; whatever came in late may be lost to it. */
async function besideNewer(page, said, epoch, ended) {
  const { get, now } = await stateOf(page, epoch);
  try {
    await holds(get, said.leaf, said.proof.index, now);
  } catch (error) {
    if (!["absent", "shorter"].includes(error.code)) throw error;
    return { state: "bad", verdict: "lost", text: fill(page.words.published.lost, ended) };
  }
  return { state: "ok", text: fill(page.words.published.same, now) };
}

/** The files of an epoch and its newest checkpoint. */
async function stateOf(page, epoch) {
  const get = files(`${page.root.dataset.record}${epoch}/`);
  return { get, now: await newest(get, siteKeys(page)) };
}

/** The epochs of the record, the newest first. */
const epochs = (page) =>
  [...new Set(siteKeys(page).filter((key) => key.purpose === "log").map((key) => key.epoch))].reverse();

async function besidePromise(page, said) {
  const place = await placeOf(page, said.leaf);
  if (!place) return { state: "none", text: page.words.published.not_yet };
  await holds(place.get, said.leaf, place.index, place.now);
  said.place = { index: place.index, checkpoint: place.now };
  const text = fill(page.words.published.since, { ...place.now, index: place.index });
  return { state: "ok", verdict: "promise_kept", text };
}

/** Where the site says a leaf stands; what it says is then checked against the tiles. */
async function placeOf(page, leaf) {
  const answer = await fetched(page.root.dataset.place.replace("LEAF", toHex(leaf)));
  if (answer === null) return null;
  const { epoch, index } = parsed(decoded(answer));
  return { index, ...(await stateOf(page, epoch)) };
}

const siteKeys = (page) => parseKeys(page.known);

const epochOf = (origin) => Number(origin.slice(origin.lastIndexOf("/") + 1));

function outcomeOf(say, error) {
  // Offline, or a file is not there: nothing was found against the receipt.
  const code = error instanceof Fault ? error.code : "unreachable";
  return { state: ["unreachable", "none"].includes(code) ? "none" : "bad", text: say[code] ?? say.tiles };
}

async function checkKept(page, { name, text }) {
  const say = page.words;
  let kept = parseCheckpoint(text);
  let found;
  try {
    if (!page.known) throw new Fault("unreachable");
    kept = believable(text, siteKeys(page));
    const { get, now } = await stateOf(page, epochOf(kept.origin));
    await begins(get, kept, now);
    found = { state: "ok", text: fill(say.kept.ok, { old: kept.size, size: now.size }) };
  } catch (error) {
    found = outcomeOf(say.kept, error);
  }
  const verdict = { ok: "kept", bad: "kept_bad", none: "kept_none" }[found.state];
  return result(page, name, verdict, found.text, []);
}

// --- A printed code --------------------------------------------------------------------------

async function checkPrinted(page) {
  const say = page.words;
  const [, number, index, hex] = /^#(.+)\.(\d*)\.([0-9a-f]{64})$/.exec(location.hash) ?? [];
  if (!hex) return location.hash.length > 1 ? [message(say.printed.unreadable)] : [];
  const leaf = fromHex(hex);
  try {
    return [await printedResult(page, number, index, leaf)];
  } catch (error) {
    const { state, text } = outcomeOf(say.published, error);
    return [result(page, number, state === "bad" ? "printed_bad" : "printed_none", text, [])];
  }
}

async function printedResult(page, number, index, leaf) {
  const say = page.words;
  if (!page.known) return result(page, number, "printed_none", say.published.unreachable, []);
  const place = index === "" ? await placeOf(page, leaf) : await placeNamed(page, leaf, Number(index));
  if (!place) return result(page, number, "printed_none", say.printed.not_yet, []);
  await holds(place.get, leaf, place.index, place.now);
  const text = decoded(await entryAt(place.get, place.index, place.now.size));
  demand(same(leafHash(encoded(text)), leaf), "tiles");
  const entry = parsed(text);
  demand(number.endsWith(`-${entry.case_seq}`), "absent");
  const said = { entry, leaf, place: { index: place.index, checkpoint: place.now } };
  return result(page, number, "printed", fill(say.printed.found, { index: place.index, size: place.now.size }), [
    facts(say, said),
  ]);
}

/** The newest epoch that has a leaf at the place that the paper names. */
async function placeNamed(page, leaf, index) {
  let fault = null;
  for (const epoch of epochs(page)) {
    try {
      const { get, now } = await stateOf(page, epoch);
      await holds(get, leaf, index, now);
      return { get, index, now };
    } catch (error) {
      fault ??= error;
    }
  }
  throw fault ?? new Fault("unreachable");
}

// --- Drawing -------------------------------------------------------------------------------

function result(page, name, verdict, text, parts) {
  const { title, tone, next } = page.words.verdicts[verdict];
  const head = el("h2.td-panel__title", title);
  head.tabIndex = -1;
  const panel = el(
    `div.td-panel.td-panel--confirmation${tone ? `.td-panel--${tone}` : ""}`,
    head,
    el("div.td-panel__body", el("p", text), next ? el("p", next) : null, el("p.td-muted", name)),
  );
  return el("section.td-record-result", panel, ...parts);
}

const message = ({ title, text }) =>
  el("div.td-notice.td-notice--warning", el("p", el("strong", title)), el("p", text));

const line = (say, state, text) => ({ state, word: say.states[state], text });

function list(say, lines) {
  const items = lines.map(({ state, word, text }) =>
    el(`li.td-checks__item.td-checks__item--${state}`, mark(state), el("span", el("strong", word), " ", text)),
  );
  return el("div", el("h3.td-heading-m", say.lines_title), el("ul.td-checks", ...items));
}

const LOOKS = { number: ".td-number", leaf: ".td-hash" };

function facts(say, { number, entry, leaf, proof, place = proof }) {
  const rows = [
    ["what", say.events[`${entry.type}>${entry.to}`] ?? say.events[entry.type] ?? entry.type],
    ["when", instant(entry.at, say.instant)],
    ["who", say.roles[entry.actor_role] ?? entry.actor_role],
    number && ["number", number],
    ["place", place ? fill(say.place, { index: place.index, size: place.checkpoint.size }) : say.no_place],
    ["leaf", toHex(leaf)],
  ].filter(Boolean);
  const drawn = rows.map(([name, value]) =>
    el(
      "div.td-summary-list__row.td-summary-list__row--no-actions",
      el("dt.td-summary-list__key", say.facts[name]),
      el(`dd.td-summary-list__value${LOOKS[name] ?? ""}`, String(value)),
    ),
  );
  return el("div", el("h3.td-heading-m", say.facts_title), el("dl.td-summary-list", ...drawn));
}

function sealed(say, said) {
  const summary = el("summary.td-details__summary", el("span.td-details__summary-text", say.sealed));
  const text = el("pre.td-record-text", JSON.stringify(said.data, null, 2));
  return el("details.td-details", summary, el("div.td-details__text", el("p", say.sealed_text), text));
}
