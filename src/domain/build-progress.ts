import type { Build, BuildDurations } from './ports/backend.ts';
import type { Task } from './task.ts';
import { exactDuration } from './text/age.ts';

/** Something is being done, or will be, without anybody asking again. */
export const isActiveBuild = ({ status }: Build): boolean =>
  status === 'pending' || status === 'running' || status === 'canceling';

/** It came to nothing, by itself or because somebody cancelled it. */
export const isFailedBuild = ({ status }: Build): boolean => status === 'failed' || status === 'canceled';

/** One step on the way of a build, in the order in which they come. */
export interface BuildStep {
  readonly name: string;
  readonly state: 'done' | 'now' | 'ahead' | 'failed';
}

/** Which of the steps it is, by their order. */
const STEP_QUEUED = 0;
const STEP_BUILDING = 1;
const STEP_CONNECTING = 2;
const STEP_SCRIPTS = 3;
const STEP_READY = 4;

/** What a start or a stop goes through, and where it is. The task says how far its agent has come. */
export function buildSteps(
  build: Build,
  task: Pick<Task, 'agentLifecycle' | 'status'>,
): readonly BuildStep[] {
  const names =
    build.transition === 'start'
      ? ['queued', 'building', 'agent connecting', 'scripts', 'ready']
      : build.transition === 'stop'
        ? ['queued', 'stopping', 'stopped']
        : ['queued', 'deleting', 'deleted'];
  const { at: current, state } = currentStep(build, task, names.length - 1);
  return names.map((name, index) => ({
    name: index === STEP_QUEUED && current === STEP_QUEUED ? queueText(build) : name,
    state: index < current ? 'done' : index > current ? 'ahead' : state,
  }));
}

function currentStep(
  build: Build,
  { agentLifecycle, status }: Pick<Task, 'agentLifecycle' | 'status'>,
  last: number,
): { readonly at: number; readonly state: BuildStep['state'] } {
  if (build.status === 'pending') return { at: STEP_QUEUED, state: 'now' };
  if (isFailedBuild(build)) {
    const wasNeverStarted = build.status === 'canceled' && build.startedAt === null;
    return { at: wasNeverStarted ? STEP_QUEUED : STEP_BUILDING, state: 'failed' };
  }
  if (build.status !== 'succeeded') return { at: STEP_BUILDING, state: 'now' };
  if (build.transition !== 'start') return { at: last, state: 'done' };
  switch (agentLifecycle) {
    case null:
    case 'created':
      return { at: STEP_CONNECTING, state: 'now' };
    case 'starting':
      return { at: STEP_SCRIPTS, state: 'now' };
    default:
      return { at: STEP_READY, state: status === 'active' ? 'done' : 'now' };
  }
}

/** Source: the position counts from one; older servers leave it at zero. */
function queueText({ queuePosition, queueSize }: Build): string {
  if (queuePosition <= 0) return 'queued';
  return queueSize > 0 ? `queued, ${queuePosition} of ${queueSize}` : `queued, number ${queuePosition}`;
}

export interface BuildProgress {
  /** From 0 to 1, of the longest that such builds usually take; null where nobody knows how long that is. */
  readonly fraction: number | null;
  readonly text: string;
}

/**
 * How long a build has been running, against how long such builds take; null while it does not run. The times of a
 * template are of the running alone, without the queue. `now` is Unix time in ms; the server's clock may differ a little.
 */
export function buildProgress(build: Build, durations: BuildDurations, now: number): BuildProgress | null {
  if (build.startedAt === null || !isActiveBuild(build)) return null;
  const elapsedMs = Math.max(0, now - build.startedAt);
  const expectedMs = durations.p95Ms ?? durations.p50Ms;
  const elapsedText = exactDuration(elapsedMs);
  if (expectedMs === null || expectedMs <= 0) return { fraction: null, text: elapsedText };
  const usual = [
    ...(durations.p50Ms === null ? [] : [`usually ${exactDuration(durations.p50Ms)}`]),
    ...(durations.p95Ms === null ? [] : [`seldom over ${exactDuration(durations.p95Ms)}`]),
  ].join(', ');
  return {
    fraction: Math.min(1, elapsedMs / expectedMs),
    text:
      elapsedMs > expectedMs ? `${elapsedText}, longer than it should: ${usual}` : `${elapsedText}, ${usual}`,
  };
}
