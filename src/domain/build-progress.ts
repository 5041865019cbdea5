import type { Build } from './build.ts';
import type { BuildDurations } from './ports/backend.ts';
import type { CoderTaskFacts } from './task.ts';
import { exactDuration } from './text/age.ts';

/** The build runs, or will run without another request. */
export const isActiveBuild = ({ status }: Build): boolean =>
  status === 'pending' || status === 'running' || status === 'canceling';

export const isFailedBuild = ({ status }: Build): boolean => status === 'failed' || status === 'canceled';

export interface BuildStep {
  readonly name: string;
  readonly state: 'done' | 'now' | 'ahead' | 'failed';
}

const STEP_QUEUED = 0;
const STEP_BUILDING = 1;
const STEP_CONNECTING = 2;
const STEP_SCRIPTS = 3;
const STEP_READY = 4;

/** The steps of a build with their states. After a start has succeeded, the task's agent decides the current step. */
export function buildSteps(
  build: Build,
  task: Pick<CoderTaskFacts, 'agentLifecycle' | 'status'>,
): readonly BuildStep[] {
  const names =
    build.transition === 'start'
      ? ['queued', 'building', 'agent connecting', 'scripts', 'ready']
      : build.transition === 'stop'
        ? ['queued', 'stopping', 'stopped']
        : ['queued', 'deleting', 'deleted'];
  const { current, state } = currentStep(build, task, names.length - 1);
  return names.map((name, index) => ({
    name: index === STEP_QUEUED && current === STEP_QUEUED ? queueText(build) : name,
    state: index < current ? 'done' : index > current ? 'ahead' : state,
  }));
}

function currentStep(
  build: Build,
  { agentLifecycle, status }: Pick<CoderTaskFacts, 'agentLifecycle' | 'status'>,
  last: number,
): { readonly current: number; readonly state: BuildStep['state'] } {
  if (build.status === 'pending') return { current: STEP_QUEUED, state: 'now' };
  if (isFailedBuild(build)) {
    const wasNeverStarted = build.status === 'canceled' && build.startedAt === null;
    return { current: wasNeverStarted ? STEP_QUEUED : STEP_BUILDING, state: 'failed' };
  }
  if (build.status !== 'succeeded') return { current: STEP_BUILDING, state: 'now' };
  if (build.transition !== 'start') return { current: last, state: 'done' };
  switch (agentLifecycle) {
    case null:
    case 'created':
      return { current: STEP_CONNECTING, state: 'now' };
    case 'starting':
      return { current: STEP_SCRIPTS, state: 'now' };
    default:
      return { current: STEP_READY, state: status === 'active' ? 'done' : 'now' };
  }
}

/** Coder's queue position counts from 1; older servers send 0. */
function queueText({ queuePosition, queueSize }: Build): string {
  if (queuePosition <= 0) return 'queued';
  return queueSize > 0 ? `queued, ${queuePosition} of ${queueSize}` : `queued, position ${queuePosition}`;
}

export interface BuildProgress {
  /** From 0 to 1 of the longest usual duration; null when the server does not know it. */
  readonly fraction: number | null;
  readonly text: string;
}

/**
 * The elapsed time of a running build compared with the usual durations; null unless it runs. A template's durations
 * exclude the time in the queue. `now` is Unix ms and may differ a little from the server's clock.
 */
export function buildProgress(build: Build, durations: BuildDurations, now: number): BuildProgress | null {
  if (build.startedAt === null || !isActiveBuild(build)) return null;
  const elapsedMs = Math.max(0, now - build.startedAt);
  const expectedMs = durations.p95Ms ?? durations.p50Ms;
  const elapsedText = exactDuration(elapsedMs);
  if (expectedMs === null || expectedMs <= 0) return { fraction: null, text: elapsedText };
  const usual = [
    ...(durations.p50Ms === null ? [] : [`usually ${exactDuration(durations.p50Ms)}`]),
    ...(durations.p95Ms === null ? [] : [`rarely over ${exactDuration(durations.p95Ms)}`]),
  ].join(', ');
  return {
    fraction: Math.min(1, elapsedMs / expectedMs),
    text: elapsedMs > expectedMs ? `${elapsedText}, slower than usual: ${usual}` : `${elapsedText}, ${usual}`,
  };
}
