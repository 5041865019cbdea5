import { BackendError } from '../domain/errors.ts';
import { type Phase, phaseOf } from '../domain/phase.ts';
import type { Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import type { ScriptCommand, ScriptContext } from './context.ts';
import { type ActionResult, forEachTask } from './for-each-task.ts';
import { reportingErrors } from './output.ts';
import { pollDelay, Retrier } from './retrier.ts';

export interface WaitOptions {
  /** At least one; each of them is waited for. */
  readonly tasks: readonly string[];
  readonly until: readonly Phase[];
  /** ms; null for as long as it takes. */
  readonly timeoutMs: number | null;
  readonly json: boolean;
}

/** What `wait` waits for without `--until`: the agent has ended its turn. */
export const DEFAULT_UNTIL: readonly Phase[] = ['idle', 'complete'];

const POLL_MS = 2_000;
/** Of more tasks than this, each is looked at less often. */
const TASKS_PER_POLL = 8;

export const wait: ScriptCommand<WaitOptions> = (context, options) =>
  reportingErrors(context.io, options.json, () => {
    // All at once: a task could come to what is waited for, and leave it again, before its turn.
    const together = { ...options, atOnce: options.tasks.length };
    const longestMs = POLL_MS * Math.ceil(options.tasks.length / TASKS_PER_POLL);
    return forEachTask(context, together, (task, limited) =>
      waitForPhase(limited, task, options.until, longestMs),
    );
  });

async function waitForPhase(
  context: ScriptContext,
  first: Task,
  until: readonly Phase[],
  longestMs: number,
): Promise<ActionResult> {
  const { backend, clock, signal } = context;
  const patience = new Retrier(context, true);
  let task = first;
  for (let looks = 0; ; looks += 1) {
    const phase = phaseOf(task, clock.now());
    if (until.includes(phase)) {
      return { line: `${sanitiseLine(task.name)} is ${phase}.`, fields: { phase } };
    }
    if (isFailure(phase)) throw unreachablePhase(`It is ${phase}.`, task.state?.message);
    if (!canReach(phase, until)) {
      throw unreachablePhase(`It is ${phase}, and does not become ${until.join(' or ')} by itself.`);
    }
    await sleep(clock, pollDelay(looks, longestMs), signal);
    throwIfAborted(signal);
    task = await patience.run((asking) => backend.get(first, asking));
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
