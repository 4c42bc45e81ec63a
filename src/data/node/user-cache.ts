/** Where what can be made or downloaded again is kept for this user. */

import { homedir } from 'node:os';
import { join } from 'node:path';

/** `TRM_CACHE`, else `tiny-recursive-model` in the user's cache folder: XDG_CACHE_HOME, ~/.cache, on macOS ~/Library/Caches. */
export function userCache(env = process.env, platform = process.platform): string {
  const caches = platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  return env.TRM_CACHE || join(env.XDG_CACHE_HOME || caches, 'tiny-recursive-model');
}
