import type { Build, BuildTime } from './ports/backend.ts';
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
const WAITING = 0;
const BUILDING = 1;
const CONNECTING = 2;
const SCRIPTS = 3;
const READY = 4;

/** What a start or a stop goes through, and where it is. The task says how far its agent has come. */
export function stepsOf(build: Build, task: Pick<Task, 'agentLifecycle' | 'status'>): readonly BuildStep[] {
  const names =
    build.transition === 'start'
      ? ['queued', 'building', 'agent connecting', 'scripts', 'ready']
      : build.transition === 'stop'
        ? ['queued', 'stopping', 'stopped']
        : ['queued', 'deleting', 'deleted'];
  const { at, state } = place(build, task, names.length - 1);
  return names.map((name, index) => ({
    name: index === WAITING && at === WAITING ? queueWords(build) : name,
    state: index < at ? 'done' : index > at ? 'ahead' : state,
  }));
}

function place(
  build: Build,
  { agentLifecycle, status }: Pick<Task, 'agentLifecycle' | 'status'>,
  last: number,
): { readonly at: number; readonly state: BuildStep['state'] } {
  if (build.status === 'pending') return { at: WAITING, state: 'now' };
  if (isFailedBuild(build)) {
    const neverRan = build.status === 'canceled' && build.startedAt === null;
    return { at: neverRan ? WAITING : BUILDING, state: 'failed' };
  }
  if (build.status !== 'succeeded') return { at: BUILDING, state: 'now' };
  if (build.transition !== 'start') return { at: last, state: 'done' };
  switch (agentLifecycle) {
    case null:
    case 'created':
      return { at: CONNECTING, state: 'now' };
    case 'starting':
      return { at: SCRIPTS, state: 'now' };
    default:
      return { at: READY, state: status === 'active' ? 'done' : 'now' };
  }
}

/** Source: the position counts from one; older servers leave it at zero. */
function queueWords({ queuePosition, queueSize }: Build): string {
  if (queuePosition <= 0) return 'queued';
  return queueSize > 0 ? `queued, ${queuePosition} of ${queueSize}` : `queued, number ${queuePosition}`;
}

export interface Progress {
  /** From 0 to 1, of the longest that such builds usually take; null where nobody knows how long that is. */
  readonly share: number | null;
  readonly words: string;
}

/**
 * How long a build has been running, against how long such builds take; null while it does not run. The times of a
 * template are of the running alone, without the queue. `now` is Unix time in ms; the server's clock may differ a little.
 */
export function progressOf(build: Build, time: BuildTime, now: number): Progress | null {
  if (build.startedAt === null || !isActiveBuild(build)) return null;
  const passed = Math.max(0, now - build.startedAt);
  const full = time.longMs ?? time.usualMs;
  const soFar = exactDuration(passed);
  if (full === null || full <= 0) return { share: null, words: soFar };
  const usual = [
    ...(time.usualMs === null ? [] : [`usually ${exactDuration(time.usualMs)}`]),
    ...(time.longMs === null ? [] : [`seldom over ${exactDuration(time.longMs)}`]),
  ].join(', ');
  return {
    share: Math.min(1, passed / full),
    words: passed > full ? `${soFar}, longer than it should: ${usual}` : `${soFar}, ${usual}`,
  };
}
