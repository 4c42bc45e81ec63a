/**
 * A reader of pickles that runs nothing: the few instructions that `torch.save` writes for a state dict, and of the
 * objects that a pickle may name only those it is handed. Everything else is an error that names it.
 * Source: the instructions' description in Python's pickletools.
 */

import { TrmError } from '../../errors.ts';

/** A Python object that a pickle may name; calling it (REDUCE) is `make`. */
export interface Global {
  readonly name: string;
  /** What a call makes of its arguments; undefined when the object is only referred to. */
  readonly make?: (args: readonly unknown[]) => unknown;
}

export interface PickleWorld {
  /** The objects a pickle may name, by `module name`. */
  readonly globals: ReadonlyMap<string, Global>;
  /** Whether an object that is not among them may stand in the pickle unread, as the settings of a trainer do. */
  readonly mayStand?: (name: string) => boolean;
  /** What a persistent id stands for: `torch.save` keeps the tensors' storages outside the pickle. */
  readonly persistent: (id: unknown) => unknown;
}

/** An object that is left as it stands: never made, what is done to it forgotten. */
export class Unread {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const mark = Symbol('mark');

/**
 * The value of a pickle: tuples and lists are arrays, dicts are Maps.
 *
 * @param file its name, for errors.
 * @throws TrmError `checkpoint` on an instruction or an object that is not allowed, with its offset, or a cut pickle.
 */
export function unpickle(bytes: Uint8Array, world: PickleWorld, file: string): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const utf8 = new TextDecoder();
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = 0; // the next byte
  let opcodeAt = 0;

  const fail = (message: string): never => {
    throw new TrmError('checkpoint', `${message} (pickle offset ${opcodeAt})`, {
      file,
      fix: 'only state dicts of torch.save are read, and nothing in a file is run',
    });
  };
  const take = (count: number): number => {
    const from = at;
    if (count > bytes.length - at) fail('the pickle ends too early');
    at += count;
    return from;
  };
  const line = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) fail('the pickle ends too early');
    const from = take(end + 1 - at);
    return utf8.decode(bytes.subarray(from, end));
  };
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === mark) fail('a value is missing');
    return stack.pop();
  };
  const popMany = (count: number): unknown[] => Array.from({ length: count }, pop).reverse();
  const popToMark = (): unknown[] => {
    const start = stack.lastIndexOf(mark);
    if (start < 0) fail('a mark is missing');
    const values = stack.splice(start);
    return values.slice(1);
  };
  const setItems = (items: readonly unknown[]) => {
    const dict = stack.at(-1);
    if (dict instanceof Unread) return;
    if (!(dict instanceof Map) || items.length % 2 !== 0) return fail('items without a dict');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  };
  const append = (items: readonly unknown[]) => {
    const list = stack.at(-1);
    if (list instanceof Unread) return;
    if (!Array.isArray(list)) return fail('items without a list');
    for (const item of items) list.push(item);
  };
  const remember = (key: number): void => {
    if (stack.length === 0) fail('nothing to remember');
    memo.set(key, stack.at(-1));
  };
  const recall = (key: number): void => {
    if (!memo.has(key)) fail(`nothing was remembered as ${key}`);
    stack.push(memo.get(key));
  };
  const named = (name: string): Global | Unread => {
    const global = world.globals.get(name);
    if (global) return global;
    const dotted = name.replace(' ', '.');
    return world.mayStand?.(name) ? new Unread(dotted) : fail(`it names ${dotted}`);
  };

  for (;;) {
    opcodeAt = take(1);
    const opcode = bytes[opcodeAt]!;
    switch (opcode) {
      case 0x80: // PROTO
        take(1);
        break;
      case 0x2e: // STOP
        return pop();
      case 0x28: // MARK
        stack.push(mark);
        break;
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        stack.push(opcode === 0x88);
        break;
      case 0x4b: // BININT1
        stack.push(view.getUint8(take(1)));
        break;
      case 0x4d: // BININT2
        stack.push(view.getUint16(take(2), true));
        break;
      case 0x4a: // BININT
        stack.push(view.getInt32(take(4), true));
        break;
      case 0x8a: {
        // LONG1: little-endian two's complement; sizes and steps have at most 8 bytes
        const length = view.getUint8(take(1));
        if (length > 8) fail(`an integer of ${length} bytes`);
        const from = take(length);
        let value = 0n;
        for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[from + i]!);
        stack.push(Number(BigInt.asIntN(8 * length, value)));
        break;
      }
      case 0x47: // BINFLOAT
        stack.push(view.getFloat64(take(8)));
        break;
      case 0x58: {
        // BINUNICODE
        const length = view.getUint32(take(4), true);
        const from = take(length);
        stack.push(utf8.decode(bytes.subarray(from, from + length)));
        break;
      }
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        break;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        stack.push([]);
        break;
      case 0x74: // TUPLE
        stack.push(popToMark());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push(popMany(opcode - 0x84));
        break;
      case 0x73: // SETITEM
        setItems(popMany(2));
        break;
      case 0x75: // SETITEMS
        setItems(popToMark());
        break;
      case 0x61: // APPEND
        append(popMany(1));
        break;
      case 0x65: // APPENDS
        append(popToMark());
        break;
      case 0x71: // BINPUT
        remember(view.getUint8(take(1)));
        break;
      case 0x72: // LONG_BINPUT
        remember(view.getUint32(take(4), true));
        break;
      case 0x68: // BINGET
        recall(view.getUint8(take(1)));
        break;
      case 0x6a: // LONG_BINGET
        recall(view.getUint32(take(4), true));
        break;
      case 0x63: // GLOBAL
        stack.push(named(`${line()} ${line()}`));
        break;
      case 0x51: // BINPERSID
        stack.push(world.persistent(pop()));
        break;
      case 0x52: {
        // REDUCE
        const [called, args] = popMany(2);
        if (called instanceof Unread) {
          stack.push(new Unread(called.name));
          break;
        }
        const global = [...world.globals.values()].find((known) => known === called);
        if (!global?.make || !Array.isArray(args)) return fail('it calls what cannot be called');
        stack.push(global.make(args));
        break;
      }
      case 0x81: {
        // NEWOBJ
        const [type] = popMany(2);
        if (!(type instanceof Unread)) return fail('it makes an object of what is no class');
        stack.push(new Unread(type.name));
        break;
      }
      case 0x62: // BUILD: attributes of a dict, such as the versions of modules; not needed
        pop();
        if (!(stack.at(-1) instanceof Map || stack.at(-1) instanceof Unread))
          fail('it sets attributes of what is no dict');
        break;
      default:
        fail(`the instruction 0x${opcode.toString(16).padStart(2, '0')} is not allowed`);
    }
  }
}
