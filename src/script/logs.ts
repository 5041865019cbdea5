import { BackendError } from '../domain/errors.ts';
import { hasSameContent, type Message } from '../domain/message.ts';
import { isAgentRunning, type Phase, phaseOf } from '../domain/phase.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import type { Source } from '../domain/ports/source.ts';
import { optionsText, questionText } from '../domain/question.ts';
import { sourceOf } from '../domain/sources.ts';
import { chatFacts, isTurnRunning, type Task, type TaskRef } from '../domain/task.ts';
import { isoTime } from '../domain/text/format.ts';
import type { Transcript } from '../domain/transcript.ts';
import { transcriptText } from '../domain/transcript-text.ts';
import { throwIfAborted } from './abort-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { findOneTask } from './find-task.ts';
import { followTranscript, initialFollowState } from './follow-transcript.ts';
import { type FollowedTask, followTask } from './followed-task.ts';
import { messageJson } from './json.ts';
import { listedQuestions } from './open-questions.ts';
import { reportingErrors, write, writeJson, writeJsonLine, writeNote } from './output.ts';
import { Retrier } from './retrier.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';

/**
 * The conversation with its older pages. `knownUpTo`: the id of a message from which on the caller needs the later ones;
 * missing for all of them.
 */
async function wholeTranscript(
  source: Source,
  task: TaskRef,
  signal: AbortSignal,
  knownUpTo = Number.NEGATIVE_INFINITY,
): Promise<Transcript> {
  const newest = await source.transcript(task, signal);
  const pages: (readonly Message[])[] = [newest.messages];
  let hasOlder = newest.hasOlder === true;
  let [oldest] = newest.messages;
  while (hasOlder && source.olderMessages !== undefined && oldest !== undefined && oldest.id > knownUpTo) {
    const older = await source.olderMessages(task, oldest.id, signal);
    const [first] = older.messages;
    // A page that does not go back would be requested forever.
    if (first === undefined || first.id >= oldest.id) break;
    pages.unshift(older.messages);
    ({ hasOlder } = older);
    oldest = first;
  }
  return { ...newest, hasOlder, messages: pages.flat() };
}

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
  const source = sourceOf(backend, first);
  const isChat = chatFacts(first) !== null;
  const writer = json ? jsonWriter(context, isChat) : textWriter(context);
  let followed: FollowedTask | null = null;
  let wasRunning = false;
  let task = first;
  /** The message that was the newest one, which may still grow. */
  let newest: Message | undefined;
  let lastPhase: Phase | null = null;
  let notedRequest = '';
  try {
    for (;;) {
      const phase = phaseOf(task, clock.now());
      const pushed = followed?.pushedTranscript ?? null;
      const transcript =
        pushed !== null && reachesBack(pushed, newest?.id)
          ? pushed
          : await retrier.run((retrySignal) => transcriptOrNull(context, task, newest?.id, retrySignal));
      if (transcript !== null) {
        if (!json && !wasRunning && hasStopped(task, phase)) await noteSnapshot(context, transcript);
        // For a task that was just paused this is the snapshot, which may hold a little more text.
        await writer(transcript, !mayGrow(task, phase));
        newest = transcript.messages.at(-1) ?? newest;
      }
      if (!json && phase !== lastPhase) await noteFailure(context, task);
      lastPhase = phase;
      if (!json) notedRequest = await noteRequest(context, task, notedRequest);
      if (hasStopped(task, phase)) break;
      wasRunning ||= isAgentRunning(phase) || phase === 'complete' || phase === 'failed';
      // The stream goes on where the requested conversation ends.
      followed ??= followTask(context, source, task);
      await followed.wait(isAgentRunning(phase) && phase !== 'working' ? POLL_IDLE_MS : POLL_WORKING_MS);
      throwIfAborted(signal);
      task = followed.takePushedTask() ?? task;
      if (!followed.isRequestDue) continue;
      followed.requested();
      task = await retrier.run((retrySignal) => source.get(first, retrySignal));
      followed.received(task);
    }
  } finally {
    followed?.close();
    // Ends the open line in every case.
    await writer(NOTHING, true);
  }
  if (!json) await writeNote(io, `No more messages. Phase: ${phaseOf(task, clock.now())}.`);
  return EXIT.done;
}

/** Whether the agent can add to its last message: it works, or its turn waits for a permission. */
function mayGrow(task: Task, phase: Phase): boolean {
  const chat = chatFacts(task);
  return phase === 'working' || (chat !== null && isTurnRunning(chat));
}

/** Notes a permission request once: the turn waits for it. Returns the id of the noted one, empty without one. */
async function noteRequest({ io }: ScriptContext, task: Task, noted: string): Promise<string> {
  const [question] = listedQuestions(task);
  if (question?.kind !== 'permission') return '';
  if (question.id !== noted)
    await writeNote(
      io,
      `It waits for a permission: ${questionText(question)}. Options: ${optionsText(question)}.`,
    );
  return question.id;
}

/** The agent does not run and does not start by itself. */
const hasStopped = (task: Task, phase: Phase): boolean =>
  phase === 'paused' || phase === 'error' || phase === 'deleting' || chatFacts(task)?.archived === true;

/** Whether a pushed conversation has all messages from the one with the id `from` on. */
const reachesBack = ({ messages, hasOlder }: Transcript, from: Message['id'] | undefined): boolean =>
  hasOlder !== true || (from !== undefined && (messages[0]?.id ?? Number.POSITIVE_INFINITY) <= from);

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

type TranscriptWriter = (
  transcript: Pick<Transcript, 'messages' | 'live'>,
  settled: boolean,
) => Promise<void>;

const NOTHING = { messages: [] };

/** On a terminal, the text that the agent is writing grows; a pipe gets it when it is complete. */
function textWriter({ io }: ScriptContext): TranscriptWriter {
  let state = initialFollowState;
  return unlessSame(async ({ messages, live }, settled) => {
    const shownLive = settled || !io.isTTY.stdout ? undefined : live;
    const next = followTranscript(state, messages, settled, shownLive);
    state = next.state;
    if (next.text !== '') await write(io.stdout, next.text);
  });
}

/** A stream reports much that changes no message. */
function unlessSame(writer: TranscriptWriter): TranscriptWriter {
  let last: readonly unknown[] = [];
  return async (transcript, settled) => {
    const now = [transcript.messages, transcript.live, settled];
    if (now.every((value, index) => value === last[index])) return;
    last = now;
    await writer(transcript, settled);
  };
}

/**
 * Writes a line for each message and for each of its changes; the last line of an id is current. With `isChat`, a message
 * is written when it is complete: its tool calls have ended, a later message exists, or the agent does not run.
 */
function jsonWriter({ io }: ScriptContext, isChat: boolean): TranscriptWriter {
  const written = new Map<number, Message>();
  return unlessSame(async ({ messages }, settled) => {
    for (const [index, message] of messages.entries()) {
      const before = written.get(message.id);
      if (before !== undefined && hasSameContent(before, message)) continue;
      if (isChat && !settled && index === messages.length - 1 && hasOpenCall(message)) continue;
      written.set(message.id, message);
      await writeJsonLine(io, messageJson(message));
    }
  });
}

const hasOpenCall = ({ parts }: Message): boolean =>
  parts.some((part) => part.type === 'tool-call' && (part.status === 'running' || part.status === 'pending'));

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
