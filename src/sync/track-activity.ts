import { ACTIVITY_MINUTES } from '../domain/activity.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Task } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { Store } from '../store/store.ts';

const ACTIVITY_WINDOW_MS = ACTIVITY_MINUTES * 60_000;

/**
 * Feels the pulse of the tasks from what is asked for anyway: a new report or build in the list, a transcript that
 * changed. Returns how to end it.
 */
export function trackActivity(store: Store, clock: Clock): () => void {
  let tasks: readonly Task[] = [];
  let tasksById = new Map<string, Task>();
  let { listedScope } = store.getState();
  /** What was listed before others were: of these only what they report has a time. */
  let previouslyListed: ReadonlyMap<string, Task> = new Map();
  let transcripts = store.getState().transcripts;

  const activityTime = (task: Task, now: number): number | null => {
    const before = tasksById.get(task.id);
    if (before === task) return null;
    const at = task.state?.at ?? 0;
    if (at !== ((before ?? previouslyListed.get(task.id))?.state?.at ?? 0)) return Math.min(at, now);
    const isOther =
      before !== undefined && (before.status !== task.status || before.buildNumber !== task.buildNumber);
    return isOther ? now : null;
  };

  function handleStateChange(): void {
    const state = store.getState();
    if (state.listedScope !== listedScope) {
      listedScope = state.listedScope;
      previouslyListed = new Map([...previouslyListed, ...tasksById]);
      tasksById = new Map();
      tasks = [];
    }
    // What others were doing when they were listed last is no sign that they do it now.
    const hasTasks =
      state.tasks !== tasks && (state.listFreshness.refreshMs > 0 || previouslyListed.size === 0);
    if (!hasTasks && state.transcripts === transcripts) return;
    const now = clock.now();
    const signs: { readonly taskId: string; readonly at: number }[] = [];
    const add = (taskId: string, at: number | null): void => {
      if (at !== null && now - at < ACTIVITY_WINDOW_MS) signs.push({ taskId, at });
    };
    if (hasTasks) {
      // What a list from the last run says is older than what is known of it.
      for (const task of state.tasks) add(task.id, activityTime(task, now));
      tasksById = new Map(state.tasks.map((task) => [task.id, task]));
      tasks = state.tasks;
    }
    if (state.transcripts !== transcripts) {
      for (const [id, { transcript }] of state.transcripts)
        if (hasChanged(transcripts.get(id)?.transcript ?? null, transcript)) add(id, now);
      transcripts = state.transcripts;
    }
    // At the end: whoever hears of it calls back here.
    if (signs.length > 0) store.dispatch({ type: 'activity-received', activity: signs });
  }
  return store.subscribe(handleStateChange);
}

/** The first one that is read is no sign that it has just grown. */
const hasChanged = (before: Transcript | null, now: Transcript | null): boolean =>
  before !== null && now !== null && before.messages !== now.messages && !now.snapshot;
