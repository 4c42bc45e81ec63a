/** What the Solve view holds and does: the puzzle, who thinks about it, the moment that is looked at. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Address, goTo, readAddress, type Thinker, tellRefused, viewNow } from './address.ts';
import { landingName, messageOf, worker } from './client.ts';
import { type Choice, type Curated, choiceOf, curatedFamily, nextCurated } from './curated.ts';
import { useEdits } from './edits.ts';
import { areTasks, notJson, refuseLong, withoutPuzzle } from './files.ts';
import { useAddress } from './following.ts';
import { latest } from './latest.ts';
import { mayRun } from './playing.ts';
import { blankOf, pagePuzzle, resized } from './puzzles.ts';
import { type Asked, isLeft, keepOwn, keptOwn, readText } from './question.ts';
import { type Side, sameKind, sideOf } from './side.ts';
import { isTextField } from './text-field.ts';
import { useThinking } from './thinking.ts';
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
  /** Says that a file is being read, on whatever view is shown. @returns what takes that back. */
  readonly onReading: (file: File) => () => void;
  /** What the page asks of this view. */
  readonly wanted: Wanted | undefined;
  readonly shown: boolean;
}

/** What files that are being read come to: a model, the text of puzzles, or nothing for this view. */
export type Wanted = Promise<{ readonly model: ModelInfo } | { readonly text: File } | undefined>;

export const choices: Readonly<Record<Choice, string>> = {
  hard: 'Hard Sudoku',
  easy: 'Easy Sudoku',
  own: 'Your own',
};

export type Solving = ReturnType<typeof useSolving>;

export function useSolving(props: SolveProps) {
  const { models, need, onSpeed, wanted, shown } = props;
  const { now: asked, set: ask, undo, redo, past, future } = useEdits<Asked | undefined>(undefined);
  const [side, setSide] = useState<Side>();
  /** The second side, to compare with; it waits while the puzzle is none that its model takes. */
  const [second, setSecond] = useState<Side>();
  /** How easy new puzzles are, as their family's generator takes it. */
  const [level, setLevel] = useState(0);
  const [fault, setFault] = useState('');
  /** What is wrong with the link that is shown, and what to say of where the puzzle is from; a run leaves both. */
  const [damage, setDamage] = useState('');
  const [origin, setOrigin] = useState('');
  /** Whether a puzzle or its model is on its way. */
  const [coming, setComing] = useState(false);
  const [expected] = useState(latest);
  /** The visitor's own puzzle, which is there again after one of the page's, and after a reload. */
  const [ownBefore] = useState(keptOwn);
  const own = useRef(ownBefore);
  if (asked?.choice === 'own') own.current = asked;
  const [isKept, setIsKept] = useState(true);
  /** What to do when the button beside a fault is pressed. */
  const again = useRef<() => void>(undefined);
  /** The second side, where it takes puzzles of a family. */
  const beside = (family: Asked['family'] | undefined): Side | undefined => {
    const by = second && models.find(({ name }) => name === second.model);
    return by && family && sameKind(by, family) ? second : undefined;
  };
  const other = beside(asked?.family);
  const thinking = useThinking(side, other, onSpeed);
  const { a, b, moments, perStep, span, player } = thinking;
  const isBegun = moments.length > 0 || a.doing !== '';
  useEffect(() => {
    if (asked?.choice === 'own') setIsKept(keepOwn(asked, isBegun));
  }, [asked, isBegun]);

  const model = models.find(({ name }) => name === side?.model);
  const kind = useMemo(() => asked && pagePuzzle(asked.family), [asked?.family]);
  const hasSeveral = useMemo(() => asked && kind!.hasSeveral(asked.question), [asked]);

  /** Says that a puzzle will come. @returns whether it is still the one that was asked for last. */
  const expect = () => {
    setComing(true);
    setDamage('');
    setOrigin('');
    return expected();
  };
  /** Says that none is waited for any more. */
  const arrived = () => {
    expected();
    setComing(false);
    setDamage('');
    setOrigin('');
  };
  const fail = (error: unknown, retry?: () => void) => {
    setComing(false);
    again.current = retry;
    setFault(messageOf(error));
  };
  const forget = () => {
    thinking.forget();
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
    const missing = pagePuzzle(puzzle.family)!.missing(puzzle.question);
    if (missing !== undefined) return fail(missing);
    thinking.start(puzzle, mine, theirs, to);
  };
  /** Says who thinks now, where nobody has asked for another model. @param also what else there is to say. */
  const tellModel = ({ name }: ModelInfo, ...also: readonly string[]) => {
    const told = model && model.name !== name ? [`The model is ${name} now, with its usual settings.`] : [];
    setOrigin([...also, ...told].join(' '));
  };
  /** A model with the settings to begin with, or those of a link. */
  const take = (next: ModelInfo, as: Thinker = {}): Side => {
    const begin = sideOf(next, as);
    setSide(begin);
    setLevel(pagePuzzle(next.family)!.level.usual(next.traits));
    return begin;
  };
  /** @returns whether it is still the one that was asked for last. */
  const generate = async (of: Asked['family'], name: string, easy = level): Promise<boolean> => {
    const isLatest = expect();
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
    try {
      const question = await worker.generate(of, easy, seed);
      if (!isLatest()) return false;
      pose({ question, family: of, model: name, choice: 'own' });
      return true;
    } catch (error) {
      if (isLatest()) fail(error); // there are no such puzzles
      return false;
    }
  };
  /** The next curated puzzle of a kind, with a model of its size. */
  const show = async (curated: Curated, solves = true) => {
    setFault('');
    const isLatest = expect();
    try {
      const landing = model && sameKind(model, curatedFamily) ? model : await need(landingName);
      if (!isLatest()) return;
      if (!sameKind(landing, curatedFamily)) return void (await generate(landing.family!, landing.name));
      const mine = landing.name === side?.model ? side : take(landing);
      const of = pagePuzzle(curatedFamily)!;
      const line = asked && kind?.name === of.name ? kind.line(asked.question) : '';
      const question = of.parse(nextCurated(curated, line));
      const next = { question, family: curatedFamily, model: landing.name, choice: curated };
      if (asked) stepOn();
      pose(next);
      tellModel(landing);
      if (solves) think(next, mine, beside(curatedFamily));
    } catch (error) {
      if (isLatest()) fail(error, () => show(curated));
    }
  };
  /** All stays as it is until the model is there. */
  const choose = async (name: string) => {
    setFault('');
    const isLatest = expect();
    try {
      const next = await need(name);
      if (!isLatest()) return;
      stepOn();
      take(next);
      // A puzzle of the same kind stays, so that models can be compared.
      if (asked && sameKind(next, asked.family)) pose({ ...asked, model: name });
      else await generate(next.family!, name, pagePuzzle(next.family)!.level.usual(next.traits));
    } catch (error) {
      if (isLatest()) fail(error, () => choose(name));
    }
  };
  const resize = (rows: number, columns: number) => {
    const of = resized(asked!.family, rows, columns);
    const usual = pagePuzzle(of)!.level.usual(model!.traits);
    setLevel(usual);
    return generate(of, model!.name, usual);
  };
  /** Takes what somebody pastes. */
  const paste = (source: string) => {
    setFault('');
    if (areTasks(source)) {
      arrived();
      return props.onTasks(source);
    }
    const text = new Blob([source.trim() && source]); // of an empty one no other model is asked
    try {
      refuseLong('what you pasted', text.size, 'puzzle');
    } catch (error) {
      arrived();
      return fail(error);
    }
    return read(text, fail);
  };
  /** Takes a puzzle in any form that `trm solve` reads, of the model's kind or else of another one that is shipped. @returns whether it is taken. */
  const read = async (source: Blob, refuse: (why: string) => void): Promise<boolean> => {
    const isLatest = expect();
    const first = model?.name ?? landingName;
    const answer = await readText(source, { first, asked, need, isLatest });
    if (!isLatest()) return false;
    if ('why' in answer) {
      refuse(answer.why);
      return false;
    }
    if (answer.by.name !== side?.model) take(answer.by);
    pose(answer.found);
    const count = answer.of > 1 ? [`The text holds ${answer.of} puzzles: this is the first.`] : [];
    const note = answer.note === undefined ? [] : [`The puzzle is ${answer.note}.`];
    tellModel(answer.by, ...count, ...note);
    return true;
  };
  /** Takes the model that a puzzle was asked of. */
  const meet = ({ model: name }: Asked) => {
    if (name !== side!.model) take(models.find((model) => model.name === name)!);
  };
  /** Takes back an edit, or takes it again. */
  const restoring = (to: Asked | undefined, step: () => void) =>
    to &&
    (() => {
      arrived();
      forget();
      meet(to);
      tellModel(models.find(({ name }) => name === to.model)!);
      step();
    });
  /** A puzzle in place of the one that is there, the visitor's own. */
  const edit = (question: Int32Array, joins = false) => pose({ ...asked!, question, choice: 'own' }, joins);
  const showOwn = async () => {
    if (asked!.choice === 'own') return;
    const mine = own.current;
    if (!mine) {
      stepOn();
      return edit(blankOf(kind!, asked!.question));
    }
    const isLatest = expect();
    try {
      const by = await need(mine.model);
      if (!isLatest()) return;
      stepOn();
      if (by.name !== side!.model) take(by);
      pose(mine);
      tellModel(by);
    } catch (error) {
      if (isLatest()) fail(error, showOwn);
    }
  };
  /** What a link asks for. */
  const takeUp = async (address: Address) => {
    const { model: name = landingName, puzzle, size, other: theirs, at, refused = [] } = address;
    const isLatest = expect();
    try {
      const next = await need(name);
      const rival = theirs && (await need(theirs.model ?? name));
      if (!isLatest()) return;
      if (!pagePuzzle(next.family)) throw new Error(`“${name}” answers other puzzles than this view has`);
      const family = next.anySize && size ? resized(next.family!, ...size) : next.family!;
      const of = pagePuzzle(family)!;
      let question: Int32Array | undefined;
      let why: string | undefined;
      try {
        if (puzzle) question = of.unfinished(puzzle) ?? of.parse(puzzle);
      } catch (error) {
        const sized = next.anySize && !size ? '; a puzzle of another size needs that size in the link' : '';
        why = `the puzzle of this link is damaged: as ${of.name}, ${messageOf(error)}${sized}`;
        // What is refused leaves all as it was; a page that has nothing yet makes a new one.
        if (asked) return fail(why);
      }
      const mine = take(next, address);
      const opposite = rival && sameKind(rival, family) ? sideOf(rival, theirs) : undefined;
      setSecond(opposite);
      const told = tellRefused([
        ...refused,
        ...(size && !next.anySize ? [`size=${size.join('x')} (${name} has one size)`] : []),
        ...(rival && !opposite ? [`b-model=${rival.name} (it answers other puzzles)`] : []),
      ]);
      if (!question) {
        const isMade = await generate(family, name, of.level.usual(next.traits));
        if (isMade) setDamage(told);
        if (isMade && why) fail(`${why}; here is a new one`);
        return;
      }
      const found: Asked = { question, family, model: name, choice: choiceOf(of.line(question)) };
      const isEdited = at === undefined && isLeft(found);
      pose(found);
      setDamage(told);
      if (mayRun() && !isEdited) think(found, mine, opposite, at === undefined ? undefined : at - 1);
    } catch (error) {
      if (isLatest()) fail(error, () => takeUp(address));
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
  /** Whether a film is on of another puzzle than the address has: it is written before the film is over. */
  const isAstray = () => {
    const { puzzle } = readAddress(location.hash);
    return player.films && puzzle !== undefined && puzzle !== address?.puzzle;
  };
  const stepOn = useAddress('solve', {
    address: thinking.atRest ? address : address && { ...address, at: undefined },
    settled: shown && asked !== undefined && (thinking.atRest || isAstray()),
    follow(address) {
      const asks = Boolean(address.model || address.puzzle);
      if (asks) takeUp(address);
      else {
        const tell = () => setDamage(tellRefused(address.refused ?? []));
        if (asked) tell();
        else show('hard', mayRun()).then(tell);
      }
      return asks;
    },
  });
  const receive = async (files: Wanted) => {
    const [isLatest, from] = [expect(), viewNow()];
    setFault(''); // newer than what was wrong before
    const found = await files;
    if (!isLatest()) return;
    if (!found) return arrived();
    if ('text' in found) {
      const { text } = found;
      const refuse = async (why: string) => {
        arrived();
        const isStill = expected();
        const told = (await notJson(text)) ?? withoutPuzzle(text.name, why);
        if (isStill()) props.onFault(told);
      };
      const done = props.onReading(text);
      if (await read(text, refuse)) goTo('solve', from);
      return done();
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
      if (isTextField(target)) return;
      const source = clipboardData?.getData('text');
      if (source && model) paste(source);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  });

  return {
    ...{ a, b, moments, perStep, span, player },
    ...{ asked, side, other, model, kind, level, fault, coming, address, need },
    ...{ damage, origin },
    /** Whether what is asked has several answers. */
    hasSeveral: isBegun && hasSeveral,
    /** The model of a second side that waits for a puzzle it takes. */
    waiting: other ? undefined : second?.model,
    again: again.current,
    /** Whether the browser keeps the visitor's own puzzle. */
    isKept,
    solve: () => think(asked!, side!, other),
    ...{ setLevel, show, showOwn, choose, generate, resize, paste, edit },
    /** Each is undefined where there is nothing to take. */
    undo: restoring(past, undo),
    redo: restoring(future, redo),
    changeSide: (next: Side) => {
      forget();
      setSide(next);
    },
    changeOther: (next: Side | undefined) => {
      thinking.forgetOther();
      setSecond(next);
    },
  };
}
