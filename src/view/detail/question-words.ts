import { keyFor } from '../../domain/key-placeholder.ts';
import { capitalize } from '../../domain/text/capitalize.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { CurrentQuestion } from '../../store/current-question.ts';
import { answerWords, otherWords, questionTitle } from './question-rows.ts';

/** The question with its options, to be read out. */
export function questionWords(current: CurrentQuestion): string {
  const { question, questions, answers } = current;
  const given = answers.map(
    (answer, index) => `Answer ${index + 1}: ${answerWords(questions[index], answer)}.`,
  );
  return [
    ...given,
    `${capitalize(questionTitle(current))}: ${sanitiseLine(question.text)}`,
    ...question.options.map((_, index) => optionWords(current, index)),
    ...(question.takesText ? [optionWords(current, question.options.length)] : []),
  ].join(' ');
}

/** One option; the one after the last stands for other words. */
export function optionWords({ question }: CurrentQuestion, index: number): string {
  const option = question.options[index];
  if (option === undefined) return `${keyFor('answer-in-words')}: ${otherWords(question)}.`;
  const about = sanitiseLine(option.description);
  return `${index + 1}: ${sanitiseLine(option.label)}${about === '' ? '' : `, ${about}`}.`;
}
