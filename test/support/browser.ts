/**
 * The browser that pages are tried in: the one that CHROME_PATH names, else the Chromium from npm (Linux on x64), else one of
 * the system.
 *
 * @sparticuz/chromium is a headless shell with the libraries and the font that a bare machine lacks, and SwiftShader. It was
 * made for servers that run functions, so it unpacks into the temporary folder; here it is kept in node_modules.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BrowserProgram {
  readonly executablePath: string;
  /** What its processes need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder with `vk_swiftshader_icd.json` and Vulkan's loader, where it brings them. */
  readonly swiftshader?: string | undefined;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where browsers of the family are on this system. */
const places: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'microsoft-edge'].map(
    (name) => `/usr/bin/${name}`,
  ),
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)']].flatMap((folder) => [
    `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
    `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
  ]),
};

/** Finds a browser that runs. It is found once for all workers, which inherit the environment of the main process. */
export function findBrowser(): BrowserProgram | undefined {
  process.env.TRM_TEST_BROWSER ??= JSON.stringify(candidates().find(runs) ?? null);
  return JSON.parse(process.env.TRM_TEST_BROWSER) ?? undefined;
}

function candidates(): BrowserProgram[] {
  const chosen = process.env.CHROME_PATH;
  if (chosen !== undefined) return [{ executablePath: chosen, env: {} }];
  const own = places[process.platform] ?? [];
  return [
    ...(process.platform === 'linux' && process.arch === 'x64' ? [fromNpm()] : []),
    ...own.map((executablePath) => ({ executablePath, env: {} })),
  ];
}

/** Windows' browsers open a window when asked for their version. */
function runs({ executablePath, env }: BrowserProgram): boolean {
  if (!existsSync(executablePath)) return false;
  if (process.platform === 'win32') return true;
  const asked = spawnSync(executablePath, ['--version'], {
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
  return asked.status === 0;
}

function fromNpm(): BrowserProgram {
  const file = join(root, 'node_modules/@sparticuz/chromium/package.json');
  const { version } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { version: 'none' };
  const folder = join(root, 'node_modules/.cache', `chromium-${version}`);
  if (version !== 'none' && !existsSync(folder)) unpack(folder);
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      LC_ALL: 'en_US.UTF-8', // without a language it calls its own en-US@posix, which Intl refuses
    },
    swiftshader: folder,
  };
}

/** In a process of its own, whose temporary folder it is and which it takes for a server of functions: then it unpacks all. */
function unpack(folder: string): void {
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const program = "await (await import('@sparticuz/chromium')).default.executablePath()";
  const env = { ...process.env, TMPDIR: partial, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, env });
  const directories = `<dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir>`;
  writeFileSync(
    join(partial, 'fonts.conf'),
    `<?xml version="1.0"?><fontconfig>${directories}</fontconfig>\n`,
  );
  try {
    renameSync(partial, folder);
  } catch {
    rmSync(partial, { recursive: true }); // another process was faster
  }
}

export const browser = findBrowser();

/** Why the tests in a browser are skipped; empty when they are not. */
export const noBrowser = browser
  ? ''
  : ` (skipped: ${process.env.CHROME_PATH ?? 'no Chromium from npm nor of the system'} does not run)`;

/** Before the tests, so that the browser is unpacked once; after them the built playground goes (test/web/page.ts). */
export default function setup(): () => void {
  return () => rmSync(join(tmpdir(), 'trm-web'), { recursive: true, force: true });
}
