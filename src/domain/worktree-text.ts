import { plural } from './text/format.ts';
import { sanitiseLine } from './text/sanitise.ts';
import type { Worktree } from './worktree.ts';

/** Characters of a short commit id. */
const SHORT_COMMIT = 7;

const COMMIT = /^[\da-f]{40,64}$/u;

/** Safe to show. */
export const shortCommit = (id: string): string => sanitiseLine(id).slice(0, SHORT_COMMIT);

/** The name of a base: a branch, or a short commit id. Safe to show. */
export const baseName = (base: string): string =>
  COMMIT.test(base) ? shortCommit(base) : sanitiseLine(base);

/** The commits that it has more and fewer than its base: `2 commits ahead of main, 1 behind`; empty for none. Safe to show. */
export function syncWords({ ahead, behind, base }: Worktree): string {
  if (ahead + behind === 0) return '';
  const [first, second] = ahead > 0 ? [ahead, behind] : [behind, 0];
  const name = baseName(base);
  return `${first} ${plural(first, 'commit')} ${ahead > 0 ? `ahead of ${name}` : `behind ${name}`}${second > 0 ? `, ${second} behind` : ''}`;
}

/** `2 modified, 1 untracked`; empty for none. */
export const uncommittedWords = ({ dirty, untracked }: Worktree): string =>
  [dirty > 0 ? `${dirty} modified` : '', untracked > 0 ? `${untracked} untracked` : '']
    .filter(Boolean)
    .join(', ');

/** The word for its state; empty while the worktree exists. Safe to show. */
export const worktreeState = ({ state }: Worktree): string => (state === 'made' ? '' : sanitiseLine(state));
