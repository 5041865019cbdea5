import type { AgentCommand } from '../../config/agent-command.ts';

/**
 * The coding agents that taskdeck knows, each in its way to run without a terminal of its own. All may edit files of
 * their directory unasked, and none may do more than that: nobody is there to be asked. Who wants it otherwise
 * writes a command of the same name into the config file.
 */
export const KNOWN_AGENTS: readonly AgentCommand[] = [
  // `--session-id` begins a conversation under an id of our choice, `--resume` continues it; an id that is in use
  // cannot begin again (anthropics/claude-code#5524).
  agent({
    name: 'claude',
    displayName: 'Claude Code',
    description: 'claude --print, in the mode that accepts edits.',
    start: [
      'claude',
      '--print',
      '--permission-mode',
      'acceptEdits',
      '--session-id',
      '{session}',
      '--',
      '{prompt}',
    ],
    followUp: [
      'claude',
      '--print',
      '--permission-mode',
      'acceptEdits',
      '--resume',
      '{session}',
      '--',
      '{prompt}',
    ],
  }),
  // It chooses the id itself and prints it first (openai/codex, codex-rs/exec). A task's own directory is no
  // repository, which it would refuse. Options stand before `resume`, which takes few of its own.
  agent({
    name: 'codex',
    displayName: 'Codex',
    description: 'codex exec, in the sandbox that may write to its directory.',
    start: [...codexExec(), '--', '{prompt}'],
    followUp: [...codexExec(), 'resume', '{session}', '--', '{prompt}'],
    followUpLast: [...codexExec(), 'resume', '--last', '--', '{prompt}'],
    sessionPattern: '^session id:\\s*([0-9a-f-]{36})\\s*$',
  }),
  // It knows conversations by directory; released versions do not let anybody choose an id
  // (google-gemini/gemini-cli#20847).
  agent({
    name: 'gemini',
    displayName: 'Gemini CLI',
    description: 'gemini --prompt, accepting edits. Goes on with the latest conversation of its directory.',
    start: ['gemini', '--approval-mode', 'auto_edit', '--prompt={prompt}'],
    followUp: ['gemini', '--approval-mode', 'auto_edit', '--resume', 'latest', '--prompt={prompt}'],
  }),
  agent({
    name: 'opencode',
    displayName: 'opencode',
    description: 'opencode run. Goes on with the latest conversation of its directory.',
    start: ['opencode', 'run', '--', '{prompt}'],
    followUp: ['opencode', 'run', '--continue', '--', '{prompt}'],
  }),
  // The conversation is a file, in the repository unless told otherwise: each task gets its own. `--yes` is
  // `--yes-always` in newer versions, which take the shorter word as well.
  agent({
    name: 'aider',
    displayName: 'aider',
    description: 'aider --message, saying yes to its questions.',
    start: [...aiderOnce(), '--message={prompt}'],
    followUp: [...aiderOnce(), '--restore-chat-history', '--message={prompt}'],
  }),
];

function codexExec(): readonly string[] {
  return ['codex', 'exec', '--skip-git-repo-check', '--sandbox', 'workspace-write'];
}

function aiderOnce(): readonly string[] {
  return ['aider', '--yes', '--no-pretty', '--chat-history-file={private}/aider.chat.history.md'];
}

function agent(
  words: Pick<AgentCommand, 'name' | 'displayName' | 'description' | 'start' | 'followUp'> &
    Partial<AgentCommand>,
): AgentCommand {
  return { followUpLast: words.followUp, sessionPattern: '', env: {}, whenDone: 'idle', ...words };
}
