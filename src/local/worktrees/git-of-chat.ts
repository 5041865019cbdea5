import type { ChatRow } from '../chats/chat-row-types.ts';
import type { GitOptions } from '../git/run-git.ts';
import { type OwnedResult, runOwned } from './owned-command.ts';
import type { WorktreeContext } from './worktree-context.ts';

/** Time for git to remove what it has half made, between SIGTERM and SIGKILL, ms. */
const GRACE_MS = 5_000;

/** Messages in English, of which we know some; nothing may ask for a password. */
const VARIABLES = { LANGUAGE: 'en', GIT_TERMINAL_PROMPT: '0', GIT_PAGER: 'cat' } as const;

/**
 * Runs git as a process of a chat, for commands that can take long: hooks and filters of the user run. An abort ends it
 * and all that it started.
 */
export const runGitOfChat = (
  args: readonly string[],
  {
    chat,
    context,
    git: { directory, signal },
  }: { readonly chat: ChatRow; readonly context: WorktreeContext; readonly git: GitOptions },
): Promise<OwnedResult> =>
  runOwned(
    {
      chat,
      // A monitor of the file system would stay as a process of the chat.
      argv: ['git', '-c', 'core.fsmonitor=false', ...args],
      directory,
      variables: VARIABLES,
      graceMs: GRACE_MS,
      limitMs: null,
      onOutput: () => undefined,
    },
    context,
    signal,
  );

/** Lines of git that say why it failed, and their length together in UTF-16 units. */
const MAX_LINES = 3;
const MAX_TEXT = 500;

/** Lines of `git worktree add` about what works. */
const PROGRESS = /^(?:Preparing worktree|HEAD is now at|Updating files) /u;

/** The error of a git that failed, with what it wrote. */
export function gitFailure(what: string, { outcome, output }: OwnedResult): Error {
  if (outcome.kind === 'not-started') return new Error(outcome.reason);
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !PROGRESS.test(line));
  const faults = lines.filter((line) => /^(?:fatal|error): /u.test(line));
  const text = (faults.length > 0 ? faults : lines)
    .slice(-MAX_LINES)
    .map((line) => line.replace(/^(?:fatal|error): /u, '').trim())
    .join(' ')
    .slice(0, MAX_TEXT);
  return new Error(text === '' ? `${what}.` : `${what}: ${text}`);
}
