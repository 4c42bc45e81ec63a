/** Files that people open or drop: each goes where its kind belongs, whatever view is shown. */

import { useRef, useState } from 'preact/hooks';
import { goTo, viewNow } from './address.ts';
import { messageOf, shippedNames, worker } from './client.ts';
import { bareName, type FileKind, kindOf, refuseLong } from './files.ts';
import { isArc, pagePuzzle } from './puzzles.ts';
import type { Wanted } from './solving.ts';
import { TRAINED } from './tasks.ts';
import type { ModelInfo } from './worker.ts';

/** What the ARC view is asked to take. */
export type ForArc = { readonly model: ModelInfo } | { readonly tasks: File };

export function useOpening(onModel: (model: ModelInfo) => void) {
  const [fault, setFault] = useState('');
  const [said, setSaid] = useState('');
  const [openings, setOpenings] = useState(0);
  const [forSolve, setForSolve] = useState<Wanted>();
  const [forArc, setForArc] = useState<ForArc>();
  /** Names that no other model may take. */
  const taken = useRef(new Set([...shippedNames, TRAINED]));

  const openModel = async (file: File): Promise<ModelInfo> => {
    const name = freeName(bareName(file.name), taken.current);
    taken.current.add(name);
    try {
      const model = await worker.addModel(name, new Uint8Array(await file.arrayBuffer()), file.name);
      if (!pagePuzzle(model.family) && !isArc(model))
        throw new Error(`${file.name}: the page draws no puzzles of its kind; answer with trm solve`);
      onModel(model);
      setSaid(`Opened ${name}.`);
      return model;
    } catch (error) {
      taken.current.delete(name);
      throw error;
    }
  };

  /** Reads files and says what is wrong with those that are nothing. @returns the last that the Solve view can take. */
  const read = async (files: readonly File[], as?: FileKind): Wanted => {
    const from = viewNow();
    setFault('');
    setSaid('');
    setOpenings((count) => count + 1);
    let found: Awaited<Wanted>;
    for (const file of files) {
      try {
        const kind = as ?? (await kindOf(file));
        if (kind !== 'weights') refuseLong(file.name, file.size, kind);
        if (kind === 'puzzle') found = { text: file };
        else {
          const given: ForArc = kind === 'tasks' ? { tasks: file } : { model: await openModel(file) };
          if ('model' in given && pagePuzzle(given.model.family)) found = given;
          else {
            setForArc(given);
            goTo('arc', from);
          }
        }
      } catch (error) {
        setFault(messageOf(error));
      }
    }
    return found;
  };

  return {
    ...{ fault, said, openings, forSolve, forArc },
    onFault: setFault,
    /** Says that a file is being read. @returns what takes that back. */
    onReading({ name }: File) {
      const reading = `Reading ${name}…`;
      setSaid(reading);
      return () => setSaid((said) => (said === reading ? '' : said));
    },
    /** @param as what the files are meant to be; by their names and beginnings, when omitted. */
    open: (files: Iterable<File>, as?: FileKind) => setForSolve(read([...files], as)),
  };
}

/** A name that is not taken. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let count = 2; ; count++) if (!taken.has(`${name} (${count})`)) return `${name} (${count})`;
}
