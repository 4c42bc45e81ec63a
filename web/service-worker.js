/**
 * Keeps the playground's files for offline use, and adds the headers that wasm threads need (COOP and COEP) where the
 * host does not send them. It answers requests of its own folder only; nothing else is touched.
 *
 * Files with a hash in their name never change, so what is kept is served at once; the page itself is asked for first.
 */

// Both are filled in by the build.
const files = FILES;
const version = 'playground-VERSION';

self.addEventListener('install', () => self.skipWaiting());

/** The page asks, once it stands, that everything be kept that it has not loaded itself: not where data is dear. */
self.addEventListener('message', (event) => {
  const keep = async () => {
    if (navigator.connection?.saveData) return;
    const cache = await caches.open(version);
    for (const file of files) if (!(await cache.match(file))) await cache.add(file);
  };
  event.waitUntil(keep().catch(() => {})); // offline, or the host is gone: the next visit asks again
});

self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('playground-') && name !== version);
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(old(names).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(self.registration.scope)) {
    event.respondWith(answer(request).then(isolated));
  }
});

async function answer(request) {
  const cache = await caches.open(version);
  const kept = () => cache.match(request, { ignoreSearch: true });
  const asked = async () => {
    const response = await fetch(request);
    if (response.ok && response.status === 200) await cache.put(request, response.clone());
    return response;
  };
  if (request.mode === 'navigate') return asked().catch(async () => (await kept()) ?? Response.error());
  return (await kept()) ?? asked();
}

function isolated(response) {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
