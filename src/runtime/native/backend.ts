/**
 * Graphs compiled to machine code: lowered to C (src/compiler), compiled for this CPU, called through koffi. Programs of
 * a kind that was compiled before come from a cache.
 */

import type { Source } from '../../compiler/c/render.ts';
import { compileToC } from '../../compiler/compile.ts';
import type { Graph } from '../../graph/trace.ts';
import { type Backend, checkRun, type HostTensor, type Program, wholeGraph, zeros } from '../backend.ts';
import type { Precision } from '../choices.ts';
import { physicalCores } from './cpu.ts';
import type { NativeLibrary } from './library.ts';
import type { Toolchain } from './toolchain.ts';

/** What goes on while an engine works, for people. */
export type EngineNotice =
  | { readonly kind: 'compiling'; readonly graph: string; readonly compiler: string }
  | {
      readonly kind: 'compiled';
      readonly graph: string;
      readonly compiler: string;
      readonly seconds: number;
      /** What a program of it takes while it runs, beside its inputs and outputs. */
      readonly bytes: number;
      /** Folder in which it is kept for the next time. */
      readonly kept: string | undefined;
    }
  /** Compiled libraries are not kept. */
  | { readonly kind: 'no cache'; readonly reason: string }
  /** A graph runs on ONNX Runtime after all. */
  | { readonly kind: 'stand-in'; readonly graph: string; readonly reason: string };

export interface NativeOptions {
  readonly reason: string;
  readonly precision?: Precision | undefined;
  /** The physical cores when omitted. */
  readonly threads?: number | undefined;
  readonly onNotice?: ((notice: EngineNotice) => void) | undefined;
}

/** @param lower to C; the compiler's own but in tests. */
export function nativeBackend(
  toolchain: Toolchain,
  { reason, precision = 'float32', threads = physicalCores(), onNotice = () => {} }: NativeOptions,
  lower: (...graph: Parameters<typeof compileToC>) => Source = compileToC,
): Backend {
  const { compiler, vectors, cache } = toolchain;
  return {
    engine: 'native',
    device: 'cpu',
    reason,
    runtime: `native, ${compiler}, ${vectors}`,
    precision,
    async compile(traced) {
      const graph = wholeGraph(traced);
      const about = { graph: graph.name, compiler };
      const source = lower(traced, { precision });
      let begun: number | undefined;
      const library = await toolchain.load(source, () => {
        begun = performance.now();
        onNotice({ kind: 'compiling', ...about });
      });
      if (begun !== undefined) {
        const seconds = (performance.now() - begun) / 1000;
        onNotice({ kind: 'compiled', ...about, seconds, bytes: library.bytes(threads), kept: cache.folder });
      }
      try {
        return program(graph, library, threads);
      } catch (error) {
        library.unload();
        throw error;
      }
    },
  };
}

function program(graph: Graph, library: NativeLibrary, threads: number): Program {
  const context = library.open(threads);
  let disposed = false;
  let idle: Promise<void> = Promise.resolve();
  return {
    async run(inputs, into = {}) {
      checkRun(graph, disposed, inputs, into);
      const outputs: Record<string, HostTensor> = {};
      for (const { name, tensor } of graph.outputs)
        outputs[name] = into[name] ?? zeros(tensor.dtype, tensor.shape);
      const tensors = [
        ...graph.inputs.map(({ name }) => inputs[name]!.data),
        ...graph.outputs.map(({ name }) => outputs[name]!.data),
      ];
      const run = idle.then(() => context.run(tensors)); // a context does one thing at a time
      idle = run.catch(() => {});
      await run;
      return outputs;
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await idle;
      context.close();
      library.unload();
    },
  };
}
