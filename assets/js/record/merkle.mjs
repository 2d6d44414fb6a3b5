// The tree of RFC 6962. Indexes go beyond 32 bits, so there is no bit arithmetic on them.
import { hash, same } from "./bytes.mjs";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (bytes) => hash(LEAF, bytes);
export const nodeHash = (left, right) => hash(NODE, left, right);
export const EMPTY = hash();

const odd = (number) => number % 2 === 1;
const half = (number) => Math.floor(number / 2);

/** The root that a proof leads to from a leaf, null where it leads nowhere (RFC 9162, 2.1.3.2). */
export function rootByInclusion(leaf, index, size, proof) {
  if (index >= size) return null;
  let [at, last, root] = [index, size - 1, leaf];
  for (const step of proof) {
    if (last === 0) return null;
    if (odd(at) || at === last) {
      root = nodeHash(step, root);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      root = nodeHash(root, step);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : null;
}

/** Whether a proof shows that one tree is the beginning of another (RFC 9162, 2.1.4.2). */
export function isPrefix(old, oldRoot, size, root, proof) {
  if (old > size) return false;
  if (old === size) return proof.length === 0 && same(oldRoot, root);
  if (old === 0) return proof.length === 0 && same(oldRoot, EMPTY);
  let [at, last] = [old - 1, size - 1];
  while (odd(at)) [at, last] = [half(at), half(last)];
  const steps = at === 0 ? [oldRoot, ...proof] : [...proof];
  if (steps.length === 0) return false;
  let [was, is] = [steps[0], steps[0]];
  for (const step of steps.slice(1)) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      [was, is] = [nodeHash(step, was), nodeHash(step, is)];
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      is = nodeHash(is, step);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(was, oldRoot) && same(is, root);
}

/** The largest power of two below a number. */
export function split(size) {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The proof that a leaf is in a tree; `mth(start, end)` gives hashes of ranges of leaves. */
export async function inclusionProof(mth, index, start, end) {
  if (end - start === 1) return [];
  const middle = start + split(end - start);
  if (index < middle) {
    return [...(await inclusionProof(mth, index, start, middle)), await mth(middle, end)];
  }
  return [...(await inclusionProof(mth, index, middle, end)), await mth(start, middle)];
}

/** The proof that the first `old` leaves were a tree of their own (RFC 6962, 2.1.2). */
export async function consistencyProof(mth, old, size) {
  return old === 0 || old === size ? [] : part(mth, old, 0, size, true);
}

async function part(mth, old, start, end, whole) {
  if (start + old === end) return whole ? [] : [await mth(start, end)];
  const power = split(end - start);
  const middle = start + power;
  if (old <= power) {
    return [...(await part(mth, old, start, middle, whole)), await mth(middle, end)];
  }
  return [...(await part(mth, old - power, middle, end, false)), await mth(start, middle)];
}
