/** What runs graphs under Node: an engine on a device. */

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { TrmError } from '../errors.ts';
import type { Backend, Engine } from './backend.ts';
import { type DeviceChoice, type EngineChoice, engines, type Precision } from './choices.ts';
import type { EngineNotice } from './native/backend.ts';
import { type OrtNodeOptions, openCuda, openOnnxRuntime } from './onnxruntime/node.ts';
import { referenceBackend } from './reference/backend.ts';

/** What to open. */
export interface NodeBackendOptions extends OrtNodeOptions {
  /** What TRM_ENGINE says when omitted or `auto`, else `auto`. */
  readonly engine?: EngineChoice | undefined;
  /** `auto` when omitted; native and the reference have the CPU alone. */
  readonly device?: DeviceChoice | undefined;
  /** `float32` when omitted; `bfloat16`, of products, is native's alone, `float64` the reference's. */
  readonly precision?: Backend['precision'] | undefined;
  /** Hears what the native engine compiles and keeps, and where ONNX Runtime stands in for it. */
  readonly onNotice?: ((notice: EngineNotice) => void) | undefined;
}

/**
 * ONNX Runtime's threads wait for one another without sleeping: with far more of them than cores a step takes minutes. Native's
 * sleep, and gain as little by it.
 */
const THREADS_PER_CORE = 4;

const computes: Readonly<Record<Engine, readonly Backend['precision'][]>> = {
  native: ['float32', 'bfloat16'],
  onnxruntime: ['float32'],
  reference: ['float32', 'float64'],
};

/**
 * Opens an engine on a device. `auto` is what TRM_ENGINE names, else ONNX Runtime with CUDA where that opens, else native on
 * the CPU where a C compiler is found, else ONNX Runtime. (webgpu and coreml are left to an explicit choice: whether they
 * beat the CPU depends on the adapter and the model's size.)
 *
 * @throws TrmError `runtime` when the device is not in this build, naming those that are, or when device or engine do not
 *   open; `usage` when the engine has no such device or precision, `threads` is no number of threads, or the machine has too
 *   few cores for so many.
 */
export async function openBackend(options: NodeBackendOptions = {}): Promise<Backend> {
  const engine = engineOf(options);
  checkThreads(options.threads);
  const backend = await (engine === 'auto' && mayBeNative(options)
    ? fastest(options)
    : named(engine, options));
  if (engine === (options.engine ?? 'auto')) return backend;
  return { ...backend, reason: `TRM_ENGINE=${engine}; ${backend.reason}` };
}

/** @throws TrmError `usage` on what is no number of threads, or too many for the machine's cores. */
function checkThreads(threads: unknown): void {
  if (threads === undefined) return;
  const most = THREADS_PER_CORE * availableParallelism();
  const fix = `give ${most} at most, or none for the physical cores`;
  const shown = typeof threads === 'number' ? threads : JSON.stringify(threads);
  if (!Number.isSafeInteger(threads) || (threads as number) < 1)
    throw new TrmError('usage', `expected a whole number of at least 1, got ${shown}`, {
      key: 'threads',
      fix,
    });
  if ((threads as number) > most)
    throw new TrmError('usage', `${threads} are too many for this machine`, { key: 'threads', fix });
}

/** An engine by its name; `auto` is ONNX Runtime here. */
async function named(engine: EngineChoice, options: NodeBackendOptions): Promise<Backend> {
  const { device = 'auto', precision = 'float32' } = options;
  const chosen = engine === 'auto' || engine === 'ort' ? 'onnxruntime' : engine;
  if (chosen !== 'onnxruntime' && device !== 'auto' && device !== 'cpu')
    throw new TrmError('usage', `the engine ${chosen} has no ${device}`, {
      key: 'device',
      fix: 'choose cpu',
    });
  if (!computes[chosen].includes(precision)) {
    const fix = `choose ${computes[chosen].join(' or ')}`;
    throw new TrmError('usage', `the engine ${chosen} does not compute in ${precision}`, {
      key: 'precision',
      fix,
    });
  }
  if (chosen === 'onnxruntime') return openOnnxRuntime(device, options);
  if (chosen === 'reference') return referenceBackend(precision as 'float32' | 'float64');
  const native = await openNative(options, 'as asked');
  if (native instanceof TrmError) throw closed(native);
  return native;
}

/** The engine that is asked for; the environment decides what `auto` takes. */
function engineOf({ engine = 'auto' }: NodeBackendOptions): EngineChoice {
  const asked = engine === 'auto' ? process.env.TRM_ENGINE || 'auto' : engine;
  const known = engines.find((name) => name === asked);
  if (known) return known;
  throw new TrmError('usage', `no engine is called "${asked}"`, {
    key: engine === 'auto' ? 'TRM_ENGINE' : 'engine',
    fix: `choose one of ${engines.join(', ')}`,
  });
}

/** Whether `auto` considers native at all. */
function mayBeNative({ device = 'auto', precision = 'float32', profile }: NodeBackendOptions): boolean {
  return profile === undefined && (device === 'auto' || device === 'cpu') && precision !== 'float64';
}

/** CUDA, native or ONNX Runtime on the CPU; in bfloat16 native alone. */
async function fastest(options: NodeBackendOptions): Promise<Backend> {
  const { device = 'auto', precision } = options;
  const ort = () => openOnnxRuntime(device, options);
  const triesCuda = precision !== 'bfloat16' && device === 'auto' && mayHaveCuda();
  const cuda = triesCuda ? await openCuda(options) : undefined;
  if (typeof cuda === 'object') return cuda;
  const compiled = 'auto: there is a C compiler to compile graphs for this CPU';
  const native = await openNative(options, cuda === undefined ? compiled : `${compiled}; no CUDA: ${cuda}`);
  if (precision === 'bfloat16') {
    if (native instanceof TrmError) throw closed(native);
    return native;
  }
  if (native instanceof TrmError) {
    const opened = await ort();
    return { ...opened, reason: `${opened.reason}; not native: ${native.message}` };
  }
  const { withStandIn } = await import('./native/stand-in.ts');
  return withStandIn(native, ort, (graph, reason) => options.onNotice?.({ kind: 'stand-in', graph, reason }));
}

function closed({ fault, detail, cause }: TrmError): TrmError {
  const fix = [detail.fix ?? [], 'choose onnxruntime, which computes in float32'].flat().join(', or ');
  return new TrmError('runtime', `the engine native does not open: ${fault}`, { key: 'engine', fix, cause });
}

/** Its backend, or the error that tells why it does not open. */
async function openNative(
  { precision, threads, onNotice }: NodeBackendOptions,
  reason: string,
): Promise<Backend | TrmError> {
  const { openToolchain } = await import('./native/toolchain.ts');
  const { nativeBackend } = await import('./native/backend.ts');
  const toolchain = await openToolchain();
  if (toolchain instanceof TrmError) return toolchain;
  const { cache, passedOver } = toolchain;
  if (cache.trouble !== undefined) onNotice?.({ kind: 'no cache', reason: cache.trouble });
  return nativeBackend(toolchain, {
    reason: passedOver ? `${reason}; CC is passed over: ${passedOver}` : reason,
    precision: precision as Precision | undefined,
    threads,
    onNotice,
  });
}

/** A driver is there, so that loading ONNX Runtime to try it is worth its while. (Its npm build has CUDA for Linux alone.) */
function mayHaveCuda(): boolean {
  return ['/dev/nvidiactl', '/dev/dxg'].some((file) => existsSync(file));
}
