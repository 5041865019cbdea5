import { type Action, actionById, availabilityOn } from '../../src/domain/action.ts';
import { ACTION_TABLES } from '../../src/domain/action-tables.ts';
import type { Phase } from '../../src/domain/phase.ts';
import type { Availability } from '../../src/domain/rules.ts';
import { makeTask } from './builders.ts';

/** An action of Coder's Tasks. */
export function coderAction(id: string): Action {
  const action = actionById(ACTION_TABLES, id);
  if (action === null) throw new Error(`No action ${id}.`);
  return action;
}

const rule =
  (id: string) =>
  (phase: Phase): Availability =>
    availabilityOn(ACTION_TABLES, id, makeTask(), phase);

export const mayPause = rule('pause');
export const mayResume = rule('resume');
export const mayDelete = rule('delete');
