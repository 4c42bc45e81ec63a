/** Starts the page, once the service worker has it cross-origin isolated (wasm threads need that). */

import 'uplot/dist/uPlot.min.css';
import './styles/base.css';
import './styles/solve.css';
import './styles/inside.css';
import './styles/pieces.css';
import './styles/grid.css';
import './styles/arc.css';
import './styles/media.css';
import { render } from 'preact';
import { App } from './app.tsx';

/** The page waits no longer for its service worker, in milliseconds. */
const patience = 3000;

const registered = register();
await isolate(registered);
const host = document.getElementById('app')!;
host.replaceChildren();
render(<App />, host);
// The rest of the files waits until what is looked at first had its turn.
Promise.all([registered, after(patience)]).then(([registration]) =>
  registration?.active?.postMessage('keep'),
);

/** The service worker at work; undefined where there is none, as in some private windows: the page works without. */
async function register(): Promise<ServiceWorkerRegistration | undefined> {
  if (import.meta.env.DEV || !navigator.serviceWorker) return undefined;
  return navigator.serviceWorker.register('./service-worker.js').then(
    () => Promise.race([navigator.serviceWorker.ready, after(patience)]),
    () => undefined,
  );
}

function after(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * A host that sends no COOP and COEP headers gives a page without threads: the service worker adds them, from the next
 * load on, so the page is loaded once more, and only once.
 */
async function isolate(registered: Promise<ServiceWorkerRegistration | undefined>): Promise<void> {
  const reloaded = 'reloaded-for-isolation';
  if (globalThis.crossOriginIsolated || !(await registered)) return;
  try {
    if (sessionStorage.getItem(reloaded)) return;
    sessionStorage.setItem(reloaded, 'yes');
  } catch {
    return; // storage is blocked: a second load could not be told from the first
  }
  document.querySelector('.opening')!.textContent =
    'Opening… The first visit loads the page once more, so that it may use several cores.';
  location.reload();
  await new Promise(() => {}); // the page goes away
}
