import type { AgentDefinition, TurnCommands } from '../../config/agent-definition.ts';

/**
 * The coding agents that taskdeck knows, each in its way to run without a terminal of its own. All may edit files of
 * their directory unasked, and none may do more than that: there is no user who could be asked. A command of the same
 * name in the config file takes the place of one of these.
 *
 * How each takes a prompt that begins with a dash, and one that is too long for an argument, was tried with claude
 * 2.1, codex 0.171, gemini 0.61 and opencode 1.18; for aider it is what its documentation says.
 */
export const BUILTIN_AGENTS: readonly AgentDefinition[] = [
  // `--session-id` begins a conversation under an id of our choice, `--resume` continues it; an id that is in use
  // cannot begin again (anthropics/claude-code#5524). Without a prompt it reads standard input.
  defineAgent({
    name: 'claude',
    displayName: 'Claude Code',
    description: 'claude --print, in the mode that accepts edits.',
    start: [...claudePrint(), '--session-id', '{session}'],
    followUp: [...claudePrint(), '--resume', '{session}'],
    prompt: ['--', '{prompt}'],
    longPrompt: [],
  }),
  // It chooses the id itself and prints it first (openai/codex, codex-rs/exec). A task's own directory is no
  // repository, which it would refuse. Options stand before `resume`, which takes few of its own.
  defineAgent({
    name: 'codex',
    displayName: 'Codex',
    description: 'codex exec, in the sandbox that may write to its directory.',
    start: codexExec(),
    followUp: [...codexExec(), 'resume', '{session}'],
    followUpLast: [...codexExec(), 'resume', '--last'],
    prompt: ['--', '{prompt}'],
    longPrompt: ['-'],
    sessionPattern: '^session id:\\s*([0-9a-f-]{36})\\s*$',
  }),
  // It knows conversations by directory; released versions do not let the caller choose an id
  // (google-gemini/gemini-cli#20847). In a directory that the user never marked as trusted it exits with 55 unless
  // it is given `--skip-trust`, which holds for this run alone.
  defineAgent({
    name: 'gemini',
    displayName: 'Gemini CLI',
    description: 'gemini --prompt, accepting edits. Goes on with the latest conversation of its directory.',
    start: ['gemini', '--skip-trust', '--approval-mode', 'auto_edit'],
    followUp: ['gemini', '--skip-trust', '--approval-mode', 'auto_edit', '--resume', 'latest'],
    prompt: ['--prompt={prompt}'],
    longPrompt: [],
  }),
  // An argument with a blank in it reaches its model in quotation marks, with those of the prompt escaped; standard
  // input reaches it as it is.
  defineAgent({
    name: 'opencode',
    displayName: 'opencode',
    description: 'opencode run. Goes on with the latest conversation of its directory.',
    start: ['opencode', 'run'],
    followUp: ['opencode', 'run', '--continue'],
    prompt: [],
    longPrompt: [],
  }),
  // The conversation is a file, in the repository unless told otherwise: each task gets its own. `--yes` is
  // `--yes-always` in newer versions, which take the shorter word as well.
  defineAgent({
    name: 'aider',
    displayName: 'aider',
    description: 'aider --message, saying yes to its questions.',
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

/** Lines without the prompt, and the arguments that hold it: none where the agent reads it from standard input. */
interface BuiltinAgent extends Pick<AgentDefinition, 'name' | 'displayName' | 'description'> {
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
