import { BackendError, withHint } from '../domain/errors.ts';
import { phaseOf } from '../domain/phase.ts';
import { deliveryTiming, mayResume } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { countUserMessages } from '../domain/transcript.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { assertAllowed } from './assert-allowed.ts';
import type { ScriptCommand, ScriptContext } from './context.ts';
import { forEachTask } from './for-each-task.ts';
import { reportingErrors } from './output.ts';
import { readPrompt } from './read-prompt.ts';
import { pollDelay, Retrier } from './retrier.ts';

export interface SendOptions {
  readonly task: string;
  /** The text itself, or `-` to read it from stdin. */
  readonly text: string;
  /** A paused task is resumed first, and then waited for. */
  readonly resume: boolean;
  /** A task whose agent is busy or starting is waited for; without it that is a failure. */
  readonly wait: boolean;
  /** How long to wait in all, ms; null for as long as it takes. */
  readonly timeoutMs: number | null;
  readonly json: boolean;
}

const POLL_MS = 2_000;

export const send: ScriptCommand<SendOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const text = await readPrompt(options.text, context.io.stdin, context.signal);
    return forEachTask(context, { ...options, tasks: [options.task] }, async (task, limited) => {
      await sendWhenReady(limited, task, text, options);
      return { line: `Sent to ${sanitiseLine(task.name)}.` };
    });
  });

async function sendWhenReady(
  context: ScriptContext,
  first: Task,
  text: string,
  options: SendOptions,
): Promise<void> {
  const { backend, clock, signal } = context;
  const patience = new Retrier(context, true);
  let resumed = false;
  let task = first;
  for (let looks = 0; ; looks += 1) {
    const phase = phaseOf(task, clock.now());
    const delivery = deliveryTiming(phase);
    if (delivery === 'now') {
      if (await sendOnce(context, task, text, options.wait || resumed)) return;
    } else if (delivery === 'when-ready') {
      if (!options.wait && !resumed)
        assertAllowed(`It is ${phase}.`, 'Use --wait to send when the agent is ready.');
    } else if (!options.resume) {
      assertAllowed(
        delivery === 'needs-resume' ? `It is ${phase}.` : `It is in state ${phase} and takes no messages.`,
        'Use --resume to start it again and send then.',
      );
    } else if (!resumed && phase !== 'pausing') {
      assertAllowed(mayResume(phase));
      await backend.resume(task, signal);
      resumed = true;
    }
    await sleep(clock, pollDelay(looks, POLL_MS), signal);
    throwIfAborted(signal);
    task = await patience.run((asking) => backend.get(first, asking));
  }
}

/** Sends once; false when the agent was busy after all and there is time to try again. */
async function sendOnce(context: ScriptContext, task: Task, text: string, again: boolean): Promise<boolean> {
  const { backend, signal } = context;
  const before = await timesSaidOrNull(context, task, text);
  try {
    await backend.send(task, text, signal);
    return true;
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
    if (error.tookEffect === 'no') {
      if (again && (error.kind === 'busy' || error.kind === 'conflict')) return false;
      throw error;
    }
    // It may have arrived all the same. A message is never sent twice on a guess: the transcript decides.
    const after = await timesSaidOrNull(context, task, text);
    if (before !== null && after !== null && after > before) return true;
    throw withHint(error, 'It may have arrived: look with "taskdeck logs" before you send it again.');
  }
}

async function timesSaidOrNull(
  { backend, signal }: ScriptContext,
  task: Task,
  text: string,
): Promise<number | null> {
  try {
    return countUserMessages(await backend.transcript(task, signal), text);
  } catch {
    return null;
  }
}
