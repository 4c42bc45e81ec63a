/** The words of the paper, each with what it is, the numbers of the run, and the section of arXiv 2510.04871v1 that says it. */

import type { Depth } from '../recursions.ts';

export const links = {
  paper: 'https://arxiv.org/abs/2510.04871',
  code: 'https://github.com/SamsungSAILMontreal/TinyRecursiveModels',
} as const;

/** What the page calls the halting probability. */
export const believes = 'believes it is right';

export function Words({ depth }: { depth: Depth }) {
  const { cycles, latentSteps, supervisionSteps } = depth;
  const words = [
    ['question x', 'The puzzle as it was given: a token for each cell. It never changes.', '4.2'],
    [
      'answer y',
      'What the model would answer now: a vector for each cell, from which its digit is read.',
      '4.2',
    ],
    ['latent z', 'The thinking: a vector for each cell that nobody reads but the network itself.', '4.2'],
    [
      'refinement',
      `z = f(x + y + z), n times: ${latentSteps} here. It thinks without writing. The page calls each of them a recursion.`,
      '4.2',
    ],
    ['cycle', `n refinements, then y = f(y + z): it writes. T cycles make a look: ${cycles} here.`, '4.1'],
    [
      'supervision step',
      `A look: T cycles, after which training corrects it. Up to ${supervisionSteps} here; y and z are carried over to the next.`,
      '2.4',
    ],
    [
      'halting',
      'How much it believes that it is right: a number that it gives with each answer. Training goes on to the next puzzle at one half.',
      '4.6',
    ],
  ] as const;
  return (
    <div class="words">
      <h3>In the paper's words</h3>
      <dl>
        {words.map(([word, meaning, section]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>
              {meaning} <span class="note">§{section}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="note">
        § are sections of <a href={links.paper}>the paper</a>.
      </p>
    </div>
  );
}
