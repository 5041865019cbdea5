import type { Build, BuildLogLine } from '../domain/build.ts';
import { isActiveBuild, isFailedBuild } from '../domain/build-progress.ts';
import { isTransitional } from '../domain/phase.ts';
import type { BuildDurations } from '../domain/ports/backend.ts';
import { buildNumberOf, coderFacts, type Task } from '../domain/task.ts';
import { withEntry } from './immutable-map.ts';
import { phaseIn } from './selectors.ts';
import type { BuildWithLog, State } from './state.ts';

/** Lines kept from the end of a log. */
const MAX_LOG_LINES = 1_000;

/** Replaces the build unless the known one is newer. A different build starts with an empty log. */
export function receiveBuild(state: State, taskId: string, build: Build): State {
  const known = state.builds.get(taskId);
  if (known !== undefined && known.build.number > build.number) return state;
  const lines = known?.build.id === build.id ? known.lines : [];
  return { ...state, builds: withEntry(state.builds, taskId, { build, lines }) };
}

/** Appends new log lines; skips lines that it already has, and those of another build. */
export function appendBuildLog(
  state: State,
  taskId: string,
  buildId: string,
  lines: readonly BuildLogLine[],
): State {
  const known = state.builds.get(taskId);
  if (known?.build.id !== buildId) return state;
  const last = known.lines.at(-1)?.id ?? 0;
  const added = lines.filter(({ id }) => id > last);
  if (added.length === 0) return state;
  const all = [...known.lines, ...added].slice(-MAX_LOG_LINES);
  return { ...state, builds: withEntry(state.builds, taskId, { ...known, lines: all }) };
}

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
