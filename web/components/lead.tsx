/** What is said at the head of the page: of any model how it works, and no more than holds for the one that is shown. */

import { builtIn } from '../built-in.ts';
import type { ModelInfo } from '../worker.ts';

interface LeadProps {
  /** The model that is shown; undefined where it is not known yet. */
  readonly model: Pick<ModelInfo, 'weights' | 'mixer' | 'proven'> | undefined;
  /** Whether a side looks from other sides where plain looks do not solve a puzzle: a search, which the rules end. */
  readonly looksAgain: boolean;
}

export function Lead({ model, looksAgain }: LeadProps) {
  const { weights, mixer, proven } = model ?? {};
  return (
    <div class="lead">
      <h1>
        {weights === undefined ? 'A small network' : `${rounded(weights)} weights`}
        {proven && !looksAgain && ', no search'}:{' '}
        {proven ? 'it looks again and corrects itself' : 'it looks again at what it wrote'}
      </h1>
      <p>
        This small network fills in the whole grid at once, looks at what it wrote, and{' '}
        {proven ? 'corrects' : 'changes'} it, again and again. {mixer && builtIn[mixer]}{' '}
        {proven &&
          looksAgain &&
          'Where the rules say that this has not solved a puzzle, it looks from other sides too.'}
      </p>
    </div>
  );
}

/** A count in words that are easily read: 528 thousand, 1.2 million. */
function rounded(count: number): string {
  if (count >= 999_500) return `${(count / 1e6).toFixed(1)} million`;
  return count >= 1000 ? `${Math.round(count / 1000)} thousand` : String(count);
}
