// The receipt inside a PDF: an embedded file, which is a stream with a dictionary before it.
import { Fault, demand, same } from "./bytes.mjs";

const STREAM = "stream";
const latin = (bytes) => new TextDecoder("latin1").decode(bytes);

export const isPdf = (bytes) => latin(bytes.subarray(0, 1024)).includes("%PDF-");

/** The bytes of the one embedded receipt; two different ones cannot both be what was meant. */
export async function receiptIn(bytes) {
  const text = latin(bytes);
  const found = [];
  for (const stream of embedded(text)) {
    const body = await contents(bytes.subarray(stream.start, stream.end), stream.dictionary);
    if (body && latin(body).includes("tongdian-receipt/1")) found.push(body);
  }
  demand(found.length > 0, "no-receipt");
  demand(found.every((body) => same(body, found[0])), "several");
  return found[0];
}

function* embedded(text) {
  const opened = /\bobj\s*(<<[^]{0,4000}?>>)\s*stream\r?\n/g;
  for (const match of text.matchAll(opened)) {
    const dictionary = match[1];
    if (!/\/EmbeddedFile\b/.test(dictionary)) continue;
    const start = match.index + match[0].length;
    yield { dictionary, start, end: start + length(dictionary, text, start) };
  }
}

function length(dictionary, text, start) {
  const [, direct, reference] = /\/Length\s+(\d+)(\s+\d+\s+R)?/.exec(dictionary) ?? [];
  if (direct && !reference) return Number(direct);
  const named = direct && new RegExp(`\\b${direct}\\s+\\d+\\s+obj\\s+(\\d+)`).exec(text);
  if (named) return Number(named[1]);
  const end = text.indexOf(`end${STREAM}`, start);
  demand(end > 0, "damaged");
  return end - start;
}

async function contents(bytes, dictionary) {
  const filter = /\/Filter\s*\[?\s*\/(\w+)/.exec(dictionary)?.[1];
  if (!filter) return bytes;
  if (filter !== "FlateDecode") return null;
  if (typeof DecompressionStream === "undefined") throw new Fault("old-browser");
  try {
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(inflated).arrayBuffer());
  } catch {
    throw new Fault("damaged");
  }
}
