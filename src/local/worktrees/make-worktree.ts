import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDirectory } from '../../platform/is-directory.ts';
import { makePrivateDirectory } from '../../platform/private-directory.ts';
import { describeSystemError, systemCode } from '../../platform/system-error.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import { GitError, type GitOptions, runGit } from '../git/run-git.ts';
import { gitFailure, runGitOfChat } from './git-of-chat.ts';
import { clearUnfinished, finishCheckout } from './unfinished-worktree.ts';
import { removeVanishedEntry } from './vanished-worktree.ts';
import type { WorktreeContext } from './worktree-context.ts';
import { INITIALIZING, type ListedWorktree, listWorktrees } from './worktree-list.ts';
import { repositoryDirectory } from './worktree-place.ts';
import type { WorktreeRow } from './worktree-table.ts';

/**
 * Makes the worktree of a chat, or finishes one that a crash left unfinished, and stores that it is made. Never changes an
 * existing branch, and deletes no files. Resolves to remarks for the user.
 * @throws an Error with a sentence that says what to do; the reason of the signal
 */
export async function makeWorktree(
  chat: ChatRow,
  row: WorktreeRow,
  context: WorktreeContext,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const directory = repositoryDirectory(row);
  if (!isDirectory(directory)) {
    throw new Error(`The repository ${directory} is gone. Bring it back, then send the message again.`);
  }
  const git: GitOptions = { directory, env: context.environment(chat.id), signal };
  const entry = await entryOf(row, git);
  const make = (planned: WorktreeRow): Promise<readonly string[]> => addWorktree(chat, planned, context, git);
  const remarks = row.state === 'made' ? [MADE_AGAIN] : [];
  switch (await stateOf(row, entry)) {
    case 'complete':
      break;
    case 'unfinished':
      if (!(await finishCheckout(chat, row, context, git))) remarks.push(...(await make(row)));
      break;
    case 'vanished':
      remarks.push(...(await make(await withoutEntry(row, entry, context, git))));
      break;
    case 'foreign':
      remarks.push(...(await clearUnfinished(row)), ...(await make(row)));
      break;
    case 'absent':
      remarks.push(...(await make(row)));
  }
  context.chats.worktrees.update(chat.id, { state: 'made', set_up: 0 });
  return remarks;
}

const MADE_AGAIN =
  'The worktree of this chat was missing. It was made again from its branch, without changes that were not committed.';

/** The state of a worktree on disk. `foreign`: a directory with files that git does not know as a worktree. */
type Existing = 'absent' | 'complete' | 'unfinished' | 'vanished' | 'foreign';

async function stateOf(
  { path: directory }: WorktreeRow,
  entry: ListedWorktree | undefined,
): Promise<Existing> {
  if (entry === undefined) return (await isEmpty(directory)) ? 'absent' : 'foreign';
  if (entry.lock === INITIALIZING) return 'unfinished';
  return isDirectory(directory) ? 'complete' : 'vanished';
}

async function isEmpty(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length === 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    return false;
  }
}

/**
 * Removes git's entry of a missing directory, unless commits or a lock of the user depend on it. Resolves to the row with
 * the branch that the worktree was on at last.
 */
async function withoutEntry(
  row: WorktreeRow,
  entry: ListedWorktree | undefined,
  { chats }: WorktreeContext,
  git: GitOptions,
): Promise<WorktreeRow> {
  if (entry === undefined) return row;
  const fault = await removeVanishedEntry(row, { kind: 'vanished', entry, movedTo: null }, git);
  if (fault !== null) throw new Error(`${fault} Then send the message again.`);
  if (entry.branch === '' || entry.branch === row.branch) return row;
  const changes = { branch: entry.branch, owns_branch: 0 };
  chats.worktrees.update(row.chat_id, changes);
  return { ...row, ...changes };
}

async function entryOf(
  { path: directory }: WorktreeRow,
  git: GitOptions,
): Promise<ListedWorktree | undefined> {
  return (await listWorktrees(git)).find((each) => each.path === directory);
}

/** Resolves to remarks for the user. */
async function addWorktree(
  chat: ChatRow,
  row: WorktreeRow,
  context: WorktreeContext,
  git: GitOptions,
): Promise<readonly string[]> {
  await requireBranch(row, await listWorktrees(git), context, git);
  try {
    makePrivateDirectory(path.dirname(row.path));
  } catch (error) {
    throw new Error(`Cannot create ${path.dirname(row.path)}: ${describeSystemError(error)}`, {
      cause: error,
    });
  }
  const result = await runGitOfChat(['worktree', 'add', row.path, row.branch], { chat, context, git });
  if (result.outcome.kind === 'ended' && result.outcome.exit.code === 0) return [];
  const entry = await entryOf(row, git);
  const isComplete = entry !== undefined && (await stateOf(row, entry)) === 'complete';
  if (!isComplete) throw gitFailure('git cannot create the worktree', result);
  return [gitFailure('The worktree is complete, but a hook after its checkout failed', result).message];
}

/** Makes the branch of a first turn; a later one has the branch that was made for it. */
async function requireBranch(
  { chat_id: chatId, branch, state, owns_branch: owns, base_commit: base, repository }: WorktreeRow,
  entries: readonly ListedWorktree[],
  { chats }: WorktreeContext,
  git: GitOptions,
): Promise<void> {
  const found = await commitOfBranch(branch, git);
  const holder = entries.find((entry) => entry.branch === branch);
  if (holder !== undefined) {
    throw new Error(
      `The branch ${branch} is checked out in ${holder.path}. Check out another branch there, then send the message again.`,
    );
  }
  if (state !== 'planned') {
    if (found !== null) return;
    throw new Error(
      `The worktree was removed, and its branch ${branch} is gone. Make the branch again in ${repository}, then send the message again.`,
    );
  }
  // A crash came after the branch was made.
  if (found === base && owns === 1) return;
  if (found !== null) {
    throw new Error(
      `The branch ${branch} was made by another program meanwhile. Rename it, then send the message again.`,
    );
  }
  chats.worktrees.update(chatId, { owns_branch: 1 });
  try {
    await runGit(['branch', '--no-track', branch, base], git);
  } catch (error) {
    if (error instanceof GitError)
      throw new Error(`git cannot make the branch ${branch}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function commitOfBranch(branch: string, git: GitOptions): Promise<string | null> {
  const { text } = await runGit(
    ['for-each-ref', '--format=%(objectname) %(refname)', `refs/heads/${branch}`],
    git,
  );
  const line = text.split('\n').find((each) => each.endsWith(` refs/heads/${branch}`));
  return line?.split(' ', 1)[0] ?? null;
}
