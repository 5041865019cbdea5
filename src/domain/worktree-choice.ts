import type { Task } from './task.ts';
import { chatFacts, isTurnRunning } from './task.ts';
import { plural } from './text/format.ts';
import { sanitiseLine } from './text/sanitise.ts';
import type { Worktree, WorktreeAction } from './worktree.ts';
import { baseName } from './worktree-text.ts';

/** How the user finishes with a worktree: an action of its server, or to keep it and archive the chat. */
export const WORKTREE_CHOICES = ['merge', 'rebase', 'push', 'pull-request', 'keep', 'remove'] as const;
export type WorktreeChoice = (typeof WORKTREE_CHOICES)[number];

type Names = Pick<Worktree, 'branch' | 'base'>;

/** `Merge into main`. */
export function choiceTitle(choice: WorktreeChoice, { branch, base }: Names): string {
  switch (choice) {
    case 'merge':
      return `Merge into ${baseName(base)}`;
    case 'rebase':
      return `Rebase onto ${baseName(base)}`;
    case 'push':
      return `Push ${sanitiseLine(branch)}`;
    case 'pull-request':
      return 'Open a pull request';
    case 'keep':
      return 'Keep it and archive the chat';
    case 'remove':
      return 'Remove the worktree';
  }
}

/** While it runs: `Merging into main`. */
export function progressWords(action: WorktreeAction, { branch, base }: Names): string {
  switch (action) {
    case 'merge':
      return `Merging into ${baseName(base)}`;
    case 'rebase':
      return `Rebasing onto ${baseName(base)}`;
    case 'push':
      return `Pushing ${sanitiseLine(branch)}`;
    case 'pull-request':
      return 'Opening a pull request';
    case 'remove':
      return 'Removing the worktree';
  }
}

/** The words before the title of a task in a sentence about a failure: `merge`, `remove the worktree of`. */
export const VERB_PHRASES: Readonly<Record<WorktreeAction, string>> = {
  merge: 'merge',
  rebase: 'rebase',
  push: 'push',
  'pull-request': 'open a pull request for',
  remove: 'remove the worktree of',
};

/** The effects of archiving on the chat, in a sentence or two. */
export function archiveWords(task: Task): string {
  const facts = chatFacts(task);
  if (facts === null || !isTurnRunning(facts)) return 'Archives the chat.';
  const queued = facts.queueLength ?? 0;
  const queue =
    queued === 0
      ? ''
      : `, and ${plural(queued, 'its queued message is', `its ${queued} queued messages are`)} deleted`;
  return `Archives the chat. Its turn ends${queue}.`;
}
