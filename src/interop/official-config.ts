/**
 * The official code's settings: what its `all_config.yaml` says, and for what no file says, what the tensors' shapes
 * tell or the official defaults are (config/arch/trm.yaml, hrm.yaml).
 */

import * as z from 'zod';
import { DatasetMetadata } from '../data/dataset.ts';
import { assumedFamilies } from '../data/families.ts';
import { traitsSchema } from '../data/traits.ts';
import { TrmError } from '../errors.ts';
import type { FileTensors } from '../formats/file-tensor.ts';
import { type ModelConfig, modelSchema } from '../models/config.ts';
import type { PuzzleShape } from '../models/model.ts';
import { swigluWidth } from '../nn/layers.ts';
import { settingsError } from '../settings-error.ts';
import { type Config, parseConfig } from '../train/config.ts';

const count = z.int().nonnegative();

/** Mixers that the official code does not have. */
const ownMixers = ['convolution', 'candidates'] as const;

function isOwnMixer(mixer: ModelConfig['mixer']): mixer is (typeof ownMixers)[number] {
  return (ownMixers as readonly string[]).includes(mixer);
}

/** What of a model the official code does not have; undefined where it has all. */
export function unofficial({ architecture, mixer, gateNorm, highLayers }: ModelConfig): string | undefined {
  if (isOwnMixer(mixer)) return `mixer ${mixer}`;
  if (gateNorm) return 'norm inside SwiGLU';
  if (architecture === 'trm' && highLayers > 0) return "second network of TRM's";
  return undefined;
}

/**
 * The official keys that shape a model. Ours are `puzzle` and `puzzle_traits`, what its puzzles are and of which kind, and
 * what the official code does not have: the mixers `convolution` and `candidates`, `gate_norm`, `answer_layers` of TRM's second
 * network (whose `H_layers` it ignores), and `swiglu_multiple`, where it is not 256.
 */
const modelKeys = z.object({
  name: z.string().optional(),
  seq_len: z.int().positive(),
  vocab_size: z.int().positive(),
  num_puzzle_identifiers: z.int().positive(),
  puzzle_emb_ndim: count,
  puzzle_emb_len: count.optional(),
  H_cycles: z.int().positive(),
  L_cycles: z.int().positive(),
  H_layers: count.optional(),
  L_layers: z.int().positive(),
  hidden_size: z.int().positive(),
  expansion: z.number().positive(),
  num_heads: z.int().positive(),
  pos_encodings: z.enum(['none', 'rope', 'learned']),
  mlp_t: z.boolean().optional(),
  no_ACT_continue: z.boolean().optional(),
  mixer: z.enum(ownMixers).optional(),
  gate_norm: z.boolean().optional(),
  answer_layers: count.optional(),
  swiglu_multiple: z.int().positive().optional(),
  rms_norm_eps: z.number().positive().optional(),
  rope_theta: z.number().positive().optional(),
  puzzle: DatasetMetadata.shape.puzzle,
  puzzle_traits: traitsSchema.optional(),
});

/** The official keys of training. */
const trainingKeys = z.object({
  halt_max_steps: z.int().positive(),
  halt_exploration_prob: z.number(),
  loss: z.object({ loss_type: z.string() }),
  global_batch_size: z.int().positive(),
  lr: z.number(),
  lr_min_ratio: z.number(),
  lr_warmup_steps: z.number(),
  weight_decay: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  puzzle_emb_lr: z.number(),
  puzzle_emb_weight_decay: z.number(),
  ema_rate: z.number(),
  seed: z.int(),
});

const settingsSchema = z.object({ ...modelKeys.shape, ...trainingKeys.shape }).partial();

/** Every official key that is read. */
export const officialKeys = Object.keys(settingsSchema.shape);

/** The official config keys that shape a model. */
export type OfficialConfig = z.infer<typeof modelKeys>;
/** Official keys as far as they are known. */
export type OfficialSettings = z.infer<typeof settingsSchema>;

/**
 * Settings of an official file: the keys of `arch` count as its own; keys that are not needed here are ignored.
 *
 * @throws TrmError `config` that names the key.
 */
export function parseOfficialSettings(settings: unknown, file: string): OfficialSettings {
  const { arch, ...rest } = Object(settings) as Record<string, unknown>;
  const result = settingsSchema.safeParse({ ...rest, ...Object(arch) });
  if (result.success) return result.data;
  throw settingsError('config', result.error, { file });
}

/** Official `arch.name` by our architecture, of those that the official code has. */
const officialNames = {
  trm: 'recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1',
  hrm: 'recursive_reasoning.hrm@HierarchicalReasoningModel_ACTV1',
  transformer: 'recursive_reasoning.transformers_baseline@Model_ACTV2',
  'trm-single-z': 'recursive_reasoning.trm_singlez@TinyRecursiveReasoningModel_ACTV1',
  'trm-multi-z': 'recursive_reasoning.trm_hier6@TinyRecursiveReasoningModel_ACTV1',
} as const satisfies Partial<Record<ModelConfig['architecture'], string>>;
type Architecture = keyof typeof officialNames;

/** @throws TrmError `usage` where the official code has no such model. */
function officialNameOf(architecture: ModelConfig['architecture']): string {
  const known: Partial<Record<string, string>> = officialNames;
  const name = known[architecture];
  if (name !== undefined) return name;
  throw new TrmError('usage', `the official code has no model like ${architecture}`, {
    fix: 'export it with --format onnx',
  });
}

/** Our architecture for an official `arch.name`. @throws TrmError `config` for a model that does not exist here. */
function architectureOf(name: string): Architecture {
  const file = (text: string) => text.replace('recursive_reasoning.', '');
  const known = Object.entries(officialNames).find(([, official]) => file(official) === file(name));
  if (known) return known[0] as Architecture;
  const fix = `one of ${Object.values(officialNames).join(', ')}`;
  throw new TrmError('config', `no such model here: ${name}`, { file: 'official config', key: 'name', fix });
}

/** The architecture that the tensors' names show. */
function architectureFrom(tensors: FileTensors): Architecture {
  const has = (level: string) => tensors.has(`${level}.layers.0.mlp.down_proj.weight`);
  if (has('H_level')) return has('L_level') ? 'hrm' : 'transformer';
  if (!tensors.has('H_init')) return 'trm-single-z';
  return tensors.has('L1_init') ? 'trm-multi-z' : 'trm';
}

/** Our model settings for an official config. */
export function fromOfficialConfig(official: OfficialConfig): { config: ModelConfig; shape: PuzzleShape } {
  const { hidden_size, puzzle_emb_ndim } = official;
  const architecture = architectureOf(official.name ?? officialNames.trm);
  const isHrm = architecture === 'hrm';
  const isTransformer = architecture === 'transformer'; // which ignores its cycles, and has a high level alone
  // These two have as many slots as the embedding fills, whatever puzzle_emb_len says.
  const slots = isHrm || isTransformer ? 0 : (official.puzzle_emb_len ?? 16);
  const result = modelSchema.safeParse({
    architecture,
    mixer: official.mixer ?? (official.mlp_t ? 'mlp' : 'attention'),
    hiddenSize: hidden_size,
    layers: isTransformer ? official.H_layers : official.L_layers,
    heads: official.num_heads,
    expansion: official.expansion,
    widthMultiple: official.swiglu_multiple,
    positions: official.pos_encodings,
    gateNorm: official.gate_norm,
    cycles: isTransformer ? 1 : official.H_cycles,
    latentSteps: isTransformer ? 1 : official.L_cycles,
    highLayers: isHrm ? official.H_layers : (official.answer_layers ?? 0),
    continueLoss: !isHrm && official.no_ACT_continue === false,
    puzzleSlots: slots === 0 ? Math.ceil(puzzle_emb_ndim / hidden_size) : slots,
    puzzleEmbeddingSize: puzzle_emb_ndim,
    normEpsilon: official.rms_norm_eps,
    ropeTheta: official.rope_theta,
  });
  if (!result.success) throw settingsError('config', result.error, { file: 'official config' });
  const { seq_len, vocab_size, num_puzzle_identifiers } = official;
  return {
    config: result.data,
    shape: { cells: seq_len, vocabulary: vocab_size, puzzleEmbeddingRows: num_puzzle_identifiers },
  };
}

/** The official config of a model of ours: what the official code, or an import, needs to build it again. */
export function toOfficialConfig(config: ModelConfig, shape: PuzzleShape): OfficialConfig {
  return {
    name: officialNameOf(config.architecture),
    seq_len: shape.cells,
    vocab_size: shape.vocabulary,
    num_puzzle_identifiers: shape.puzzleEmbeddingRows,
    puzzle_emb_ndim: config.puzzleEmbeddingSize,
    puzzle_emb_len: config.puzzleSlots,
    H_cycles: config.cycles,
    L_cycles: config.latentSteps,
    H_layers: config.architecture === 'transformer' ? config.layers : config.highLayers,
    L_layers: config.layers,
    hidden_size: config.hiddenSize,
    expansion: config.expansion,
    num_heads: config.heads,
    pos_encodings: config.positions,
    mlp_t: config.mixer === 'mlp',
    ...(config.continueLoss && { no_ACT_continue: false }),
    ...(isOwnMixer(config.mixer) && { mixer: config.mixer }),
    ...(config.gateNorm && { gate_norm: true }),
    ...(config.architecture === 'trm' && config.highLayers > 0 && { answer_layers: config.highLayers }),
    ...(config.widthMultiple !== 256 && { swiglu_multiple: config.widthMultiple }),
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.ropeTheta,
  };
}

/** Training settings as far as official ones are known, ours elsewhere. */
export function trainingConfig(model: ModelConfig, official: OfficialSettings, file: string): Config {
  const { loss } = official;
  return parseConfig(
    {
      model,
      seed: official.seed,
      batchSize: official.global_batch_size,
      supervisionSteps: official.halt_max_steps,
      explorationProbability: official.halt_exploration_prob,
      cellLoss: loss && (loss.loss_type === 'stablemax_cross_entropy' ? 'stablemax' : 'softmax'),
      learningRate: official.lr,
      minLearningRateRatio: official.lr_min_ratio,
      warmupSteps: official.lr_warmup_steps && Math.round(official.lr_warmup_steps),
      weightDecay: official.weight_decay,
      beta1: official.beta1,
      beta2: official.beta2,
      puzzleLearningRate: official.puzzle_emb_lr,
      puzzleWeightDecay: official.puzzle_emb_weight_decay,
      emaRate: official.ema_rate,
    },
    file,
  );
}

/** Why a value is assumed. */
const DEFAULT = 'the official default: the tensors do not tell it';

/**
 * The config of a checkpoint: `settings` first, then what the tensors tell, then the official defaults.
 *
 * @param tensors by official name, from `model.inner.` on.
 * @returns the config and, for people, a line for everything that was not given.
 * @throws TrmError `checkpoint` when a size is given nowhere.
 */
export function completeOfficialConfig(
  tensors: FileTensors,
  settings: OfficialSettings,
  file: string,
): { official: OfficialConfig; notes: string[] } {
  const notes: string[] = [];
  const settle = <T>(key: keyof OfficialConfig, found: T | undefined, assumed?: T, why = DEFAULT): T => {
    const given = settings[key] as T | undefined;
    if (given !== undefined) return given;
    if (found !== undefined) {
      notes.push(`${key}: ${found} (from the tensors' shapes)`);
      return found;
    }
    if (assumed === undefined) {
      throw new TrmError('checkpoint', 'the tensors do not tell it', {
        file,
        key,
        fix: `trm import ${file} with --data DATASET, --config all_config.yaml or --set ${key}=VALUE`,
      });
    }
    notes.push(`${key}: ${assumed} (ASSUMED, ${why})`);
    return assumed;
  };
  const shape = (name: string) => tensors.get(name)?.shape;
  const layers = (level: 'L_level' | 'H_level') => {
    const numbers = [...tensors.keys()].flatMap((name) => {
      const match = new RegExp(`^${level}\\.layers\\.(\\d+)\\.`).exec(name);
      return match ? [Number(match[1])] : [];
    });
    return new Set(numbers).size;
  };
  const [V, D] = shape('embed_tokens.embedding_weight') ?? [];
  const [N, E] = shape('puzzle_emb.weights') ?? [1, 0];
  const hidden = settle('hidden_size', D);
  const name = settings.name ?? officialNames[architectureFrom(tensors)];
  const architecture = architectureOf(name);
  const level = architecture === 'transformer' ? 'H_level' : 'L_level';
  const mlp = settle('mlp_t', shape(`${level}.layers.0.mlp_t.down_proj.weight`) !== undefined);
  const learned = shape('embed_pos.embedding_weight');
  const embedding = settle('puzzle_emb_ndim', E);
  const highLayers = layers('H_level');
  const hasNoFreeSlots = embedding === 0 || architecture === 'hrm' || architecture === 'transformer';
  const filled = hasNoFreeSlots ? Math.ceil(embedding / hidden) : undefined;
  const positions = learned?.[0] ?? shape(`${level}.layers.0.mlp_t.down_proj.weight`)?.[0];
  // Of the positions the tensors tell the sum: slots and cells.
  const sum =
    positions !== undefined && settings.seq_len !== undefined ? positions - settings.seq_len : undefined;
  const told = filled ?? sum;
  const [likely, why] =
    positions === undefined
      ? [16, DEFAULT]
      : [
          likelySlots(positions, V, Math.ceil(embedding / hidden)),
          `so that the puzzles are known: the tensors tell only the ${positions} positions of both`,
        ];
  const slots = settle('puzzle_emb_len', told, likely, why);
  const rest = positions === undefined ? undefined : positions - slots;
  const known = told !== undefined || settings.puzzle_emb_len !== undefined;
  const cells = known ? settle('seq_len', rest) : settle('seq_len', undefined, rest, why);
  const inner = shape(`${level}.layers.0.mlp.down_proj.weight`)?.[1];
  const usual = inner === swigluWidth(hidden, 4) ? 4 : undefined;
  const official: OfficialConfig = {
    name,
    seq_len: cells,
    vocab_size: settle('vocab_size', V),
    num_puzzle_identifiers: settle('num_puzzle_identifiers', N),
    puzzle_emb_ndim: embedding,
    puzzle_emb_len: slots,
    hidden_size: hidden,
    mlp_t: mlp,
    L_layers: settle('L_layers', layers(level)),
    ...(highLayers > 0 && { H_layers: settle('H_layers', highLayers) }),
    expansion: settle('expansion', usual ?? (inner && (1.5 * inner) / hidden)),
    pos_encodings: settle('pos_encodings', learned ? 'learned' : mlp ? 'none' : undefined, 'rope'),
    num_heads: mlp ? (settings.num_heads ?? 8) : settle('num_heads', undefined, 8),
    H_cycles: settle('H_cycles', undefined, highLayers > 0 ? 2 : 3),
    L_cycles: settle('L_cycles', undefined, highLayers > 0 ? 2 : 6),
    ...(settings.rms_norm_eps && { rms_norm_eps: settings.rms_norm_eps }),
    ...(settings.rope_theta && { rope_theta: settings.rope_theta }),
    ...(settings.no_ACT_continue === false && { no_ACT_continue: false }),
    ...(settings.mixer && { mixer: settings.mixer }),
    ...(settings.gate_norm && { gate_norm: true }),
    ...(settings.answer_layers && { answer_layers: settings.answer_layers }),
    ...(settings.swiglu_multiple && { swiglu_multiple: settings.swiglu_multiple }),
  };
  return { official, notes };
}

/** The puzzle slots of which the other positions are a known puzzle of V tokens: the official 16, else the fewest. */
function likelySlots(positions: number, V: number | undefined, least: number): number | undefined {
  const counts = assumedFamilies()
    .filter(({ cells, vocabulary }) => vocabulary === V && positions - cells >= least)
    .map(({ cells }) => positions - cells);
  return counts.includes(16) ? 16 : counts.sort((a, b) => a - b)[0];
}
