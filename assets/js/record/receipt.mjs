// What a receipt says and whether it holds. Needs nothing but the file and the keys believed.
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { decoded, demand, encoded, fromHex, same, toBase64, toHex } from "./bytes.mjs";
import { parsed } from "./json.mjs";
import { agree, believed, demandSigned, parseKeys } from "./keys.mjs";
import { leafHash, rootByInclusion } from "./merkle.mjs";
import { parseNote, parseProof, signers } from "./note.mjs";

const FORMAT = "tongdian-receipt/1";
const ENTRY_VERSION = 1;

/** The steps of a check, in their order; the first that does not hold ends it. */
const STEPS = { form, keys, entry, number, opening, promise, checkpoint, inclusion };

/**
 * Check a receipt.
 *
 * @param bytes of the JSON file
 * @param known a published keys.json to believe (parsed), or null: then the receipt's own
 * @returns `verdict` "recorded", "promised" or "fails", `lines` [{step, state}] with state "ok",
 *   "bad", "none" (nothing to check) or "left" (not reached), and `said`, what the receipt says
 */
export function check(bytes, known = null) {
  const said = { bytes, known };
  const lines = Object.keys(STEPS).map((step) => ({ step, state: "left" }));
  for (const line of lines) {
    line.state = outcome(STEPS[line.step], said);
    if (line.state === "bad") return { verdict: "fails", reason: line.step, lines, said };
  }
  return { verdict: said.proof ? "recorded" : "promised", reason: null, lines, said };
}

function outcome(step, said) {
  try {
    return step(said) ?? "ok";
  } catch {
    // A shape that nobody expected does not hold either: it is never "not checked".
    return "bad";
  }
}

/** A receipt of this format, complete. */
function form(said) {
  said.file = parsed(decoded(said.bytes));
  const { format, number: named, entry: text, promise: note } = said.file;
  demand(format === FORMAT, "format");
  demand([named, text, note].every((part) => typeof part === "string"), "format");
  for (const part of ["opening", "proof"]) demand(said.file[part] !== undefined, "format");
}

/** The keys in the receipt come down from one that is believed. */
function keys(said) {
  said.listed = parseKeys(said.file.keys);
  said.origin = said.file.keys.origin;
  const anchors = said.known && parseKeys(said.known);
  if (anchors) {
    demand(said.known.origin === said.origin, "origin");
    agree(said.listed, anchors);
  }
  said.keys = believed(said.listed, anchors);
}

/** One entry of the record, in the only way it can be written. */
function entry(said) {
  said.text = said.file.entry;
  said.entry = parsed(said.text);
  demand(canonical(said.entry) === said.text && said.entry.v === ENTRY_VERSION, "canonical");
  said.leaf = leafHash(encoded(said.text));
}

function canonical(value) {
  const names = Object.keys(value).sort();
  const flat = Object.values(value).every(
    (each) => typeof each === "string" || Number.isSafeInteger(each),
  );
  demand(flat, "canonical");
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, value[name]])));
  return text.replace(/[\u007f-\uffff]/g, escaped);
}

const escaped = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Its number ends with the entry's place in its case. */
function number(said) {
  const [, named, seq] = /^(.+)-([1-9][0-9]*)$/.exec(said.file.number) ?? [];
  demand(named && seq === String(said.entry.case_seq), "number");
  said.number = said.file.number;
  said.case = named;
}

/** What the receipt says of the step is what the entry commits to. */
function opening(said) {
  const opened = said.file.opening;
  if (opened === null) return "none";
  const commitment = hmac(sha256, fromHex(opened.salt), encoded(opened.data));
  demand(toHex(commitment) === said.entry.data_commit, "opening");
  said.data = parsed(opened.data);
  const named = said.data?.number ?? null;
  demand(named === null || named === said.case, "opening");
  return "ok";
}

/** The portal has promised, under its receipt key, that this entry goes into the record. */
function promise(said) {
  const note = parseNote(said.file.promise);
  const words = [FORMAT, said.origin, said.number, toBase64(said.leaf), said.entry.at];
  demand(note.body === `${words.join("\n")}\n`, "promise");
  const receiptKeys = said.keys.filter((key) => key.purpose === "receipt");
  demand(signers(note, receiptKeys).length > 0, "promise");
}

/** The tree that the proof leads to was signed by the record's key. */
function checkpoint(said) {
  if (said.file.proof === null) return "none";
  const proof = parseProof(said.file.proof);
  demandSigned(proof.checkpoint, said.listed, said.keys);
  said.proof = proof;
  return "ok";
}

/** The entry is in that tree, at its place. */
function inclusion(said) {
  if (!said.proof) return "none";
  const { index, path, checkpoint: signed } = said.proof;
  const root = rootByInclusion(said.leaf, index, signed.size, path);
  demand(root !== null && same(root, signed.root), "inclusion");
  return "ok";
}

/**
 * Which of the listed documents a file is, by its digest; undefined where it is none. Of a picture
 * both are listed: as it came, and as it was drawn anew and kept.
 */
export function documentOf(said, bytes) {
  const listed = Array.isArray(said.data?.documents) ? said.data.documents : [];
  const digest = toHex(sha256(bytes));
  return { digest, listed, found: listed.find((each) => [each.sha256, each.received_sha256].includes(digest)) };
}
