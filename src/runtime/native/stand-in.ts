/** Two engines as one: the second computes the graphs that the first does not compile. */

import { type Backend, type Program, wholeGraph } from '../backend.ts';

/**
 * @param other opened when it is first needed.
 * @param onGraph hears of every graph that it stands in for, once.
 */
export function withStandIn(
  first: Backend,
  other: () => Promise<Backend>,
  onGraph: (graph: string, reason: string) => void,
): Backend {
  let opened: Promise<Backend> | undefined;
  const told = new Set<string>();
  return {
    ...first,
    async compile(graph, options): Promise<Program> {
      try {
        return await first.compile(graph, options);
      } catch (error) {
        const { name } = wholeGraph(graph);
        if (!told.has(name)) onGraph(name, (error as Error).message);
        told.add(name);
        opened ??= other();
        return (await opened).compile(graph, options);
      }
    },
  };
}
