// Checks receipts and checkpoints of the record in the reader's browser. Exported for programs
// and tests; on the page that checks receipts it starts by itself.
import { start } from "./page.mjs";

export { check } from "./receipt.mjs";
export { isPrefix, rootByInclusion } from "./merkle.mjs";
export { receiptIn } from "./pdf.mjs";

const root = document.querySelector("[data-record-check]");
if (root) start(root);
