/** Starts the page, once the service worker has it cross-origin isolated (wasm threads need that). */

import 'uplot/dist/uPlot.min.css';
import './style.css';
import { render } from 'preact';
import { App } from './app.tsx';

await isolate();
render(<App />, document.getElementById('app')!);

/**
 * Registers the service worker. A host that sends no COOP and COEP headers gives a page without threads: the worker
 * adds them, from the next load on, so the page is loaded once more, and only once.
 */
async function isolate(): Promise<void> {
  if (import.meta.env.DEV || !navigator.serviceWorker) return;
  const { serviceWorker } = navigator;
  const registered = serviceWorker.register('./service-worker.js').then(
    () => serviceWorker.ready,
    () => undefined, // for example in a private window: the page works without
  );
  const reloaded = 'reloaded-for-isolation';
  if (globalThis.crossOriginIsolated || sessionStorage.getItem(reloaded)) return;
  if (await registered) {
    sessionStorage.setItem(reloaded, 'yes');
    location.reload();
    await new Promise(() => {}); // the page goes away
  }
}
