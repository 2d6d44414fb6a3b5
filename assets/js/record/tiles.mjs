// The published record, read from its tiles (C2SP tlog-tiles): same host, GET only.
import { Fault, demand } from "./bytes.mjs";
import { nodeHash, split } from "./merkle.mjs";

export const WIDTH = 256;
const HEIGHT = 8;
const HASH = 32;

/** The path of a tile: groups of three digits, all but the last behind an x. */
export function tilePath(level, number, width = WIDTH) {
  const digits = String(number);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/.{3}/g);
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${path}${width < WIDTH ? `.p/${width}` : ""}`;
}

function raised(hashes) {
  if (hashes.length === 1) return hashes[0];
  const middle = hashes.length / 2;
  return nodeHash(raised(hashes.slice(0, middle)), raised(hashes.slice(middle)));
}

/** Hashes of ranges of a tree of `size` leaves; `get(path)` gives bytes, null where there are none. */
export function reader(get, size) {
  const tiles = new Map();

  async function fetched(level, number) {
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - number * WIDTH);
    demand(width > 0, "tiles");
    const found =
      (await get(tilePath(level, number, width))) ??
      (width < WIDTH ? await get(tilePath(level, number)) : null);
    if (found === null) throw new Fault("tiles");
    demand(found.length >= width * HASH && found.length % HASH === 0, "tiles");
    return found;
  }

  function tile(level, number) {
    const name = `${level}/${number}`;
    if (!tiles.has(name)) tiles.set(name, fetched(level, number));
    return tiles.get(name);
  }

  // The hash of the full subtree of 2^height leaves that is the number-th of its height.
  async function node(height, number) {
    const level = Math.floor(height / HEIGHT);
    const inside = 2 ** (height % HEIGHT);
    const first = number * inside;
    const bytes = await tile(level, Math.floor(first / WIDTH));
    const at = (first % WIDTH) * HASH;
    const hashes = Array.from({ length: inside }, (_, i) =>
      bytes.subarray(at + i * HASH, at + (i + 1) * HASH),
    );
    return raised(hashes);
  }

  async function mth(start, end) {
    const length = end - start;
    const height = Math.log2(length);
    if (Number.isInteger(height)) return node(height, start / length);
    const middle = start + split(length);
    return nodeHash(await mth(start, middle), await mth(middle, end));
  }

  return { leaf: (index) => node(0, index), mth };
}
