// What the site publishes now, beside what a receipt or a kept checkpoint says.
import { Fault, demand, same } from "./bytes.mjs";
import { believed, demandSigned } from "./keys.mjs";
import { consistencyProof, inclusionProof, isPrefix, rootByInclusion } from "./merkle.mjs";
import { parseCheckpoint } from "./note.mjs";
import { WIDTH, reader, tilePath } from "./tiles.mjs";

/** The files of the record under an address of this site; null where one is missing. */
export const files = (base) => (path) => fetched(base + path);

/** What lies at an address of this site, null where there is nothing. */
export async function fetched(url) {
  const answer = await fetch(url, { credentials: "omit" });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Fault("unreachable");
  return bytes;
}

/** The newest checkpoint, signed by one of the site's keys. */
export async function newest(get, keys) {
  const bytes = await get("checkpoint");
  if (bytes === null) throw new Fault("unreachable");
  return believable(new TextDecoder().decode(bytes), keys);
}

/** A checkpoint out of any text, signed by one of the site's keys. */
export function believable(text, keys) {
  const found = parseCheckpoint(text);
  demandSigned(found, keys, believed(keys, keys));
  return found;
}

/** Fails where the newer tree does not begin with the older one. */
export async function begins(get, older, newer) {
  demand(older.origin === newer.origin, "origin");
  demand(older.size <= newer.size, "shorter");
  const { mth } = reader(get, newer.size);
  const proof = await consistencyProof(mth, older.size, newer.size);
  demand(isPrefix(older.size, older.root, newer.size, newer.root, proof), "other");
}

/** Fails where the tree has not this leaf at this index. */
export async function holds(get, leaf, index, tree) {
  demand(index < tree.size, "shorter");
  const { leaf: leafAt, mth } = reader(get, tree.size);
  demand(same(await leafAt(index), leaf), "absent");
  const proof = await inclusionProof(mth, index, 0, tree.size);
  const root = rootByInclusion(leaf, index, tree.size, proof);
  demand(root !== null && same(root, tree.root), "tiles");
}

/** The entry at an index, out of its bundle of up to 256 entries with their lengths before them. */
export async function entryAt(get, index, size) {
  const number = Math.floor(index / WIDTH);
  const width = Math.min(WIDTH, size - number * WIDTH);
  const bundle =
    (await get(tilePath("entries", number, width))) ?? (await get(tilePath("entries", number)));
  if (bundle === null) throw new Fault("tiles");
  let at = 0;
  for (let left = index % WIDTH; left > 0; left -= 1) at += 2 + lengthAt(bundle, at);
  const end = at + 2 + lengthAt(bundle, at);
  demand(end <= bundle.length, "tiles");
  return bundle.subarray(at + 2, end);
}

function lengthAt(bundle, at) {
  demand(at + 2 <= bundle.length, "tiles");
  return bundle[at] * 256 + bundle[at + 1];
}
