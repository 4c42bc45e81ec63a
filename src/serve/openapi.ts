/** The server described as OpenAPI 3.1, for clients that are generated and for people's tools. */
import * as z from 'zod';
import { askedSchema } from '../evaluate/thinking-settings.ts';

export interface Described {
  readonly version: string;
  readonly maxPuzzles: number;
  /** Characters or numbers of a puzzle, at most. */
  readonly longest: number;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const content = (type: string, schema: object) => ({ content: { [type]: { schema } } });
const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };

const errorBody = {
  type: 'object',
  required: ['code', 'message'],
  properties: { code: text, message: text, fix: { ...text, description: 'what to do' } },
};

const solution = {
  type: 'object',
  required: ['answer', 'halting', 'steps', 'candidates', 'valid', 'restored', 'notes', 'tokens'],
  properties: {
    answer: { ...text, description: 'one line' },
    halting: { type: 'number', description: 'probability that the model gives to the answer being right' },
    steps: { ...count, description: 'supervision steps taken, of all candidates together' },
    candidates: { ...count, description: 'among whose answers it was chosen' },
    valid: {
      type: ['boolean', 'null'],
      description: 'whether it satisfies the rules; null where none are known',
    },
    restored: {
      ...count,
      description: 'givens that the model had overwritten, and that the answer has again',
    },
    notes: {
      type: 'array',
      items: text,
      description:
        'of the question: that it was read from a program, has several answers, or is unlike those of training',
    },
    tokens: { type: 'array', items: { type: 'integer' } },
    answers: {
      type: 'array',
      description: 'where several were asked for: the different ones, those that came most often first',
      items: {
        type: 'object',
        required: ['answer', 'valid', 'count', 'halting', 'tokens'],
        properties: {
          answer: text,
          valid: { type: ['boolean', 'null'] },
          count: { ...count, description: 'starts that came to it' },
          halting: { type: 'number', description: 'the mean over those' },
          tokens: { type: 'array', items: { type: 'integer' } },
        },
      },
    },
  },
};

const health = {
  type: 'object',
  required: ['status', 'puzzle', 'cells', 'vocabulary', 'engine', 'device', 'waiting', 'solved', 'seconds'],
  properties: {
    status: { const: 'ok' },
    model: text,
    version: text,
    puzzle: { type: ['object', 'null'], description: 'what the puzzles are' },
    cells: count,
    vocabulary: count,
    puzzleEmbeddingRows: count,
    engine: text,
    device: text,
    waiting: { ...count, description: 'puzzles that no row has taken yet' },
    solved: { ...count, description: 'puzzles' },
    seconds: { ...count, description: 'since it began' },
  },
};

/** The document of a handler with these limits. */
export function openApi({ version, maxPuzzles, longest }: Described): object {
  const settings = ref('Settings');
  const unread = { description: 'may stand there, and is not read' };
  const request = {
    oneOf: [
      closed({ puzzle: ref('Puzzle'), solution: unread, settings }, ['puzzle']),
      closed(
        {
          puzzles: { type: 'array', items: ref('Puzzle'), minItems: 1, maxItems: maxPuzzles },
          solutions: unread,
          settings,
        },
        ['puzzles'],
      ),
    ],
  };
  const solutions = {
    type: 'object',
    required: ['solutions'],
    properties: {
      solutions: {
        type: 'array',
        items: { oneOf: [ref('Solution'), ref('Error')] },
        description: 'in the order of the puzzles, an error in the place of a bad one',
      },
    },
  };
  const cell = { type: ['integer', 'string', 'null'], description: '0, an empty text or null: a blank' };
  const cells = { type: 'array', maxItems: longest };
  const failed = { description: 'refused or failed', ...content('application/json', ref('Error')) };
  const get = (summary: string, type: string, schema: object) => ({
    get: { summary, responses: { 200: { description: summary, ...content(type, schema) }, default: failed } },
  });
  const { $schema: _, ...settingsSchema } = z.toJSONSchema(askedSchema, {
    io: 'input',
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Tiny Recursive Model', version },
    paths: {
      '/solve': {
        post: {
          summary: 'Solve one puzzle or several',
          requestBody: { required: true, ...content('application/json', request) },
          responses: {
            200: {
              description: 'the answer of one puzzle, or of several',
              ...content('application/json', { oneOf: [ref('Solution'), solutions] }),
            },
            default: failed,
          },
        },
      },
      '/health': get('What the model is, and how it does', 'application/json', ref('Health')),
      '/metrics': get('Counters in the text format of Prometheus', 'text/plain', text),
      '/openapi.json': get('This document', 'application/json', { type: 'object' }),
      '/': get('How to ask', 'text/plain', text),
    },
    components: {
      schemas: {
        Puzzle: {
          description:
            "a text in any form that is read, a list of cells or of rows, or the model's own tokens",
          anyOf: [
            { type: 'string', maxLength: longest },
            { ...cells, items: { anyOf: [cell, { ...cells, items: cell }] } },
            closed({ tokens: { ...cells, items: { type: 'integer' } } }, ['tokens']),
          ],
        },
        Settings: { ...settingsSchema, description: "in place of the server's own, within its bounds" },
        Solution: solution,
        Health: health,
        Error: { type: 'object', required: ['error'], properties: { error: errorBody } },
      },
    },
  };
}

/** An object of these properties and no others. */
function closed(properties: object, required: readonly string[]) {
  return { type: 'object', required, properties, additionalProperties: false };
}
