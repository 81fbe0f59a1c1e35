/**
 * Lets the capture page open again without a network. It keeps the empty page and its files, nothing of any student: those
 * are in a sealed store that only the page opens. The server puts VERSION, PAGE and FILES before this text; another
 * version takes the place of this one and forgets its files. Signing out takes it away.
 */

/* global VERSION, PAGE, FILES */

const CACHE = `capture-${VERSION}`;
const PATIENCE = 5000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
      const page = await fetch(PAGE, { cache: "no-store", credentials: "same-origin", redirect: "manual" });
      if (!page.ok) throw new Error("signed out");
      await cache.put(PAGE, page);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("capture-") && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

async function kept(request) {
  const cache = await caches.open(CACHE);
  const url = new URL(request.url);
  return request.mode === "navigate" ? cache.match(PAGE) : cache.match(url.origin + url.pathname, { ignoreSearch: true });
}

async function answer(request) {
  try {
    const signal = request.mode === "navigate" ? undefined : AbortSignal.timeout(PATIENCE);
    const response = await fetch(request, signal ? { signal } : undefined);
    if (response.status >= 500) return (await kept(request)) ?? response;
    if (request.mode === "navigate" && response.ok) {
      const cache = await caches.open(CACHE);
      await cache.put(PAGE, response.clone());
    }
    return response;
  } catch (error) {
    const found = await kept(request);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && url.pathname === PAGE;
  if (isPage || FILES.includes(url.pathname)) event.respondWith(answer(request));
});
