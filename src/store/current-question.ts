import { type Delivery, isWithServer } from '../domain/delivery.ts';
import type { Question } from '../domain/question.ts';
import type { QuestionAnswer } from '../domain/question-answer.ts';
import type { Task } from '../domain/task.ts';
import { pendingAnswer, pendingPermission, questionKey, questionsOf } from './questions.ts';
import type { State } from './state.ts';
import { taskById } from './task-index.ts';

/** The open questions of a task, and the one that its user answers next. */
export interface CurrentQuestion {
  readonly taskId: string;
  /** Unique among all questions of all tasks. */
  readonly id: string;
  /** The one to answer next. */
  readonly question: Question;
  /** All that were asked together; of permission requests, all that are open. */
  readonly questions: readonly Question[];
  /** The answers to the questions before this one. */
  readonly answers: readonly QuestionAnswer[];
}

/** Null while the task asks nothing, and while its answer is in the outbox. */
export function currentQuestion(state: State, task: Task | null): CurrentQuestion | null {
  const questions = task === null ? NO_QUESTIONS : questionsOf(state, task);
  const [first] = questions;
  if (task === null || first === undefined) return null;
  // Each permission request is answered alone.
  const answers = first.kind === 'permission' ? NO_ANSWERS : answersTo(state, task.id, questions);
  const question = questions[answers.length] ?? first;
  return {
    taskId: task.id,
    id: questionKey(task.id, question),
    question,
    questions,
    answers: question === first ? NO_ANSWERS : answers,
  };
}

export const currentQuestionById = (state: State, taskId: string | null): CurrentQuestion | null =>
  currentQuestion(state, taskById(state, taskId));

const NO_QUESTIONS: readonly Question[] = [];
const NO_ANSWERS: readonly QuestionAnswer[] = [];

/** Identifies questions that were asked together. */
export const idOfQuestions = (questions: readonly Question[]): string =>
  questions.map(({ id }) => id).join(' ');

function answersTo(
  { answersSoFar }: State,
  taskId: string,
  questions: readonly Question[],
): readonly QuestionAnswer[] {
  const soFar = answersSoFar.get(taskId);
  return soFar === undefined || soFar.questionIds !== idOfQuestions(questions) ? NO_ANSWERS : soFar.answers;
}

/** The answer to the question of a task, while no server has it; null for none. */
export function answerBeingSent(state: State, task: Task | null): Delivery | null {
  const delivery = task === null ? null : pendingAnswer(state, task);
  return delivery === null || isWithServer(delivery) ? null : delivery;
}

/** The label of the answer to a permission request, while no server has it; null for none. Untrusted text. */
export const permissionBeingSent = (state: State, task: Task | null): string | null =>
  (task === null ? null : pendingPermission(state, task))?.label ?? null;

/** The question that a digit or the open widget can answer now: no field, menu or other question has the keys. */
export function questionInReach(state: State): CurrentQuestion | null {
  const { focus, overlay, openDiff, selected } = state.view;
  if (overlay?.kind === 'options') return currentQuestionById(state, overlay.taskId);
  const isFree = overlay === null || overlay.kind === 'peek';
  return isFree && openDiff === null && focus !== 'prompt' ? currentQuestionById(state, selected) : null;
}
