/** Accuracy against the compute of an answer as one standalone SVG: a line for each effort, which is its course from 1 on. */

import type { Evaluation } from '../../evaluate/evaluate.ts';
import { wilsonInterval } from '../../evaluate/statistics.ts';
import { accuracyFigure, type BoundedPoint, type Line, short } from './accuracy-figure.ts';

/** What a point needs of an evaluation. */
export type Answering = Pick<Evaluation, 'exact' | 'meanFlops'>;

/** @param others lines to draw beside them. */
export function renderCompute(
  measured: readonly { readonly name: string; readonly evaluation: ComputeEvaluation }[],
  title: string,
  others: readonly Line[] = [],
): string {
  const lines = measured.map(({ name, evaluation }): Line => {
    const { examples, efforts = [evaluation] } = evaluation;
    return { name, points: efforts.map((one) => pointOf(one, examples)) };
  });
  return accuracyFigure(title, [...lines, ...others], 'GFLOP a puzzle', short);
}

type ComputeEvaluation = Pick<Evaluation, 'examples' | 'exact' | 'meanFlops'> & {
  readonly efforts?: readonly Answering[];
};

function pointOf({ exact, meanFlops }: Answering, examples: number): BoundedPoint {
  return { x: meanFlops / 1e9, y: exact, ...wilsonInterval(Math.round(exact * examples), examples) };
}
