import type { DeliveryExtras } from './delivery.ts';
import type { Question } from './question.ts';

/** The choice of the user: an option by its index from 0, or other words. */
export type QuestionAnswer = { readonly option: number } | { readonly text: string };

/** A message that answers all questions that were asked together. */
export interface AnswerMessage {
  readonly text: string;
  /** `questionId` is that of the first question. */
  readonly extras: DeliveryExtras;
}

/** The message by which a user of Coder's web page starts to implement a plan. */
const IMPLEMENT = 'Implement the plan.';

/**
 * The message for the answers, in the form of Coder's web page. `answers`: one for each question, in order; a missing one
 * and an option that does not exist count as empty words.
 */
export function answerOf(questions: readonly Question[], answers: readonly QuestionAnswer[]): AnswerMessage {
  const [first] = questions;
  if (first === undefined) return { text: '', extras: {} };
  const given = questions.map((_, index) => answers[index] ?? { text: '' });
  const isChosen = given.every((answer) => 'option' in answer);
  const extras: DeliveryExtras = { questionId: first.id, ...(isChosen && { isChosen }) };
  if (questions.length > 1) {
    const lines = questions.map((question, index) =>
      answerLine(question, given[index] ?? { text: '' }, index),
    );
    return { text: lines.join('\n'), extras };
  }
  const [answer = { text: '' }] = given;
  switch (first.kind) {
    case 'plan':
      return 'option' in answer
        ? { text: IMPLEMENT, extras: { ...extras, planMode: false } }
        : { text: answer.text, extras };
    case 'menu':
      return { text: 'option' in answer ? String(answer.option + 1) : answer.text, extras };
    default:
      return { text: answerText(first, answer), extras };
  }
}

const answerLine = (question: Question, answer: QuestionAnswer, index: number): string => {
  const words = answerText(question, answer)
    .trim()
    .replaceAll(/\s*\n\s*/gu, ' ');
  const header = question.header || question.text.replaceAll(/\s+/gu, ' ');
  return `${index + 1}. ${header === '' ? '' : `${header}: `}${words}`;
};

function answerText({ options }: Question, answer: QuestionAnswer): string {
  if ('option' in answer) return options[answer.option]?.label ?? '';
  return options.length === 0 ? answer.text : `Other: ${answer.text}`;
}
