import { isActiveBuild, isFailedBuild } from '../domain/build-progress.ts';
import { isTransitional } from '../domain/phase.ts';
import type { Build, BuildDurations, BuildLogLine } from '../domain/ports/backend.ts';
import type { Task } from '../domain/task.ts';
import { withEntry } from './immutable-map.ts';
import { memoize } from './memoize.ts';
import { phaseIn } from './selectors.ts';
import type { BuildWithLog, State } from './state.ts';

/** Of a long log the end is kept: so many lines. */
const MAX_LOG_LINES = 1_000;

/** Takes what a build is like now. Another build than the one before begins with an empty log. */
export function receiveBuild(state: State, taskId: string, build: Build): State {
  const known = state.builds.get(taskId);
  if (known !== undefined && known.build.number > build.number) return state;
  const lines = known?.build.id === build.id ? known.lines : [];
  return { ...state, builds: withEntry(state.builds, taskId, { build, lines }) };
}

/** Takes what a build printed since; lines that are there already are not added again. */
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

/** Whether the known build is older than what was asked of the task, or than what the server has done since. */
export function isStaleBuild(
  { pendingChanges }: Pick<State, 'pendingChanges'>,
  task: Task,
  build: Build,
): boolean {
  const change = pendingChanges.get(task.id);
  return build.number < task.buildNumber || (change !== undefined && build.number <= change.buildNumber);
}

/** The build that is worth looking at: one under way, a start until its agent is ready, and one that failed. */
export function visibleBuild(state: State, task: Task): BuildWithLog | null {
  const entry = state.builds.get(task.id);
  if (entry === undefined || isStaleBuild(state, task, entry.build)) return null;
  const phase = phaseIn(state, task);
  const isWhy = phase === 'error' && (isFailedBuild(entry.build) || isActiveBuild(entry.build));
  return isTransitional(phase) || isWhy ? entry : null;
}

const UNKNOWN_DURATIONS: BuildDurations = { p50Ms: null, p95Ms: null };

/** How long builds like this one take with the task's template. */
export function typicalBuildDurations(
  { templates }: State,
  task: Task,
  { transition }: Build,
): BuildDurations {
  const times = templates?.find(({ id }) => id === task.templateId)?.buildDurations;
  if (times === undefined) return UNKNOWN_DURATIONS;
  return transition === 'start' ? times.start : transition === 'stop' ? times.stop : UNKNOWN_DURATIONS;
}

/** One row of a build's log as it is read: a heading where another step of the build begins. */
export interface LogRow {
  readonly kind: 'stage' | 'output';
  /** Untrusted text. */
  readonly text: string;
  readonly level: string;
}

export const logRows = memoize((lines: readonly BuildLogLine[]): readonly LogRow[] => {
  const rows: LogRow[] = [];
  let stage = '';
  for (const line of lines) {
    if (line.stage !== stage && line.stage !== '') rows.push({ kind: 'stage', text: line.stage, level: '' });
    stage = line.stage;
    // Blank ones only mark that a step has begun.
    if (line.output.trim() !== '') rows.push({ kind: 'output', text: line.output, level: line.level });
  }
  return rows;
});
