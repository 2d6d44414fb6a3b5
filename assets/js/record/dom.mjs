// Elements and words. Texts of files go in as text only, never as markup.

export const words = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

/** An element: `el("p.td-hint", "text", child)`. */
export function el(name, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** A text of the server with its places filled: "{index}" by `values.index`. */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** A tick, cross or dash, drawn in the page's templates; the word beside it says the same. */
export const mark = (state) =>
  document.getElementById(`mark-${state === "left" ? "none" : state}`).content.cloneNode(true);

/** An instant of the record as the city writes it, to the second, in its own zone. */
export function instant(at, pattern) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return at;
  const language = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
  const part = (options) =>
    new Intl.DateTimeFormat(language, { timeZone: "Asia/Shanghai", ...options }).format(when);
  const plain = (name, style) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", [name]: style }).format(when);
  return fill(pattern, {
    weekday: part({ weekday: "short" }),
    day: plain("day", "numeric"),
    month: language === "en-GB" ? plain("month", "short") : plain("month", "numeric"),
    year: plain("year", "numeric"),
    time: new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", timeStyle: "medium" }).format(when),
  });
}
