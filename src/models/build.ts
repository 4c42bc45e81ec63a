/** The architectures by name: a new one is a file beside trm.ts and a line in this table (docs/new-model.md). */

import { TrmError } from '../errors.ts';
import { sudokuOf } from './candidates.ts';
import { hrm } from './hrm.ts';
import type { Model, PuzzleShape } from './model.ts';
import type { ModelSettings } from './settings.ts';
import { transformer } from './transformer.ts';
import { trm } from './trm.ts';
import { trmMultiZ, trmSingleZ } from './trm-ablations.ts';

interface Architecture {
  build(settings: ModelSettings, shape: PuzzleShape): Model;
  /** Settings that it cannot be built with, beside those that none can: keys with the reason. */
  refuses(settings: ModelSettings): Refused;
  /** States that it carries at least. */
  states(settings: ModelSettings): number;
}

type Refused = Partial<Record<keyof ModelSettings, string>>;

/** A builder with what holds for most: one network, and few states. */
function architecture(build: Architecture['build'], other: Partial<Architecture> = {}): Architecture {
  return { build, refuses: refusesSecondNetwork, states: () => 1, ...other };
}

function refusesSecondNetwork({ highLayers }: ModelSettings): Refused {
  return highLayers > 0 ? { highLayers: 'must be 0: trm and hrm alone have a second network' } : {};
}

/** Other slots than the puzzle embedding fills, as in the official code. */
function refusesFreeSlots(
  name: string,
  { hiddenSize, puzzleEmbeddingSize, puzzleSlots }: ModelSettings,
): Refused {
  const filled = Math.ceil(puzzleEmbeddingSize / hiddenSize);
  if (puzzleSlots === filled) return {};
  return { puzzleSlots: `must be ${filled} for ${name}: as many as the puzzle embedding fills` };
}

function hrmRefuses(settings: ModelSettings): Refused {
  const always = 'must be false for hrm, which always has it';
  return {
    ...(settings.highLayers === 0 && { highLayers: 'must be positive for hrm' }),
    ...refusesFreeSlots('hrm', settings),
    ...(settings.oneStepGradient && { oneStepGradient: always }),
    ...(settings.continueLoss && { continueLoss: always }),
  };
}

function transformerRefuses(settings: ModelSettings): Refused {
  const { cycles, latentSteps, oneStepGradient } = settings;
  const once = 'for transformer, whose layers are applied once in a supervision step';
  return {
    ...refusesSecondNetwork(settings),
    ...refusesFreeSlots('transformer', settings),
    ...(cycles > 1 && { cycles: `must be 1 ${once}` }),
    ...(latentSteps > 1 && { latentSteps: `must be 1 ${once}` }),
    ...(oneStepGradient && { oneStepGradient: `must be false ${once}` }),
  };
}

export const architectures = {
  trm: architecture(trm, { refuses: () => ({}) }),
  hrm: architecture(hrm, { refuses: hrmRefuses }),
  transformer: architecture(transformer, { refuses: transformerRefuses }),
  'trm-single-z': architecture(trmSingleZ),
  'trm-multi-z': architecture(trmMultiZ, { states: ({ latentSteps }) => latentSteps }),
};

export type ArchitectureName = keyof typeof architectures;

/** Settings and whose they are. */
type Described = ModelSettings & { readonly architecture: ArchitectureName };

/**
 * The model that a config describes, for puzzles of a shape.
 *
 * @throws TrmError `config` when it convolves over a grid and none is known of the puzzles, or when it has candidates and
 *   the puzzles are no Sudoku, or their digits no equal share of the hidden width.
 */
export function buildModel({ architecture, ...settings }: Described, shape: PuzzleShape): Model {
  if (settings.mixer === 'convolution' && !shape.grid) {
    const fix = 'choose mlp or attention, or say what the puzzles are: key "puzzle" of dataset.json';
    throw new TrmError('config', 'nothing is known of the grid that these puzzles are', {
      key: 'model.mixer',
      fix,
    });
  }
  if (settings.mixer === 'candidates') refuseCandidates(settings, shape);
  return architectures[architecture].build(settings, shape);
}

function refuseCandidates({ hiddenSize }: ModelSettings, shape: PuzzleShape): void {
  const sudoku = sudokuOf(shape);
  if (!sudoku) {
    const fix = 'choose another mixer, or say what the puzzles are: key "puzzle" of dataset.json';
    throw new TrmError('config', 'candidates are of Sudoku, and these puzzles are not known to be that', {
      key: 'model.mixer',
      fix,
    });
  }
  if (hiddenSize % sudoku.digits !== 0)
    throw new TrmError('config', `hiddenSize ${hiddenSize} has no equal shares for ${sudoku.digits} digits`, {
      key: 'model.hiddenSize',
      fix: `choose a multiple of ${sudoku.digits}`,
    });
}

/** Tensors that a model of this config has at least: a file of fewer is not one, whatever its config claims. */
export function leastTensors({ architecture, ...settings }: Described): number {
  return settings.layers + settings.highLayers + architectures[architecture].states(settings);
}
