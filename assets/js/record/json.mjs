// JSON in which no name comes twice: readers differ on which of the two they take.
import { Fault, demand } from "./bytes.mjs";

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The value of a JSON text. */
export function parsed(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault("json");
  }
  // JSON.parse has refused everything else, so a walk over the tokens is enough.
  const open = [];
  let last = null;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") note(open.at(-1), JSON.parse(last));
    last = token;
  }
  return value;
}

function note(names, name) {
  demand(!names.has(name), "json");
  names.add(name);
}
