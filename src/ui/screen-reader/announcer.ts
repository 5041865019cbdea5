import { helpWindow } from '../../commands/help.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { visibleDraft } from '../../store/prompt-history-search.ts';
import type { State } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { ScreenReader } from '../../terminal/screen-reader-output.ts';
import { NOTHING_ANNOUNCED, newMessageWords } from '../../view/detail/transcript-words.ts';
import { statusWords } from '../../view/list/list-words.ts';
import { formLine } from '../../view/overlays/form-words.ts';
import { describeChange } from '../../view/screen-reader/describe-change.ts';
import { focusWords } from '../../view/screen-reader/focus-words.ts';

/** A held key announces only its last position; ms. */
const HELD_KEY_MS = 90;
/** Server updates are collected for this time: agents may switch quickly between two states; ms. */
const BATCH_MS = 1_000;

/** Changes by the user are announced at once. */
const IMMEDIATE_KEYS: readonly (keyof State)[] = [
  'view',
  'notice',
  'pendingChanges',
  'pendingCreations',
  'deliveries',
  'answersSoFar',
  'drafts',
  'newTaskForm',
];

export interface Announcer {
  /** Announces status and focus again. */
  repeat(): void;
  stop(): void;
}

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly screenReader: ScreenReader;
}

/** Announces changes of the screen in words: focus, results of actions, and tasks that need the user. Polls without news are silent. */
export function startAnnouncer({ store, clock, screenReader }: Options): Announcer {
  let announced = store.getState();
  let position = NOTHING_ANNOUNCED;
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
    const words = describeChange(announced, now, helpWindow);
    const news = newMessageWords(now, position);
    announced = now;
    position = news.position;
    if (!isPromptOpen(now)) closeField();
    say([...words, ...news.lines]);
    if (isPromptOpen(now)) showField(now);
  };

  /** Menus and other fields show their own input lines. */
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
      // A held key restarts the timer.
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

  const repeat = (): void => {
    flush();
    const state = store.getState();
    say([statusWords(state), ...focusWords(state, helpWindow(state))]);
  };
  screenReader.onRepaint(repeat);
  say([
    `taskdeck, for screen readers. ${keyFor('help')} lists the keys, ${keyFor('repaint')} says where you are, ${keyFor('quit')} quits.`,
  ]);
  if (announced.listFreshness.requestedAt !== null)
    say(['From the last run:', ...focusWords(announced, helpWindow(announced))]);
  flush();

  return {
    repeat,
    stop() {
      unsubscribe();
      cancel?.();
      closeField();
    },
  };
}

/** Whether only the selection or the scroll position moved: a key that may be held. */
function isMove(announced: State, { view }: State): boolean {
  const old = announced.view;
  return (
    old.overlay === view.overlay &&
    old.focus === view.focus &&
    (old.selected !== view.selected ||
      old.scrollAnchors !== view.scrollAnchors ||
      old.messageCursor !== view.messageCursor ||
      isDiffMove(old.openDiff, view.openDiff))
  );
}

/** Whether only the cursor of the open diff moved. */
const isDiffMove = (old: State['view']['openDiff'], now: State['view']['openDiff']): boolean =>
  old !== null &&
  now !== null &&
  old.of === now.of &&
  old.search === now.search &&
  old[old.of].document === now[now.of].document &&
  old[old.of].cursor !== now[now.of].cursor;

/** Whether the first list has arrived. */
const isFirstList = ({ listFreshness: before }: State, { listFreshness }: State): boolean =>
  before.refreshMs === 0 && listFreshness.refreshMs > 0;

const isPromptOpen = ({ view }: State): boolean => view.focus === 'prompt' && view.overlay === null;

const fieldLabel = ({ view }: State): string =>
  view.promptSearch !== null
    ? `find ${view.promptSearch.query}:`
    : view.editedComment !== null
      ? 'comment>'
      : view.initialPromptTaskId === null
        ? 'message>'
        : 'prompt to edit>';
