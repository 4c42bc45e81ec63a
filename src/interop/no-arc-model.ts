/** What can be done about ARC, of which no model is shipped: it would have a gigabyte, and days of training on GPUs. */
export const noArcModel =
  'no ARC model is shipped; train a small one on three tasks: trm data build arc --from examples/arc --augment 100 --compact --out datasets/arc-first, ' +
  'then trm train --config arc-small --data datasets/arc-first --out runs/arc-first; or use a checkpoint of the official code: hf:owner/name/FILE';
