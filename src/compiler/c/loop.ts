/**
 * A fused loop as a C function. Three forms:
 * - nothing is reduced: vectors along the innermost axis;
 * - the innermost axis is reduced (a norm over channels, softmax): passes over a row, vectors along it;
 * - others than the innermost are reduced (a norm over positions): passes over a block of columns, vectors across them.
 * Between the passes stand the reductions: what depends on one belongs to the next pass. Anything else, and what is not
 * float32, runs as plain C over single elements.
 */

import { sizeOf } from '../../shape.ts';
import { accessesOf, mapAccesses } from '../accesses.ts';
import type { Access, Loop, Member, Place, Reduction, Store } from '../program.ts';
import { costly } from '../scalars.ts';
import { cTypes, folded, literal, scalarExpression, vectorExpression } from './expressions.ts';

/** A C function. */
export interface Kernel {
  /** From its parameters on, without its name. */
  readonly text: string;
  /** What its pointers stand for. */
  readonly pointers: readonly Place[];
}

/** Elements of a row that one item computes, where nothing is reduced. */
const rowBlock = 2048;
/** Columns that are reduced together. */
const columnBlock = 64;
/** Floats of the widest vectors; blocks are whole numbers of them. */
const mostLanes = 16;
/** Partial sums of a long row are added up in blocks, which loses less. */
const sumBlock = 4096;

/** Floats of scratch on the stack, which is small on some threads. */
const mostScratch = 8192;

export function renderLoop(loop: Loop): Kernel {
  return new LoopWriter(merged(loop)).write();
}

/** Neighbouring axes behind one another in every access become one. */
function merged(loop: Loop): Loop {
  const axes = [...loop.axes];
  const reduced = [...loop.reduced];
  const strides = new Map(accessesOf(loop).map((access) => [access, [...access.strides]]));
  for (let axis = axes.length - 2; axis >= 0; axis--) {
    const size = axes[axis + 1]!;
    const together =
      reduced[axis] === reduced[axis + 1] &&
      [...strides.values()].every((own) => own[axis] === size * own[axis + 1]!);
    if (!together) continue;
    axes.splice(axis, 2, axes[axis]! * size);
    reduced.splice(axis, 1);
    for (const own of strides.values()) own.splice(axis, 1);
  }
  return { ...mapAccesses(loop, (access) => ({ ...access, strides: strides.get(access)! })), axes, reduced };
}

type Form = 'elements' | 'rows' | 'columns';

class LoopWriter {
  readonly #loop: Loop;
  #form: Form;
  /** Whether members are vectors. */
  readonly #vector: boolean;
  /** The axes that one pass runs over; the last one by vectors. */
  #inner: readonly number[];
  readonly #outer: readonly number[];
  readonly #pointers: Place[] = [];
  readonly #ids = new Map<Member, number>();
  readonly #levels = new Map<Member, number>();
  /** Members that a later pass reads from a scratch row, by its name. */
  readonly #kept = new Map<Member, string>();
  readonly #lines: string[] = [];

  constructor(loop: Loop) {
    this.#loop = loop;
    const all = loop.axes.map((_, axis) => axis);
    const reducedAxes = all.filter((axis) => loop.reduced[axis]);
    const last = loop.axes.length - 1;
    const columns = reducedAxes.length > 0 && !loop.reduced[last];
    this.#form = reducedAxes.length === 0 ? 'elements' : columns ? 'columns' : 'rows';
    this.#inner =
      this.#form === 'elements'
        ? last >= 0
          ? [last]
          : []
        : this.#form === 'columns'
          ? [...reducedAxes, last]
          : reducedAxes;
    this.#vector = this.#mayBeVectors();
    if (this.#form === 'columns' && !this.#vector) [this.#form, this.#inner] = ['rows', reducedAxes];
    this.#outer = all.filter((axis) => !this.#inner.includes(axis));
    for (const member of loop.members) this.#ids.set(member, this.#ids.size);
    for (const member of loop.members) this.#levels.set(member, this.#levelOf(member));
  }

  write(): Kernel {
    for (const access of accessesOf(this.#loop)) this.#pointer(access);
    const size = (axis: number) => this.#loop.axes[axis]!;
    const outerItems = sizeOf(this.#outer.map(size));
    const blockAxis = this.#form === 'rows' ? undefined : this.#inner.at(-1);
    const width = blockAxis === undefined ? 1 : size(blockAxis);
    const block = this.#form === 'columns' ? columnBlock : rowBlock;
    const blocks = blockAxis === undefined ? 1 : Math.ceil(width / block);
    const items = outerItems * blocks;
    this.#say(`for (long item = ${share(items, 'part')}; item < ${share(items, '(part + 1)')}; item++) {`);
    if (items > 1) this.#say('long rest = item;');
    if (blocks > 1) this.#say(`const long begin = rest % ${blocks} * ${block}; rest /= ${blocks};`);
    else this.#say('const long begin = 0;');
    this.#say(
      blocks > 1
        ? `const long end = begin + ${block} < ${width} ? begin + ${block} : ${width};`
        : `const long end = ${width};`,
    );
    this.#say('(void)begin; (void)end;');
    for (const axis of this.#outer.toReversed()) {
      this.#say(`const long i${axis} = rest % ${size(axis)}; rest /= ${size(axis)};`);
    }
    if (items > 1) this.#say('(void)rest;');
    this.#passes();
    this.#say('}');
    const parameters = this.#pointers.map(({ buffer }, i) => `${cTypes[buffer.dtype]} *p${i}`);
    return {
      text: `(${[...parameters, 'int part', 'int parts'].join(', ')}) {\n(void)part; (void)parts;\n${this.#lines.join('\n')}\n}\n`,
      pointers: this.#pointers,
    };
  }

  #say(line: string): void {
    this.#lines.push(line);
  }

  #pointer({ buffer, offset }: Access): number {
    const known = this.#pointers.findIndex((other) => other.buffer === buffer && other.offset === offset);
    if (known >= 0) return known;
    return this.#pointers.push({ buffer, offset }) - 1;
  }

  /** The pass in which a member's value is known; of a reduced one, the pass after which it is: -1 before the first. */
  #levelOf(member: Member): number {
    const { computation } = member;
    if (!('of' in computation)) return member.reduced ? -1 : 0;
    const levels = computation.of.map((operand) => {
      const level = this.#levels.get(operand)!;
      return operand.reduced && !member.reduced ? level + 1 : level;
    });
    if (computation.kind === 'reduce') {
      const [operand] = computation.of;
      return operand.reduced ? levels[0]! + 1 : levels[0]!;
    }
    return Math.max(member.reduced ? -1 : 0, ...levels);
  }

  #mayBeVectors(): boolean {
    const { members, stores } = this.#loop;
    const axis = this.#inner.at(-1);
    if (axis === undefined || (this.#form === 'rows' && this.#inner.length > 1)) return false;
    const isFloat = ({ dtype, computation, reduced }: Member) =>
      dtype === 'float32' || (dtype === 'bool' && computation.kind === 'binary' && !reduced);
    const storesFit = stores.every(({ member, access }) => {
      if (member.dtype !== 'float32') return false;
      return access.strides[axis] === 1 || (member.reduced && this.#form === 'rows');
    });
    return storesFit && members.every(isFloat);
  }

  #passes(): void {
    const { members, stores } = this.#loop;
    const levels = members.map((member) => this.#levels.get(member)!);
    const isSpread = ({ member, access }: Store) =>
      member.reduced && this.#inner.some((axis) => this.#loop.reduced[axis] && access.strides[axis] !== 0);
    const passOf = (store: Store) => this.#levels.get(store.member)! + (isSpread(store) ? 1 : 0);
    const last = Math.max(0, ...levels, ...stores.map(passOf));
    this.#keep(last);
    this.#between(-1);
    for (let pass = 0; pass <= last; pass++) {
      const reductions = members.filter(
        ({ computation }, i) => computation.kind === 'reduce' && levels[i] === pass,
      );
      const written = stores.filter(
        (store) => passOf(store) === pass && (!store.member.reduced || isSpread(store)),
      );
      const scratch = [...this.#kept.keys()].filter((member) => this.#levels.get(member) === pass);
      if (reductions.length + written.length + scratch.length > 0)
        this.#pass(pass, reductions, written, scratch);
      this.#between(pass);
    }
  }

  /** Decides what later passes read instead of computing it again. */
  #keep(last: number): void {
    const costs = (member: Member): boolean => {
      const { computation } = member;
      if (member.reduced || !('of' in computation)) return false;
      return ('op' in computation && costly.has(computation.op)) || computation.of.some(costs);
    };
    if (last === 0 || !this.#vector) return;
    const sizes = this.#inner.map((axis) => this.#loop.axes[axis]!);
    const scratchSize =
      this.#form === 'columns'
        ? sizeOf(sizes.slice(0, -1)) * columnBlock
        : Math.ceil(sizes[0]! / mostLanes) * mostLanes; // whole vectors
    let room = mostScratch;
    for (const member of this.#loop.members) {
      if (member.reduced || !costs(member)) continue;
      const level = this.#levels.get(member)!;
      const later = this.#loop.members.some(
        (user) =>
          'of' in user.computation && user.computation.of.includes(member) && this.#levels.get(user)! > level,
      );
      if (!later || scratchSize > room) continue;
      room -= scratchSize;
      const name = `t${this.#ids.get(member)}`;
      this.#say(`float ${name}[${scratchSize}];`);
      this.#kept.set(member, name);
    }
  }

  /** Reduced members that are known after a pass. */
  #between(pass: number): void {
    const { members, stores } = this.#loop;
    const ready = members.filter(
      (member) =>
        member.reduced &&
        this.#levels.get(member) === pass &&
        member.computation.kind !== 'reduce' &&
        member.computation.kind !== 'number',
    );
    const reducedAxes = this.#inner.filter((axis) => this.#loop.reduced[axis]);
    const written = stores.filter(
      ({ member, access }) =>
        member.reduced &&
        this.#levels.get(member) === pass &&
        reducedAxes.every((axis) => access.strides[axis] === 0),
    );
    if (this.#form === 'columns' && this.#vector) {
      if (ready.length + written.length === 0) return;
      for (const member of ready) this.#say(`float m${this.#ids.get(member)}[${columnBlock}];`);
      this.#vectors((tail) => {
        const names = new Map<Member, string>();
        for (const member of ready) {
          const value = this.#value(member, pass, names, tail);
          this.#say(`v_store(m${this.#ids.get(member)} + i - begin, ${value});`);
        }
        for (const store of written)
          this.#store(store.access, this.#value(store.member, pass, names, tail), store.accumulate, tail);
      });
      return;
    }
    for (const member of ready) {
      const type = cTypes[member.dtype];
      this.#say(
        `const ${type} m${this.#ids.get(member)} = ${scalarExpression(
          member,
          (operand) => this.#reducedName(operand),
          (access) => this.#element(access),
        )};`,
      );
    }
    for (const { member, access, accumulate } of written)
      this.#say(`${this.#element(access)} ${accumulate ? '+=' : '='} ${this.#reducedName(member)};`);
  }

  #reducedName(member: Member): string {
    if (member.computation.kind === 'number') return literal(member.computation.value, member.dtype);
    return `m${this.#ids.get(member)}`;
  }

  #pass(
    pass: number,
    reductions: readonly Member[],
    stores: Loop['stores'],
    scratch: readonly Member[],
  ): void {
    const starts = { sum: '0', sumSquare: '0', max: '-INFINITY' } as const;
    const columns = this.#form === 'columns' && this.#vector;
    for (const member of reductions) {
      const { op } = member.computation as { op: keyof typeof starts };
      const name = `m${this.#ids.get(member)}`;
      if (columns) {
        this.#say(`float ${name}[${columnBlock}];`);
        this.#say(`for (int j = 0; j < ${columnBlock}; j++) ${name}[j] = ${starts[op]};`);
      } else if (this.#vector) this.#say(`vf v${name} = v_set(${starts[op]});`);
      else this.#say(`${cTypes[member.dtype]} ${name} = ${starts[op]};`);
    }
    const work = (tail: boolean) => {
      const names = new Map<Member, string>();
      for (const member of scratch) {
        const place = this.#scratch(member);
        const value = this.#value(member, pass, names, tail);
        this.#say(`v_store(${place}, ${value});`);
      }
      for (const { member, access, accumulate } of stores)
        this.#store(access, this.#value(member, pass, names, tail), accumulate, tail);
      for (const member of reductions) {
        const { op, of } = member.computation as { op: keyof typeof starts; of: readonly [Member] };
        const value = this.#value(of[0], pass, names, tail);
        const name = `m${this.#ids.get(member)}`;
        if (columns)
          this.#say(
            `v_store(${name} + i - begin, ${folded(op, `v_load(${name} + i - begin)`, value, true)});`,
          );
        else if (this.#vector)
          this.#say(
            `v${name} = ${folded(op, `v${name}`, tail ? `v_first(${value}, left, ${op === 'sumSquare' ? '0' : starts[op]})` : value, true)};`,
          );
        else this.#say(`${name} = ${folded(op, name, value, false)};`);
      }
    };
    if (!this.#vector) this.#singles(work);
    else if (columns) {
      this.#reducedRows(() => this.#vectors(work));
    } else if (this.#form === 'rows') this.#row(reductions, work);
    else this.#vectors(work);
    if (this.#vector && !columns)
      for (const member of reductions) {
        const { op } = member.computation as { op: keyof typeof starts };
        const name = `m${this.#ids.get(member)}`;
        this.#say(`const float ${name} = ${op === 'max' ? 'v_largest' : 'v_sum'}(v${name});`);
      }
  }

  /** Loops over the reduced axes before the last, all together the row `r`. */
  #reducedRows(work: () => void): void {
    const axes = this.#inner.slice(0, -1);
    const size = (axis: number) => this.#loop.axes[axis]!;
    for (const axis of axes) this.#say(`for (long i${axis} = 0; i${axis} < ${size(axis)}; i${axis}++) {`);
    const row = axes.reduce(
      (row, axis) => (row === '' ? `i${axis}` : `(${row}) * ${size(axis)} + i${axis}`),
      '',
    );
    this.#say(`const long r = ${row}; (void)r;`);
    work();
    this.#say('}'.repeat(axes.length));
  }

  /** A loop over the innermost axis, `i`, by whole vectors; then what is left. */
  #vectors(work: (tail: boolean) => void): void {
    this.#say('{ long i = begin;');
    this.#say('for (; i + TRM_LANES <= end; i += TRM_LANES) {');
    work(false);
    this.#say('}');
    if (this.#loop.axes[this.#inner.at(-1)!]! % mostLanes !== 0) {
      const left = `${this.#loop.axes[this.#inner.at(-1)!]} % TRM_LANES`; // blocks begin at whole vectors
      this.#say(`if (i < end) { const long left = ${left};`);
      work(true);
      this.#say('}');
    }
    this.#say('}');
  }

  /** A row, in blocks of their own sums where it is long. */
  #row(reductions: readonly Member[], work: (tail: boolean) => void): void {
    const length = this.#loop.axes[this.#inner[0]!]!;
    const names = reductions.map((member) => `vm${this.#ids.get(member)}`);
    if (length <= sumBlock || names.length === 0) {
      this.#say(`{ const long begin = 0, end = ${length};`);
      this.#vectors(work);
      this.#say('}');
      return;
    }
    for (const name of names) this.#say(`vf whole_${name} = ${name}; const vf start_${name} = ${name};`);
    this.#say(`for (long begin = 0; begin < ${length}; begin += ${sumBlock}) {`);
    this.#say(`const long end = begin + ${sumBlock} < ${length} ? begin + ${sumBlock} : ${length};`);
    for (const name of names) this.#say(`${name} = start_${name};`);
    this.#vectors(work);
    for (const [i, name] of names.entries()) {
      const { op } = reductions[i]!.computation as { op: Reduction };
      this.#say(`whole_${name} = ${folded(op === 'max' ? 'max' : 'sum', `whole_${name}`, name, true)};`);
    }
    this.#say('}');
    for (const name of names) this.#say(`${name} = whole_${name};`);
  }

  /** A loop over single elements. */
  #singles(work: (tail: boolean) => void): void {
    for (const axis of this.#inner) {
      const [begin, end] = this.#form === 'rows' ? [0, this.#loop.axes[axis]] : ['begin', 'end'];
      this.#say(`for (long i${axis} = ${begin}; i${axis} < ${end}; i${axis}++)`);
    }
    this.#say('{');
    work(false);
    this.#say('}');
  }

  /** The C expression of a member in a pass, after the lines that it needs. */
  #value(member: Member, pass: number, names: Map<Member, string>, tail: boolean): string {
    const known = names.get(member);
    if (known) return known;
    const { computation } = member;
    const columns = this.#form === 'columns' && this.#vector;
    if (computation.kind === 'number')
      return this.#vector
        ? `v_set(${literal(computation.value, member.dtype)})`
        : literal(computation.value, member.dtype);
    if (member.reduced && !columns)
      return this.#vector ? `v_set(m${this.#ids.get(member)})` : `m${this.#ids.get(member)}`;
    if (member.reduced && (computation.kind === 'reduce' || this.#levels.get(member)! < pass))
      return `v_load(m${this.#ids.get(member)} + i - begin)`;
    const name = `x${this.#ids.get(member)}`;
    let value: string;
    if (this.#kept.has(member) && this.#levels.get(member)! < pass) {
      value = `v_load(${this.#scratch(member)})`;
    } else if (computation.kind === 'load') value = this.#load(computation.access, tail);
    else {
      const operand = (of: Member) => this.#value(of, pass, names, tail);
      value = this.#vector
        ? vectorExpression(member, operand)
        : scalarExpression(member, operand, (access) => this.#element(access));
    }
    this.#say(`const ${this.#vector ? 'vf' : cTypes[member.dtype]} ${name} = ${value};`);
    names.set(member, name);
    return name;
  }

  #scratch(member: Member): string {
    const name = this.#kept.get(member)!;
    return this.#form === 'columns' ? `${name} + r * ${columnBlock} + i - begin` : `${name} + i`;
  }

  #load(access: Access, tail: boolean): string {
    if (!this.#vector) return this.#element(access);
    const stride = access.strides[this.#inner.at(-1)!]!;
    const at = this.#address(access);
    if (stride === 0) return `v_set(*(${at}))`;
    if (stride === 1) return tail ? `v_load_n(${at}, left)` : `v_load(${at})`;
    return tail ? `v_strided_n(${at}, ${stride}, left)` : `v_strided(${at}, ${stride})`;
  }

  #store(access: Access, value: string, accumulate: boolean, tail: boolean): void {
    if (!this.#vector) {
      this.#say(`${this.#element(access)} ${accumulate ? '+=' : '='} ${value};`);
      return;
    }
    const at = this.#address(access);
    const sum = accumulate ? `${tail ? `v_load_n(${at}, left)` : `v_load(${at})`} + ${value}` : value;
    this.#say(tail ? `v_store_n(${at}, ${sum}, left);` : `v_store(${at}, ${sum});`);
  }

  #element(access: Access): string {
    return `*(${this.#address(access)})`;
  }

  #address(access: Access): string {
    const terms = access.strides.flatMap((stride, axis) => {
      if (stride === 0) return [];
      const index = this.#vector && axis === this.#inner.at(-1) ? 'i' : `i${axis}`;
      return [stride === 1 ? index : `${index} * ${stride}`];
    });
    return [`p${this.#pointer(access)}`, ...terms].join(' + ');
  }
}

const share = (items: number, part: string): string =>
  items === 1 ? (part === 'part' ? '(part > 0)' : '1') : `${items}L * ${part} / parts`;
