import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { visibleDraft } from '../../store/prompt-history-search.ts';
import type { State } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { ScreenReader } from '../../terminal/screen-reader-output.ts';
import { describeChange } from './describe-change.ts';
import { focusWords } from './focus-words.ts';
import { formLine } from './form-words.ts';
import { statusWords } from './list-words.ts';
import { NOTHING_ANNOUNCED, newMessageWords } from './transcript-words.ts';

/** While a key is held down only where it comes to rest is said; ms. */
const HELD_KEY_MS = 90;
/** What the server tells is gathered for so long: agents flap between two states; ms. */
const BATCH_MS = 1_000;

/** What the user does is answered at once. */
const IMMEDIATE_KEYS: readonly (keyof State)[] = [
  'view',
  'notice',
  'pendingChanges',
  'pendingCreations',
  'deliveries',
  'drafts',
  'newTaskForm',
];

export interface Announcer {
  /** Says where one is and what there is, all of it again. */
  repeat(): void;
  stop(): void;
}

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly screenReader: ScreenReader;
}

/** Tells in words what others see: what the user comes to, what becomes of it, and who needs them. A poll that brings nothing new is silent. */
export function startAnnouncer({ store, clock, screenReader }: Options): Announcer {
  let announced = store.getState();
  let heard = NOTHING_ANNOUNCED;
  let cancel: (() => void) | null = null;
  let due = Number.POSITIVE_INFINITY;
  let lastMove = Number.NEGATIVE_INFINITY;
  let isWriting = false;

  const say = (lines: readonly string[]): void =>
    screenReader.announce(lines.map((line) => withKeyNames(line, store.getState().keyNames)));

  const flush = (): void => {
    cancel?.();
    cancel = null;
    due = Number.POSITIVE_INFINITY;
    const now = store.getState();
    const words = describeChange(announced, now);
    const news = newMessageWords(now, heard);
    announced = now;
    heard = news.heard;
    if (!isPromptOpen(now)) closeField();
    say([...words, ...news.lines]);
    if (isPromptOpen(now)) showField(now);
  };

  /** Menus and other fields show lines of their own. */
  const closeField = (): void => {
    if (isWriting) screenReader.showInput(null);
    isWriting = false;
  };
  const showField = (state: State): void => {
    isWriting = true;
    const form = state.view.promptSearch === null ? formLine(state) : null;
    const { text, cursor } = form?.buffer ?? visibleDraft(state);
    screenReader.showInput({ label: form?.label ?? fieldLabel(state), text, cursor });
  };

  const schedule = (at: number): void => {
    if (at >= due) return;
    cancel?.();
    due = at;
    cancel = clock.after(Math.max(0, at - clock.now()), flush);
  };

  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    const now = clock.now();
    if (isMove(announced, state)) {
      // A key that is held down begins the rest anew.
      if (now - lastMove < HELD_KEY_MS) due = Number.POSITIVE_INFINITY;
      schedule(now - lastMove < HELD_KEY_MS ? now + HELD_KEY_MS : now);
      lastMove = now;
    } else if (
      IMMEDIATE_KEYS.some((part) => state[part] !== announced[part]) ||
      isFirstList(announced, state)
    )
      schedule(now);
    else schedule(now + BATCH_MS);
  });

  const again = (): void => {
    flush();
    const state = store.getState();
    say([statusWords(state), ...focusWords(state)]);
  };
  screenReader.onRepaint(again);
  say([
    `taskdeck, for screen readers. ${keyFor('help')} lists the keys, ${keyFor('repaint')} says where you are, ${keyFor('quit')} quits.`,
  ]);
  if (announced.listFreshness.requestedAt !== null)
    say(['As it was when taskdeck was left:', ...focusWords(announced)]);
  flush();

  return {
    repeat: again,
    stop() {
      unsubscribe();
      cancel?.();
      closeField();
    },
  };
}

/** The selection or the window moves: what a key that is held down does. */
function isMove(announced: State, { view }: State): boolean {
  const old = announced.view;
  return (
    old.overlay === view.overlay &&
    old.focus === view.focus &&
    (old.selected !== view.selected ||
      old.scrollAnchors !== view.scrollAnchors ||
      old.messageCursor !== view.messageCursor)
  );
}

/** The first answer that the server gives. */
const isFirstList = ({ listFreshness: told }: State, { listFreshness }: State): boolean =>
  told.refreshMs === 0 && listFreshness.refreshMs > 0;

const isPromptOpen = ({ view }: State): boolean => view.focus === 'prompt' && view.overlay === null;

const fieldLabel = ({ view }: State): string =>
  view.promptSearch !== null
    ? `find ${view.promptSearch.query}:`
    : view.initialPromptTaskId === null
      ? 'answer>'
      : 'its prompt>';
