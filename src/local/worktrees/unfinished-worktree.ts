import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { isDirectory } from '../../platform/is-directory.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import { type GitOptions, runGit } from '../git/run-git.ts';
import { gitFailure, runGitOfChat } from './git-of-chat.ts';
import type { WorktreeContext } from './worktree-context.ts';
import { listWorktrees } from './worktree-list.ts';
import type { WorktreeRow } from './worktree-table.ts';

/*
 * Worktrees that `git worktree add` left unfinished when it was killed. No agent has worked in one: its row is not `made`
 * before git has finished.
 */

/**
 * Finishes a checkout that git has begun. Returns false if git had not come to the files: then it removes its entry and
 * the empty directory.
 */
export async function finishCheckout(
  chat: ChatRow,
  row: WorktreeRow,
  context: WorktreeContext,
  git: GitOptions,
): Promise<boolean> {
  const inside = { ...git, directory: row.path };
  const entry = (await listWorktrees(git)).find((each) => each.path === row.path);
  if (!isDirectory(row.path) || entry?.branch !== row.branch) {
    if (isDirectory(row.path)) await removeEmpty(row);
    await runGit(['worktree', 'unlock', row.path], git);
    await runGit(['worktree', 'remove', row.path], git);
    return false;
  }
  const { text } = await runGit(['rev-parse', '--absolute-git-dir'], inside);
  // Of the git that was killed: no other uses this worktree.
  await rm(path.join(text.trim(), 'index.lock'), { force: true });
  // The same command with which git itself fills a new worktree.
  const filled = await runGitOfChat(['reset', '--hard', '--no-recurse-submodules'], {
    chat,
    context,
    git: inside,
  });
  if (filled.outcome.kind !== 'ended' || filled.outcome.exit.code !== 0) {
    throw gitFailure('git cannot finish the worktree', filled);
  }
  await runGit(['worktree', 'unlock', row.path], git);
  // Changes nothing, but runs the hook of the user that follows a checkout.
  await runGitOfChat(['checkout', row.branch, '--'], { chat, context, git: inside });
  return true;
}

/** @throws an Error with a sentence if there is more than the file `.git` */
async function removeEmpty(row: WorktreeRow): Promise<void> {
  const names = await readdir(row.path);
  if (names.some((name) => name !== '.git')) throw new Error(inTheWay(row));
  await rm(path.join(row.path, '.git'), { force: true });
  await rmdir(row.path);
}

/**
 * Moves a directory away that a killed git left, so that the worktree can be made. Resolves to remarks for the user.
 * @throws an Error with a sentence for another directory
 */
export async function clearUnfinished(row: WorktreeRow): Promise<readonly string[]> {
  const dotGit = await readFile(path.join(row.path, '.git'), 'utf8').catch(() => '');
  const [, target = ''] = /^gitdir: (.+?)\s*$/u.exec(dotGit) ?? [];
  const isOurs = path.dirname(target) === path.join(row.git_directory, 'worktrees');
  if (!isOurs || existsSync(target)) throw new Error(inTheWay(row));
  let aside = `${row.path}-unfinished`;
  for (let number = 2; existsSync(aside); number += 1) aside = `${row.path}-unfinished-${number}`;
  await rename(row.path, aside);
  return [
    `A crash left an unfinished worktree. Its files are in ${aside}: delete them if you do not need them.`,
  ];
}

const inTheWay = ({ path: directory }: WorktreeRow): string =>
  `${directory} exists, and is no worktree of this chat. Move it away, then send the message again.`;
