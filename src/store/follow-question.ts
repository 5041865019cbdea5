import { answerBeingSent, currentQuestionById } from './current-question.ts';
import { type State, withChange } from './state.ts';
import { taskById } from './task-index.ts';

/** Closes the options of a question that has an answer now, and shows those of the next one from the first. */
export function followQuestion(state: State): State {
  const { overlay } = state.view;
  if (overlay?.kind !== 'options') return state;
  const current = currentQuestionById(state, overlay.taskId);
  if (current !== null) {
    if (current.id === overlay.questionId) return state;
    return withChange(state, { view: { overlay: { ...overlay, questionId: current.id, option: 0 } } });
  }
  const closed = withChange(state, { view: { overlay: null, fieldCursor: null } });
  if (answerBeingSent(state, taskById(state, overlay.taskId)) !== null) return closed;
  if (state.permissionAnswers.has(overlay.questionId)) return closed;
  return { ...closed, notice: { tone: 'plain', text: GONE, at: state.now } };
}

const GONE = 'The question is no longer open: it was answered elsewhere, or the agent went on.';
