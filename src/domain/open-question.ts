import { BackendError } from './errors.ts';
import { type Message, textOf } from './message.ts';
import { PERMISSION_TOOL, permissionOutcome } from './permission.ts';
import type { Question } from './question.ts';

/** More of the other answer is not part of the sentence, UTF-16 units. */
const MAX_ANSWER = 60;

/**
 * Makes sure that a question still waits for its answer. `open`: the open questions of the conversation `messages`.
 * @throws BackendError `answered`, with the other answer if it is known
 */
export function assertOpen(
  open: readonly Question[],
  questionId: string,
  messages: readonly Message[],
): void {
  if (open.some(({ id }) => id === questionId)) return;
  throw answeredError(permissionAnswer(messages, questionId) || otherAnswer(messages, questionId));
}

/** `answer`: the words that answer the question; empty if unknown. */
export const answeredError = (answer: string): BackendError =>
  new BackendError({
    kind: 'answered',
    message: `Already answered elsewhere: ${answer === '' ? 'the question is no longer open' : `“${answer}”`}.`,
    tookEffect: 'no',
  });

/** The answer that a permission request got; empty for another question. */
function permissionAnswer(messages: readonly Message[], questionId: string): string {
  const call = messages
    .flatMap(({ parts }) => parts)
    .findLast((part) => part.type === 'tool-call' && part.name === PERMISSION_TOOL && part.id === questionId);
  return call?.type === 'tool-call' ? permissionOutcome(call) : '';
}

/** The message of the user after the question, in one line; empty when the conversation no longer has both. */
function otherAnswer(messages: readonly Message[], questionId: string): string {
  const asked = messages.findLastIndex((message) => isAsker(message, questionId));
  const answer = asked < 0 ? undefined : messages.slice(asked).find(({ role }) => role === 'user');
  if (answer === undefined) return '';
  const words = textOf(answer).trim().replaceAll(/\s+/gu, ' ');
  return words.length > MAX_ANSWER ? `${words.slice(0, MAX_ANSWER)}…` : words;
}

const isAsker = ({ id, role, parts }: Message, questionId: string): boolean =>
  role === 'agent' &&
  (questionId.startsWith(`menu-${id}:`) ||
    questionId.startsWith(`message-${id}:`) ||
    parts.some(
      (part) => part.type === 'tool-call' && part.id !== '' && questionId.startsWith(`${part.id}:`),
    ));
