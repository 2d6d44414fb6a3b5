// Whom to believe: the published keys, each new one introduced by the log key before it.
import { demand } from "./bytes.mjs";
import { parseKey, parseNote, signers } from "./note.mjs";

const PURPOSES = ["log", "receipt"];

/** The keys of a keys.json, in its order. */
export function parseKeys(file) {
  demand(file?.format === "tongdian-keys/1" && typeof file.origin === "string", "keys");
  demand(Array.isArray(file.keys), "keys");
  return file.keys.map((entry) => parseEntry(entry, file.origin));
}

function parseEntry(entry, origin) {
  demand(typeof entry?.vkey === "string" && PURPOSES.includes(entry.purpose), "keys");
  const key = parseKey(entry.vkey);
  const name = entry.purpose === "log" ? `${origin}/${entry.epoch}` : `${origin}/receipts`;
  demand(key.name === name, "keys");
  const { purpose, epoch, handover } = entry;
  return { ...key, purpose, epoch, handover, from: entry.from_size, until: entry.until_size };
}

/**
 * Those of the listed keys that may be believed: the known ones, and who was introduced by one.
 *
 * @param listed keys in the order in which they came into force
 * @param known vkeys that the reader believes; null = the first listed log key
 */
export function believed(listed, known) {
  const start = known ?? [listed.find((key) => key.purpose === "log")?.vkey];
  const found = listed.filter((key) => start.includes(key.vkey));
  for (const key of listed) {
    if (!found.includes(key) && introduced(key, found)) found.push(key);
  }
  return found;
}

function introduced(key, by) {
  if (typeof key.handover !== "string") return false;
  const note = parseNote(key.handover);
  const logs = by.filter((one) => one.purpose === "log");
  const said = `tongdian-key/1\n${key.name}\n${key.purpose}\n${key.vkey}\n`;
  demand(note.body === said, "handover");
  return signers(note, logs).length > 0;
}

/** The log keys of a list that may sign a checkpoint of this origin and size. */
export const logKeys = (keys, { origin, size }) =>
  keys.filter(
    (key) =>
      key.purpose === "log" &&
      key.name === origin &&
      size >= (key.from ?? 0) &&
      size <= (key.until ?? Infinity),
  );
