import { type ActionId, actionById, actionFor } from '../domain/action.ts';
import { isSameScope } from '../domain/owner-scope.ts';
import { NOTICE_MS } from './selectors.ts';
import { phaseIn } from './slices/actions.ts';
import type { Notice } from './slices/notices.ts';
import type { State } from './state.ts';
import { knownTask, taskById } from './task-index.ts';

/** Drops notices whose cause or time has ended. */
export function withoutExpiredNotices(state: State): State {
  const { notice, queuedNotices } = state;
  const isOver = (each: Notice): boolean => isCauseResolved(each, state);
  const queued = queuedNotices.some(isOver) ? queuedNotices.filter((each) => !isOver(each)) : queuedNotices;
  const current = notice !== null && (isOver(notice) || isTimedOut(notice, state.now)) ? null : notice;
  return queued === queuedNotices && current === notice
    ? state
    : { ...state, notice: current, queuedNotices: queued };
}

const isTimedOut = ({ tone, at }: Notice, now: number): boolean => tone !== 'bad' && now - at >= NOTICE_MS;

function isCauseResolved({ cause }: Notice, state: State): boolean {
  switch (cause?.kind) {
    case undefined:
      return false;
    case 'action':
      return hasTakenEffect(state, cause.taskId, cause.action);
    case 'phase': {
      const task = taskById(state, cause.taskId);
      return task !== null && phaseIn(state, task) !== cause.phase;
    }
    case 'delivery':
      return !state.deliveries.some(({ id, stage }) => id === cause.id && cause.stages.includes(stage));
    case 'unknown-deliveries':
      return !state.deliveries.some(({ stage }) => stage === 'asked');
    case 'templates':
      return state.templates !== cause.known;
    case 'scope':
      return !isSameScope(state.selectedScope, cause.scope);
  }
}

/** Whether the task has reached the action's goal. A task of a parked list still exists. */
function hasTakenEffect(state: State, taskId: string, id: ActionId): boolean {
  const task = knownTask(state, taskId);
  if (task === null) return actionById(state.actionTables, id)?.removesTask === true;
  return actionFor(state.actionTables, id, task)?.isReached?.(phaseIn(state, task), task) ?? false;
}
