import { BackendError } from '../domain/errors.ts';
import { isKnownTime } from '../domain/known-time.ts';
import { isLive, type Phase, phaseOf } from '../domain/phase.ts';
import type { Task } from '../domain/task.ts';
import { isoTime } from '../domain/text/iso-time.ts';
import type { Message, Transcript } from '../domain/transcript.ts';
import { transcriptText } from '../domain/transcript-text.ts';
import { sleep } from '../platform/sleep.ts';
import type { ScriptCommand, ScriptContext } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { follow, nothingFollowed } from './follower.ts';
import { throwIfGivenUp } from './given-up.ts';
import { messageJson } from './json.ts';
import { remark, reporting, write, writeJson, writeJsonLine } from './output.ts';
import { Patience } from './patience.ts';
import { findTask, parseTaskName } from './task-name.ts';

export interface LogsOptions {
  readonly task: string;
  /** Goes on with what comes, until the agent no longer runs. */
  readonly follow: boolean;
  readonly json: boolean;
}

/** How often to look while the agent works, and while it rests; ms. */
const WORKING_MS = 1_000;
const RESTING_MS = 3_000;

export const logs: ScriptCommand<LogsOptions> = (context, options) =>
  reporting(context.io, options.json, async () => {
    const { backend, io, signal } = context;
    const task = await findTask(context, parseTaskName(options.task));
    if (options.follow) return followLogs(context, task, options.json);
    const transcript = await backend.transcript(task, signal);
    if (options.json) {
      await writeJson(io, transcript.messages.map(messageJson));
      return EXIT.done;
    }
    await remarkOnSnapshot(context, transcript);
    await write(io.stdout, transcriptText(transcript.messages));
    return EXIT.done;
  });

async function followLogs(context: ScriptContext, first: Task, json: boolean): Promise<ExitCode> {
  const { backend, clock, io, signal } = context;
  const patience = new Patience(context, true);
  const writer = json ? jsonWriter(context) : textWriter(context);
  let seenRunning = false;
  let task = first;
  try {
    for (;;) {
      const phase = phaseOf(task, clock.now());
      const transcript = await patience.ask((asking) => transcriptOrNull(context, task, asking));
      if (transcript !== null) {
        if (!json && !seenRunning && isOver(phase)) await remarkOnSnapshot(context, transcript);
        // Of a task that was just paused this is what it left: the end of what was written, and perhaps a little more.
        await writer(transcript.messages, phase !== 'working');
      }
      if (isOver(phase)) break;
      seenRunning ||= task.status === 'active';
      await sleep(clock, isLive(phase) && phase !== 'working' ? RESTING_MS : WORKING_MS, signal);
      throwIfGivenUp(signal);
      task = await patience.ask((asking) => backend.get(first, asking));
    }
  } finally {
    // However it ends, the last line does.
    await writer([], true);
  }
  if (!json) await remark(io, `Nothing more comes: its phase is ${phaseOf(task, clock.now())}.`);
  return EXIT.done;
}

/** The agent does not run, and will not by itself. */
const isOver = (phase: Phase): boolean => phase === 'paused' || phase === 'error' || phase === 'deleting';

/** A task that is just being paused has no transcript for a moment. */
async function transcriptOrNull(
  { backend }: ScriptContext,
  task: Task,
  signal: AbortSignal,
): Promise<Transcript | null> {
  try {
    return await backend.transcript(task, signal);
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'conflict') return null;
    throw error;
  }
}

type Writer = (messages: readonly Message[], settled: boolean) => Promise<void>;

function textWriter({ io }: ScriptContext): Writer {
  let followed = nothingFollowed;
  return async (messages, settled) => {
    const next = follow(followed, messages, settled);
    followed = next.followed;
    if (next.text !== '') await write(io.stdout, next.text);
  };
}

/** One line for each message, and another each time it changed: the last one of an id is what it says now. */
function jsonWriter({ io }: ScriptContext): Writer {
  const written = new Map<number, Message>();
  return async (messages) => {
    for (const message of messages) {
      const before = written.get(message.id);
      if (before?.content === message.content && before.from === message.from) continue;
      written.set(message.id, message);
      await writeJsonLine(io, messageJson(message));
    }
  };
}

async function remarkOnSnapshot({ io }: ScriptContext, { snapshot, snapshotAt }: Transcript): Promise<void> {
  if (!snapshot) return;
  const sentence =
    snapshotAt === null
      ? 'The agent is not running, and it left no messages behind.'
      : `The agent is not running: these are the last messages it left${isKnownTime(snapshotAt) ? `, at ${isoTime(snapshotAt)}` : ''}.`;
  await remark(io, sentence);
}
