import { isEmptyChatChoice } from '../domain/new-chat.ts';
import type { TaskForm } from '../domain/new-task.ts';
import { MINE, type OwnerScope, withArchived } from '../domain/owner-scope.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { SavedState } from '../domain/ports/saved-state.ts';
import { DEFAULT_SORT } from '../domain/row-order.ts';
import type { SavedScrollPosition, SavedViewState } from '../domain/saved-layout.ts';
import { withShiftedSnoozes } from '../domain/sight.ts';
import { DEFAULT_GROUPING } from '../domain/task-group.ts';
import { DEFAULT_TRANSCRIPT_OPTIONS, type TranscriptOptions } from '../domain/transcript-options.ts';
import { fromSavedForm, toSavedForm } from '../store/form.ts';
import { memoize } from '../store/memoize.ts';
import { savedViewStateOf } from '../store/saved-layout.ts';
import { EMPTY_FORM } from '../store/slices/new-task.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { saveAttachments, saveComments, saveDrafts, savedDrafts, saveNewComments } from './persist-drafts.ts';
import { persistList } from './persist-list.ts';
import { rereadOwnFields, saveOwnFields } from './persist-own-fields.ts';
import { rereadComments } from './reread-comments.ts';

/** The delay of a save after a change, ms. */
const SAVE_DELAY_MS = 300;
/** The delay after a failed write, ms. Each try can block the screen for a second. */
const RETRY_MS = 10_000;
/** The delay of a save when only scroll positions changed, to save writes; ms. */
const SAVE_SCROLL_DELAY_MS = 3_000;

/** Of more collapsed groups only the last ones are saved: owners and directories come and go. */
const MAX_SAVED_GROUPS = 500;

/** The part of the state that is saved between runs. */
interface PersistedFields {
  readonly drafts: State['drafts'];
  readonly attachments: State['attachments'];
  readonly comments: State['comments'];
  readonly history: State['promptHistory'];
  readonly selected: string | null;
  readonly reading: TranscriptOptions;
  readonly seen: State['seenFingerprints'];
  readonly ownFields: State['ownFields'];
  readonly sort: State['view']['sort'];
  readonly sortReversed: boolean;
  readonly grouping: State['view']['grouping'];
  readonly collapsedGroups: State['view']['collapsedGroups'];
  readonly pane: SavedViewState['pane'];
  readonly panes: SavedViewState['panes'];
  readonly filter: string;
  readonly needing: boolean;
  readonly rowLines?: SavedViewState['rowLines'];
  readonly columns?: SavedViewState['columns'];
  readonly scroll: State['view']['scrollAnchors'];
  readonly returning: State['view']['savedScrolls'];
  readonly scope: State['selectedScope'];
  readonly form: TaskForm;
  readonly lastChoice: State['lastTemplateChoice'];
}

const persistedFields = ({
  drafts,
  attachments,
  comments,
  promptHistory,
  view,
  seenFingerprints,
  ownFields,
  selectedScope,
  newTaskForm,
  lastTemplateChoice,
}: State): PersistedFields => ({
  drafts,
  attachments,
  comments,
  history: promptHistory,
  selected: view.selected,
  reading: view.transcriptOptions,
  seen: seenFingerprints,
  ownFields,
  sort: view.sort,
  sortReversed: view.sortReversed,
  grouping: view.grouping,
  collapsedGroups: view.collapsedGroups,
  ...savedViewStateOf(view),
  scroll: view.scrollAnchors,
  returning: view.savedScrolls,
  // Archived tasks are shown until the end of the run.
  scope: currentScope(selectedScope),
  form: toSavedForm(newTaskForm),
  lastChoice: lastTemplateChoice,
});

/** The same object for the same scope. */
const currentScope = memoize((scope: OwnerScope): OwnerScope => withArchived(scope, false));

const LAYOUT_FIELDS: readonly (keyof PersistedFields)[] = [
  'selected',
  'reading',
  'sort',
  'sortReversed',
  'grouping',
  'collapsedGroups',
  'pane',
  'panes',
  'filter',
  'needing',
  'rowLines',
  'columns',
  'scope',
  'form',
  'lastChoice',
];
const SCROLL_FIELDS: readonly (keyof PersistedFields)[] = ['scroll', 'returning'];
const PROMPT_FIELDS: readonly (keyof PersistedFields)[] = [
  'drafts',
  'attachments',
  'comments',
  'history',
  'seen',
  'ownFields',
  ...LAYOUT_FIELDS,
];

const isFormStarted = ({ template, preset, name, chat }: TaskForm): boolean =>
  template !== null || preset !== null || name !== '' || !isEmptyChatChoice(chat);

/** Saves, and then stops. */
export interface StatePersistence {
  (): void;
  /** Saves pending changes now. */
  flush(): void;
}

/** The scroll positions to save, by task id. */
export type ScrollPositionsOf = (state: State) => ReadonlyMap<string, SavedScrollPosition>;

/** Restores the saved state, and saves changes from now on. */
export function persistState(
  store: Store,
  savedState: SavedState,
  clock: Clock,
  scrollPositionsOf: ScrollPositionsOf,
): StatePersistence {
  const { selectedTask: selected, form: storedForm, ...layout } = savedState.layout();
  const form = storedForm === undefined ? EMPTY_FORM : fromSavedForm(storedForm);
  const before = {
    ...savedDrafts(savedState),
    history: savedState.promptHistory(),
    selected,
    // The disk has times of the machine, which may have been set while taskdeck runs.
    seen: withShiftedSnoozes(savedState.seenFingerprints(), clock.now() - clock.wall()),
    ownFields: savedState.ownFields(),
  };
  // The event lacks the fields that were never saved: the user may have set them already.
  store.dispatch({ type: 'saved-state-restored', ...before, ...layout, form });
  const stopList = persistList(store, savedState, clock);

  // Scroll positions from before the restore count as saved: the next scrolling writes them.
  let saved: PersistedFields = {
    ...persistedFields(store.getState()),
    ...before,
    reading: layout.reading ?? DEFAULT_TRANSCRIPT_OPTIONS,
    sort: layout.sort ?? DEFAULT_SORT,
    sortReversed: layout.sortReversed ?? false,
    grouping: layout.grouping ?? DEFAULT_GROUPING,
    scope: layout.scope ?? MINE,
    form: toSavedForm(form),
    lastChoice: layout.lastChoice ?? null,
  };
  let cancel: (() => void) | null = null;
  let due = Number.POSITIVE_INFINITY;
  let notBefore = 0;

  const save = (): void => {
    cancel = null;
    due = Number.POSITIVE_INFINITY;
    const state = store.getState();
    const now = persistedFields(state);
    const newComments = saveNewComments(savedState, saved.comments, now.comments);
    const drafts = saveDrafts(savedState, saved.drafts, now.drafts);
    const attachments = saveAttachments(savedState, saved.attachments, now.attachments);
    // A comment that is now a part of a draft: only when that is on disk.
    const comments =
      drafts === now.drafts ? saveComments(savedState, newComments, now.comments) : newComments;
    const history = savePromptHistory(savedState, saved.history, now.history);
    const seen =
      now.seen === saved.seen ||
      savedState.saveSeen(
        withShiftedSnoozes(newFingerprints(now.seen, saved.seen), clock.wall() - clock.now()),
      )
        ? now.seen
        : saved.seen;
    const ownFields = saveOwnFields(savedState, saved.ownFields, now.ownFields);
    const isLayoutSaved =
      (!hasChanged(SCROLL_FIELDS, now, saved) && !hasChanged(LAYOUT_FIELDS, now, saved)) ||
      savedState.saveLayout({
        selectedTask: now.selected,
        reading: now.reading,
        sort: now.sort,
        ...(now.sortReversed && { sortReversed: true }),
        ...(now.grouping !== DEFAULT_GROUPING && { grouping: now.grouping }),
        ...(now.collapsedGroups.size > 0 && {
          collapsedGroups: [...now.collapsedGroups].slice(-MAX_SAVED_GROUPS),
        }),
        view: savedViewStateOf(state.view),
        places: scrollPositionsOf(state),
        ...(isFormStarted(now.form) && { form: now.form }),
        ...(now.lastChoice !== null && { lastChoice: now.lastChoice }),
        ...(now.scope.kind === 'mine' ? {} : { scope: now.scope }),
      });
    saved = { ...(isLayoutSaved ? now : saved), drafts, attachments, comments, history, seen, ownFields };
    // The disk can be full. Each try takes time, so a key press does not trigger one.
    const failed =
      drafts !== now.drafts ||
      attachments !== now.attachments ||
      comments !== now.comments ||
      history !== now.history ||
      seen !== now.seen ||
      ownFields !== now.ownFields ||
      !isLayoutSaved;
    notBefore = failed ? clock.now() + RETRY_MS : 0;
    if (failed) saveSoon();
  };

  const saveSoon = (): void => {
    const now = persistedFields(store.getState());
    const isSoon = hasChanged(PROMPT_FIELDS, now, saved);
    if (!isSoon && !hasChanged(SCROLL_FIELDS, now, saved)) return;
    const at = Math.max(notBefore, clock.now() + (isSoon ? SAVE_DELAY_MS : SAVE_SCROLL_DELAY_MS));
    if (at >= due) return;
    cancel?.();
    due = at;
    cancel = clock.after(at - clock.now(), save);
  };
  const unsubscribe = store.subscribe(saveSoon);
  const stopReading = rereadComments(store, {
    read: () => {
      flush();
      return savedDrafts(savedState).comments;
    },
    isSaved: (key) => saved.comments.has(key),
    onRead: (comments) => {
      saved = { ...saved, comments };
      saveSoon();
    },
  });
  const stopReadingOwnFields = rereadOwnFields(store, savedState, {
    flush: () => flush(),
    isSaved: () => saved.ownFields === store.getState().ownFields,
    onRead: (ownFields) => {
      saved = { ...saved, ownFields };
    },
  });
  // Text that was typed before the restore is not on disk yet.
  saveSoon();

  const flush = (): void => {
    cancel?.();
    save();
  };
  const stop = (): void => {
    unsubscribe();
    stopReading();
    stopReadingOwnFields();
    flush();
    stopList();
  };
  return Object.assign(stop, { flush });
}

const hasChanged = (
  fields: readonly (keyof PersistedFields)[],
  one: PersistedFields,
  other: PersistedFields,
): boolean => fields.some((field) => one[field] !== other[field]);

/** Returns the prompt history that is on disk afterwards: `now` itself when no write failed. */
function savePromptHistory(
  savedState: SavedState,
  before: State['promptHistory'],
  now: State['promptHistory'],
): State['promptHistory'] {
  for (let index = before.length; index < now.length; index += 1)
    if (!savedState.addPrompt(now[index] ?? '')) return now.slice(0, index);
  return now;
}

/** Only what changed: sights that other instances saved for other tasks stay on disk. */
const newFingerprints = (
  now: State['seenFingerprints'],
  before: State['seenFingerprints'],
): State['seenFingerprints'] =>
  new Map([...now].filter(([id, fingerprint]) => before.get(id) !== fingerprint));
