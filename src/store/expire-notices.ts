import { isSameScope } from '../domain/owner-scope.ts';
import type { TaskAction } from '../domain/phase.ts';
import { knownTask, NOTICE_MS, phaseIn, taskById } from './selectors.ts';
import type { Notice, State } from './state.ts';

/** The state without notices that are over. */
export function withoutExpiredNotices(state: State): State {
  const { notice, queuedNotices } = state;
  const isOver = (each: Notice): boolean => isCauseResolved(each, state);
  const left = queuedNotices.some(isOver) ? queuedNotices.filter((each) => !isOver(each)) : queuedNotices;
  const now = notice !== null && (isOver(notice) || isTimedOut(notice, state.now)) ? null : notice;
  return left === queuedNotices && now === notice ? state : { ...state, notice: now, queuedNotices: left };
}

const isTimedOut = ({ tone, at }: Notice, now: number): boolean => tone !== 'bad' && now - at >= NOTICE_MS;

function isCauseResolved({ cause }: Notice, state: State): boolean {
  switch (cause?.kind) {
    case undefined:
      return false;
    case 'intent':
      return hasTakenEffect(state, cause.taskId, cause.intent);
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

/** Whether the task is as the user wanted. A task of a list that is not on screen still exists, as it was listed last. */
function hasTakenEffect(state: State, taskId: string, intent: TaskAction): boolean {
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
