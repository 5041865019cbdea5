import { StringDecoder } from 'node:string_decoder';
import { neverAborted } from '../../platform/never-aborted.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import { withoutRepositoryVariables } from '../git/run-git.ts';
import { makeSocketDirectoryOf } from '../processes/command-environment.ts';
import { CommandRun, type TurnOutcome } from '../processes/command-run.ts';
import type { WorktreeContext } from './worktree-context.ts';

export interface OwnedCommand {
  readonly chat: ChatRow;
  readonly argv: readonly string[];
  readonly directory: string;
  /** Added to the environment of the chat's processes. */
  readonly variables: Readonly<Record<string, string>>;
  /** Time between SIGTERM and SIGKILL when it is stopped, ms. */
  readonly graceMs: number;
  /** The time after which it is stopped, ms; null for none. */
  readonly limitMs: number | null;
  /** Receives its output, at most ten times a second. */
  readonly onOutput: (text: string) => void;
}

export interface OwnedResult {
  /** `cut-off`: it reached its time limit. */
  readonly outcome: TurnOutcome;
  /** The end of stdout and stderr. */
  readonly output: string;
}

/** Between two calls of `onOutput`, ms. */
const OUTPUT_MS = 100;
/** UTF-16 units. */
const KEPT_OUTPUT = 8_192;

/**
 * Runs a command as a process of a chat: the chat's tag and a stored group find it after a crash of the server.
 * Resolves when its first process has ended; background processes stay. Rejects with the reason of the signal when none
 * of its processes is left, and with ProcessesSurvived or ProcessTableUnreadable.
 */
export async function runOwned(
  command: OwnedCommand,
  context: Pick<WorktreeContext, 'clock' | 'processes' | 'processEnvironment' | 'pipeDirectory'>,
  signal: AbortSignal,
): Promise<OwnedResult> {
  signal.throwIfAborted();
  const { chat, argv, directory, variables, graceMs, limitMs } = command;
  const { clock, processes, pipeDirectory } = context;
  const keep = processes.runningGroups(chat.id);
  const env = {
    ...withoutRepositoryVariables(context.processEnvironment(chat)),
    PWD: directory,
    ...variables,
  };
  const output = new CollectedOutput(command.onOutput, (callback) => clock.after(OUTPUT_MS, callback));
  let stored = Promise.resolve();
  const run = new CommandRun({
    clock,
    argv,
    directory,
    env,
    input: null,
    prepare: () => makeSocketDirectoryOf(env),
    pipeDirectory,
    onOutput: (bytes) => output.add(bytes),
    onStarted: (group) => {
      stored = processes.record(chat.id, group);
    },
  });
  // Rejects only: the end of the run says when it is over.
  const stopFailed = Promise.withResolvers<never>();
  let stopping = Promise.resolve();
  const stop = (): void => {
    run.cutOff();
    stopping = processes.end(chat.id, { graceMs, signal: neverAborted, keep });
    stopping.catch(stopFailed.reject);
  };
  const cancelLimit = limitMs === null ? () => undefined : clock.after(limitMs, stop);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const outcome = await Promise.race([run.outcome, stopFailed.promise]);
    await stopping;
    await stored;
    signal.throwIfAborted();
    return { outcome, output: output.end() };
  } finally {
    cancelLimit();
    signal.removeEventListener('abort', stop);
    output.end();
  }
}

/** The output of a command as text, passed on in few pieces. */
class CollectedOutput {
  readonly #pass: (text: string) => void;
  readonly #later: (callback: () => void) => () => void;
  readonly #decoder = new StringDecoder('utf8');
  #waiting = '';
  #kept = '';
  #cancel: (() => void) | null = null;

  constructor(pass: (text: string) => void, later: (callback: () => void) => () => void) {
    this.#pass = pass;
    this.#later = later;
  }

  add(bytes: Buffer): void {
    this.#waiting += this.#decoder.write(bytes);
    this.#cancel ??= this.#later(() => this.#flush());
  }

  /** Passes on the rest. Returns the end of all output. */
  end(): string {
    this.#waiting += this.#decoder.end();
    this.#flush();
    return this.#kept;
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#waiting === '') return;
    const text = this.#waiting;
    this.#waiting = '';
    this.#kept = `${this.#kept}${text}`.slice(-KEPT_OUTPUT);
    this.#pass(text);
  }
}
