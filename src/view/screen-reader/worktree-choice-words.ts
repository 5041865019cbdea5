import { worktreeOf } from '../../domain/task.ts';
import { plural } from '../../domain/text/format.ts';
import type { WorktreeAction } from '../../domain/worktree.ts';
import { progressWords } from '../../domain/worktree-choice.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import { resultLines, worktreeChoices, worktreeRows } from '../worktree/worktree-rows.ts';
import { type WorktreeWindow, worktreeWindow } from '../worktree/worktree-window.ts';

/** Lines are not wrapped here: the output wraps them. */
const WIDE = 4_000;

/** The open overlay about a worktree: its facts, and the selected choice. */
export function worktreeWords(state: State): readonly string[] {
  const window = worktreeWindow(state);
  if (window === null) return [];
  const facts = worktreeRows(state, window.taskId, WIDE).flatMap(({ text, choice }) =>
    choice === null && text !== '' ? [text] : [],
  );
  return [`${window.title}.`, ...facts, ...selectedChoiceWords(state)];
}

/** The rows of the question before a choice. */
export const worktreeQuestionWords = (state: State): readonly string[] =>
  (worktreeWindow(state)?.rows ?? []).map(({ text }) => text.trim()).filter(Boolean);

/** The selected choice: what it runs, or why it cannot. */
export function selectedChoiceWords(state: State): readonly string[] {
  const window = worktreeWindow(state);
  const choice = window?.items[window.selected]?.choice;
  if (window === null || choice === undefined) return [];
  const words = worktreeChoices(state, window.taskId).find((each) => each.choice === choice);
  if (words === undefined) return [];
  const { title, reasons, effects } = words;
  const place = `${window.selected + 1} of ${window.items.length}`;
  return reasons.length > 0
    ? [`${title}, ${place}. Not now:`, ...reasons]
    : [`${title}, ${place}.`, ...effects];
}

/** Changes while the overlay is open: the choices have loaded, an action has begun or ended. */
export function worktreeChangeWords(before: State, after: State): readonly string[] {
  if (before.openedWorktrees === after.openedWorktrees) return [];
  const window = worktreeWindow(after);
  if (window?.kind !== 'worktree') return [];
  const [was, is] = [before, after].map(({ openedWorktrees }) => openedWorktrees.get(window.taskId));
  if (is === undefined) return [];
  const result =
    is.result !== null && is.result !== was?.result ? resultLines(is.result).map((line) => line.trim()) : [];
  const started =
    is.running !== null && is.running !== was?.running
      ? [startWords(after, window.taskId, is.running.action)]
      : [];
  const error = is.error !== '' && is.error !== was?.error ? [is.error] : [];
  const isLoaded = is.offers !== null && is.offers !== was?.offers;
  const loaded = isLoaded ? [choicesWords(window), ...selectedChoiceWords(after)] : [];
  return [...started, ...result, ...error, ...loaded].filter(Boolean);
}

const choicesWords = ({ items }: WorktreeWindow): string =>
  `${items.length} ${plural(items.length, 'choice', 'choices')}. Enter chooses, escape closes.`;

function startWords(state: State, taskId: string, action: WorktreeAction): string {
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  return worktree === null ? '' : `${progressWords(action, worktree)}.`;
}
