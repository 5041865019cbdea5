import type { Task } from './task.ts';
import { chatFacts, isTurnRunning } from './task.ts';
import { plural } from './text/count.ts';
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

/** The effects of archiving on the chat and its worktree, in sentences. `path`: where it is, as it is shown. */
export function keepWords(
  task: Task,
  { branch, state }: Pick<Worktree, 'branch' | 'state'>,
  path: string,
): readonly string[] {
  const facts = chatFacts(task);
  const isRunning = facts !== null && isTurnRunning(facts);
  const queued = facts?.queueLength ?? 0;
  return [
    `Archives the chat.${isRunning ? ` Its turn ends${queued === 0 ? '' : `, and ${plural(queued, 'its queued message is', `its ${queued} queued messages are`)} deleted`}.` : ''}`,
    state === 'made'
      ? `The worktree stays in ${path}, with the branch ${sanitiseLine(branch)}.`
      : `The branch ${sanitiseLine(branch)} stays.`,
  ];
}
