// Keys of the workbench: j and k walk the rows, Enter opens the row, x or the space bar ticks it,
// / goes to the search field.
const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
const search = document.querySelector("[data-rows-search]");
let at = rows.findIndex((row) => row.getAttribute("aria-current") === "true");

function typing(target) {
  return target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null;
}

function walk(step) {
  if (rows.length === 0) return;
  rows[at]?.classList.remove("td-rows__at");
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[at].classList.add("td-rows__at");
  rows[at].querySelector("a")?.focus();
}

// The box of the row that the keys are at; a button or a box in focus takes the space bar itself.
function boxFor(event) {
  const taken = event.key === " " && event.target.closest("button, input, summary") !== null;
  return at < 0 || taken ? null : rows[at].querySelector("input[type=checkbox]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target === search) search.blur();
    return;
  }
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "/" && search) search.focus();
  else if ((event.key === "x" || event.key === " ") && boxFor(event)) boxFor(event).click();
  else if (event.key === "Enter" && event.target === document.body && at >= 0) {
    rows[at].querySelector("a")?.click();
  } else return;
  event.preventDefault();
});
