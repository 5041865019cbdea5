import { BackendError } from '../domain/errors.ts';
import { hasSameContent, type Message } from '../domain/message.ts';
import { isAgentRunning, type Phase, phaseOf } from '../domain/phase.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import { sourceOf } from '../domain/sources.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { isoTime } from '../domain/text/iso-time.ts';
import type { Transcript } from '../domain/transcript.ts';
import { transcriptText } from '../domain/transcript-text.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { findOneTask } from './find-task.ts';
import { followTranscript, initialFollowState } from './follow-transcript.ts';
import { messageJson } from './json.ts';
import { reportingErrors, write, writeJson, writeJsonLine, writeNote } from './output.ts';
import { Retrier } from './retrier.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';
import { wholeTranscript } from './whole-transcript.ts';

export interface LogsOptions {
  readonly task: string;
  /** Prints new messages until the agent no longer runs. */
  readonly follow: boolean;
  readonly json: boolean;
}

/** Poll intervals, ms. */
const POLL_WORKING_MS = 1_000;
const POLL_IDLE_MS = 3_000;

export const logs: ScriptCommand<LogsOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const { backend, io, signal } = context;
    const task = await findOneTask(context, options.task);
    if (options.follow) return followLogs(context, task, options.json);
    const transcript = await wholeTranscript(sourceOf(backend, task), task, signal);
    if (options.json) {
      await writeJson(io, transcript.messages.map(messageJson));
      return EXIT.done;
    }
    await noteSnapshot(context, transcript);
    await write(io.stdout, transcriptText(transcript.messages));
    return EXIT.done;
  });

async function followLogs(context: ScriptContext, first: Task, json: boolean): Promise<ExitCode> {
  const { backend, clock, io, signal } = context;
  const retrier = new Retrier(context, true);
  const writer = json ? jsonWriter(context) : textWriter(context);
  let wasRunning = false;
  let task = first;
  /** The message that was the newest one, which may still grow. */
  let newest: Message | undefined;
  let lastPhase: Phase | null = null;
  try {
    for (;;) {
      const phase = phaseOf(task, clock.now());
      const transcript = await retrier.run((retrySignal) =>
        transcriptOrNull(context, task, newest?.id, retrySignal),
      );
      if (transcript !== null) {
        if (!json && !wasRunning && hasStopped(task, phase)) await noteSnapshot(context, transcript);
        // For a task that was just paused this is the snapshot, which may hold a little more text.
        await writer(transcript.messages, phase !== 'working');
        newest = transcript.messages.at(-1) ?? newest;
      }
      if (!json && phase !== lastPhase) await noteFailure(context, task);
      lastPhase = phase;
      if (hasStopped(task, phase)) break;
      wasRunning ||= isAgentRunning(phase) || phase === 'complete' || phase === 'failed';
      await sleep(
        clock,
        isAgentRunning(phase) && phase !== 'working' ? POLL_IDLE_MS : POLL_WORKING_MS,
        signal,
      );
      throwIfAborted(signal);
      task = await retrier.run((retrySignal) => sourceOf(backend, first).get(first, retrySignal));
    }
  } finally {
    // Ends the open line in every case.
    await writer([], true);
  }
  if (!json) await writeNote(io, `No more messages. Phase: ${phaseOf(task, clock.now())}.`);
  return EXIT.done;
}

/** The agent does not run and does not start by itself. */
const hasStopped = (task: Task, phase: Phase): boolean =>
  phase === 'paused' || phase === 'error' || phase === 'deleting' || chatFacts(task)?.archived === true;

/** Null on a conflict: a task has no transcript for a moment while it is being paused. */
async function transcriptOrNull(
  { backend }: ScriptContext,
  task: Task,
  knownUpTo: Message['id'] | undefined,
  signal: AbortSignal,
): Promise<Transcript | null> {
  try {
    return await wholeTranscript(sourceOf(backend, task), task, signal, knownUpTo);
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'conflict') return null;
    throw error;
  }
}

type MessageWriter = (messages: readonly Message[], settled: boolean) => Promise<void>;

function textWriter({ io }: ScriptContext): MessageWriter {
  let state = initialFollowState;
  return async (messages, settled) => {
    const next = followTranscript(state, messages, settled);
    state = next.state;
    if (next.text !== '') await write(io.stdout, next.text);
  };
}

/** Writes a line for each message and for each of its changes; the last line of an id is current. */
function jsonWriter({ io }: ScriptContext): MessageWriter {
  const written = new Map<number, Message>();
  return async (messages) => {
    for (const message of messages) {
      const before = written.get(message.id);
      if (before !== undefined && hasSameContent(before, message)) continue;
      written.set(message.id, message);
      await writeJsonLine(io, messageJson(message));
    }
  };
}

/** Why the last turn of a chat failed, which no message says. */
async function noteFailure({ io }: ScriptContext, task: Task): Promise<void> {
  const chat = chatFacts(task);
  if (chat?.status === 'error' && chat.lastError !== null)
    await writeNote(io, `Its turn failed: ${chat.lastError.message}`);
}

async function noteSnapshot({ io }: ScriptContext, { snapshot, snapshotAt }: Transcript): Promise<void> {
  if (!snapshot) return;
  const sentence =
    snapshotAt === null
      ? 'The agent is not running, and no messages are saved.'
      : `The agent is not running. These are its last messages${isPlausibleTime(snapshotAt) ? `, saved at ${isoTime(snapshotAt)}` : ''}.`;
  await writeNote(io, sentence);
}
