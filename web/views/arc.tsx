import type { ModelInfo } from '../worker.ts';

export function ArcView({ models }: { models: readonly ModelInfo[] }) {
  return <p>{models.length}</p>;
}
