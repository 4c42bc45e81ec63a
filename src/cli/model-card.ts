/**
 * A model card from what a run knows of itself: nothing is said that was not recorded. The part between the dashes is what
 * the hub reads (https://huggingface.co/docs/hub/model-cards).
 */
import { stringify } from 'yaml';
import type { Evaluation } from '../evaluate/evaluate.ts';
import { layoutOf } from '../inference/weights.ts';
import type { Checkpoint } from '../train/checkpoint.ts';

export interface CardFacts {
  /** `owner/name` */
  readonly repository: string;
  readonly checkpoint: Checkpoint;
  /** What the puzzles are, as `Sudoku 9x9`. */
  readonly puzzles: string;
  /** Names of the dataset's folders; none where they are not known. */
  readonly data: readonly string[];
  /** Of this checkpoint, where its run has one. */
  readonly evaluation?: Pick<Evaluation, 'exact' | 'exactInterval' | 'cell' | 'examples'> | undefined;
  /** What its maker said of it. */
  readonly note?: string | undefined;
  /** Where it was trained. */
  readonly hardware?: string | undefined;
  /** The duration in words. */
  readonly trained?: string | undefined;
  readonly version: string;
  /** SPDX identifier; left out when omitted. */
  readonly license?: string | undefined;
  /** Whether a picture of the curves goes along. */
  readonly curves: boolean;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

export function modelCard(facts: CardFacts): string {
  const { repository, checkpoint, puzzles, trained, hardware, version } = facts;
  const { config, state } = checkpoint;
  const { count } = layoutOf(checkpoint.model.parameters);
  const isTrained = state.step > 0; // imported weights bring a model, and no settings of training
  const recipe = isTrained
    ? `The settings, also as recipe.yaml:\n\n\`\`\`yaml\n${stringify(config)}`
    : `The model:\n\n\`\`\`yaml\n${stringify({ model: config.model })}`;
  const made = [
    isTrained && `${state.step} training steps`,
    trained && `${trained} of training`,
    hardware && `on ${hardware}`,
    `tiny-recursive-model ${version}`,
  ];
  const sections = [
    `---\n${stringify(metadata(facts))}---\n`,
    `# ${repository.split('/')[1]}\n`,
    `A [Tiny Recursive Model](https://arxiv.org/abs/2510.04871) of ${count.toLocaleString('en')} weights for ${puzzles}, trained with the npm package tiny-recursive-model: ${made.filter(Boolean).join(', ')}.\n`,
    `## Accuracy\n\n${accuracy(facts)}\n`,
    facts.curves && '## Curves\n\n![loss and accuracy over the training steps](curves.svg)\n',
    `## Use\n\n\`\`\`sh\nnpx -p tiny-recursive-model trm solve hf:${repository} FILE\n\`\`\`\n\n\`\`\`ts\nimport { load } from 'tiny-recursive-model';\n\nconst model = await load('hf:${repository}');\nconst { answer, halting, valid } = await model.solve(puzzle);\n\`\`\`\n`,
    `## Recipe\n\n${dataset(facts)}${recipe}\`\`\`\n`,
  ];
  return sections.filter(Boolean).join('\n');
}

function metadata({ repository, evaluation, data, puzzles, license }: CardFacts): object {
  const name = repository.split('/')[1];
  return {
    library_name: 'tiny-recursive-model',
    tags: ['tiny-recursive-model', 'recursive-reasoning', 'puzzles'],
    ...(license !== undefined && { license }),
    ...(evaluation && {
      'model-index': [
        {
          name,
          results: [
            {
              task: { type: 'other', name: 'puzzle solving' },
              dataset: { type: 'other', name: data.join(', ') || puzzles },
              metrics: [{ type: 'accuracy', name: 'puzzles solved', value: evaluation.exact }],
            },
          ],
        },
      ],
    }),
  };
}

function accuracy({ evaluation, checkpoint: { selection, config }, note }: CardFacts): string {
  if (!evaluation) return note ?? 'Not measured in its run.';
  const { exact, exactInterval, cell, examples } = evaluation;
  const [low, high] = exactInterval;
  const split = selection?.split === 'validation' ? 'validation' : 'test';
  const chosen = selection
    ? `\n\nThe checkpoint was chosen by its accuracy on these puzzles, so the figure is a little too good.`
    : '';
  return `${percent(exact)} of ${examples} ${split} puzzles have every cell right (95 % interval ${percent(low)} to ${percent(high)}), ${percent(cell)} of the cells, after ${config.supervisionSteps} supervision steps.${chosen}`;
}

function dataset({ data, checkpoint: { family } }: CardFacts): string {
  const lines = [
    ...(data.length > 0 ? [`Dataset: ${data.join(', ')}.`] : []),
    ...(family ? [`Its puzzles: \`${JSON.stringify(family)}\`.`] : []),
  ];
  return lines.length > 0 ? `${lines.join(' ')} ` : '';
}
