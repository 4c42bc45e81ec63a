/** The page: three views that keep their state while hidden, the models they share, and where those run. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { readAddress, type View, views } from './address.ts';
import { loadModel, worker } from './client.ts';
import { BackendChooser } from './components/backend.tsx';
import { Fault } from './components/fault.tsx';
import { links } from './components/words.tsx';
import { useOpening } from './opening.ts';
import { mayRun } from './playing.ts';
import { ArcView } from './views/arc.tsx';
import { SolveView } from './views/solve.tsx';
import { TrainView } from './views/train.tsx';
import type { ModelInfo } from './worker.ts';

const titles: Record<View, string> = {
  solve: 'Tiny Recursive Model: it looks again and corrects itself',
  train: 'Train a Tiny Recursive Model in your browser',
  arc: 'ARC tasks and a Tiny Recursive Model',
};

export function App() {
  const [view, setView] = useState<View>(readAddress(location.hash).view);
  const [models, setModels] = useState<readonly ModelInfo[]>([]);
  const [opened, setOpened] = useState(false);
  const [speed, setSpeed] = useState<string>();
  const [dragging, setDragging] = useState(false);
  /** Models by name that are there or on their way: also to what was begun before they came. */
  const known = useRef(new Map<string, Promise<ModelInfo>>());

  const add = (model: ModelInfo) => {
    known.current.set(model.name, Promise.resolve(model));
    setModels((all) => [...all.filter(({ name }) => name !== model.name), model]);
  };
  const need = (name: string): Promise<ModelInfo> => {
    const there = known.current.get(name);
    if (there) return there;
    const coming = loadModel(name);
    known.current.set(name, coming);
    coming.then(add, () => known.current.delete(name));
    return coming;
  };

  const { fault, said, openings, forSolve, forArc, onFault, onReading, open } = useOpening(add);

  useEffect(() => {
    const follow = () => setView(readAddress(location.hash).view);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    // ONNX Runtime comes beside the weights; what is wrong with it, the run tells.
    if (view === 'solve' && mayRun())
      worker.openBackend().then(
        () => setOpened(true),
        () => {},
      );
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
        open(event.dataTransfer?.files ?? []);
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
            onOpen={(files) => open(files, 'weights')}
            onSpeed={setSpeed}
            onTasks={(text) => open([new File([text], 'pasted.json')])}
            onFault={onFault}
            onReading={onReading}
            wanted={forSolve}
            shown={view === 'solve'}
          />
        </section>
        <section hidden={view !== 'train'} aria-label="Train">
          <TrainView onModel={add} onSpeed={setSpeed} shown={view === 'train'} />
        </section>
        <section hidden={view !== 'arc'} aria-label="ARC">
          <ArcView
            models={models}
            wanted={forArc}
            onOpen={(files) => open(files, 'tasks')}
            openings={openings}
            shown={view === 'arc'}
          />
        </section>
      </main>
      <footer>
        <BackendChooser opened={opened} speed={speed} />
        <p class="note">
          The method is of <a href={links.paper}>Less is More: Recursive Reasoning with Tiny Networks</a>,
          with <a href={links.code}>its authors' code</a>. This page's code and docs are in the npm package{' '}
          <code>tiny-recursive-model</code>.
        </p>
        <p class="note">
          Everything runs in this page: no data leaves it. ONNX Runtime (14 MB for the CPU, 27 MB for WebGPU;
          a quarter of that where the host compresses) is loaded when a model first runs. In the background
          all but the part for WebGPU is kept in the browser, and the page then works offline.
        </p>
      </footer>
    </div>
  );
}
