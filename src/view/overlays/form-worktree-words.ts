import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { displayWidth } from '../../domain/text/width.ts';
import type { WorktreePreview } from '../../domain/worktree.ts';
import { baseName, shortCommit } from '../../domain/worktree-text.ts';
import { chosenWorktree } from '../../store/form-worktree.ts';
import type { State } from '../../store/state.ts';

/** The value of the field `worktree`, at most about `columns` wide; null while it is unknown. Safe to show. */
export function worktreeValue(state: State, columns: number): string | null {
  const chosen = chosenWorktree(state);
  switch (chosen.kind) {
    case 'none':
      return 'no: the agent works in the directory itself';
    case 'impossible': {
      const words = `no: ${sanitiseLine(chosen.reason)}`;
      return displayWidth(words) > columns ? 'no' : words;
    }
    case 'loading':
    case 'failed':
      return null;
    case 'new': {
      const before = 'yes, below ';
      const room = Math.max(MIN_PATH, columns - before.length);
      return `${before}${shortPath(chosen.repository.parent, state.deployment.home, room)}`;
    }
  }
}

/** Minimum columns of a shortened path. */
const MIN_PATH = 12;

/** Why the directory can have no worktree, if the value of the field has no room for it; else empty. Safe to show. */
export function longReason(state: State, columns: number): string {
  const chosen = chosenWorktree(state);
  return chosen.kind === 'impossible' && worktreeValue(state, columns) === 'no'
    ? sanitiseLine(chosen.reason)
    : '';
}

/** Why the preview of the directory could not be loaded; null when it could. Untrusted text. */
export function previewError(state: State): string | null {
  const chosen = chosenWorktree(state);
  return chosen.kind === 'failed' ? chosen.error : null;
}

/** Name, short commit and subject of the base: `main · 1a2b3c4 Fix the login`; empty while unknown. Safe to show. */
export function baseValue(state: State): string {
  const chosen = chosenWorktree(state);
  const preview = chosen.kind === 'new' ? chosen.base.value : null;
  return preview === null || preview.reason !== '' ? '' : baseWords(preview);
}

const baseWords = ({ base, baseCommit, baseSubject }: WorktreePreview): string => {
  const commit = `${shortCommit(baseCommit)} ${sanitiseLine(baseSubject)}`.trim();
  return base === baseCommit || base === '' ? commit : `${baseName(base)} · ${commit}`;
};

/** Why the typed base cannot be used; empty when it can, or while that is unknown. Untrusted text. */
export function baseProblem(state: State): string {
  const chosen = chosenWorktree(state);
  if (chosen.kind !== 'new') return '';
  const { value, error } = chosen.base;
  return value === null ? (error ?? '') : value.reason;
}

/** The default of an empty branch name. Safe to show. */
export function branchHint(state: State): string {
  const chosen = chosenWorktree(state);
  const prefix = chosen.kind === 'new' ? sanitiseLine(chosen.repository.branchPrefix) : '';
  return `${prefix}… named by the prompt`;
}

/** The command that prepares the worktree; empty for none. Safe to show. */
export function setUpWords(state: State): string {
  const chosen = chosenWorktree(state);
  if (chosen.kind !== 'new') return '';
  const ofBase = chosen.base.value;
  return sanitiseLine((ofBase === null || ofBase.reason !== '' ? chosen.repository : ofBase).setUp);
}

/** The preview that arrived for the open form, in a sentence; empty for no news. Safe to show. */
export function previewWords(before: State, after: State): readonly string[] {
  if (before.worktreePreviews === after.worktreePreviews || after.view.openForm === null) return [];
  const [was, is] = [knownWorktree(before), knownWorktree(after)];
  return is === was || is === '' ? [] : [is];
}

function knownWorktree(state: State): string {
  const problem = sanitiseLine(baseProblem(state));
  if (problem !== '') return problem;
  const base = baseValue(state);
  return base === '' ? '' : `The chat gets a new worktree from ${base}.`;
}

/** The worktree of the new chat for a sentence; empty without one. Safe to show. */
export function worktreeSentence(state: State): string {
  if (chosenWorktree(state).kind !== 'new') return '';
  const base = baseValue(state);
  const setUp = setUpWords(state);
  return `, in a new worktree${base === '' ? '' : ` from ${base}`}${setUp === '' ? '' : `, prepared by ${setUp}`}`;
}
