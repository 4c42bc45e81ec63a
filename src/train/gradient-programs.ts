/** The programs that compute gradients of puzzles of one size: for a number of rows each, at the depth of a step. */

import type { Model } from '../models/model.ts';
import type { Backend, HostTensor, Program } from '../runtime/backend.ts';
import type { Config } from './config.ts';
import { atDepth, type Stage, stageAt } from './curriculum.ts';
import { draw, type RandomInputs, randomInputsOf } from './draws.ts';
import { traceSupervisionStep } from './supervision-step.ts';

export interface GradientProgram {
  readonly program: Program;
  /** Random inputs of a step, of `rows` rows from `first` of the global batch on; none where nothing is drawn. */
  draw(step: number, first: number): Record<string, HostTensor>;
}

export class GradientPrograms {
  readonly #model: Model;
  readonly #batchSize: number;
  readonly #config: Config;
  readonly #backend: Backend;
  /** By number of rows: the micro-batch, and its remainder if there is one. */
  readonly #programs = new Map<number, GradientProgram>();
  #stage: Stage | undefined;

  /** @param batchSize rows of the global batch, so that the ranks' gradients sum to the mean's. */
  constructor(model: Model, batchSize: number, config: Config, backend: Backend) {
    this.#model = model;
    this.#batchSize = batchSize;
    this.#config = config;
    this.#backend = backend;
  }

  /** The program of a step; those of an earlier depth give way. */
  async at(step: number, rows: number): Promise<GradientProgram> {
    const stage = stageAt(this.#config, step);
    if (stage.until !== this.#stage?.until) await this.dispose();
    this.#stage = stage;
    const known = this.#programs.get(rows);
    if (known) return known;
    const made = await this.#compile(stage, rows);
    this.#programs.set(rows, made);
    return made;
  }

  async #compile(stage: Stage, rows: number): Promise<GradientProgram> {
    const config = this.#config;
    const model = atDepth(this.#model, config, stage);
    const trace = (rows: number) => traceSupervisionStep(model, rows, this.#batchSize, config);
    const draws = config.stateNoise > 0 || config.dropout > 0;
    const random: RandomInputs = draws ? randomInputsOf(trace(1)) : { noise: [], dropout: [] };
    return {
      program: await this.#backend.compile({ rows, group: config.starts, trace }),
      draw: (step, first) => draw(random, config, step, first, rows),
    };
  }

  /** Frees the graphs. */
  async dispose(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    await Promise.all(programs.map(({ program }) => program.dispose()));
  }
}
