import { keyFor, withKeyNames } from '../../domain/key-hint.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { written } from '../../store/prompt-search.ts';
import type { State } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { Linear } from '../../terminal/linear-output.ts';
import { NOTHING_HEARD, newWords } from './conversation-words.ts';
import { formLine } from './form-words.ts';
import { wordsBetween } from './narrate.ts';
import { placeWords } from './place-words.ts';
import { statusWords } from './spoken.ts';

/** While a key is held down only where it comes to rest is said; ms. */
const REST_MS = 90;
/** What the server tells is gathered for so long: agents flap between two states; ms. */
const GATHER_MS = 1_000;

/** What the user does is answered at once. */
const AT_ONCE: readonly (keyof State)[] = [
  'view',
  'notice',
  'asked',
  'creating',
  'deliveries',
  'drafts',
  'form',
];

export interface Narrator {
  /** Says where one is and what there is, all of it again. */
  again(): void;
  stop(): void;
}

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly linear: Linear;
}

/** Tells in words what others see: what the user comes to, what becomes of it, and who needs them. A poll that brings nothing new is silent. */
export function startNarrator({ store, clock, linear }: Options): Narrator {
  let told = store.getState();
  let heard = NOTHING_HEARD;
  let cancel: (() => void) | null = null;
  let due = Number.POSITIVE_INFINITY;
  let lastMove = Number.NEGATIVE_INFINITY;
  let isWriting = false;

  const say = (lines: readonly string[]): void =>
    linear.say(lines.map((line) => withKeyNames(line, store.getState().keyNames)));

  const flush = (): void => {
    cancel?.();
    cancel = null;
    due = Number.POSITIVE_INFINITY;
    const now = store.getState();
    const words = wordsBetween(told, now);
    const news = newWords(now, heard);
    told = now;
    heard = news.heard;
    if (!writes(now)) leaveLine();
    say([...words, ...news.lines]);
    if (writes(now)) showLine(now);
  };

  /** Menus and other fields show lines of their own. */
  const leaveLine = (): void => {
    if (isWriting) linear.edit(null);
    isWriting = false;
  };
  const showLine = (state: State): void => {
    isWriting = true;
    const form = state.view.promptSearch === null ? formLine(state) : null;
    const { text, cursor } = form?.buffer ?? written(state);
    linear.edit({ label: form?.label ?? labelOf(state), text, cursor });
  };

  const plan = (at: number): void => {
    if (at >= due) return;
    cancel?.();
    due = at;
    cancel = clock.after(Math.max(0, at - clock.now()), flush);
  };

  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    const now = clock.now();
    if (isMove(told, state)) {
      // A key that is held down begins the rest anew.
      if (now - lastMove < REST_MS) due = Number.POSITIVE_INFINITY;
      plan(now - lastMove < REST_MS ? now + REST_MS : now);
      lastMove = now;
    } else if (AT_ONCE.some((part) => state[part] !== told[part]) || isFirst(told, state)) plan(now);
    else plan(now + GATHER_MS);
  });

  const again = (): void => {
    flush();
    const state = store.getState();
    say([statusWords(state), ...placeWords(state)]);
  };
  linear.onRepaint(again);
  say([
    `taskdeck, for screen readers. ${keyFor('help')} lists the keys, ${keyFor('repaint')} says where you are, ${keyFor('quit')} quits.`,
  ]);
  if (told.list.at !== null) say(['As it was when taskdeck was left:', ...placeWords(told)]);
  flush();

  return {
    again,
    stop() {
      unsubscribe();
      cancel?.();
      leaveLine();
    },
  };
}

/** The selection or the window moves: what a key that is held down does. */
function isMove(told: State, { view }: State): boolean {
  const old = told.view;
  return (
    old.overlay === view.overlay &&
    old.focus === view.focus &&
    (old.selected !== view.selected || old.scroll !== view.scroll || old.pointed !== view.pointed)
  );
}

/** The first answer that the server gives. */
const isFirst = ({ list: told }: State, { list }: State): boolean => told.promised === 0 && list.promised > 0;

const writes = ({ view }: State): boolean => view.focus === 'prompt' && view.overlay === null;

const labelOf = ({ view }: State): string =>
  view.promptSearch !== null
    ? `find ${view.promptSearch.query}:`
    : view.rewriting === null
      ? 'answer>'
      : 'its prompt>';
