import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import type { Worktree } from '../../domain/worktree.ts';
import { worktreeState as stateWord, syncWords, uncommittedWords } from '../../domain/worktree-text.ts';

/** The commits that it has more and fewer than its base, in signs: `↑2 ↓1`; empty for none. */
const syncSigns = ({ ahead, behind }: Worktree): string =>
  [ahead > 0 ? `↑${ahead}` : '', behind > 0 ? `↓${behind}` : ''].filter(Boolean).join(' ');

/** The words for its state: `worktree removed`; empty while the worktree exists. */
const worktreeState = (worktree: Worktree): string =>
  joined(' ', stateWord(worktree) && 'worktree', stateWord(worktree));

/** The worktree and its changed lines for a row: longest variant first. Safe to show. */
export function worktreeInRow(worktree: Worktree, lines: string): readonly string[] {
  const { branch, dirty, untracked } = worktree;
  const sync = syncSigns(worktree);
  const uncommitted = dirty + untracked;
  const facts = joined(' ', sync, lines, uncommitted === 0 ? '' : `${uncommitted} uncommitted`);
  const state = worktreeState(worktree);
  const rest = joined(' ', facts, state);
  const variants = [
    joined(' ', sanitiseLine(branch), rest),
    rest,
    state || joined(' ', sync, lines),
    sync || lines || state,
  ];
  return variants.filter((variant, index) => variant !== '' && variants.indexOf(variant) === index);
}

/**
 * The worktree in words, in front of the words about the changes; these alone without a worktree. `columns`: of the row
 * on the screen, which has signs and shortens the branch; undefined to be read aloud. Safe to show.
 */
export function worktreeWords(
  worktree: Worktree | null,
  changes: readonly string[],
  columns: number | undefined,
): readonly string[] {
  if (worktree === null) return changes;
  const rest = [...changes, uncommittedWords(worktree)].filter(Boolean);
  const state = worktreeState(worktree);
  const branch = sanitiseLine(worktree.branch);
  if (columns === undefined) return [state, `branch ${branch}`, syncWords(worktree), ...rest];
  const withSync = (name: string): string => joined(' ', name, syncSigns(worktree));
  const roomBeside = (count: number): number =>
    columns - displayWidth(joined(' · ', state, withSync('-'), ...rest.slice(0, count))) + 1;
  // The words that have no room even beside a short branch leave theirs to it.
  const candidates = rest.map((_, index) => roomBeside(rest.length - index));
  const room = candidates.find((each) => each >= MIN_BRANCH) ?? roomBeside(0);
  return [state, withSync(truncate(branch, Math.max(1, room), 'start')), ...rest];
}

/** Minimum columns of a shortened branch. Its end is unique. */
const MIN_BRANCH = 16;

const joined = (separator: string, ...words: readonly string[]): string =>
  words.filter(Boolean).join(separator);
