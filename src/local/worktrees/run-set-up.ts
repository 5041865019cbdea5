import { randomUUID } from 'node:crypto';
import type { PreparationReport } from '../chats/chat-preparation.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import { type OwnedResult, runOwned } from './owned-command.ts';
import { readScript, SET_UP_SCRIPT } from './set-up-script.ts';
import type { WorktreeContext } from './worktree-context.ts';
import type { WorktreeRow } from './worktree-table.ts';

interface SetUp {
  readonly argv: readonly string[];
  /** As a user would type it. */
  readonly command: string;
}

interface SetUpRun {
  readonly chat: ChatRow;
  readonly row: WorktreeRow;
  readonly context: WorktreeContext;
  readonly report: PreparationReport;
  readonly signal: AbortSignal;
}

/** Between SIGTERM and SIGKILL, ms. */
const GRACE_MS = 2_000;
const MINUTE_MS = 60_000;
/** UTF-16 units of a command and of a line of output in the name of a stage. */
const MAX_NAME = 40;
const MAX_LINE = 80;

/**
 * Prepares a worktree that is made: runs the command of the settings, or the script of the project if the user allows it.
 * A failure is reported, and the turn goes on. Rejects with the reason of the signal.
 */
export async function runSetUp(run: SetUpRun): Promise<void> {
  const { row, context, signal } = run;
  const { setUp } = context.settings();
  if (setUp !== null) await execute({ argv: ['/bin/sh', '-c', setUp], command: setUp }, randomUUID(), run);
  else await runScript(run);
  signal.throwIfAborted();
  context.chats.worktrees.update(row.chat_id, { set_up: 1 });
}

/** Runs the project's script once the user has allowed the content that it has then. */
async function runScript(run: SetUpRun): Promise<void> {
  const { row, context, report } = run;
  const table = context.chats.worktrees;
  const callId = randomUUID();
  for (;;) {
    // Read again after each answer: an agent of another chat may have changed the file meanwhile.
    const script = await readScript(row.path);
    if (script === null) return;
    if (script.kind === 'unreadable') {
      report.update({ type: 'notice', text: `${SET_UP_SCRIPT} is not run: ${script.reason}.` });
      return;
    }
    if (table.allowsSetUp(row.git_directory, script.sha256))
      return execute({ argv: script.argv, command: SET_UP_SCRIPT }, callId, run);
    if (!(await isAllowed(script.content, callId, run))) {
      report.update({ type: 'tool', change: { id: callId, status: 'cancelled', diffs: [] } });
      return;
    }
    table.allowSetUp(row.git_directory, script.sha256);
  }
}

async function isAllowed(content: string, callId: string, { report }: SetUpRun): Promise<boolean> {
  report.stage({ name: `Waiting for your answer about ${SET_UP_SCRIPT}`, isQueued: false });
  const outcome = await report.ask({
    id: randomUUID(),
    call: {
      id: callId,
      name: 'set_up',
      title: `Run ${SET_UP_SCRIPT} of the repository in the new worktree`,
      kind: 'execute',
      status: 'pending',
      input: { command: SET_UP_SCRIPT },
      diffs: [{ path: SET_UP_SCRIPT, oldText: null, newText: content }],
    },
    options: [
      { id: 'run', name: 'Run it (taskdeck remembers this content)', kind: 'allow_once' },
      { id: 'skip', name: 'Skip it', kind: 'reject_once' },
    ],
  });
  return outcome.outcome === 'selected' && outcome.option_id === 'run';
}

/** Runs a set-up as a tool call of the turn. */
async function execute(
  { argv, command }: SetUp,
  callId: string,
  { chat, row, context, report, signal }: SetUpRun,
): Promise<void> {
  const { setUpMinutes } = context.settings();
  const name = `Running ${shortened(command, MAX_NAME)}`;
  report.stage({ name, isQueued: false });
  report.update({
    type: 'tool',
    change: {
      id: callId,
      name: 'set_up',
      title: command,
      kind: 'execute',
      status: 'in_progress',
      // The user may have thought about the question for a while.
      startedAt: context.clock.wall(),
      input: { command },
      diffs: [],
    },
  });
  const result = await runOwned(
    {
      chat,
      argv,
      directory: row.path,
      variables: { TASKDECK_REPOSITORY: row.repository, TASKDECK_WORKTREE: row.path },
      graceMs: GRACE_MS,
      limitMs: setUpMinutes * MINUTE_MS,
      onOutput: (text) => {
        if (signal.aborted) return;
        report.update({ type: 'tool', change: { id: callId, outputDelta: text } });
        const line = lastLine(text);
        if (line !== '') report.stage({ name, detail: shortened(line, MAX_LINE), isQueued: false });
      },
    },
    context,
    signal,
  );
  const fault = faultOf(result, setUpMinutes);
  report.update({
    type: 'tool',
    change: { id: callId, status: fault === null ? 'completed' : 'failed' },
  });
  if (fault !== null)
    report.update({
      type: 'notice',
      text: `${name.slice('Running '.length)} ${fault}. The agent starts anyway.`,
    });
}

/** The failure, in words behind the command; null for success. */
function faultOf({ outcome }: OwnedResult, minutes: number): string | null {
  switch (outcome.kind) {
    case 'not-started':
      return `was not started: ${outcome.reason.replace(/\.$/u, '')}`;
    case 'cut-off':
      return `was stopped after ${minutes} min`;
    case 'ended': {
      const { code, signal } = outcome.exit;
      if (code === 0) return null;
      return signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`;
    }
  }
}

/** The last line with text. A carriage return also begins one: progress bars. */
const lastLine = (text: string): string =>
  text
    .split(/[\r\n]/u)
    .findLast((line) => line.trim() !== '')
    ?.trim() ?? '';

const shortened = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
