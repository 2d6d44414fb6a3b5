// Whom to believe: the published keys, each new one introduced by the log key before it.
import { demand } from "./bytes.mjs";
import { parseKey, parseNote, signers } from "./note.mjs";

const ED25519 = 1;
const NAME = /^[^\s+]+$/u;
const isLog = (row) => row.purpose === "log";
const size = (value) => Number.isSafeInteger(value) && value >= 0;

/**
 * The keys of a keys.json in their order, with who introduced each (`giver`, null: nobody).
 * All of it must be in order: names, ranges that follow on each other, introductions.
 */
export function parseKeys(file) {
  demand(file?.format === "tongdian-keys/1" && NAME.test(file.origin), "keys");
  demand(Array.isArray(file.keys), "keys");
  const rows = [];
  for (const entry of file.keys) rows.push(parseRow(entry, rows, file.origin));
  demand(rows.some(isLog), "keys");
  const last = rows.filter((row) => !isLog(row)).pop();
  demand(!last || last.until === null, "keys");
  return rows;
}

function parseRow(entry, before, origin) {
  const { vkey, purpose, epoch, from_size: from, until_size: until, handover } = entry;
  const key = { ...parseKey(vkey), purpose, epoch, from, until, handover };
  demand(key.algorithm === ED25519 && ["log", "receipt"].includes(purpose), "keys");
  demand([epoch, from].every(size) && (until === null || (size(until) && until >= from)), "keys");
  demand(!before.some((row) => row.vkey === vkey), "keys");
  demand(key.name === `${origin}/${isLog(key) ? epoch : "receipts"}`, "keys");
  const logs = before.filter(isLog);
  if (isLog(key)) demand(follows(key, logs.at(-1)), "keys");
  key.giver = giver(key, isLog(key) ? logs.slice(-1) : logs);
  return key;
}

/** The first key of an epoch begins at 0, each further one where the one before it ended. */
function follows(key, last) {
  if (last?.epoch === key.epoch) return key.from === last.until;
  return key.epoch === (last?.epoch ?? 0) + 1 && key.from === 0;
}

function giver(key, logs) {
  if (key.handover === null && isLog(key)) return null;
  const note = parseNote(key.handover);
  const [found] = signers(note, logs).slice(-1);
  demand(found, "handover");
  demand(note.body === `tongdian-key/1\n${key.name}\n${key.purpose}\n${key.vkey}\n`, "handover");
  return found;
}

/**
 * Those of the listed keys that may be believed.
 *
 * @param listed keys in the order in which they came into force
 * @param known keys that the reader believes, or null: then the listed ones on their own word
 */
export function believed(listed, known) {
  const vkeys = new Set(known?.map((key) => key.vkey));
  const good = new Set();
  let last = null;
  for (const key of listed.filter(isLog)) {
    const alone = known === null && key.giver === null;
    if (vkeys.has(key.vkey) || alone || (key.giver !== null && good.has(last))) good.add(key);
    last = key;
  }
  const others = listed.filter((key) => !isLog(key));
  return [...good, ...others.filter((key) => vkeys.has(key.vkey) || good.has(key.giver))];
}

/** Fails where two lists say different things of one key; only an end may have come since. */
export function agree(listed, known) {
  for (const key of listed) {
    const other = known.find((each) => each.vkey === key.vkey);
    if (!other) continue;
    const parts = ["purpose", "epoch", "from", "handover"];
    demand(parts.every((part) => key[part] === other[part]), "keys");
    const ends = new Set([key.until, other.until].filter((end) => end !== null));
    demand(ends.size <= 1, "keys");
  }
}

/** Fails where a checkpoint is not signed by a believed log key in force at its size. */
export function demandSigned({ note, origin, size: at }, listed, good) {
  const own = listed.filter((key) => isLog(key) && key.name === origin);
  const by = signers(note, own).filter(
    (key) => good.includes(key) && key.from <= at && (key.until === null || at <= key.until),
  );
  demand(by.length > 0, "signature");
}
