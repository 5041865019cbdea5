import { ACTIVITY_MINUTES } from '../domain/activity.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { buildNumberOf, type Task } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { Store } from '../store/store.ts';

const ACTIVITY_WINDOW_MS = ACTIVITY_MINUTES * 60_000;

/**
 * Derives recent activity per task from data that is polled anyway: a new report or build in the list, or a changed
 * transcript. Returns a function that stops it.
 */
export function trackActivity(store: Store, clock: Clock): () => void {
  let tasks: readonly Task[] = [];
  let tasksById = new Map<string, Task>();
  let { listedScope } = store.getState();
  /** Tasks of earlier scopes: when they are listed again, only a new report counts, since only reports have a time. */
  let previouslyListed: ReadonlyMap<string, Task> = new Map();
  let transcripts = store.getState().transcripts;

  const activityTime = (task: Task, now: number): number | null => {
    const before = tasksById.get(task.id);
    if (before === task) return null;
    const at = task.state?.at ?? 0;
    if (at !== ((before ?? previouslyListed.get(task.id))?.state?.at ?? 0)) return Math.min(at, now);
    const isChanged =
      before !== undefined &&
      (before.facts.status !== task.facts.status || buildNumberOf(before) !== buildNumberOf(task));
    return isChanged ? now : null;
  };

  function handleStateChange(): void {
    const state = store.getState();
    if (state.listedScope !== listedScope) {
      listedScope = state.listedScope;
      previouslyListed = new Map([...previouslyListed, ...tasksById]);
      tasksById = new Map();
      tasks = [];
    }
    // After a scope change, a list from an earlier visit is out of date.
    const isListNew =
      state.tasks !== tasks && (state.listFreshness.refreshMs > 0 || previouslyListed.size === 0);
    if (!isListNew && state.transcripts === transcripts) return;
    const now = clock.now();
    const activity: { readonly taskId: string; readonly at: number }[] = [];
    const add = (taskId: string, at: number | null): void => {
      if (at !== null && now - at < ACTIVITY_WINDOW_MS) activity.push({ taskId, at });
    };
    if (isListNew) {
      for (const task of state.tasks) add(task.id, activityTime(task, now));
      tasksById = new Map(state.tasks.map((task) => [task.id, task]));
      tasks = state.tasks;
    }
    if (state.transcripts !== transcripts) {
      for (const [id, { transcript }] of state.transcripts)
        if (hasChanged(transcripts.get(id)?.transcript ?? null, transcript)) add(id, now);
      transcripts = state.transcripts;
    }
    // Last, because a dispatch calls back here.
    if (activity.length > 0) store.dispatch({ type: 'activity-received', activity });
  }
  return store.subscribe(handleStateChange);
}

/** The first transcript is no change. */
const hasChanged = (before: Transcript | null, now: Transcript | null): boolean =>
  before !== null && now !== null && before.messages !== now.messages && !now.snapshot;
