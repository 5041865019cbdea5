import type { Place } from './action.ts';
import { type Task, worktreeOf } from './task.ts';
import { shortPath } from './text/short-path.ts';
import { displayWidth } from './text/width.ts';

export const hasMadeWorktree = (task: Task): boolean => worktreeOf(task)?.state === 'made';

/** Columns of a question beside its words: the sign before it, its margins, and a title of 12 in quotes. */
const MARGIN_AND_TITLE = 20;
/** The shortest path that still names the worktree, in columns. */
const MIN_PATH = 16;

/** The question, and where the worktree of the chat stays. A long path keeps its end. */
export function withWorktree(
  task: Task | null,
  { home, columns }: Place,
  ask: (name: string) => string,
): (name: string) => string {
  const worktree = task && worktreeOf(task);
  if (worktree?.state !== 'made') return ask;
  const stays = 'Its worktree stays:';
  const room = columns - MARGIN_AND_TITLE - displayWidth(`${ask('')} ${stays} `);
  return (name) => `${ask(name)} ${stays} ${shortPath(worktree.path, home, Math.max(MIN_PATH, room))}`;
}
