// Signed notes, their keys, checkpoints and proofs, as C2SP writes them
// (signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof).
import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { count, demand, encoded, fromBase64, hash, toHex } from "./bytes.mjs";

hashes.sha512 = sha512;

const ED25519 = 0x01;
const COSIGNATURE = 0x04;
const MOST_SIGNATURES = 64;
const SIGNATURE = /^— ([^\s+]+) (\S+)$/u;

/** A key by its vkey; the id in it must be that of its name and bytes. */
export function parseKey(vkey) {
  const [, name, id, body] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey) ?? [];
  demand(name, "key");
  const bytes = fromBase64(body);
  const algorithm = bytes[0];
  demand([ED25519, COSIGNATURE].includes(algorithm) && bytes.length === 33, "key");
  demand(toHex(hash(encoded(`${name}\n`), bytes).subarray(0, 4)) === id, "key");
  return { vkey, name, id, algorithm, bytes: bytes.subarray(1) };
}

export function parseNote(text) {
  demand(!/[\u0000-\u0009\u000b-\u001f]/.test(text), "note");
  const at = text.lastIndexOf("\n\n");
  demand(at > 0 && text.endsWith("\n"), "note");
  const lines = text.slice(at + 2, -1).split("\n");
  demand(lines.length <= MOST_SIGNATURES, "note");
  return { body: text.slice(0, at + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const [, name, body] = SIGNATURE.exec(line) ?? [];
  demand(name, "note");
  const bytes = fromBase64(body);
  demand(bytes.length > 4, "note");
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

/**
 * The keys, of those given, by which a note is signed. A signature by an unknown key says
 * nothing; one by a known key that does not fit makes the whole note worthless.
 */
export function signers(note, keys) {
  return keys.filter((key) => {
    const made = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
    demand(made.every(({ bytes }) => fits(key, bytes, note.body)), "signature");
    return made.length > 0;
  });
}

function fits(key, signature, body) {
  if (key.algorithm === ED25519) return checked(signature, body, key.bytes);
  if (signature.length !== 72) return false;
  const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  const message = `cosignature/v1\ntime ${seconds}\n${body}`;
  return checked(signature.subarray(8), message, key.bytes);
}

function checked(signature, message, key) {
  if (signature.length !== 64) return false;
  try {
    return verify(signature, encoded(message), key, { zip215: false });
  } catch {
    return false;
  }
}

/** A checkpoint: origin, size and root, with the note that says so. */
export function parseCheckpoint(text) {
  const note = parseNote(text);
  const [origin, size, root, ...more] = note.body.slice(0, -1).split("\n");
  demand(origin && size && root && !more.includes(""), "checkpoint");
  const bytes = fromBase64(root);
  demand(bytes.length === 32, "checkpoint");
  return { origin, size: count(size), root: bytes, note, text };
}

/** A proof of inclusion with its checkpoint. */
export function parseProof(text) {
  const at = text.indexOf("\n\n");
  demand(at > 0, "proof");
  const [head, ...rest] = text.slice(0, at).split("\n");
  demand(head === "c2sp.org/tlog-proof@v1", "proof");
  if (rest[0]?.startsWith("extra ")) fromBase64(rest.shift().slice(6));
  demand(rest[0]?.startsWith("index "), "proof");
  const path = rest.slice(1).map(fromBase64);
  demand(path.every((step) => step.length === 32), "proof");
  return {
    index: count(rest[0].slice(6)),
    path,
    checkpoint: parseCheckpoint(text.slice(at + 2)),
  };
}

/** SHA-256 of a public key, in hex: what people compare. */
export const fingerprint = (key) => toHex(hash(key.bytes));
