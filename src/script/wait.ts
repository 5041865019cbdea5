import { BackendError } from '../domain/errors.ts';
import { type Phase, phaseOf } from '../domain/phase.ts';
import { sourceOf } from '../domain/sources.ts';
import type { Task } from '../domain/task.ts';
import { rawMessageOf } from '../domain/task-json.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { type ActionResult, type ForEachOptions, forEachTask } from './for-each-task.ts';
import { reportingErrors } from './output.ts';
import { pollDelay, Retrier } from './retrier.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';

export interface WaitOptions {
  /** At least one. */
  readonly tasks: readonly string[];
  readonly until: readonly Phase[];
  /** ms; null for no limit. */
  readonly timeoutMs: number | null;
  readonly json: boolean;
}

/** The phases after a turn of the agent. */
export const DEFAULT_UNTIL: readonly Phase[] = ['idle', 'complete'];

const POLL_MS = 2_000;
/** With more tasks than this, each is polled less often. */
const TASKS_PER_POLL = 8;

export const wait: ScriptCommand<WaitOptions> = (context, options) =>
  reportingErrors(context.io, options.json, () => {
    // All at the same time: a task in a queue could reach the phase and leave it unseen.
    const together: ForEachOptions = { ...options, concurrency: options.tasks.length };
    const maxPollMs = POLL_MS * Math.ceil(options.tasks.length / TASKS_PER_POLL);
    return forEachTask(context, together, (task, limited) =>
      waitForPhase(limited, task, options.until, maxPollMs),
    );
  });

async function waitForPhase(
  context: ScriptContext,
  first: Task,
  until: readonly Phase[],
  maxPollMs: number,
): Promise<ActionResult> {
  const { backend, clock, signal } = context;
  const retrier = new Retrier(context, true);
  let task = first;
  for (let polls = 0; ; polls += 1) {
    const phase = phaseOf(task, clock.now());
    if (until.includes(phase)) {
      return { line: `${sanitiseLine(task.name)} is ${phase}.`, fields: { phase } };
    }
    if (isFailure(phase)) throw unreachablePhase(`It is ${phase}.`, rawMessageOf(task));
    if (!canReach(phase, until)) {
      throw unreachablePhase(`It is ${phase} and does not become ${until.join(' or ')} by itself.`);
    }
    await sleep(clock, pollDelay(polls, maxPollMs), signal);
    throwIfAborted(signal);
    task = await retrier.run((retrySignal) => sourceOf(backend, first).get(first, retrySignal));
  }
}

const isFailure = (phase: Phase): boolean => phase === 'failed' || phase === 'error';

/** Whether a task can reach one of these phases without an action of the user. */
function canReach(phase: Phase, until: readonly Phase[]): boolean {
  switch (phase) {
    case 'paused':
      return false;
    case 'pausing':
      return until.includes('paused');
    default:
      return true;
  }
}

const unreachablePhase = (message: string, detail = ''): BackendError =>
  new BackendError({ kind: 'conflict', message, tookEffect: 'no', ...(detail !== '' && { detail }) });
