// The browser's own database of field work: two boxes, "day" for what is to be done and "work" for
// what was entered of it, by job.
export const NAME = "tongdian-field";

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("day");
      asked.result.createObjectStore("work");
    };
    asked.onsuccess = () => {
      // Another page wipes it: this one does not stand in the way.
      asked.result.onversionchange = forget;
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function forget() {
  const before = opened;
  opened = null;
  if (before) (await before).close();
}

async function inBox(box, mode, ask) {
  const store = (await database()).transaction(box, mode).objectStore(box);
  const asked = ask(store);
  return new Promise((resolve, reject) => {
    store.transaction.oncomplete = () => resolve(asked.result);
    store.transaction.onerror = () => reject(asked.error);
  });
}

export const kept = {
  get: (box, key) => inBox(box, "readonly", (store) => store.get(key)),
  all: (box) => inBox(box, "readonly", (store) => store.getAll()),
  put: (box, key, value) => inBox(box, "readwrite", (store) => store.put(value, key)),
  remove: (box, key) => inBox(box, "readwrite", (store) => store.delete(key)),
};

// `page`: with the page itself, and its worker.
export async function wipe({ page = false } = {}) {
  await forget();
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = resolve;
  });
  if (!page) return;
  await globalThis.caches?.delete(NAME);
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.unregister();
}
