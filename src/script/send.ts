import { availabilityOn } from '../domain/action.ts';
import { ACTION_TABLES } from '../domain/action-tables.ts';
import { BackendError, withHint } from '../domain/errors.ts';
import { phaseOf } from '../domain/phase.ts';
import type { TurnOptions } from '../domain/ports/source.ts';
import type { Receipt, Resolution, TranscriptReader } from '../domain/receipt.ts';
import { deliveryTiming } from '../domain/rules.ts';
import { sourceOf } from '../domain/sources.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { assertAllowed } from './assert-allowed.ts';
import { checkAttachments, uploadOnce } from './attachments.ts';
import { forEachTask } from './for-each-task.ts';
import { reportingErrors } from './output.ts';
import { readPrompt } from './read-prompt.ts';
import { pollDelay, Retrier } from './retrier.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';

export interface SendOptions {
  readonly task: string;
  /** The message, or `-` to read stdin. */
  readonly text: string;
  /** Paths of files that go with it. */
  readonly attach: readonly string[];
  /** Resumes a paused task first and waits for its agent. */
  readonly resume: boolean;
  /** Waits for an agent that is busy or starting, instead of failing. */
  readonly wait: boolean;
  /** ms; null for no limit. */
  readonly timeoutMs: number | null;
  readonly json: boolean;
}

const POLL_MS = 2_000;

export const send: ScriptCommand<SendOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const text = await readPrompt(options.text, context.io.stdin, context.signal);
    const files = await checkAttachments(options.attach);
    return forEachTask(context, { ...options, tasks: [options.task] }, async (task, limited) => {
      const upload = uploadOnce(sourceOf(limited.backend, task), task, files, limited.signal);
      const kind = await sendWhenReady(limited, task, { text, upload }, options);
      const name = sanitiseLine(task.name);
      return {
        line: kind === 'queued' ? `Queued on the server for ${name}.` : `Sent to ${name}.`,
        // Only chats have a queue.
        ...(chatFacts(task) !== null && {
          fields: { queued: kind === 'queued', ...(files.length > 0 && { files: await upload() }) },
        }),
      };
    });
  });

interface Content {
  readonly text: string;
  /** Uploads its files at the first call, and resolves to their ids. */
  readonly upload: () => Promise<readonly string[]>;
}

async function sendWhenReady(
  context: ScriptContext,
  first: Task,
  { text, upload }: Content,
  options: SendOptions,
): Promise<Receipt['kind']> {
  const { backend, clock, signal } = context;
  const retrier = new Retrier(context, true);
  let resumed = false;
  let task = first;
  for (let polls = 0; ; polls += 1) {
    const phase = phaseOf(task, clock.now());
    const delivery = deliveryTiming(task, phase);
    if (delivery === 'now') {
      const fileIds = await upload();
      const turn = fileIds.length === 0 ? {} : { fileIds };
      const kind = await sendOnce(context, task, text, options.wait || resumed, turn);
      if (kind !== null) return kind;
    } else if (delivery === 'when-ready') {
      if (!options.wait && !resumed)
        assertAllowed(`It is ${phase}.`, 'Use --wait to send when the agent is ready.');
    } else if (!options.resume) {
      assertAllowed(
        delivery === 'needs-resume' ? `It is ${phase}.` : `It is in state ${phase} and accepts no messages.`,
        'Use --resume to resume it first.',
      );
    } else if (!resumed && phase !== 'pausing') {
      assertAllowed(availabilityOn(ACTION_TABLES, 'resume', task, phase));
      await sourceOf(backend, task).run('resume', task, signal);
      resumed = true;
    }
    await sleep(clock, pollDelay(polls, POLL_MS), signal);
    throwIfAborted(signal);
    task = await retrier.run((retrySignal) => sourceOf(backend, first).get(first, retrySignal));
  }
}

/** Sends once. Null when the agent was busy and `mayRetry`. Rejects with `answered` as `Source.prepare` does. */
export async function sendOnce(
  { backend, clock, signal }: ScriptContext,
  task: Task,
  text: string,
  mayRetry: boolean,
  turn: TurnOptions = {},
): Promise<Receipt['kind'] | null> {
  const source = sourceOf(backend, task);
  const readTranscript: TranscriptReader = async (read, readSignal) => {
    const requestedAt = clock.now();
    return { transcript: await source.transcript(read, readSignal), requestedAt };
  };
  // Without evidence it is sent all the same. Only a lost response then stays undecided.
  const evidence = await source.prepare(task, readTranscript, signal, turn.questionId).catch((error) => {
    // Without the conversation it is unknown whether the question of an answer is still open.
    if (turn.questionId !== undefined) throw error;
    return null;
  });
  const startedAt = clock.now();
  try {
    return (await source.send(task, text, signal, turn)).kind;
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
    if (error.tookEffect === 'no') {
      if (mayRetry && (error.kind === 'busy' || error.kind === 'conflict')) return null;
      throw error;
    }
    // The message may have arrived: its source looks, because it must not arrive twice.
    const message = {
      text,
      startedAt,
      brokenAt: clock.now(),
      receipt: null,
      evidence,
      wasSentHere: () => true,
    };
    const lookForMs = chatFacts(task) === null ? 0 : LOOK_FOR_MS;
    const resolution = await resolveSend({ clock, signal }, lookForMs, () =>
      source.resolve(task, message, readTranscript, signal),
    );
    if (resolution === 'accepted' || resolution === 'queued') return resolution;
    throw withHint(error, SEND_HINTS[resolution]);
  }
}

const SEND_HINTS = {
  absent: 'The server does not have the message. Send it again.',
  unknown: 'It may have arrived. Check with "taskdeck logs" before you send it again.',
} as const;

/**
 * How long to look for a message to a chat whose answer was lost, ms: for a restart of the server, and for a write that is
 * still under way. The messages of a chat have ids, so that a later look can decide.
 */
const LOOK_FOR_MS = 20_000;

/** Looks for the message, again while the source cannot decide or the server does not answer, up to `lookForMs`. */
async function resolveSend(
  { clock, signal }: Pick<ScriptContext, 'clock' | 'signal'>,
  lookForMs: number,
  look: () => Promise<Resolution>,
): Promise<Exclude<Resolution, 'undecided'>> {
  const end = clock.monotonic() + lookForMs;
  for (let looks = 0; ; looks += 1) {
    const resolution = await look().catch((error: unknown): Resolution => {
      if (error instanceof BackendError && error.kind !== 'aborted') return 'undecided';
      throw error;
    });
    if (resolution !== 'undecided') return resolution;
    if (clock.monotonic() >= end) return 'unknown';
    await sleep(clock, pollDelay(looks, POLL_MS), signal);
    throwIfAborted(signal);
  }
}
