import { permissionModeWords } from '../domain/chat-extension.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { memoize } from './memoize.ts';

/* The choices of the form that come from no list of the server. */

/** One choice of a field. Texts are safe to show. */
export interface FormChoice {
  /** The id of what is chosen; NO_PRESET for none. */
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly words: readonly string[];
  /** Why it cannot be chosen; missing when it can. */
  readonly unavailable?: string;
}

export const choice = (
  id: string,
  label: string,
  about: string,
  ...words: readonly string[]
): FormChoice => ({
  id,
  label,
  about,
  words: [label, about, ...words],
});

export const PLAN_YES = 'yes';
export const PLAN_NO = 'no';
export const WORKTREE_YES = 'yes';
export const WORKTREE_NO = 'no';

export const PLAN_CHOICES: readonly FormChoice[] = [
  choice(PLAN_NO, 'no', 'The agent acts at once.'),
  choice(
    PLAN_YES,
    'yes',
    'The agent first asks and proposes a plan. It changes nothing before you accept it.',
  ),
];

export const PERMISSION_CHOICES: readonly FormChoice[] = [
  choice('ask', permissionModeWords('ask'), 'It asks before it edits a file or runs a command.'),
  choice('edits', permissionModeWords('edits'), 'It edits files in its directory, and asks before all else.'),
  choice(
    'all',
    permissionModeWords('all'),
    'It never asks. Only for directories and machines that it may break.',
  ),
];

/** `impossible`: why the directory can have no worktree; empty when it can. Untrusted text. */
export const worktreeChoices = memoize((impossible: string): readonly FormChoice[] => [
  choice(WORKTREE_NO, 'no', 'The agent works in the directory itself.'),
  {
    ...choice(
      WORKTREE_YES,
      'yes',
      impossible === ''
        ? 'The agent works on a new branch, in a directory of its own. Your files stay as they are.'
        : sanitiseLine(impossible),
    ),
    ...(impossible !== '' && { unavailable: sanitiseLine(impossible) }),
  },
]);
