/** What the browser keeps for this tab until it is closed: a reload brings it back. */

/** @returns whether the browser keeps it: some have no storage, and there may be no room. What was there before is gone. */
export function keepInTab(key: string, value: unknown): boolean {
  try {
    sessionStorage.removeItem(key); // rather nothing than what was there before
    sessionStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** What was kept, which another edition of the page may have written; undefined where there is nothing. */
export function keptInTab(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key)!) ?? undefined;
  } catch {
    return undefined;
  }
}
