/** ONNX Runtime under Node: onnxruntime-node for cpu, webgpu, cuda, coreml and dml; onnxruntime-web for wasm. */

import { TrmError } from '../../errors.ts';
import { add } from '../../graph/ops/elementwise.ts';
import { input, trace } from '../../graph/trace.ts';
import { type Backend, type Device, float32 } from '../backend.ts';
import { type DeviceChoice, devices } from '../choices.ts';
import { imported } from './not-there.ts';
import { type OrtModule, ortBackend } from './ort.ts';
import { type OrtNode, ortNode } from './ort-node.ts';

export interface OrtNodeOptions {
  /**
   * Threads inside an operator; ONNX Runtime's choice (the physical cores; for wasm half the logical ones, at most
   * four) when omitted. wasm keeps the number of its first use in a process.
   */
  readonly threads?: number | undefined;
  /** Path prefix for ONNX Runtime's profile of every run. */
  readonly profile?: string;
}

/** What to do where a device does not open. */
const fixes: Partial<Record<Device, string>> = {
  cuda: "needs an NVIDIA driver and ONNX Runtime's CUDA library: node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12",
  webgpu:
    "needs a Vulkan, Metal or D3D12 adapter and its loader; VK_DRIVER_FILES names a Vulkan driver, e.g. SwiftShader's",
};

/**
 * Opens a device. `auto` takes cuda where it opens, else the CPU. (webgpu and coreml are left to an explicit
 * choice: whether they beat the CPU depends on the adapter and the model's size.) Where the native library is not installed
 * or does not load, it takes wasm, which is several times as slow, and warns of it.
 *
 * @throws TrmError `runtime` when the device is not in this build, naming those that are, or does not open.
 */
export async function openOnnxRuntime(choice: DeviceChoice, options: OrtNodeOptions): Promise<Backend> {
  if (choice === 'wasm') return wasm('as asked', options);
  const ort = choice === 'auto' ? await ortNode().catch((fault: TrmError) => fault) : await ortNode();
  if (ort instanceof TrmError) return insteadOf(ort, options);
  const inBuild = ort.listSupportedBackends().map((backend) => backend.name);
  const choices = devices.filter((name) => inBuild.includes(name) || name === 'wasm');
  if (choice === 'auto') {
    const cuda = await openCuda(options);
    return typeof cuda === 'string' ? native(ort, 'cpu', 'auto: CUDA does not open', options) : cuda;
  }
  if (!choices.includes(choice)) {
    throw new TrmError('runtime', `device "${choice}" is not in this build of ONNX Runtime`, {
      key: 'device',
      fix: `choose one of ${choices.join(', ')}`,
    });
  }
  const fault = choice === 'cpu' ? undefined : await whyNot(ort, choice);
  if (fault !== undefined) {
    const fix = fixes[choice] ?? 'choose cpu';
    throw new TrmError('runtime', `device "${choice}" does not open: ${fault}`, { key: 'device', fix });
  }
  return native(ort, choice, 'as asked', options);
}

/** CUDA, or why it does not open, in a few words. */
export async function openCuda(options: OrtNodeOptions): Promise<Backend | string> {
  const ort = await ortNode().catch((fault: TrmError) => fault);
  if (ort instanceof TrmError) return wordsOf(ort).split('; ')[0]!;
  if (!ort.listSupportedBackends().some(({ name }) => name === 'cuda'))
    return 'this build of ONNX Runtime has none';
  // The list names cuda even where its library is not installed, so only opening it tells.
  return (await whyNot(ort, 'cuda')) ?? native(ort, 'cuda', 'auto: CUDA opened', options);
}

async function wasm(reason: string, { threads }: OrtNodeOptions): Promise<Backend> {
  const web = await imported('onnxruntime-web', () => import('onnxruntime-web'));
  if (threads !== undefined) web.env.wasm.numThreads = threads;
  return ortBackend(web as unknown as OrtModule, { device: 'wasm', reason, writesInto: false });
}

/** wasm in place of the native library. @throws `fault` when it is not there either. */
async function insteadOf(fault: TrmError, options: OrtNodeOptions): Promise<Backend> {
  const why = wordsOf(fault);
  const backend = await wasm(`auto: ${why}`, options).catch(() => {
    throw fault;
  });
  process.emitWarning(`computing on wasm, which is slow: ${why}`);
  return backend;
}

/** Why the package is of no use, without the choice of another device. */
function wordsOf({ message }: TrmError): string {
  return message.replace(/^device: /, '').replace(/; choose .*$/, '');
}

function native(ort: OrtNode, device: Device, reason: string, options: OrtNodeOptions = {}): Backend {
  const session = {
    // The pattern allocator keeps a second copy of every activation: without it a step takes half the memory at the
    // same speed (docs/log.md).
    enableMemPattern: false,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
  };
  return ortBackend(ort as unknown as OrtModule, { device, reason, session, writesInto: true });
}

/** Runs a graph of one node; undefined when that works, else why not, in a few words. */
async function whyNot(ort: OrtNode, device: Device): Promise<string | undefined> {
  try {
    const program = await native(ort, device, 'trial').compile(
      trace('trial', () => ({ y: add(input('x', [1]), 1) })),
    );
    await program.run({ x: float32(new Float32Array(1), [1]) });
    await program.dispose();
    return undefined;
  } catch (error) {
    // ONNX Runtime's message ends with the cause; before it stand its source files.
    const message = (error as Error).message.trim().split('\n')[0]!;
    return message.replace(/^could not .*? graph "trial": /, '').replace(/^.* was false\. /, '');
  }
}
