import type { Intent } from '../domain/phase.ts';
import { isSameScope } from '../domain/scope.ts';
import { knownTask, phaseIn, REMARK_MS, taskById } from './selectors.ts';
import type { Notice, State } from './state.ts';

/** The state without notices that are over. */
export function withoutOverNotices(state: State): State {
  const { notice, untold } = state;
  const isOver = (each: Notice): boolean => isCauseOver(each, state);
  const left = untold.some(isOver) ? untold.filter((each) => !isOver(each)) : untold;
  const now = notice !== null && (isOver(notice) || isRemarkOver(notice, state.now)) ? null : notice;
  return left === untold && now === notice ? state : { ...state, notice: now, untold: left };
}

const isRemarkOver = ({ tone, at }: Notice, now: number): boolean => tone !== 'bad' && now - at >= REMARK_MS;

function isCauseOver({ about }: Notice, state: State): boolean {
  switch (about?.kind) {
    case undefined:
      return false;
    case 'intent':
      return isAsWanted(state, about.taskId, about.intent);
    case 'phase': {
      const task = taskById(state, about.taskId);
      return task !== null && phaseIn(state, task) !== about.phase;
    }
    case 'delivery':
      return !state.deliveries.some(({ id, stage }) => id === about.id && about.stages.includes(stage));
    case 'unknown-deliveries':
      return !state.deliveries.some(({ stage }) => stage === 'asked');
    case 'templates':
      return state.templates !== about.known;
    case 'scope':
      return !isSameScope(state.scope, about.scope);
  }
}

/** Whether the task is as the user wanted. A task of a list that is not on screen still exists, as it was listed last. */
function isAsWanted(state: State, taskId: string, intent: Intent): boolean {
  const task = knownTask(state, taskId);
  if (task === null) return intent === 'delete';
  const phase = phaseIn(state, task);
  switch (intent) {
    case 'pause':
      return phase === 'paused' || phase === 'pausing';
    case 'resume':
      return phase !== 'paused' && phase !== 'pausing' && phase !== 'error' && phase !== 'unknown';
    case 'delete':
      return phase === 'deleting';
  }
}
