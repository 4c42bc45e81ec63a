/** What the Solve view holds and does: the puzzle, who thinks about it, the moment that is looked at. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Address, goTo, readAddress, type Thinker, viewNow, writeAddress } from './address.ts';
import { landingName, messageOf, shippedNames, worker } from './client.ts';
import { type Curated, curatedFamily, nextCurated } from './curated.ts';
import { useEdits } from './edits.ts';
import { areTasks, withoutPuzzle } from './files.ts';
import { latest } from './latest.ts';
import { mayRun, still, usePlaying } from './playing.ts';
import { firstOfAnySize, pagePuzzle, resized, whyNot } from './puzzles.ts';
import type { Asked } from './question.ts';
import { isComing, useRun } from './run.ts';
import { type Side, sameKind, sideOf } from './side.ts';
import type { ModelInfo } from './worker.ts';

export interface SolveProps {
  readonly models: readonly ModelInfo[];
  /** A model, loaded unless it is there. @throws Error in the page's words. */
  readonly need: (name: string) => Promise<ModelInfo>;
  readonly onOpen: (files: Iterable<File>) => void;
  readonly onSpeed: (speed: string) => void;
  /** Takes ARC tasks as text, which are for another view. */
  readonly onTasks: (text: string) => void;
  /** Tells what is wrong, on whatever view is shown. */
  readonly onFault: (text: string) => void;
  /** What the page asks of this view. */
  readonly wanted: Wanted | undefined;
  readonly shown: boolean;
}

/** What stays as it is for so long, in milliseconds, goes into the address: browsers refuse one that is written too often. */
const REST = 300;

/** Marks an entry of the browser's history as an address that this view has written, or taken up. */
const OURS = 'solve';

/** What files that are being read come to: a model, the text of a puzzle, or nothing for this view. */
export type Wanted = Promise<
  { readonly model: ModelInfo } | { readonly text: string; readonly file: string } | undefined
>;

export const choices = { hard: 'Hard', easy: 'Easy', own: 'Your own' } as const;
type Choice = keyof typeof choices;

export type Solving = ReturnType<typeof useSolving>;

export function useSolving({ models, need, onSpeed, onTasks, onFault, wanted, shown }: SolveProps) {
  const { now: asked, set: ask, undo, redo, past, future } = useEdits<Asked | undefined>(undefined);
  const [choice, setChoice] = useState<Choice>();
  const [side, setSide] = useState<Side>();
  /** The second side, to compare with. */
  const [other, setOther] = useState<Side>();
  /** How easy new puzzles are, as their family's generator takes it. */
  const [level, setLevel] = useState(0);
  const [fault, setFault] = useState('');
  /** Whether a puzzle or its model is on its way. */
  const [coming, setComing] = useState(false);
  const [expected] = useState(latest);
  /** What to do when the button beside a fault is pressed. */
  const again = useRef<() => void>(undefined);
  const a = useRun('A', onSpeed);
  const b = useRun('B', () => {});

  const model = models.find(({ name }) => name === side?.model);
  const kind = useMemo(() => asked && pagePuzzle(asked.family), [asked?.family]);
  const perStep = side ? side.depth.cycles * side.depth.latentSteps : 1;
  const { moments } = a.run;
  const perOther = other ? other.depth.cycles * other.depth.latentSteps : 1;
  /** Moments that the sides have to show, as the first one counts them: the second may take more looks. */
  const span = Math.max(
    moments.length,
    a.run.trajectory ? Math.ceil((b.run.moments.length / perOther) * perStep) : 0,
  );
  const player = usePlaying(span - 1, perStep);

  /** Says that a puzzle will come. @returns whether it is still the one that was asked for last. */
  const expect = () => {
    setComing(true);
    return expected();
  };
  /** Says that none is waited for any more. */
  const arrived = () => {
    expected();
    setComing(false);
  };
  const fail = (error: unknown, retry?: () => void) => {
    setComing(false);
    again.current = retry;
    setFault(messageOf(error));
  };
  const forget = () => {
    a.forget();
    b.forget();
    setFault('');
  };
  const pose = (next: Asked, joins = false) => {
    arrived();
    forget();
    ask(next, joins);
  };
  /** Thinks about a puzzle, on both sides where there are two. @param to the moment to stop at; the film when omitted. */
  const think = (puzzle: Asked, mine: Side, theirs: Side | undefined, to?: number) => {
    forget();
    const of = pagePuzzle(puzzle.family)!;
    const missing = of.missing(puzzle.question);
    if (missing !== undefined) return fail(missing);
    const done = a.start(puzzle, of, mine.depth, mine.looksAgain);
    if (theirs) b.start({ ...puzzle, model: theirs.model }, of, theirs.depth, theirs.looksAgain);
    if (to !== undefined) player.go(to);
    else if (still()) done.then(() => player.go(Number.MAX_SAFE_INTEGER));
    else player.play(player.each === 'steps' ? mine.depth.cycles * mine.depth.latentSteps - 1 : 0);
  };
  /** A model with the settings to begin with, or those of a link. */
  const take = (next: ModelInfo, as: Thinker = {}): Side => {
    const begin = sideOf(next, as);
    setSide(begin);
    setOther(undefined);
    setLevel(pagePuzzle(next.family)!.level.usual);
    return begin;
  };
  const generate = async (of: Asked['family'], name: string, easy = level) => {
    const isLatest = expect();
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
    try {
      const question = await worker.generate(of, easy, seed);
      if (isLatest()) pose({ question, family: of, model: name });
    } catch (error) {
      if (isLatest()) fail(error); // there are no such puzzles
    }
  };
  /** The next curated puzzle of a kind, with a model of its size. */
  const show = async (curated: Curated, solves = true) => {
    setChoice(curated);
    setFault('');
    const isLatest = expect();
    try {
      const landing = model && sameKind(model, curatedFamily) ? model : await need(landingName);
      if (!isLatest()) return;
      if (!sameKind(landing, curatedFamily)) return await generate(landing.family!, landing.name);
      const stays = landing.name === side?.model;
      const mine = stays ? side : take(landing);
      const of = pagePuzzle(curatedFamily)!;
      const line = asked && kind?.name === of.name ? kind.line(asked.question) : '';
      const question = of.parse(nextCurated(curated, line));
      const next = { question, family: curatedFamily, model: landing.name };
      pose(next);
      if (solves) think(next, mine, stays ? other : undefined);
    } catch (error) {
      if (isLatest()) fail(error, () => show(curated));
    }
  };
  const choose = async (name: string) => {
    forget();
    setChoice('own');
    const isLatest = expect();
    try {
      const next = await need(name);
      if (!isLatest()) return;
      take(next);
      // A puzzle of the same kind stays, so that models can be compared.
      if (asked && sameKind(next, asked.family)) pose({ ...asked, model: name });
      else await generate(next.family!, name, pagePuzzle(next.family)!.level.usual);
    } catch (error) {
      if (isLatest()) fail(error, () => choose(name));
    }
  };
  const resize = (rows: number, columns: number) => {
    const of = resized(asked!.family, rows, columns);
    const { usual } = pagePuzzle(of)!.level;
    setLevel(usual);
    return generate(of, model!.name, usual);
  };
  const read = (source: string, next: ModelInfo): Asked => {
    const own = asked && sameKind(next, asked.family) ? asked.family : next.family!;
    if (!next.anySize) return { question: pagePuzzle(own)!.parse(source), family: own, model: next.name };
    const { tokens, info } = firstOfAnySize(source, own);
    return { question: tokens, family: info, model: next.name };
  };
  /** Takes a puzzle in any form that `trm solve` reads, of the model's kind or else of another one that is shipped. @returns whether it is taken. */
  const paste = async (source: string, refuse: (why: string) => void = fail): Promise<boolean> => {
    setFault('');
    const isLatest = expect();
    if (areTasks(source)) {
      arrived();
      onTasks(source);
      return false;
    }
    const accept = (by: ModelInfo) => {
      const found = read(source, by);
      if (by.name !== side?.model) take(by);
      setChoice('own');
      pose(found);
    };
    /** What is wrong with it, in the words of the kind that it is; else in those of the model that is there. */
    let why: string | undefined;
    let said: string | undefined;
    const first = model?.name ?? landingName;
    const others = source.trim() === '' ? [] : shippedNames.filter((name) => name !== first);
    for (const name of [first, ...others]) {
      let next: ModelInfo | undefined;
      try {
        next = await need(name);
        if (!isLatest()) return false;
        accept(next);
        return true;
      } catch (error) {
        said ??= messageOf(error);
        if (next && name !== first) why ??= whyNot(source, next.family!, name);
      }
    }
    if (isLatest()) refuse(why ?? said!);
    return false;
  };
  /** Takes back an edit, or takes it again. */
  const restoring = (to: Asked | undefined, step: () => void) =>
    to &&
    (() => {
      arrived();
      forget();
      if (to.model !== side!.model) take(models.find(({ name }) => name === to.model)!);
      step();
    });
  /** What a link asks for. */
  const follow = async (address: Address) => {
    const { model: name = landingName, puzzle, size, other: second, at } = address;
    setChoice('own');
    const isLatest = expect();
    try {
      const next = await need(name);
      const beside = second && (await need(second.model ?? name));
      if (!isLatest()) return;
      if (!pagePuzzle(next.family)) throw new Error(`“${name}” answers other puzzles than this view has`);
      const family = next.anySize && size ? resized(next.family!, ...size) : next.family!;
      const of = pagePuzzle(family)!;
      // Before anything is taken: what is refused leaves all as it was.
      const question = puzzle && (of.unfinished(puzzle) ?? of.parse(puzzle));
      const mine = take(next, address);
      const theirs = beside && sameKind(beside, next.family!) ? sideOf(beside, second) : undefined;
      setOther(theirs);
      if (!question) return await generate(family, name, of.level.usual);
      const found = { question, family, model: name };
      pose(found);
      if (mayRun()) think(found, mine, theirs, at === undefined ? undefined : at - 1);
    } catch (error) {
      if (isLatest()) fail(error, () => follow(address));
    }
  };
  const address: Address | undefined = asked &&
    kind && {
      view: 'solve',
      ...side,
      puzzle: kind.line(asked.question),
      size: model?.anySize ? [kind.rows, kind.columns] : undefined,
      other,
      at: moments.length > 0 ? player.at + 1 : undefined,
    };
  const written = address && writeAddress(address);
  const waits = player.waits && (isComing(a.run) || isComing(b.run));
  const settled = shown && asked !== undefined && !player.playing && !waits;
  const write = () => history.replaceState(OURS, '', written);
  useEffect(() => {
    if (!settled) return;
    const before = location.hash;
    const timer = setTimeout(() => {
      // Who has just gone elsewhere is heard of a moment later: the address already says so, and stays.
      if (viewNow() === 'solve' && location.hash === before) write();
    }, REST);
    return () => clearTimeout(timer);
  }, [written, settled]);

  /** @param from the address before, where the page was there already. */
  const arrive = (from?: string) => {
    // Back from another view: what was hidden meanwhile is shown as it was, and the address follows.
    const isBack = from !== undefined && readAddress(from).view !== 'solve' && history.state === OURS;
    if (asked && isBack) return;
    const address = readAddress(location.hash);
    if (address.model || address.puzzle) {
      history.replaceState(OURS, '');
      follow(address);
    } else if (address.view === 'solve') {
      if (!asked) show('hard', mayRun());
      else if (settled) write();
    }
  };
  useEffect(() => arrive(), []);
  useEffect(() => {
    const onChange = ({ oldURL, newURL }: HashChangeEvent) => {
      // A busy page hears of it when the address may be another one again, of which it will hear next.
      if (newURL === location.href) arrive(new URL(oldURL).hash);
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  });
  const receive = async (files: Wanted) => {
    const [isLatest, from] = [expect(), viewNow()];
    const found = await files;
    if (!isLatest()) return;
    if (!found) return arrived();
    if ('text' in found) {
      const refuse = (why: string) => {
        arrived();
        onFault(withoutPuzzle(found.file, why));
      };
      if (await paste(found.text, refuse)) goTo('solve', from);
      return;
    }
    goTo('solve', from);
    return choose(found.model.name);
  };
  useEffect(() => {
    if (wanted) receive(wanted);
  }, [wanted]);
  useEffect(() => {
    if (!shown) return;
    const onPaste = ({ target, clipboardData }: ClipboardEvent) => {
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
      const source = clipboardData?.getData('text');
      if (source && model) paste(source);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  });

  return {
    ...{
      asked,
      side,
      other,
      model,
      kind,
      choice,
      level,
      fault,
      coming,
      perStep,
      moments,
      span,
      player,
      address,
    },
    a: a.run,
    b: b.run,
    again: again.current,
    solve: () => think(asked!, side!, other),
    ...{ setChoice, setLevel, show, choose, generate, resize, paste, pose },
    /** Each is undefined where there is nothing to take. */
    undo: restoring(past, undo),
    redo: restoring(future, redo),
    changeSide: (next: Side) => {
      forget();
      setSide(next);
    },
    changeOther: (next: Side | undefined) => {
      b.forget();
      setOther(next);
    },
  };
}
