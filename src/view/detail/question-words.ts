import { keyFor } from '../../domain/key-placeholder.ts';
import { capitalize, counted } from '../../domain/text/format.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
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
    ...detailWords(question.detail ?? ''),
    ...question.options.map((_, index) => optionWords(current, index)),
    ...(question.takesText ? [optionWords(current, question.options.length)] : []),
  ].join(' ');
}

/** Lines of the changes that a permission is about that are read out. */
const MAX_LINES = 6;

/** The signs of changed lines as words. */
function detailWords(detail: string): readonly string[] {
  const lines = sanitise(detail)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const shown = lines.slice(0, MAX_LINES).map((line) => {
    if (line.startsWith('+')) return `Added: ${line.slice(1).trim()}.`;
    return line.startsWith('-') ? `Removed: ${line.slice(1).trim()}.` : `${line.trim()}.`;
  });
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, `${counted(more, 'more line')}.`];
}

/** One option; the one after the last stands for other words. */
export function optionWords({ question }: CurrentQuestion, index: number): string {
  const option = question.options[index];
  if (option === undefined) return `${keyFor('answer-in-words')}: ${otherWords(question)}.`;
  const about = sanitiseLine(option.description);
  return `${index + 1}: ${sanitiseLine(option.label)}${about === '' ? '' : `, ${about}`}.`;
}
