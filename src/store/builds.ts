import type { Build } from '../domain/build.ts';
import { isActiveBuild, isFailedBuild } from '../domain/build-progress.ts';
import { isTransitional } from '../domain/phase.ts';
import type { BuildDurations } from '../domain/ports/backend.ts';
import { buildNumberOf, coderFacts, type Task } from '../domain/task.ts';
import { phaseIn } from './slices/actions.ts';
import type { BuildWithLog } from './slices/progress.ts';
import type { State } from './state.ts';

/** Whether the build is older than the task's current build or its pending change. */
export function isStaleBuild(
  { pendingChanges }: Pick<State, 'pendingChanges'>,
  task: Task,
  build: Build,
): boolean {
  const change = pendingChanges.get(task.id);
  return (
    build.number < buildNumberOf(task) ||
    (change !== undefined && build.number <= buildNumberOf(change.before))
  );
}

/** The build to show: a running one, a start until the agent is ready, or the failed one of a task in error. */
export function visibleBuild(state: State, task: Task): BuildWithLog | null {
  const entry = state.builds.get(task.id);
  if (entry === undefined || isStaleBuild(state, task, entry.build)) return null;
  const phase = phaseIn(state, task);
  const explainsError = phase === 'error' && (isFailedBuild(entry.build) || isActiveBuild(entry.build));
  return isTransitional(phase) || explainsError ? entry : null;
}

const UNKNOWN_DURATIONS: BuildDurations = { p50Ms: null, p95Ms: null };

/** Durations of builds of this kind with the task's template. */
export function typicalBuildDurations(
  { templates }: State,
  task: Task,
  { transition }: Build,
): BuildDurations {
  const times = templates?.find(({ id }) => id === coderFacts(task)?.templateId)?.buildDurations;
  if (times === undefined) return UNKNOWN_DURATIONS;
  return transition === 'start' ? times.start : transition === 'stop' ? times.stop : UNKNOWN_DURATIONS;
}
