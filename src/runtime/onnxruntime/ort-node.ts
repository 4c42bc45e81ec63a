/**
 * onnxruntime-node, imported here and nowhere else, with its telemetry off.
 *
 * The build on npm (1.30) makes a device identifier and a store of events under the user's cache folder, writes a log into
 * the temporary folder and uploads the events. It asks the environment for ORT_DISABLE_TELEMETRY when the first session of
 * the process is made; what the user's own environment says there is left alone.
 */
import { isMainThread } from 'node:worker_threads';
import { imported } from './not-there.ts';

export type OrtNode = typeof import('onnxruntime-node');

let loaded: Promise<OrtNode> | undefined;

/** ONNX Runtime under Node. @throws TrmError `runtime` when it is not installed or its native library does not load. */
export function ortNode(): Promise<OrtNode> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<OrtNode> {
  if (isMainThread) process.env.ORT_DISABLE_TELEMETRY ??= '1';
  else await inMainThread(`process.env.ORT_DISABLE_TELEMETRY ??= '1'`);
  const ort = await imported('onnxruntime-node', () => import('onnxruntime-node'));
  // Faults arrive as exceptions; ONNX Runtime's own log would print them a second time, and less readably.
  ort.env.logLevel = 'fatal';
  return ort;
}

/** A worker's `process.env` is a copy that no native library reads; the process's own is the main thread's. */
async function inMainThread(expression: string): Promise<void> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connectToMainThread();
  const awake = setInterval(() => {}, 1000); // a session alone does not keep a worker from ending
  try {
    await session.post('Runtime.evaluate', { expression });
  } finally {
    clearInterval(awake);
    session.disconnect();
  }
}
