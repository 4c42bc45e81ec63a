/** The page: three views that keep their state while hidden, the models they share, and where those run. */

import { useEffect, useState } from 'preact/hooks';
import { loadShipped, messageOf, shippedNames, worker } from './client.ts';
import { BackendChooser } from './components/backend.tsx';
import { ArcView } from './views/arc.tsx';
import { SolveView } from './views/solve.tsx';
import { TrainView } from './views/train.tsx';
import type { ModelInfo } from './worker.ts';

const views = { solve: 'Solve', train: 'Train', arc: 'ARC' } as const;
type View = keyof typeof views;

function currentView(): View {
  const name = location.hash.slice(1);
  return name in views ? (name as View) : 'solve';
}

export function App() {
  const [view, setView] = useState(currentView);
  const [models, setModels] = useState<readonly ModelInfo[]>([]);
  const [speed, setSpeed] = useState<string>();
  const [fault, setFault] = useState('');
  const [dragging, setDragging] = useState(false);

  const add = (model: ModelInfo) =>
    setModels((all) => [...all.filter(({ name }) => name !== model.name), model]);

  /** Reads checkpoints given as files, and says what is wrong with those that are none. */
  const open = async (files: Iterable<File>) => {
    setFault('');
    for (const file of files) {
      try {
        const name = file.name.replace(/\.(safetensors|pth?)$/, '');
        add(await worker.addModel(name, new Uint8Array(await file.arrayBuffer())));
      } catch (error) {
        setFault(messageOf(error));
      }
    }
  };

  /** Loads a shipped model unless it is there; tells whether it is. */
  const need = async (name: string): Promise<boolean> => {
    if (models.some((model) => model.name === name)) return true;
    try {
      add(await loadShipped(name));
      return true;
    } catch (error) {
      setFault(messageOf(error));
      return false;
    }
  };

  useEffect(() => {
    const follow = () => setView(currentView());
    addEventListener('hashchange', follow);
    need(shippedNames[0]!);
    return () => removeEventListener('hashchange', follow);
  }, []);

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
        open(event.dataTransfer?.files ?? []);
      }}
    >
      <header class="top">
        <h1>
          Tiny Recursive Model <small>playground</small>
        </h1>
        <nav aria-label="Views">
          {Object.entries(views).map(([name, title]) => (
            <a key={name} href={`#${name}`} aria-current={view === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        {fault && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
        <section hidden={view !== 'solve'} aria-label="Solve">
          <SolveView models={models} need={need} onOpen={open} onSpeed={setSpeed} />
        </section>
        <section hidden={view !== 'train'} aria-label="Train">
          <TrainView onModel={add} onSpeed={setSpeed} />
        </section>
        <section hidden={view !== 'arc'} aria-label="ARC">
          <ArcView models={models} />
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
