/** Where what can be made or downloaded again is kept for this user. */

import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

let isTold = false;

/**
 * `TRM_CACHE`, else `tiny-recursive-model` in the user's cache folder: XDG_CACHE_HOME, ~/.cache, on macOS ~/Library/Caches.
 * Without a home (`HOME=`, as services are started) a folder of this user's beside other temporary ones, which is said once.
 */
export function userCache(env = process.env, platform = process.platform, home = homedir()): string {
  const name = 'tiny-recursive-model';
  if (env.TRM_CACHE) return env.TRM_CACHE;
  // What is relative is not valid (XDG Base Directory Specification).
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, name);
  if (isAbsolute(home))
    return join(home, ...(platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), name);
  const folder = join(tmpdir(), `${name}-${userInfo().username}`);
  if (!isTold)
    process.emitWarning(
      `no home folder (HOME): what is made or downloaded is kept in ${folder}; TRM_CACHE names another`,
    );
  isTold = true;
  return folder;
}
