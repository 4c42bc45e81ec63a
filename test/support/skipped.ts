/** Ends a run of the tests with how many were skipped, and why, as their names say. */
import type { Reporter, TestModule } from 'vitest/node';

export default class Skipped implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const { fullName } of module.children.allTests('skipped')) {
        const reason = /\(skipped: (.*?)\)(?: >|$)|not on this machine: (.*)$/.exec(fullName);
        const why = reason?.[1] ?? reason?.[2] ?? 'not for this platform, or not chosen';
        counts.set(why, (counts.get(why) ?? 0) + 1);
      }
    }
    for (const [why, count] of counts)
      process.stdout.write(`skipped ${count} ${count === 1 ? 'test' : 'tests'}: ${why}\n`);
  }
}
