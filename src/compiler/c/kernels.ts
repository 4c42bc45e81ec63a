/** The C function of a call. */

import { sizeOf } from '../../shape.ts';
import type { Call, Nest, Place } from '../program.ts';
import { cTypes, literal } from './expressions.ts';
import { type Kernel, renderLoop } from './loop.ts';

export function kernelOf(call: Exclude<Call, Nest>): Kernel {
  switch (call.kind) {
    case 'loop':
      return renderLoop(call);
    case 'product': {
      const { m, n, k, s, scale, accumulate, batch } = call;
      const packed = (place: Place) => (place.buffer.home.kind === 'packed' ? 1 : 0);
      const loops = batch.map(({ size }, i) => `for (long i${i} = 0; i${i} < ${size}; i${i}++)`);
      const count = sizeOf(batch.map(({ size }) => size));
      const at = (name: 'a' | 'b' | 'c') =>
        [name, ...batch.flatMap((axis, i) => (axis[name] === 0 ? [] : [`i${i} * ${axis[name]}`]))].join(
          ' + ',
        );
      const item = batch
        .map((_, i) => `i${i}`)
        .reduce((sum, index, i) => (i === 0 ? index : `(${sum}) * ${batch[i]!.size} + ${index}`), '0');
      const fields = [
        `.m = ${m.size}, .n = ${n.size}, .k = ${k.size}, .s = ${s.size}`,
        `.a_m = ${m.a}, .a_k = ${k.a}, .a_s = ${s.a}, .b_k = ${k.b}, .b_n = ${n.b}, .b_s = ${s.b}, .c_m = ${m.c}`,
        `.scale = ${literal(scale, 'float32')}, .accumulate = ${Number(accumulate)}, .a_packed = ${packed(call.a)}, .b_packed = ${packed(call.b)}`,
      ];
      const whole = `product(&p, ${at('a')}, ${at('b')}, ${at('c')}`;
      return {
        text: `(const float *a, const float *b, float *c, int part, int parts) {
  static const struct product p = { ${fields.join(',\n    ')} };
  ${
    count === 1
      ? `${whole}, part, parts);`
      : `if (${count} >= 2 * parts) {
    ${loops.join('\n    ')} if ((${item}) % parts == part) ${whole}, 0, 1);
  } else {
    ${loops.join('\n    ')} ${whole}, part, parts);
  }`
  }
}
`,
        pointers: [call.a, call.b, call.c],
      };
    }
    case 'pack': {
      const { side, width, depth } = call;
      return {
        text: `(const float *from, float *to, int part, int parts) {
  pack_${side}(to, from, ${width.size}, ${depth.size}, ${width.stride}, ${depth.stride}, part, parts);
}
`,
        pointers: [call.from, call.to],
      };
    }
    case 'gather': {
      const type = cTypes[call.table.buffer.dtype];
      return {
        text: `(const ${type} *table, const int *indices, ${type} *to, int part, int parts) {
  for (long i = ${call.count}L * part / parts; i < ${call.count}L * (part + 1) / parts; i++) {
    long index = indices[i] < 0 ? 0 : indices[i] < ${call.rows} ? indices[i] : ${call.rows - 1};
    memcpy(to + i * ${call.row}, table + index * ${call.row}, ${call.row} * sizeof(${type}));
  }
}
`,
        pointers: [call.table, call.indices, call.to],
      };
    }
    case 'argMax': {
      const type = cTypes[call.from.buffer.dtype];
      const items = call.outer * call.inner;
      return {
        text: `(const ${type} *from, int *to, int part, int parts) {
  for (long i = ${items}L * part / parts; i < ${items}L * (part + 1) / parts; i++) {
    const ${type} *x = from + i / ${call.inner} * ${call.length * call.inner} + i % ${call.inner};
    int best = 0;
    for (int j = 1; j < ${call.length}; j++)
      if (x[j * ${call.inner}L] > x[best * ${call.inner}L]) best = j;
    to[i] = best;
  }
}
`,
        pointers: [call.from, call.to],
      };
    }
  }
}
