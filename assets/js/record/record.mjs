// Checks receipts and checkpoints of the record in the reader's browser. Exported for programs
// and tests; on the page that checks receipts it starts by itself.
import { start as startCopying } from "./copy.mjs";
import { start } from "./page.mjs";

export { check } from "./receipt.mjs";
export { receiptIn } from "./pdf.mjs";

startCopying();
const root = document.querySelector("[data-record-check]");
if (root) start(root);
