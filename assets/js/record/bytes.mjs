// Bytes and their spellings. Decoders are strict: one spelling for one value, else a fault.
import { sha256 } from "@noble/hashes/sha2.js";

/** What does not hold; `code` names it, the page has the words. */
export class Fault extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export const demand = (condition, code) => {
  if (!condition) throw new Fault(code);
};

export const hash = (...parts) => sha256(joined(...parts));

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const same = (one, other) =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);

/** UTF-8. A lone half of a surrogate pair has none, and would silently become another sign. */
export function encoded(text) {
  demand(!/\p{Surrogate}/u.test(text), "text");
  return new TextEncoder().encode(text);
}

/** Without the byte-order mark that some editors put before a text when they save it. */
export function unmarked(bytes) {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
}

/** The text of bytes that must be UTF-8. */
export function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault("text");
  }
}

export const toHex = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(text) {
  demand(/^(?:[0-9a-f]{2})*$/.test(text), "hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function fromBase64(text) {
  demand(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, "base64");
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  demand(toBase64(bytes) === text, "base64");
  return bytes;
}

/** A count as C2SP writes it: decimal, no leading zero; exact up to 2^53. */
export function count(text) {
  demand(/^(?:0|[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(Number(text)), "number");
  return Number(text);
}
