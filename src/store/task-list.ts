import { actionFor } from '../domain/action.ts';
import { needsAttention, statusFingerprint } from '../domain/needs-attention.ts';
import { includesOwnTasks } from '../domain/owner-scope.ts';
import { isSettled } from '../domain/pending-change.ts';
import { reuseUnchangedTask, type Task } from '../domain/task.ts';
import { reuseUnchangedMessages, type Transcript } from '../domain/transcript.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import { parkMarks, withoutGoneMarks, withoutIds } from './marks.ts';
import { mergeSnapshot } from './merged-transcript.ts';
import { updateRowOrder } from './row-order.ts';
import { parkOwnTask, removeFromParked, removeGoneFromParked } from './scope-switching.ts';
import { knownTask, phaseIn, taskById, visibleTasks } from './selectors.ts';
import { type FetchedTranscript, initialPromptKey, type State } from './state.ts';

/**
 * Replaces the tasks with a list that was requested at `startedAt`. Tasks that were created, removed or fetched alone
 * since then stay as they are.
 */
export function receiveList(state: State, listed: readonly Task[], startedAt: number, now: number): State {
  const { created, fetched, removed } = dropOldTimes(state, startedAt);
  const next = { ...state, createdAtById: created, fetchedAtById: fetched, removedAtById: removed };
  // Most polls return the current list.
  if (listed === state.tasks && fetched.size === 0 && removed.size === 0) return setTasks(next, listed, now);
  const inList = new Set(listed.map(({ id }) => id));
  const justCreated = state.tasks.filter(({ id }) => created.has(id) && !inList.has(id));
  const current = listed
    .filter(({ id }) => !removed.has(id))
    .map((task) => {
      const known = knownTask(state, task.id) ?? undefined;
      return known !== undefined && fetched.has(task.id) ? known : reuseUnchangedTask(known, task);
    });
  const tasks = [...justCreated, ...current];
  const exists = (id: string): boolean => inList.has(id) || created.has(id);
  const isGone = (id: string): boolean => taskById(state, id) !== null && !exists(id);
  const parkedLists = removeGoneFromParked(next, listed, isGone);
  const reused = [listed, state.tasks].find((list) => isSameList(list, tasks));
  return setTasks(next, reused ?? tasks, now, parkedLists);
}

const isSameList = (one: readonly Task[], other: readonly Task[]): boolean =>
  one.length === other.length && one.every((task, index) => task === other[index]);

/** Drops times before the request: its list includes those changes. */
function dropOldTimes({ createdAtById, fetchedAtById, removedAtById }: State, startedAt: number) {
  const isOld = (_: string, at: number): boolean => at < startedAt;
  return {
    created: withoutEntries(createdAtById, isOld),
    fetched: withoutEntries(fetchedAtById, isOld),
    removed: withoutEntries(removedAtById, isOld),
  };
}

/**
 * Replaces one task, requested at `startedAt`, in place. Ignores a task that is not listed, and a response that was
 * requested before the last one.
 */
export function receiveTask(state: State, task: Task, startedAt: number, now: number): State {
  const index = state.tasks.findIndex(({ id }) => id === task.id);
  if (index === -1 || startedAt < (state.fetchedAtById.get(task.id) ?? startedAt)) return state;
  const fetchedAtById = withEntry(state.fetchedAtById, task.id, startedAt);
  return setTasks(
    { ...state, fetchedAtById },
    replaceAt(state.tasks, index, reuseUnchangedTask(state.tasks[index], task)),
    now,
  );
}

/** Adds a task created here. It can be in the list already, or not belong to the listed scope. */
export function addTask(state: State, task: Task, now: number): State {
  // The user owns it.
  if (!includesOwnTasks(state.listedScope, task)) return parkOwnTask(state, task, now);
  if (state.tasks.some(({ id }) => id === task.id)) return receiveTask(state, task, now, now);
  return setTasks(
    { ...state, createdAtById: withEntry(state.createdAtById, task.id, now) },
    [task, ...state.tasks],
    now,
  );
}

const replaceAt = (tasks: readonly Task[], index: number, task: Task): readonly Task[] =>
  tasks[index] === task ? tasks : tasks.with(index, task);

/** Removes a task from all lists. Adds its draft to the prompt history. */
export function removeTask(state: State, taskId: string, now: number): State {
  const tasks =
    taskById(state, taskId) === null ? state.tasks : state.tasks.filter(({ id }) => id !== taskId);
  const parkedLists = removeFromParked(state.parkedLists, ({ id }) => id === taskId);
  return {
    ...setTasks(state, tasks, now, parkedLists),
    removedAtById: withEntry(state.removedAtById, taskId, now),
  };
}

/** Replaces the tasks and the parked lists, and drops the data of tasks that are gone. */
export function setTasks(
  state: State,
  tasks: readonly Task[],
  now: number,
  parkedLists: State['parkedLists'] = state.parkedLists,
): State {
  if (tasks === state.tasks && parkedLists === state.parkedLists) {
    const same = dropSettledChanges({ ...state, now });
    return same.reorderPending ? updateRowOrder(same) : same;
  }
  const after = { ...state, now, tasks, parkedLists };
  // A task counts as gone only if it was listed before.
  const isGone = (id: string): boolean => knownTask(state, id) !== null && knownTask(after, id) === null;
  const next: State = dropSettledChanges({
    ...after,
    view: withoutGoneMarks(after.view, isGone),
    parkedMarks: withoutIds(state.parkedMarks, isGone),
    promptHistory: rescueDrafts(isGone, state),
    transcripts: withoutEntries(state.transcripts, isGone),
    mergedTranscripts: withoutEntries(state.mergedTranscripts, isGone),
    builds: withoutEntries(state.builds, isGone),
    timelines: withoutEntries(state.timelines, isGone),
    activity: withoutEntries(state.activity, isGone),
    seenFingerprints: withoutEntries(state.seenFingerprints, isGone),
  });
  return keepSelection(state, updateRowOrder(parkMarks(next)));
}

/** Drops pending changes that have taken effect or timed out. */
export function dropSettledChanges(state: State): State {
  const pendingChanges = withoutEntries(state.pendingChanges, (id, change) => {
    const task = knownTask(state, id);
    if (task === null) return true;
    return isSettled(change, actionFor(state.actionTables, change.action, task), task, state.now);
  });
  return pendingChanges === state.pendingChanges ? state : { ...state, pendingChanges };
}

/** The prompt history with the drafts of gone tasks, so that the user can still get at them. */
function rescueDrafts(isGone: (id: string) => boolean, { drafts, promptHistory }: State): readonly string[] {
  const texts = [...drafts].filter(([id]) => isGone(id)).map(([, { text }]) => text);
  const lost = texts.filter((text) => text.trim() !== '' && !promptHistory.includes(text));
  return lost.length === 0 ? promptHistory : [...promptHistory, ...new Set(lost)];
}

/** Keeps the selected task, or selects its neighbour when it is gone. */
function keepSelection(before: State, after: State): State {
  const { selected } = after.view;
  if (selected !== null && after.tasks.some(({ id }) => id === selected)) return after;
  return stopWritingTo(selected, selectNeighbour(before, after));
}

/** Selects a visible task after the user has changed which tasks are visible. */
export function reselect(before: State, after: State): State {
  const isVisible = visibleTasks(after).some(({ id }) => id === after.view.selected);
  return isVisible ? after : selectNeighbour(before, after);
}

/** Selects the next row of before that is still visible, else the last one above it, else the first row. */
function selectNeighbour(before: State, after: State): State {
  const rows = visibleTasks(after);
  const visibleIds = new Set(rows.map(({ id }) => id));
  const oldRows = visibleTasks(before);
  const index = oldRows.findIndex(({ id }) => id === after.view.selected);
  const isVisible = ({ id }: Task): boolean => visibleIds.has(id);
  const neighbour =
    index === -1
      ? undefined
      : (oldRows.slice(index).find(isVisible) ?? oldRows.slice(0, index).findLast(isVisible));
  const selected = (neighbour ?? rows[0])?.id ?? null;
  return { ...after, view: { ...after.view, selected, ...(selected === null && focusList(after.view)) } };
}

/** Moves the focus out of a transcript that no longer exists. */
const focusList = ({ focus }: State['view']): Partial<State['view']> => ({
  focus: focus === 'transcript' ? 'list' : focus,
  pane: 'list',
  zoomed: false,
});

/** Whether keys go into the draft of one task. */
export const isWritingToTask = ({ focus, openForm, writesToMarked }: State['view']): boolean =>
  focus === 'prompt' && openForm === null && !writesToMarked;

/** Leaves the prompt when its task is gone, and moves the text into the history, not to the next task. */
function stopWritingTo(gone: string | null, state: State): State {
  if (gone === null || !isWritingToTask(state.view)) return state;
  const key = state.view.initialPromptTaskId === gone ? initialPromptKey(gone) : gone;
  const text = state.drafts.get(key)?.text ?? '';
  const hint = text === '' ? '' : ' Your text is in the prompt history: press up in the prompt.';
  return {
    ...(text === '' ? state : recordPrompt(state, text)),
    view: { ...state.view, focus: state.view.pane, initialPromptTaskId: null },
    notice: { tone: 'bad', text: `The task no longer exists.${hint}`, at: state.now },
  };
}

/** Adds a prompt to the history unless it equals the last one. */
export const recordPrompt = (state: State, text: string): State =>
  state.promptHistory.at(-1) === text ? state : { ...state, promptHistory: [...state.promptHistory, text] };

/** Records the status of the selected task as seen. */
export function markSeen(state: State): State {
  const task = taskById(state, state.view.selected);
  // Only a status that needs attention; a running task has a new one in a moment.
  if (task === null || !needsAttention(task, phaseIn(state, task), false)) return state;
  const seen = withEntry(state.seenFingerprints, task.id, statusFingerprint(task));
  return seen === state.seenFingerprints ? state : { ...state, seenFingerprints: seen };
}

/** Replaces the server's transcript. Ignores one that was requested before the known one. */
export function receiveTranscript(
  state: State,
  taskId: string,
  entry: FetchedTranscript & { readonly transcript: Transcript },
): State {
  const known = state.transcripts.get(taskId);
  if (known !== undefined && (known.requestedAt ?? 0) > (entry.requestedAt ?? 0)) return state;
  const transcript = reuseUnchangedMessages(known?.transcript ?? null, entry.transcript);
  return {
    ...mergeSnapshot(state, taskId, transcript, known?.transcript ?? null),
    transcripts: withEntry(state.transcripts, taskId, { ...entry, transcript }),
  };
}
