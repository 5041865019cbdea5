import { needsYou, sightOf } from '../domain/attention.ts';
import { isOfUser } from '../domain/scope.ts';
import { keepTask, type Task } from '../domain/task.ts';
import { keepUnchanged, type Transcript } from '../domain/transcript.ts';
import { isSettled } from '../domain/transition.ts';
import { takeAnswer } from './conversation.ts';
import { putAside, withoutGone, withoutTasks } from './listing.ts';
import { withEntry, withoutEntries } from './map.ts';
import { placeMarks, unmarkGone, withoutIds } from './marks.ts';
import { orderRows } from './order.ts';
import { knownTask, phaseIn, taskById, visibleTasks } from './selectors.ts';
import { inputKey, type State, type TranscriptEntry } from './state.ts';

/**
 * Takes a list that was asked for at `startedAt`. What was made, removed or looked at by itself since then is newer
 * than the list and stays as it is; everything else is as the list says.
 */
export function takeList(state: State, listed: readonly Task[], startedAt: number, now: number): State {
  const { made, looked, removed } = forgetOldMarks(state, startedAt);
  const marked = { ...state, made, looked, removed };
  // Most polls bring the very list that is shown.
  if (listed === state.tasks && looked.size === 0 && removed.size === 0)
    return takeTasks(marked, listed, now);
  const inList = new Set(listed.map(({ id }) => id));
  const justMade = state.tasks.filter(({ id }) => made.has(id) && !inList.has(id));
  const current = listed
    .filter(({ id }) => !removed.has(id))
    .map((task) => {
      const known = knownTask(state, task.id) ?? undefined;
      return known !== undefined && looked.has(task.id) ? known : keepTask(known, task);
    });
  const tasks = [...justMade, ...current];
  const isNamed = (id: string): boolean => inList.has(id) || made.has(id);
  const isGone = (id: string): boolean => taskById(state, id) !== null && !isNamed(id);
  const aside = withoutGone(marked, listed, isGone);
  return takeTasks(
    marked,
    [listed, state.tasks].find((list) => isSameList(list, tasks)) ?? tasks,
    now,
    aside,
  );
}

const isSameList = (one: readonly Task[], other: readonly Task[]): boolean =>
  one.length === other.length && one.every((task, index) => task === other[index]);

/** What happened before a list was asked for is in it. */
function forgetOldMarks({ made, looked, removed }: State, startedAt: number) {
  const isOld = (_: string, at: number): boolean => at < startedAt;
  return {
    made: withoutEntries(made, isOld),
    looked: withoutEntries(looked, isOld),
    removed: withoutEntries(removed, isOld),
  };
}

/** Takes one task's newer state, asked for at `startedAt`, in its place in the list. One that has left it stays away. */
export function takeTask(state: State, task: Task, startedAt: number, now: number): State {
  const index = state.tasks.findIndex(({ id }) => id === task.id);
  if (index === -1) return state;
  const looked = withEntry(state.looked, task.id, startedAt);
  return takeTasks(
    { ...state, looked },
    replaced(state.tasks, index, keepTask(state.tasks[index], task)),
    now,
  );
}

/** Takes a task that was made here; it may be in the list already, or be none of those that are listed. */
export function addTask(state: State, task: Task, now: number): State {
  // Whoever makes a task is its owner.
  if (!isOfUser(state.listed, task)) return putAside(state, task, now);
  if (state.tasks.some(({ id }) => id === task.id)) return takeTask(state, task, now, now);
  return takeTasks({ ...state, made: withEntry(state.made, task.id, now) }, [task, ...state.tasks], now);
}

const replaced = (tasks: readonly Task[], index: number, task: Task): readonly Task[] =>
  tasks[index] === task ? tasks : tasks.with(index, task);

/** Takes a task out of everything that is shown. Its draft stays: a text is never lost with its task. */
export function dropTask(state: State, taskId: string, now: number): State {
  const tasks =
    taskById(state, taskId) === null ? state.tasks : state.tasks.filter(({ id }) => id !== taskId);
  const aside = withoutTasks(state.aside, ({ id }) => id === taskId);
  return { ...takeTasks(state, tasks, now, aside), removed: withEntry(state.removed, taskId, now) };
}

/** Replaces the tasks, and those that were put aside, and lets go of whatever hung on those that are gone. */
export function takeTasks(
  state: State,
  tasks: readonly Task[],
  now: number,
  aside: State['aside'] = state.aside,
): State {
  if (tasks === state.tasks && aside === state.aside) {
    const same = settle({ ...state, now });
    // The rows stand in the order of these very tasks already.
    return same.orderDue ? orderRows(same) : same;
  }
  const after = { ...state, now, tasks, aside };
  // What was never listed nobody can miss: it may be somebody else's.
  const isGone = (id: string): boolean => knownTask(state, id) !== null && knownTask(after, id) === null;
  const next: State = settle({
    ...after,
    view: unmarkGone(after.view, isGone),
    marksAside: withoutIds(state.marksAside, isGone),
    history: withDraftsOf(isGone, state),
    transcripts: withoutEntries(state.transcripts, isGone),
    conversations: withoutEntries(state.conversations, isGone),
    builds: withoutEntries(state.builds, isGone),
    timelines: withoutEntries(state.timelines, isGone),
    pulses: withoutEntries(state.pulses, isGone),
    seen: withoutEntries(state.seen, isGone),
  });
  return keepSelection(state, orderRows(placeMarks(next)));
}

/** Lets go of what was asked for and has happened, or has been waited for in vain. */
export function settle(state: State): State {
  const asked = withoutEntries(state.asked, (id, change) => {
    const task = knownTask(state, id);
    return task === null || isSettled(change, task, state.now);
  });
  return asked === state.asked ? state : { ...state, asked };
}

/** The history, with the drafts of tasks that have just gone: nobody could come back to them otherwise. */
function withDraftsOf(isGone: (id: string) => boolean, { drafts, history }: State): readonly string[] {
  const texts = [...drafts].filter(([id]) => isGone(id)).map(([, { text }]) => text);
  const lost = texts.filter((text) => text.trim() !== '' && !history.includes(text));
  return lost.length === 0 ? history : [...history, ...new Set(lost)];
}

/** The selected task, or when it went away the one that stands where it stood. */
function keepSelection(before: State, after: State): State {
  const { selected } = after.view;
  if (selected !== null && after.tasks.some(({ id }) => id === selected)) return after;
  return stopWritingTo(selected, selectHeir(before, after));
}

/** The selection moves to a task that is shown, when it is the user who changed what is shown. */
export function reselect(before: State, after: State): State {
  const isShown = visibleTasks(after).some(({ id }) => id === after.view.selected);
  return isShown ? after : selectHeir(before, after);
}

/** The next row that is still there, else the one before; the first when nothing was selected. */
function selectHeir(before: State, after: State): State {
  const rows = visibleTasks(after);
  const shown = new Set(rows.map(({ id }) => id));
  const old = visibleTasks(before);
  const was = old.findIndex(({ id }) => id === after.view.selected);
  const isShown = ({ id }: Task): boolean => shown.has(id);
  const heir = was === -1 ? undefined : (old.slice(was).find(isShown) ?? old.slice(0, was).findLast(isShown));
  const selected = (heir ?? rows[0])?.id ?? null;
  return { ...after, view: { ...after.view, selected, ...(selected === null && toList(after.view)) } };
}

/** Nobody looks at a transcript where there is none. */
const toList = ({ focus }: State['view']): Partial<State['view']> => ({
  focus: focus === 'transcript' ? 'list' : focus,
  pane: 'list',
  zoomed: false,
});

/** The keys go into the draft of the selected task. */
export const isWritingToTask = ({ focus, composing, toMarked }: State['view']): boolean =>
  focus === 'prompt' && composing === null && !toMarked;

/** What is being typed must not go to the heir: the prompt is left, and the text waits in the history. */
function stopWritingTo(gone: string | null, state: State): State {
  if (gone === null || !isWritingToTask(state.view)) return state;
  const key = state.view.rewriting === gone ? inputKey(gone) : gone;
  const text = state.drafts.get(key)?.text ?? '';
  const kept = text === '' ? '' : ' What you were writing is kept: up in the prompt brings it back.';
  return {
    ...(text === '' ? state : rememberPrompt(state, text)),
    view: { ...state.view, focus: state.view.pane, rewriting: null },
    notice: { tone: 'bad', text: `The task is gone.${kept}`, at: state.now },
  };
}

/** Adds a prompt to the history; one that equals the last is not added again. */
export const rememberPrompt = (state: State, text: string): State =>
  state.history.at(-1) === text ? state : { ...state, history: [...state.history, text] };

/** What is on screen is looked at. */
export function markSeen(state: State): State {
  const task = taskById(state, state.view.selected);
  // What goes on is nothing to have seen: there is more of it in a moment.
  if (task === null || !needsYou(task, phaseIn(state, task), false)) return state;
  const seen = withEntry(state.seen, task.id, sightOf(task));
  return seen === state.seen ? state : { ...state, seen };
}

/** Takes a transcript. One that was asked for before the known one is old news. */
export function takeTranscript(
  state: State,
  taskId: string,
  entry: TranscriptEntry & { readonly transcript: Transcript },
): State {
  const known = state.transcripts.get(taskId);
  if (known !== undefined && (known.at ?? 0) > (entry.at ?? 0)) return state;
  const transcript = keepUnchanged(known?.transcript ?? null, entry.transcript);
  return {
    ...takeAnswer(state, taskId, transcript, known?.transcript ?? null),
    transcripts: withEntry(state.transcripts, taskId, { ...entry, transcript }),
  };
}
