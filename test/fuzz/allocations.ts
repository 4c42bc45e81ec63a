/**
 * Counts the bytes of every array buffer that is made. Import it before the modules under test: they keep the
 * constructors they find when they load.
 */

let allocated = 0;

const names = [
  'Float64Array',
  'Float32Array',
  'BigInt64Array',
  'Int32Array',
  'Uint32Array',
  'Uint16Array',
  'Int16Array',
  'Int8Array',
  'Uint8Array',
] as const;

for (const name of names) {
  const Original = globalThis[name] as Float32ArrayConstructor;
  const construct = (_: unknown, args: unknown[], newTarget: new () => unknown) => {
    const array = Reflect.construct(Original, args, newTarget) as Float32Array;
    if (!(args[0] instanceof ArrayBuffer)) allocated += array.byteLength; // else a view
    return array;
  };
  const from = (...args: Parameters<typeof Original.from>) => {
    const array = Original.from(...args);
    allocated += array.byteLength;
    return array;
  };
  const get = (target: object, key: string | symbol) => (key === 'from' ? from : Reflect.get(target, key));
  Object.assign(globalThis, { [name]: new Proxy(Original, { construct: construct as never, get }) });
}

const prototype = Object.getPrototypeOf(Float32Array.prototype) as Float32Array;
const { slice } = prototype;
prototype.slice = function (...range) {
  const array = slice.apply(this, range);
  allocated += array.byteLength;
  return array;
};

/** Bytes allocated while `work` runs. */
export function allocatedBy(work: () => void): number {
  const before = allocated;
  work();
  return allocated - before;
}
