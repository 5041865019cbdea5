import type { Action, ActionId } from './action.ts';
import type { Phase } from './phase.ts';
import type { Task } from './task.ts';

/** An action without a visible effect counts as failed after this time, ms. */
const SETTLE_TIMEOUT_MS = 90_000;

/** An action that the user requested, shown as done until the server confirms or rejects it. */
export interface PendingChange {
  readonly action: ActionId;
  /** The phase that the task shows meanwhile; null: its own. */
  readonly phase: Phase | null;
  /** Unix ms. */
  readonly since: number;
  /** The task at the request: a difference from it shows that the server acted. */
  readonly before: Task;
}

/** `now` is Unix ms. */
export const beginChange = (
  { id, phase }: Pick<Action, 'id' | 'phase'>,
  task: Task,
  now: number,
): PendingChange => ({ action: id, phase: phase ?? null, since: now, before: task });

/** Whether the server's status of the task replaces the pending change of this action. */
export const isSettled = (
  { since, before }: PendingChange,
  action: Pick<Action, 'hasEffect'> | null,
  task: Task,
  now: number,
): boolean => now - since > SETTLE_TIMEOUT_MS || (action?.hasEffect?.(task, before) ?? false);
