import type { QuestionAnswer } from '../../domain/question-answer.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/** The answers that the user has begun, and which keys must not answer yet. Times are Unix ms. */
export interface AnswersState {
  /** The answers to the first of several questions, by task id. */
  readonly answersSoFar: ReadonlyMap<string, AnswersSoFar>;
  /** The question that a digit answers now, by `currentQuestion`'s id, and since when; null for none. */
  readonly questionInReach: { readonly id: string; readonly since: number } | null;
  /** The last key, if it answered a question: a held key must not answer the next one. */
  readonly answerKey: { readonly key: string; readonly at: number } | null;
  /** Answers to permission requests that were sent, by `currentQuestion`'s id: a list may still have the request. */
  readonly permissionAnswers: ReadonlyMap<string, PermissionAnswer>;
  readonly view: {
    /** The question that the prompt answers in words; null while it writes messages. */
    readonly answeredQuestion: { readonly taskId: string; readonly questionId: string } | null;
  };
}

/** `isAccepted`: the server has it, or another one. */
export interface PermissionAnswer {
  readonly taskId: string;
  /** The label of the chosen option. Untrusted text. */
  readonly label: string;
  readonly isAccepted: boolean;
}

/** Answers to permission requests that are remembered. */
const MAX_PERMISSION_ANSWERS = 200;

interface AnswersSoFar {
  /** The ids of all questions that were asked together: other questions have other answers. */
  readonly questionIds: string;
  readonly answers: readonly QuestionAnswer[];
}

export const INITIAL_ANSWERS: AnswersState = {
  answersSoFar: new Map(),
  questionInReach: null,
  answerKey: null,
  permissionAnswers: new Map(),
  view: { answeredQuestion: null },
};

export type AnswersEvent =
  /** Replaces the answers so far; without any they are forgotten. */
  | { readonly type: 'answers-changed'; readonly taskId: string; readonly soFar: AnswersSoFar }
  | { readonly type: 'question-reached'; readonly id: string | null; readonly now: number }
  /** An answer to a permission request was sent or accepted; null when it failed. */
  | {
      readonly type: 'permission-answered';
      readonly id: string;
      readonly answer: PermissionAnswer | null;
    }
  | { readonly type: 'answer-key-pressed'; readonly key: string | null; readonly now: number }
  | {
      readonly type: 'answered-question-changed';
      readonly question: AnswersState['view']['answeredQuestion'];
    };

export const answersReducer = {
  'answers-changed': ({ answersSoFar }, { taskId, soFar }) => ({
    answersSoFar:
      soFar.answers.length === 0
        ? withoutEntries(answersSoFar, (id) => id === taskId)
        : withEntry(answersSoFar, taskId, soFar),
  }),
  'permission-answered': ({ permissionAnswers }, { id, answer }) => {
    const others = [...permissionAnswers].filter(([each]) => each !== id);
    return {
      permissionAnswers: new Map(
        answer === null ? others : [...others.slice(1 - MAX_PERMISSION_ANSWERS), [id, answer]],
      ),
    };
  },
  'question-reached': (_, { id, now }) => ({ questionInReach: id === null ? null : { id, since: now } }),
  'answer-key-pressed': (_, { key, now }) => ({ answerKey: key === null ? null : { key, at: now } }),
  'answered-question-changed': (_, { question }) => ({ view: { answeredQuestion: question } }),
} satisfies SliceReducer<AnswersState, AnswersEvent>;
