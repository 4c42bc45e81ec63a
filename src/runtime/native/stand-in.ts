/** Two engines as one: the second computes the graphs that the first does not compile. */

import { type Backend, type Program, wholeGraph } from '../backend.ts';

/**
 * @param other opened when it is first needed.
 * @param onFirst hears once, of the first graph that it stands in for.
 */
export function withStandIn(
  first: Backend,
  other: () => Promise<Backend>,
  onFirst: (graph: string, reason: string) => void,
): Backend {
  let opened: Promise<Backend> | undefined;
  return {
    ...first,
    async compile(graph, options): Promise<Program> {
      try {
        return await first.compile(graph, options);
      } catch (error) {
        if (!opened) onFirst(wholeGraph(graph).name, (error as Error).message);
        opened ??= other();
        return (await opened).compile(graph, options);
      }
    },
  };
}
