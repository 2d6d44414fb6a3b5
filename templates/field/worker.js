// Keeps the page of field work, and nothing else: no answer that says anything of a case comes here.
const PAGE = "{{ page|escapejs }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const KEPT = "tongdian-field";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([PAGE, ...FILES])));
});

self.addEventListener("activate", (event) => event.waitUntil(renewed()));

async function renewed() {
  const kept = await caches.open(KEPT);
  for (const request of await kept.keys()) {
    if (![PAGE, ...FILES].includes(new URL(request.url).pathname)) await kept.delete(request);
  }
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET") return;
  if (path === PAGE) event.respondWith(page(event.request));
  else if (FILES.includes(path)) event.respondWith(file(event.request));
});

// As the server has it now, in the language that was chosen last; else as it was.
async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await kept.put(PAGE, answer.clone());
    return answer;
  } catch {
    return (await kept.match(PAGE)) ?? Response.error();
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.open(KEPT);
    return (await kept.match(request, { ignoreSearch: true })) ?? Response.error();
  }
}
