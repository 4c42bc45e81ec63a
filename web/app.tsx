/** The page: three views that keep their state while hidden, the models they share, and where those run. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { readAddress, type View, views } from './address.ts';
import { loadShipped, messageOf, shippedNames, worker } from './client.ts';
import { BackendChooser } from './components/backend.tsx';
import { Fault } from './components/fault.tsx';
import { kindOf } from './files.ts';
import { mayRun } from './playing.ts';
import { pagePuzzle } from './puzzles.ts';
import type { Wanted } from './solving.ts';
import { ArcView } from './views/arc.tsx';
import { SolveView } from './views/solve.tsx';
import { TrainView } from './views/train.tsx';
import type { ModelInfo } from './worker.ts';

const titles: Record<View, string> = {
  solve: 'Tiny Recursive Model: it looks again until it is right',
  train: 'Train a Tiny Recursive Model in your browser',
  arc: 'ARC tasks and a Tiny Recursive Model',
};

export function App() {
  const [view, setView] = useState<View>(readAddress(location.hash).view);
  const [models, setModels] = useState<readonly ModelInfo[]>([]);
  const [speed, setSpeed] = useState<string>();
  const [fault, setFault] = useState('');
  const [said, setSaid] = useState('');
  const [wanted, setWanted] = useState<Wanted>();
  const [tasks, setTasks] = useState<File>();
  const [dragging, setDragging] = useState(false);
  /** Shipped models that are there or on their way. */
  const loading = useRef(new Map<string, Promise<ModelInfo>>());

  const add = (model: ModelInfo) =>
    setModels((all) => [...all.filter(({ name }) => name !== model.name), model]);

  const need = (name: string): Promise<ModelInfo> => {
    const there = models.find((model) => model.name === name);
    if (there) return Promise.resolve(there);
    const coming = loading.current.get(name) ?? loadShipped(name);
    loading.current.set(name, coming);
    coming.then(add, () => loading.current.delete(name));
    return coming;
  };

  /** Reads checkpoints given as files, and says what is wrong with those that are none. */
  const open = async (files: Iterable<File>) => {
    setFault('');
    for (const file of files) {
      try {
        const name = freeName(file.name.replace(/\.(safetensors|pth?)$/, ''), [
          ...shippedNames,
          ...models.map(({ name }) => name),
        ]);
        const model = await worker.addModel(name, new Uint8Array(await file.arrayBuffer()));
        add(model);
        setSaid(`Opened ${name}.`);
        if (pagePuzzle(model.family)) setWanted({ model });
        else location.hash = '#arc'; // the view of all others that can be answered here
      } catch (error) {
        setFault(messageOf(error));
      }
    }
  };

  /** Files that were dropped go where their kind belongs, whatever view is shown. */
  const drop = async (files: Iterable<File>) => {
    for (const file of files) {
      const kind = await kindOf(file);
      if (kind === 'weights') await open([file]);
      else if (kind === 'tasks') {
        location.hash = '#arc';
        setTasks(file);
      } else {
        location.hash = '#solve';
        setWanted({ text: await file.text() });
      }
    }
  };

  useEffect(() => {
    const follow = () => setView(readAddress(location.hash).view);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    // ONNX Runtime comes beside the weights; what is wrong with it, the run tells.
    if (view === 'solve' && mayRun()) worker.openBackend().catch(() => {});
  }, []);
  useEffect(() => {
    document.title = titles[view];
  }, [view]);

  return (
    // Dropping is a shortcut; the button "Open a checkpoint" does the same from the keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      class={dragging ? 'page dragging' : 'page'}
      onDragOver={(event) => {
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDragging(false);
        drop(event.dataTransfer?.files ?? []);
      }}
    >
      <header class="top">
        <a class="brand" href="#solve">
          Tiny Recursive Model
        </a>
        <nav aria-label="Views">
          {Object.entries(views).map(([name, title]) => (
            <a key={name} href={`#${name}`} aria-current={view === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <Fault text={fault} />
        <p class="said" role="status">
          {said}
        </p>
        <section hidden={view !== 'solve'} aria-label="Solve">
          <SolveView
            models={models}
            need={need}
            onOpen={open}
            onSpeed={setSpeed}
            wanted={wanted}
            shown={view === 'solve'}
          />
        </section>
        <section hidden={view !== 'train'} aria-label="Train">
          <TrainView onModel={add} onSpeed={setSpeed} />
        </section>
        <section hidden={view !== 'arc'} aria-label="ARC">
          <ArcView models={models} file={tasks} />
        </section>
      </main>
      <footer>
        <BackendChooser speed={speed} />
        <p class="note">
          Everything runs in this page: no data leaves it. ONNX Runtime (14 MB for the CPU, 27 MB for WebGPU;
          a quarter of that where the host compresses) is loaded when a model first runs. In the background
          all but the part for WebGPU is kept in the browser, and the page then works offline.
        </p>
      </footer>
    </div>
  );
}

/** A name that no other model has. */
function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let count = 2; ; count++) if (!taken.includes(`${name} (${count})`)) return `${name} (${count})`;
}
