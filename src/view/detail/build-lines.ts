import type { Build } from '../../domain/build.ts';
import { type BuildStep, buildProgress, buildSteps, isFailedBuild } from '../../domain/build-progress.ts';

import { coderFacts, type Task } from '../../domain/task.ts';
import { exactDuration } from '../../domain/text/age.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { typicalBuildDurations, visibleBuild } from '../../store/builds.ts';
import type { BuildWithLog } from '../../store/slices/progress.ts';
import type { State } from '../../store/state.ts';
import type { Style, Theme } from '../theme.ts';
import { type LogRow, logRows } from './build-log.ts';
import { errorRows } from './detail-layout.ts';

/** The width of the bar in columns. */
const MIN_BAR = 8;
const MAX_BAR = 30;

/** The workspace build of a task: steps, progress, error and the end of its log. */
export function buildLines(state: State, task: Task, theme: Theme, width: number, height: number): string[] {
  const facts = coderFacts(task);
  const entry = visibleBuild(state, task);
  if (facts === null || entry === null || height <= 0) return [];
  // A blank row comes last.
  const rows = height - 1;
  const { build } = entry;
  const head = [
    stepsLine(buildSteps(build, facts), theme, width),
    progressLine(state, task, build, theme, width),
    ...errorRows(build.error, width).map((row) => theme.bad(row)),
  ].slice(0, rows);
  return [...head, ...logTail(entry, theme, width, rows - head.length), ''];
}

function stepsLine(steps: readonly BuildStep[], theme: Theme, width: number): string {
  const all = steps.map((step) => stepWords(step, theme)).join('  ');
  if (displayWidth(all) <= width) return all;
  const at = steps.findIndex(({ state }) => state === 'now' || state === 'failed');
  const step = steps[at] ?? steps.at(-1);
  if (step === undefined) return '';
  return truncate(`${stepWords(step, theme)} ${theme.dim(`(step ${at + 1} of ${steps.length})`)}`, width);
}

function stepWords({ name, state }: BuildStep, { glyphs, phase, dim, bad }: Theme): string {
  switch (state) {
    case 'done':
      return `${phase('complete')(glyphs.phase.complete)} ${name}`;
    case 'now':
      return phase('working')(`${glyphs.phase.working} ${name}`);
    case 'failed':
      return bad(`${glyphs.phase.failed} ${name}`);
    case 'ahead':
      return dim(`${glyphs.phase.queued} ${name}`);
  }
}

function progressLine(state: State, task: Task, build: Build, theme: Theme, width: number): string {
  if (isFailedBuild(build)) return theme.bad(truncate(failedWords(build), width));
  const progress = buildProgress(build, typicalBuildDurations(state, task, build), state.now);
  if (progress === null) return theme.dim(truncate(finishedWords(build), width));
  const columns = Math.min(MAX_BAR, width - displayWidth(progress.text) - 2);
  if (progress.fraction === null || columns < MIN_BAR) return truncate(progress.text, width);
  const full = Math.round(progress.fraction * columns);
  const { strong, thin } = theme.glyphs.bar;
  const bar = theme.phase('working')(strong.repeat(full)) + theme.dim(thin.repeat(columns - full));
  return `${bar}  ${progress.text}`;
}

function failedWords(build: Build): string {
  const what =
    build.transition === 'stop' ? 'pausing' : build.transition === 'delete' ? 'deleting' : 'starting';
  const how = build.status === 'canceled' ? 'was canceled' : 'failed';
  return `${what} ${how}${durationWords(build)}`;
}

function finishedWords(build: Build): string {
  if (build.status === 'pending') return 'queued on the server';
  if (build.status !== 'succeeded') return '';
  return build.transition === 'start' ? `built${durationWords(build)}` : `done${durationWords(build)}`;
}

function durationWords({ startedAt, completedAt }: Build): string {
  if (startedAt === null || completedAt === null) return '';
  const took = completedAt - startedAt;
  return took < 1_000 ? ' at once' : ` after ${exactDuration(took)}`;
}

function logTail({ lines }: BuildWithLog, theme: Theme, width: number, rows: number): string[] {
  if (rows <= 0) return [];
  return logRows(lines)
    .slice(-rows)
    .map((row) => logLine(row, theme, width));
}

function logLine({ kind, text, level }: LogRow, theme: Theme, width: number): string {
  const words = sanitiseLine(text);
  if (kind === 'stage') return theme.strong(truncate(words, width));
  return styleOf(level, theme)(truncate(`  ${words}`, width));
}

function styleOf(level: string, { bad, attention, dim }: Theme): Style {
  if (level === 'error') return bad;
  return level === 'warn' ? attention : dim;
}
