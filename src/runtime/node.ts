/** What runs graphs under Node: an engine on a device. */

import { availableParallelism } from 'node:os';
import { TrmError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { type DeviceChoice, type EngineChoice, engines } from './choices.ts';
import { type OrtNodeOptions, openOnnxRuntime } from './onnxruntime/node.ts';
import { referenceBackend } from './reference/backend.ts';

export interface NodeBackendOptions extends OrtNodeOptions {
  /** `auto` when omitted, which is ONNX Runtime. */
  readonly engine?: EngineChoice | undefined;
  /** `auto` when omitted. */
  readonly device?: DeviceChoice | undefined;
  /** Of float32 tensors inside a graph; float64 is the reference's alone. */
  readonly precision?: 'float32' | 'float64' | undefined;
}

const THREADS_PER_CORE = 4;

/**
 * Opens an engine on a device. The device `auto` is cuda where it opens, else the CPU. (webgpu and coreml are left to an
 * explicit choice: whether they beat the CPU depends on the adapter and the model's size.)
 *
 * @throws TrmError `runtime` when the device is not in this build, naming those that are, or does not open; `usage` when
 *   the engine has no such device or precision, or the machine too few cores for so many threads.
 */
export async function openBackend({
  engine = 'auto',
  device = 'auto',
  precision = 'float32',
  ...options
}: NodeBackendOptions = {}): Promise<Backend> {
  if (!engines.includes(engine)) {
    const fix = `choose one of ${engines.join(', ')}`;
    throw new TrmError('usage', `no engine is called "${engine}"`, { key: 'engine', fix });
  }
  if (engine === 'reference' && (precision === 'float32' || precision === 'float64')) {
    if (device === 'auto' || device === 'cpu') return referenceBackend(precision);
    throw new TrmError('usage', `the reference has no ${device}`, { key: 'device', fix: 'choose cpu' });
  }
  if (precision !== 'float32') {
    const fix = 'choose float32; the engine reference has float64 too';
    throw new TrmError('usage', `the engine does not compute in ${precision}`, { key: 'precision', fix });
  }
  // ONNX Runtime's threads wait for one another without sleeping: with far more of them than cores a step takes minutes.
  const most = THREADS_PER_CORE * availableParallelism();
  if (options.threads !== undefined && options.threads > most) {
    const fix = `give ${most} at most, or none for the physical cores`;
    throw new TrmError('usage', `${options.threads} are too many for this machine`, { key: 'threads', fix });
  }
  return openOnnxRuntime(device, options);
}
