import type { Task } from '../domain/task.ts';
import { keepUnchanged, type Transcript, timesSaid } from '../domain/transcript.ts';
import { isSettled } from '../domain/transition.ts';
import { withEntry, withoutEntries } from './map.ts';
import { taskById, visibleTasks } from './selectors.ts';
import type { State, TranscriptEntry } from './state.ts';

/**
 * Takes a list that was asked for at `startedAt`. What was made or removed from here since then is newer than the
 * list and stays as it is; everything else is as the list says.
 */
export function takeList(state: State, listed: readonly Task[], startedAt: number, now: number): State {
  const isNewer = (at: number | undefined): boolean => at !== undefined && at >= startedAt;
  const inList = new Set(listed.map((task) => task.id));
  const justMade = state.tasks.filter((task) => !inList.has(task.id) && isNewer(state.made.get(task.id)));
  const current = listed.filter((task) => !isNewer(state.removed.get(task.id)));
  const tasks =
    justMade.length === 0 && current.length === listed.length ? listed : [...justMade, ...current];
  return forgetOldMarks(takeTasks(state, tasks, now), startedAt);
}

/** Takes one task's newer state, in its place in the list. */
export function takeTask(state: State, task: Task, startedAt: number, now: number): State {
  if ((state.removed.get(task.id) ?? -1) >= startedAt) return state;
  const index = state.tasks.findIndex(({ id }) => id === task.id);
  const tasks = index === -1 ? [task, ...state.tasks] : state.tasks.with(index, task);
  return takeTasks(state, tasks, now);
}

/** Takes a task out of everything that is shown. Its draft stays: a text is never lost with its task. */
export function dropTask(state: State, taskId: string, now: number): State {
  const tasks = state.tasks.filter(({ id }) => id !== taskId);
  return { ...takeTasks(state, tasks, now), removed: withEntry(state.removed, taskId, now) };
}

/** Replaces the tasks and lets go of whatever hung on those that are gone. */
export function takeTasks(state: State, tasks: readonly Task[], now: number): State {
  if (tasks === state.tasks) return state;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const isGone = (id: string): boolean => !byId.has(id);
  const next: State = {
    ...state,
    now,
    tasks,
    asked: withoutEntries(state.asked, (id, asked) => {
      const task = byId.get(id);
      return task === undefined || isSettled(asked, task, now);
    }),
    transcripts: withoutEntries(state.transcripts, isGone),
    seen: withoutEntries(state.seen, isGone),
  };
  return markSeen(keepSelection(state, next));
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
  return isShown ? after : markSeen(selectHeir(before, after));
}

function selectHeir(before: State, after: State): State {
  const rows = visibleTasks(after);
  const was = visibleTasks(before).findIndex(({ id }) => id === after.view.selected);
  const heir = rows[Math.min(Math.max(was, 0), rows.length - 1)];
  return { ...after, view: { ...after.view, selected: heir?.id ?? null } };
}

/** What is being typed must not go to the heir: the prompt is left, and the text waits in the history. */
function stopWritingTo(gone: string | null, state: State): State {
  if (gone === null || state.view.focus !== 'prompt' || state.view.composing !== null) return state;
  const text = state.drafts.get(gone)?.text ?? '';
  const kept = text === '' ? '' : ' What you were writing is kept: up in the prompt brings it back.';
  return {
    ...(text === '' ? state : rememberPrompt(state, text)),
    view: { ...state.view, focus: state.view.pane },
    notice: { tone: 'bad', text: `The task is gone.${kept}`, at: state.now },
  };
}

/** Adds a prompt to the history; one that equals the last is not added again. */
export const rememberPrompt = (state: State, text: string): State =>
  state.history.at(-1) === text ? state : { ...state, history: [...state.history, text] };

/** What is on screen is looked at. */
export function markSeen(state: State): State {
  const task = taskById(state, state.view.selected);
  if (task?.state == null) return state;
  const seen = withEntry(state.seen, task.id, task.state.at);
  return seen === state.seen ? state : { ...state, seen };
}

const forgetOldMarks = (state: State, startedAt: number): State => ({
  ...state,
  made: withoutEntries(state.made, (_, at) => at < startedAt),
  removed: withoutEntries(state.removed, (_, at) => at < startedAt),
});

/** Takes a transcript, and from it that messages have arrived. */
export function takeTranscript(
  state: State,
  taskId: string,
  entry: TranscriptEntry & { readonly transcript: Transcript },
): State {
  const before = state.transcripts.get(taskId)?.transcript ?? null;
  const transcript = keepUnchanged(before, entry.transcript);
  const deliveries = state.deliveries.filter(
    (delivery) =>
      delivery.taskId !== taskId ||
      delivery.stage === 'waiting' ||
      timesSaid(transcript, delivery.text) <= delivery.saidBefore,
  );
  return {
    ...state,
    deliveries: deliveries.length === state.deliveries.length ? state.deliveries : deliveries,
    transcripts: withEntry(state.transcripts, taskId, { ...entry, transcript }),
  };
}
