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
 * Takes a list that was asked for at `startedAt`. What was made, removed or looked at by itself since then is newer
 * than the list and stays as it is; everything else is as the list says.
 */
export function receiveList(state: State, listed: readonly Task[], startedAt: number, now: number): State {
  const { made, looked, removed } = dropOldTimes(state, startedAt);
  const marked = { ...state, createdAtById: made, fetchedAtById: looked, removedAtById: removed };
  // Most polls bring the very list that is shown.
  if (listed === state.tasks && looked.size === 0 && removed.size === 0) return setTasks(marked, listed, now);
  const inList = new Set(listed.map(({ id }) => id));
  const justMade = state.tasks.filter(({ id }) => made.has(id) && !inList.has(id));
  const current = listed
    .filter(({ id }) => !removed.has(id))
    .map((task) => {
      const known = knownTask(state, task.id) ?? undefined;
      return known !== undefined && looked.has(task.id) ? known : reuseUnchangedTask(known, task);
    });
  const tasks = [...justMade, ...current];
  const isNamed = (id: string): boolean => inList.has(id) || made.has(id);
  const isGone = (id: string): boolean => taskById(state, id) !== null && !isNamed(id);
  const aside = removeGoneFromParked(marked, listed, isGone);
  return setTasks(marked, [listed, state.tasks].find((list) => isSameList(list, tasks)) ?? tasks, now, aside);
}

const isSameList = (one: readonly Task[], other: readonly Task[]): boolean =>
  one.length === other.length && one.every((task, index) => task === other[index]);

/** What happened before a list was asked for is in it. */
function dropOldTimes({ createdAtById, fetchedAtById, removedAtById }: State, startedAt: number) {
  const isOld = (_: string, at: number): boolean => at < startedAt;
  return {
    made: withoutEntries(createdAtById, isOld),
    looked: withoutEntries(fetchedAtById, isOld),
    removed: withoutEntries(removedAtById, isOld),
  };
}

/** Takes one task's newer state, asked for at `startedAt`, in its place in the list. One that has left it stays away. */
export function receiveTask(state: State, task: Task, startedAt: number, now: number): State {
  const index = state.tasks.findIndex(({ id }) => id === task.id);
  if (index === -1) return state;
  const looked = withEntry(state.fetchedAtById, task.id, startedAt);
  return setTasks(
    { ...state, fetchedAtById: looked },
    replaceAt(state.tasks, index, reuseUnchangedTask(state.tasks[index], task)),
    now,
  );
}

/** Takes a task that was made here; it may be in the list already, or be none of those that are listed. */
export function addTask(state: State, task: Task, now: number): State {
  // Whoever makes a task is its owner.
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

/** Takes a task out of everything that is shown. Its draft stays: a text is never lost with its task. */
export function removeTask(state: State, taskId: string, now: number): State {
  const tasks =
    taskById(state, taskId) === null ? state.tasks : state.tasks.filter(({ id }) => id !== taskId);
  const aside = removeFromParked(state.parkedLists, ({ id }) => id === taskId);
  return {
    ...setTasks(state, tasks, now, aside),
    removedAtById: withEntry(state.removedAtById, taskId, now),
  };
}

/** Replaces the tasks, and those that were put aside, and lets go of whatever hung on those that are gone. */
export function setTasks(
  state: State,
  tasks: readonly Task[],
  now: number,
  aside: State['parkedLists'] = state.parkedLists,
): State {
  if (tasks === state.tasks && aside === state.parkedLists) {
    const same = dropSettledChanges({ ...state, now });
    // The rows stand in the order of these very tasks already.
    return same.reorderPending ? updateRowOrder(same) : same;
  }
  const after = { ...state, now, tasks, parkedLists: aside };
  // What was never listed nobody can miss: it may be somebody else's.
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

/** Lets go of what was asked for and has happened, or has been waited for in vain. */
export function dropSettledChanges(state: State): State {
  const asked = withoutEntries(state.pendingChanges, (id, change) => {
    const task = knownTask(state, id);
    return task === null || isSettled(change, task, state.now);
  });
  return asked === state.pendingChanges ? state : { ...state, pendingChanges: asked };
}

/** The history, with the drafts of tasks that have just gone: nobody could come back to them otherwise. */
function rescueDrafts(isGone: (id: string) => boolean, { drafts, promptHistory }: State): readonly string[] {
  const texts = [...drafts].filter(([id]) => isGone(id)).map(([, { text }]) => text);
  const lost = texts.filter((text) => text.trim() !== '' && !promptHistory.includes(text));
  return lost.length === 0 ? promptHistory : [...promptHistory, ...new Set(lost)];
}

/** The selected task, or when it went away the one that stands where it stood. */
function keepSelection(before: State, after: State): State {
  const { selected } = after.view;
  if (selected !== null && after.tasks.some(({ id }) => id === selected)) return after;
  return stopWritingTo(selected, selectNeighbour(before, after));
}

/** The selection moves to a task that is shown, when it is the user who changed what is shown. */
export function reselect(before: State, after: State): State {
  const isShown = visibleTasks(after).some(({ id }) => id === after.view.selected);
  return isShown ? after : selectNeighbour(before, after);
}

/** The next row that is still there, else the one before; the first when nothing was selected. */
function selectNeighbour(before: State, after: State): State {
  const rows = visibleTasks(after);
  const shown = new Set(rows.map(({ id }) => id));
  const old = visibleTasks(before);
  const was = old.findIndex(({ id }) => id === after.view.selected);
  const isShown = ({ id }: Task): boolean => shown.has(id);
  const heir = was === -1 ? undefined : (old.slice(was).find(isShown) ?? old.slice(0, was).findLast(isShown));
  const selected = (heir ?? rows[0])?.id ?? null;
  return { ...after, view: { ...after.view, selected, ...(selected === null && focusList(after.view)) } };
}

/** Nobody looks at a transcript where there is none. */
const focusList = ({ focus }: State['view']): Partial<State['view']> => ({
  focus: focus === 'transcript' ? 'list' : focus,
  pane: 'list',
  zoomed: false,
});

/** The keys go into the draft of the selected task. */
export const isWritingToTask = ({ focus, openForm, writesToMarked }: State['view']): boolean =>
  focus === 'prompt' && openForm === null && !writesToMarked;

/** What is being typed must not go to the heir: the prompt is left, and the text waits in the history. */
function stopWritingTo(gone: string | null, state: State): State {
  if (gone === null || !isWritingToTask(state.view)) return state;
  const key = state.view.initialPromptTaskId === gone ? initialPromptKey(gone) : gone;
  const text = state.drafts.get(key)?.text ?? '';
  const kept = text === '' ? '' : ' What you were writing is kept: up in the prompt brings it back.';
  return {
    ...(text === '' ? state : recordPrompt(state, text)),
    view: { ...state.view, focus: state.view.pane, initialPromptTaskId: null },
    notice: { tone: 'bad', text: `The task is gone.${kept}`, at: state.now },
  };
}

/** Adds a prompt to the history; one that equals the last is not added again. */
export const recordPrompt = (state: State, text: string): State =>
  state.promptHistory.at(-1) === text ? state : { ...state, promptHistory: [...state.promptHistory, text] };

/** What is on screen is looked at. */
export function markSeen(state: State): State {
  const task = taskById(state, state.view.selected);
  // What goes on is nothing to have seen: there is more of it in a moment.
  if (task === null || !needsAttention(task, phaseIn(state, task), false)) return state;
  const seen = withEntry(state.seenFingerprints, task.id, statusFingerprint(task));
  return seen === state.seenFingerprints ? state : { ...state, seenFingerprints: seen };
}

/** Takes a transcript. One that was asked for before the known one is old news. */
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
