/** The C compiler of this machine: which one there is, and turning a source into a library with it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { onExit } from 'signal-exit';
import type { Source } from '../../compiler/c/render.ts';
import { TrmError } from '../../errors.ts';

/** A compiler that was asked for its name. */
export interface Compiler {
  /** The program and what belongs to it, as `ccache gcc`. */
  readonly command: readonly string[];
  /** `gcc 12.2.0` */
  readonly name: string;
  /** What it says of itself: part of what a compiled library depends on. */
  readonly version: string;
  /** What CC names, and why that was not taken, in words. */
  readonly passedOver?: string | undefined;
}

/** Milliseconds in which a compiler says its name, and a program of a few lines ends. */
const ANSWER = 10_000;

/** Stack of a function at most, bytes: half of what work may keep there in all (c/team.h). */
const FRAME = 512 * 1024;

/**
 * NaN and infinity keep their meaning (no -ffast-math): training stops on them. What is given up are error numbers and
 * floating-point traps, which nobody reads.
 */
const flags = [
  ...['-std=gnu11', '-O2', '-fPIC', '-pipe', '-pthread'],
  ...['-fno-math-errno', '-fno-trapping-math', '-ffp-contract=fast'],
  `-Wframe-larger-than=${FRAME}`,
  `-Werror=frame-larger-than=${FRAME}`,
];

/** What a compiler is called with, without files. `TRM_NATIVE_FLAGS` comes last and so decides. */
export function flagsOf({ name }: Compiler, extra = process.env.TRM_NATIVE_FLAGS ?? ''): string[] {
  const arm = process.arch === 'arm64' || process.arch === 'arm';
  const native = name.startsWith('clang') && arm ? '-mcpu=native' : '-march=native';
  return [...flags, native, ...words(extra)];
}

/**
 * The error of flags that ask for the address or the thread sanitizer in a process that began without it: such a library ends the
 * process where it is loaded. (The tests begin one with it.)
 */
export function missingSanitizer(
  { TRM_NATIVE_FLAGS: flags = '', LD_PRELOAD = '', DYLD_INSERT_LIBRARIES = '' } = process.env,
): TrmError | undefined {
  const [, kind] = /-fsanitize=\S*(address|thread)/.exec(flags) ?? [];
  if (kind === undefined) return undefined;
  const library = { address: 'asan', thread: 'tsan' }[kind]!;
  if (`${LD_PRELOAD} ${DYLD_INSERT_LIBRARIES}`.includes(library)) return undefined;
  const fix = `begin it with LD_PRELOAD="$(gcc -print-file-name=lib${library}.so)", or leave -fsanitize=${kind} out`;
  return new TrmError('runtime', `the ${kind} sanitizer is not in this process`, {
    key: 'TRM_NATIVE_FLAGS',
    fix,
  });
}

/** The first that works of the environment's CC, cc, gcc and clang; else why none does, in words. */
export async function findCompiler(
  env = process.env,
  platform = process.platform,
  patience = ANSWER,
): Promise<Compiler | string> {
  if (platform === 'win32') return 'no C compiler is looked for on Windows';
  const tried: string[] = [];
  for (const candidate of new Set([env.CC ?? '', 'cc', 'gcc', 'clang'])) {
    const command = words(candidate);
    if (command.length === 0) continue;
    const answer = await output([...command, '--version'], '', patience);
    const name = typeof answer === 'string' ? nameOf(answer) : undefined;
    if (typeof answer === 'string' && name)
      return { command, name, version: answer, passedOver: env.CC && tried[0] };
    tried.push(`${candidate} ${typeof answer === 'string' ? 'is neither GCC nor clang' : answer.why}`);
  }
  return `no C compiler: ${tried.join(', ')}`;
}

/** `gcc 12.2.0` or `clang 16.0.6`, from what `--version` prints; undefined for any other compiler. */
export function nameOf(version: string): string | undefined {
  const clang = /clang version (\d[\d.]*)/.exec(version);
  if (clang) return `clang ${clang[1]}`;
  const gcc = /^.*?\) (\d[\d.]*)/.exec(version); // behind the distributor's name, whose version may be another
  return gcc && version.includes('Free Software Foundation') ? `gcc ${gcc[1]}` : undefined;
}

/**
 * Compiles a source to a library, or to a program; in its pieces side by side where there are cores for them.
 *
 * @param include folder of what it includes by name.
 * @param file beside which its pieces lie, FILE.1 and so on: they stay.
 * @throws TrmError `runtime` with the compiler's first error.
 */
export async function compile(
  compiler: Compiler,
  { text, units }: Source,
  include: string,
  file: string,
  kind: 'library' | 'program' = 'library',
): Promise<void> {
  const run = async (args: readonly string[], input = '') => {
    const done = await output([...compiler.command, ...flagsOf(compiler), ...args], input);
    if (typeof done !== 'string') throw failure(compiler, done.why, done.cause);
  };
  const to = [...(kind === 'library' ? ['-shared'] : []), '-o', file];
  const from = ['-I', include, '-x', 'c', '-'];
  if (units === 1 || availableParallelism() === 1) return run([...to, ...from, '-lm'], text);
  const pieces = Array.from({ length: units }, (_, i) => `${file}.${i + 1}`);
  const done = await Promise.allSettled(
    pieces.map((piece, i) => run([`-DUNIT=${i + 1}`, '-c', '-o', piece, ...from], text)),
  );
  for (const one of done) if (one.status === 'rejected') throw one.reason;
  return run([...to, ...pieces, '-lm']);
}

/** Runs a program that it compiled, in a process that may die of it. @throws TrmError `runtime` where it fails. */
export async function tryOut(compiler: Compiler, file: string): Promise<void> {
  const done = await output([file], '', ANSWER);
  if (typeof done !== 'string')
    throw failure(compiler, `made a program that ${done.why} on this CPU`, done.cause);
}

/** What stops a compiler that is there, by what it says of it; and the cure. */
const cures: readonly (readonly [RegExp, string])[] = [
  [
    /\.h['"]?:? (No such file|file not found)|cannot find (-l(c|m|pthread)\b|\S*crt\w+\.o)/,
    'install the C library with its headers (libc6-dev, glibc-devel, musl-dev)',
  ],
  [/cannot execute|error trying to exec|unable to execute/, 'install the compiler whole, with binutils'],
  [/temporary file/, 'set TMPDIR to a folder that takes files'],
  [/No space left/, 'free some space on the disk'],
  [/failed to map segment|not permitted/, 'set TRM_CACHE to a folder from which programs may run'],
];

/**
 * The error of a compiler that did not make what it should, with what may help: what it lacks by its own words, and what
 * the environment adds to its call.
 *
 * @param what it did, as `failed (…)`.
 */
export function failure(
  compiler: Compiler,
  what: string,
  cause?: unknown,
  { CC = '', TRM_NATIVE_FLAGS: flags = '' } = process.env,
): TrmError {
  const named = compiler.command.join(' ') === words(CC).join(' ') ? { CC } : {};
  const given = { ...named, ...(flags !== '' && { TRM_NATIVE_FLAGS: flags }) };
  const settings = Object.entries(given).map(([name, value]) => `${name}="${value}"`);
  const fixes = [
    ...cures.flatMap(([says, cure]) => (says.test(what) ? [cure] : [])),
    ...Object.keys(given).map((name) => `correct or unset ${name}`),
  ];
  const message = [compiler.name, ...(settings.length > 0 ? [`with ${settings.join(' and ')}`] : []), what];
  return new TrmError('runtime', message.join(' '), {
    ...(fixes.length > 0 && { fix: fixes.join(', or ') }),
    cause,
  });
}

interface Failure {
  readonly why: string;
  readonly cause?: unknown;
}

/**
 * What a program prints; where it fails, why. It gets a process group of its own: Ctrl-C is this process's to answer, which
 * may well finish what it began. Where that ends it, so do the program and all that it started.
 */
function output(
  [program, ...args]: readonly string[],
  input: string,
  timeout = 0,
): Promise<string | Failure> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn(program!, args, { env, detached: true });
    const ended = onExit(() => endGroup(child));
    const late = timeout > 0 ? setTimeout(() => giveUp(), timeout) : undefined;
    const forget = () => {
      ended();
      clearTimeout(late);
    };
    /** What it began may live on and hold the pipes: that is waited for no more. */
    const giveUp = () => {
      endGroup(child);
      forget();
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
      resolve({ why: `did not end within ${timeout / 1000} s` });
    };
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      forget();
      resolve({ why: cause.code === 'ENOENT' ? 'is not there' : `does not start (${cause.code})`, cause });
    });
    child.once('close', (status, signal) => {
      forget();
      if (status === 0) resolve(stdout);
      else resolve({ why: signal ? `was ended by ${signal}` : `failed (${firstError(stderr) ?? status})` });
    });
    child.stdin.on('error', () => {}); // it ended before it had read all; its status says why
    child.stdin.end(input);
  });
}

/** SIGTERM lets a compiler remove its own temporary files. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {} // it has just ended
}

function firstError(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const error = lines.find((line) => /error/i.test(line) && !line.startsWith('collect2'));
  return (error ?? lines[0])?.trim();
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
