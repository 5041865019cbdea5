import { bufferOf } from '../domain/edit/buffer.ts';
import type { KeptView } from '../domain/kept-layout.ts';
import type { TaskForm } from '../domain/new-task.ts';
import { USUAL_SORT } from '../domain/order.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Memory } from '../domain/ports/memory.ts';
import { type Reading, USUAL_READING } from '../domain/reading.ts';
import { MINE } from '../domain/scope.ts';
import { BLANK_FORM, formOf, savedForm } from '../store/form.ts';
import { keptPlacesOf, keptViewOf } from '../store/kept-view.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { rememberList } from './list-memory.ts';

/** What is typed is on disk after this long; ms. */
const SAVE_AFTER_MS = 300;
/** What could not be written is tried again after this long; ms. Each time may hold up the screen for a second. */
const TRY_AGAIN_MS = 10_000;
/** Where transcripts are scrolled to is not worth a write with every few keys; ms. */
const SAVE_PLACES_AFTER_MS = 3_000;

/** The part of the state that is kept from one run to the next. */
interface Kept {
  readonly drafts: State['drafts'];
  readonly history: State['history'];
  readonly selected: string | null;
  readonly reading: Reading;
  readonly seen: State['seen'];
  readonly sort: State['view']['sort'];
  readonly pane: KeptView['pane'];
  readonly zoomed: boolean;
  readonly filter: string;
  readonly needing: boolean;
  readonly scroll: State['view']['scroll'];
  readonly returning: State['view']['returning'];
  readonly scope: State['scope'];
  readonly form: TaskForm;
  readonly lastChoice: State['lastChoice'];
}

const keptOf = ({ drafts, history, view, seen, scope, form, lastChoice }: State): Kept => ({
  drafts,
  history,
  selected: view.selected,
  reading: view.reading,
  seen,
  sort: view.sort,
  ...keptViewOf(view),
  scroll: view.scroll,
  returning: view.returning,
  scope,
  form: savedForm(form),
  lastChoice,
});

const LAID_OUT: readonly (keyof Kept)[] = [
  'selected',
  'reading',
  'sort',
  'pane',
  'zoomed',
  'filter',
  'needing',
  'scope',
  'form',
  'lastChoice',
];
const PLACES: readonly (keyof Kept)[] = ['scroll', 'returning'];
const SOON: readonly (keyof Kept)[] = ['drafts', 'history', 'seen', ...LAID_OUT];

const isWorthKeeping = ({ template, preset, name }: TaskForm): boolean =>
  template !== null || preset !== null || name !== '';

/** Ends it, and saves first. */
export interface Remembering {
  (): void;
  /** Saves now what would be saved soon. */
  flush(): void;
}

/** Brings back what was there before, and keeps what changes from now on. Returns how to end it. */
export function startRemembering(store: Store, memory: Memory, clock: Clock): Remembering {
  const { selectedTask: selected, form: keptForm, ...layout } = memory.layout();
  const form = keptForm === undefined ? BLANK_FORM : formOf(keptForm);
  const before = {
    drafts: new Map([...memory.drafts()].map(([key, text]) => [key, bufferOf(text)])),
    history: memory.history(),
    selected,
    seen: memory.seen(),
  };
  // Nothing is said of what was not kept: the user may have chosen it meanwhile.
  store.dispatch({ type: 'remembered', ...before, ...layout, form });
  const stopList = rememberList(store, memory, clock);

  // What was scrolled before anything was brought back is not on disk yet, and goes there with the next scrolling.
  let saved: Kept = {
    ...keptOf(store.getState()),
    ...before,
    reading: layout.reading ?? USUAL_READING,
    sort: layout.sort ?? USUAL_SORT,
    scope: layout.scope ?? MINE,
    form: savedForm(form),
    lastChoice: layout.lastChoice ?? null,
  };
  let cancel: (() => void) | null = null;
  let due = Number.POSITIVE_INFINITY;
  let notBefore = 0;

  const save = (): void => {
    cancel = null;
    due = Number.POSITIVE_INFINITY;
    const state = store.getState();
    const now = keptOf(state);
    const drafts = saveDrafts(memory, saved.drafts, now.drafts);
    const history = saveHistory(memory, saved.history, now.history);
    const seen =
      now.seen === saved.seen || memory.saveSeen(newIn(now.seen, saved.seen)) ? now.seen : saved.seen;
    const isLaidOut =
      (!differ(PLACES, now, saved) && !differ(LAID_OUT, now, saved)) ||
      memory.saveLayout({
        selectedTask: now.selected,
        reading: now.reading,
        sort: now.sort,
        view: keptViewOf(state.view),
        places: keptPlacesOf(state),
        ...(isWorthKeeping(now.form) && { form: now.form }),
        ...(now.lastChoice !== null && { lastChoice: now.lastChoice }),
        ...(now.scope.kind === 'mine' ? {} : { scope: now.scope }),
      });
    saved = { ...(isLaidOut ? now : saved), drafts, history, seen };
    // The disk is full, perhaps: it is tried again, but not with every key, since each try takes time.
    const failed = drafts !== now.drafts || history !== now.history || seen !== now.seen || !isLaidOut;
    notBefore = failed ? clock.now() + TRY_AGAIN_MS : 0;
    if (failed) saveSoon();
  };

  const saveSoon = (): void => {
    const now = keptOf(store.getState());
    const isSoon = differ(SOON, now, saved);
    if (!isSoon && !differ(PLACES, now, saved)) return;
    const at = Math.max(notBefore, clock.now() + (isSoon ? SAVE_AFTER_MS : SAVE_PLACES_AFTER_MS));
    if (at >= due) return;
    cancel?.();
    due = at;
    cancel = clock.after(at - clock.now(), save);
  };
  const unsubscribe = store.subscribe(saveSoon);
  // What was typed before anything was brought back is not on disk yet.
  saveSoon();

  const flush = (): void => {
    cancel?.();
    save();
  };
  const stop = (): void => {
    unsubscribe();
    flush();
    stopList();
  };
  return Object.assign(stop, { flush });
}

const differ = (parts: readonly (keyof Kept)[], one: Kept, other: Kept): boolean =>
  parts.some((part) => one[part] !== other[part]);

/** Gives what is on disk then: `now` itself when all of it is. */
function saveDrafts(memory: Memory, before: State['drafts'], now: State['drafts']): State['drafts'] {
  const failed: string[] = [];
  for (const [key, { text }] of now)
    if (before.get(key)?.text !== text && !memory.saveDraft(key, text)) failed.push(key);
  for (const key of before.keys()) if (!now.has(key) && !memory.saveDraft(key, '')) failed.push(key);
  if (failed.length === 0) return now;
  const kept = new Map(now);
  for (const key of failed) {
    const old = before.get(key);
    if (old === undefined) kept.delete(key);
    else kept.set(key, old);
  }
  return kept;
}

/** The same for what was sent. */
function saveHistory(memory: Memory, before: State['history'], now: State['history']): State['history'] {
  for (let index = before.length; index < now.length; index += 1)
    if (!memory.remember(now[index] ?? '')) return now.slice(0, index);
  return now;
}

/** What another taskdeck saw of tasks that this one does not list stays on disk. */
const newIn = (now: State['seen'], before: State['seen']): State['seen'] =>
  new Map([...now].filter(([id, sight]) => before.get(id) !== sight));
