import type { AgentDefinition, TurnCommands } from '../../config/agent-definition.ts';

/**
 * The built-in coding agents, run without a terminal. They may edit files of their directory, but do nothing else that
 * needs permission: no user could answer. Those that speak the Agent Client Protocol are retired: new tasks of them are
 * chats.
 *
 * Prompts that begin with a dash or are too long for an argument: tested with claude 2.1, codex 0.171, gemini 0.61 and
 * opencode 1.18; for aider, from its documentation.
 */
export const BUILTIN_AGENTS: readonly AgentDefinition[] = [
  // `--session-id` begins a session with an id of our choice, `--resume` continues it; a used id cannot begin another
  // session (anthropics/claude-code#5524). Without a prompt it reads standard input.
  defineAgent({
    name: 'claude',
    isRetired: true,
    displayName: 'Claude Code',
    description: 'claude --print, accepting edits.',
    start: [...claudePrint(), '--session-id', '{session}'],
    followUp: [...claudePrint(), '--resume', '{session}'],
    prompt: ['--', '{prompt}'],
    longPrompt: [],
  }),
  // It chooses the session id and prints it first (openai/codex, codex-rs/exec). By default it refuses a directory that
  // is not a repository. Options go before `resume`, which has few of its own.
  defineAgent({
    name: 'codex',
    isRetired: true,
    displayName: 'Codex',
    description: 'codex exec, in its workspace-write sandbox.',
    start: codexExec(),
    followUp: [...codexExec(), 'resume', '{session}'],
    followUpLast: [...codexExec(), 'resume', '--last'],
    prompt: ['--', '{prompt}'],
    longPrompt: ['-'],
    sessionPattern: '^session id:\\s*([0-9a-f-]{36})\\s*$',
  }),
  // It stores sessions by directory; released versions do not let the caller choose an id
  // (google-gemini/gemini-cli#20847). In a directory that is not trusted it exits with 55 without `--skip-trust`,
  // which applies to this run only.
  defineAgent({
    name: 'gemini',
    isRetired: true,
    displayName: 'Gemini CLI',
    description: 'gemini --prompt, accepting edits. Continues the latest session of its directory.',
    start: ['gemini', '--skip-trust', '--approval-mode', 'auto_edit'],
    followUp: ['gemini', '--skip-trust', '--approval-mode', 'auto_edit', '--resume', 'latest'],
    prompt: ['--prompt={prompt}'],
    longPrompt: [],
  }),
  // It adds quotation marks to an argument with a space, and escapes those of the prompt. It does not change standard
  // input.
  defineAgent({
    name: 'opencode',
    isRetired: true,
    displayName: 'opencode',
    description: 'opencode run. Continues the latest session of its directory.',
    start: ['opencode', 'run'],
    followUp: ['opencode', 'run', '--continue'],
    prompt: [],
    longPrompt: [],
  }),
  // The session is a file, by default in the repository; here each task has its own. Newer versions call `--yes`
  // `--yes-always`, but accept both.
  defineAgent({
    name: 'aider',
    displayName: 'aider',
    description: 'aider --message, answering yes to its questions.',
    start: aiderOnce(),
    followUp: [...aiderOnce(), '--restore-chat-history'],
    prompt: ['--message={prompt}'],
    longPrompt: ['--message-file={prompt_file}'],
  }),
];

function claudePrint(): readonly string[] {
  return ['claude', '--print', '--permission-mode', 'acceptEdits'];
}

function codexExec(): readonly string[] {
  return ['codex', 'exec', '--skip-git-repo-check', '--sandbox', 'workspace-write'];
}

function aiderOnce(): readonly string[] {
  return ['aider', '--yes', '--no-pretty', '--chat-history-file={private}/aider.chat.history.md'];
}

/** Command lines without the prompt, and arguments to append. An empty `prompt` or `longPrompt`: standard input. */
interface BuiltinAgent extends Pick<AgentDefinition, 'name' | 'displayName' | 'description' | 'isRetired'> {
  readonly start: readonly string[];
  readonly followUp: readonly string[];
  readonly followUpLast?: readonly string[];
  readonly prompt: readonly string[];
  readonly longPrompt: readonly string[];
  readonly sessionPattern?: string;
}

function defineAgent({
  start,
  followUp,
  followUpLast,
  prompt,
  longPrompt,
  ...words
}: BuiltinAgent): AgentDefinition {
  const lines = (end: readonly string[]): TurnCommands => ({
    start: [...start, ...end],
    followUp: [...followUp, ...end],
    followUpLast: [...(followUpLast ?? followUp), ...end],
  });
  return {
    sessionPattern: '',
    env: {},
    whenDone: 'idle',
    ...words,
    ...lines(prompt),
    longPrompt: lines(longPrompt),
  };
}
