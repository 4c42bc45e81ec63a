/**
 * How the error falls with a number, as a law: four forms are fitted to runs, and the one is taken that the runs speak for.
 *
 * Residuals are those of the logarithm, since errors of a scaling study span decades. The forms are compared by the corrected
 * criterion of Akaike (C. M. Hurvich and C.-L. Tsai, Biometrika 76, 1989), and fitted by Levenberg and Marquardt's method
 * (ml-levenberg-marquardt, small and maintained). For the uncertainty seeds and numbers are drawn again, apart from each
 * other (the pigeonhole bootstrap, as in bootstrap.ts), and the form that was taken is fitted anew.
 */

import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { Random } from '../data/random.ts';
import { percentiles } from './bootstrap.ts';
import { type Interval, mean } from './statistics.ts';

/** What a run came to at a number x > 0. */
export interface RunError {
  readonly x: number;
  readonly seed: number;
  /** Share of the puzzles, 0 < error <= 1. */
  readonly error: number;
}

/** Of `(a, b, c)`: the power, its coefficient and exponent, and below it a floor. */
const FORMS = {
  power: { text: 'a x^-b', floor: false, odds: false },
  'power and floor': { text: 'c + a x^-b', floor: true, odds: false },
  // An error cannot pass 1: its odds can.
  odds: { text: '1 / (1 + x^b / a)', floor: false, odds: true },
  'odds and floor': { text: 'c + (1 - c) / (1 + x^b / a)', floor: true, odds: true },
} as const;

export type LawForm = keyof typeof FORMS;

export interface Law {
  readonly form: LawForm;
  /** The form as a formula. */
  readonly text: string;
  readonly a: number;
  /** The exponent, with its 95 % interval. */
  readonly b: number;
  readonly bInterval: Interval;
  /** The floor; undefined where the form has none. */
  readonly c?: number;
  readonly cInterval?: Interval;
  /** By what factor a run is off, typically. */
  readonly scatter: number;
  /** Criterion of every form that there were numbers enough for, less that of the one taken. */
  readonly criteria: Readonly<Partial<Record<LawForm, number>>>;
  /** The law between the least and the greatest number, and its 95 % interval. */
  readonly curve: readonly (Interval & { readonly x: number; readonly y: number })[];
}

const REPLICATES = 500;
const CURVE_POINTS = 41;

/** Fits the law of some runs; undefined where they are too few, or of too few numbers, or all came to the same. */
export function fitLaw(runs: readonly RunError[]): Law | undefined {
  if (new Set(runs.map(({ error }) => error)).size < 2) return undefined;
  const middle = mean(runs.map(({ x }) => Math.log(x)));
  const fits = (Object.keys(FORMS) as LawForm[]).flatMap((form) => fitOf(runs, form, middle) ?? []);
  if (fits.length === 0) return undefined;
  const best = fits.reduce((least, fit) => (fit.criterion < least.criterion ? fit : least));
  const { form, parameters } = best;
  const redrawn = replicates(runs, form).map(
    (some) => fitted(some, form, middle, [parameters], 15)!.parameters,
  );
  const bounds = (of: (parameters: readonly number[]) => number) =>
    percentiles(Float64Array.from(redrawn, (some) => of(some)));
  const [first, last] = [Math.min, Math.max].map((end) => Math.log(end(...runs.map(({ x }) => x))));
  const curve = Array.from({ length: CURVE_POINTS }, (_, i) => {
    const u = first! + (i / (CURVE_POINTS - 1)) * (last! - first!) - middle;
    const at = (some: readonly number[]) => Math.exp(lawAt(form, some, u).log);
    return { x: Math.exp(u + middle), y: at(parameters), ...bounds(at) };
  });
  const [height, b, floor] = parameters as [number, number, number?];
  return {
    form,
    text: FORMS[form].text,
    a: Math.exp(height + b * middle),
    b,
    bInterval: bounds(([, b]) => b!),
    ...(floor !== undefined && {
      c: Math.exp(floor),
      cInterval: bounds(([, , floor]) => Math.exp(floor!)),
    }),
    scatter: Math.exp(Math.sqrt(best.squares / runs.length)),
    criteria: Object.fromEntries(fits.map(({ form, criterion }) => [form, criterion - best.criterion])),
    curve,
  };
}

/**
 * Logarithm of the error at u, which is ln x from its middle, and its slopes along the parameters.
 *
 * @param parameters ln of the power in the middle, b, and ln c.
 */
function lawAt(form: LawForm, [height, b, floor]: readonly number[], u: number) {
  const { odds } = FORMS[form];
  const power = Math.exp(height! - b! * u);
  const risen = odds ? power / (1 + power) : power; // above the floor
  const c = floor === undefined ? 0 : Math.exp(floor);
  const room = odds ? 1 - c : 1;
  const error = c + room * risen;
  const slope = (room * risen * (odds ? 1 - risen : 1)) / error;
  const slopes = [slope, -u * slope, ...(floor === undefined ? [] : [(c * (odds ? 1 - risen : 1)) / error])];
  return { log: Math.log(error), slopes };
}

interface Fit {
  readonly form: LawForm;
  readonly parameters: readonly number[];
  /** Sum of the squared residuals. */
  readonly squares: number;
  readonly criterion: number;
}

/** From several starts; undefined where there are no more different numbers than parameters, or hardly more runs. */
function fitOf(runs: readonly RunError[], form: LawForm, middle: number): Fit | undefined {
  const logs = runs.map(({ error }) => Math.log(error));
  const { floor } = FORMS[form];
  const starts = [0.3, 1, 3].flatMap((b) => {
    const low = Math.min(...logs);
    return floor ? [low - 0.1, low - 2].map((c) => [mean(logs), b, c]) : [[mean(logs), b]];
  });
  const [n, k] = [runs.length, starts[0]!.length + 1]; // the scatter is estimated too
  if (numbersIn(runs).length < k || n - k < 2) return undefined;
  const { parameters, squares } = fitted(runs, form, middle, starts, 60)!;
  const criterion = n * Math.log(squares / n) + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
  return { form, parameters, squares, criterion };
}

/** The best of the fits from the starts. */
function fitted(
  runs: readonly RunError[],
  form: LawForm,
  middle: number,
  starts: readonly (readonly number[])[],
  maxIterations: number,
): Pick<Fit, 'parameters' | 'squares'> | undefined {
  const data = {
    x: runs.map(({ x }) => Math.log(x) - middle),
    y: runs.map(({ error }) => Math.log(error)),
  };
  const bounds = { minValues: [-50, -20, -20], maxValues: [50, 20, -1e-9] };
  const all = starts.map((initialValues) => {
    const size = initialValues.length;
    const { parameterValues, parameterError } = levenbergMarquardt(
      data,
      (parameters) => (u) => lawAt(form, parameters, u).log,
      {
        initialValues,
        minValues: bounds.minValues.slice(0, size),
        maxValues: bounds.maxValues.slice(0, size),
        jacobianFunction: (parameters) => (u) => lawAt(form, parameters, u).slopes,
        errorTolerance: 1e-12,
        maxIterations,
      },
    );
    return { parameters: parameterValues, squares: parameterError };
  });
  return all.sort((one, other) => one.squares - other.squares)[0];
}

/** The runs with their seeds and their numbers drawn again, with numbers enough for the form. */
function replicates(runs: readonly RunError[], form: LawForm): RunError[][] {
  const random = new Random(0);
  const [numbers, seeds] = [numbersIn(runs), [...new Set(runs.map(({ seed }) => seed))]];
  const drawn = <T>(all: readonly T[]) => all.map(() => all[random.int(all.length)]!);
  const most = FORMS[form].floor ? 3 : 2;
  return Array.from({ length: REPLICATES }, () => {
    for (;;) {
      const [xs, some] = [drawn(numbers), drawn(seeds)];
      const all = xs.flatMap((x) =>
        some.flatMap((seed) => runs.filter((run) => run.x === x && run.seed === seed)),
      );
      if (numbersIn(all).length > most) return all;
    }
  });
}

function numbersIn(runs: readonly RunError[]): number[] {
  return [...new Set(runs.map(({ x }) => x))];
}
