/** Where models come from: run folders and files on this machine, the package's own, and repositories on the hub. */

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HubOptions, hubCache, hubFile, hubFiles } from '../../data/builders/hub.ts';
import { readYaml } from '../../data/node/yaml.ts';
import { TrmError } from '../../errors.ts';
import { nearMiss } from '../../suggest.ts';
import { type ModelFile, readModel } from '../model-file.ts';
import { noArcModel } from '../no-arc-model.ts';
import { type OfficialSettings, parseOfficialSettings } from '../official-config.ts';
import { withFile } from './file-source.ts';
import {
  type CheckpointName,
  checkpointFile,
  checkpointNames,
  modelFileAt,
  modelFiles,
} from './run-checkpoint.ts';

/** The package's own models/, beside src/ as beside dist/. */
const shipped = fileURLToPath(new URL('../../../models', import.meta.url));

/**
 * The local path of a source: a file or folder, the name of a shipped model, or on the hub `hf:owner/name` or
 * `hf:owner/name/FILE`, which is downloaded once, with the config beside it.
 *
 * @throws TrmError `usage` when there is no such thing, or the repository has no model file or more than one, `io` when
 *   it cannot be reached.
 */
export async function resolveSource(source: string, options: HubOptions = {}): Promise<string> {
  if (!source.startsWith('hf:')) return existsSync(source) ? source : shippedModel(source);
  const { repository, path } = onHub(source) ?? {};
  if (repository === undefined)
    throw new TrmError('usage', 'expected hf:owner/name or hf:owner/name/FILE', { key: source });
  const model = { ...options, type: 'model' } as const;
  const folder = hubCache(repository, model);
  const cached = chooseModel(filesUnder(folder), path);
  if (cached.length === 1) return join(folder, cached[0]!);
  const paths = await hubFiles(repository, model);
  const [chosen, ...others] = chooseModel(paths, path);
  if (chosen === undefined || others.length > 0) {
    throw new TrmError('usage', chosen ? 'it has several models' : 'it has no such model file', {
      key: source,
      fix: `name one of ${(chosen ? [chosen, ...others] : paths).slice(0, 10).join(', ')} behind hf:${repository}/`,
    });
  }
  // The config first: a model in the cache has its config there too.
  for (const config of configsBeside(chosen))
    if (paths.includes(config)) await hubFile(repository, config, model);
  return hubFile(repository, chosen, model);
}

/** What `hf:owner/name` or `hf:owner/name/FILE` names; undefined for anything else, as `hf:../..`, which is no name. */
export function onHub(source: string): { repository: string; path?: string | undefined } | undefined {
  const [, repository, path] = /^hf:(\w[\w.-]*\/\w[\w.-]*)(?:\/(.+))?$/.exec(source) ?? [];
  return repository === undefined ? undefined : { repository, path };
}

/** Where the weights lie that come with the package, by their names. */
export function shippedModels(): ReadonlyMap<string, string> {
  const files = readdirSync(shipped).filter((file) => file.endsWith('.safetensors'));
  return new Map(files.sort().map((file) => [basename(file, '.safetensors'), join(shipped, file)]));
}

/** Whether a source is called as models are, or is the folder of a run: something else is not meant by it. */
export function isModelName(source: string): boolean {
  if (source.startsWith('hf:') || /\.(safetensors|onnx|pt|pth|ckpt)$/i.test(source)) return true;
  return existsSync(source) ? existsSync(checkpointFile(source, 'last')) : shippedModels().has(source);
}

/** Where model files lie that were downloaded, by what names them: `hf:owner/name/FILE`. */
export function cachedModels(options: HubOptions = {}): ReadonlyMap<string, string> {
  const folder = hubCache('', { ...options, type: 'model' });
  const paths = modelFiles(filesUnder(folder))
    .filter((path) => path.split('/').length > 2)
    .sort();
  return new Map(paths.map((path) => [`hf:${path}`, join(folder, path)]));
}

function shippedModel(name: string): string {
  const models = shippedModels();
  const file = models.get(name);
  if (file !== undefined) return file;
  const names = [...models.keys()];
  const meant = nearMiss(name, names);
  const known = `give the folder that trm train --out made, a checkpoint file, hf:owner/name, or one of ${names.join(', ')}`;
  throw new TrmError('usage', 'no such run or model', {
    file: name,
    fix: /arc/i.test(basename(name)) ? noArcModel : meant ? `did you mean ${meant}? Or ${known}` : known,
  });
}

/** The models among a repository's paths, one where the choice is clear. */
function chooseModel(paths: readonly string[], wanted: string | undefined): string[] {
  if (wanted !== undefined) return paths.filter((path) => path === wanted);
  const models = modelFiles(paths);
  const usual = models.find((path) => /^(checkpoint|model)\.safetensors$/.test(path));
  return usual === undefined ? models : [usual];
}

/** Complete files under a folder, as posix paths; none when there is no folder. */
function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && !entry.name.includes('.partial-')
      ? [
          join(entry.parentPath, entry.name)
            .slice(folder.length + 1)
            .replaceAll('\\', '/'),
        ]
      : [],
  );
}

/** Where the config of a model file may stand: an export's, or the official code's for a whole folder. */
function configsBeside(path: string): string[] {
  return [`${path}.yaml`, posix.join(posix.dirname(path), 'all_config.yaml')];
}

/** The config that stands beside a model file. */
export function configBeside(file: string): string | undefined {
  return [`${file}.yaml`, join(dirname(file), 'all_config.yaml')].find((path) => existsSync(path));
}

/**
 * Reads a model file of any format, with the config that stands beside it.
 *
 * @param settings official keys that come before those of the config.
 * @param key of the state dict in a PyTorch file with several, as `ema` or `ema.shadow`.
 * @throws TrmError `io`, `config` or `checkpoint`.
 */
export function loadModel(
  file: string,
  settings: OfficialSettings = {},
  config?: string,
  key?: string,
): ModelFile {
  const used = config ?? configBeside(file);
  const known = used === undefined ? {} : parseOfficialSettings(readYaml(used), used);
  const read = withFile(file, (source) => readModel(source, { ...known, ...settings }, file, key));
  return read.kind === 'checkpoint' || used === undefined
    ? read
    : { ...read, notes: [`config: ${basename(used)}`, ...read.notes] };
}

/** A model, and which of a run's checkpoints it is; of a file that says nothing. */
export interface ModelAt extends ModelFile {
  readonly name: CheckpointName | undefined;
}

/**
 * The same of a run's checkpoint, or of the file at a path. Where a run's best one is gone its last one is read, with a
 * warning; a run that was never evaluated has none.
 */
export function loadModelAt(path: string, name: CheckpointName): ModelAt {
  const file = modelFileAt(path, name);
  const found = checkpointNames.find((one) => file === checkpointFile(path, one));
  const read = { ...loadModel(file), name: found };
  const { bestExact, bestStep, state } = read.checkpoint;
  if (name !== 'best' || found !== 'last' || bestExact < 0) return read;
  const of = bestStep === undefined ? '' : ` of step ${bestStep}`;
  process.emitWarning(
    `${checkpointFile(path, 'best')}: the best checkpoint${of} is gone; taken is the last one, of step ${state.step}`,
  );
  return read;
}
