import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/question.ts';
import { answerOf, type QuestionAnswer } from '../../src/domain/question-answer.ts';
import { makeQuestion } from './builders.ts';

const auth = makeQuestion({ count: 2 });
const store = makeQuestion({
  id: 'call_1:1',
  header: 'Store',
  options: [
    { label: 'Disk', description: '' },
    { label: 'Memory', description: '' },
  ],
  index: 1,
  count: 2,
});
const plan = makeQuestion({ kind: 'plan', options: [{ label: 'Implement the plan', description: '' }] });
const menu = makeQuestion({ id: 'menu-3:a', kind: 'menu', takesText: false });

describe('the message of an answer', () => {
  it.each<[string, readonly Question[], readonly QuestionAnswer[], string]>([
    ['an option', [makeQuestion()], [{ option: 1 }], 'SAML'],
    ['other words', [makeQuestion()], [{ text: 'mTLS' }], 'Other: mTLS'],
    ['words where there are no options', [makeQuestion({ options: [] })], [{ text: 'mTLS' }], 'mTLS'],
    ['several questions', [auth, store], [{ option: 0 }, { option: 1 }], '1. Auth: OIDC\n2. Store: Memory'],
    [
      'several questions, with words of two lines',
      [auth, store],
      [{ text: 'mTLS\nor none' }, { option: 0 }],
      '1. Auth: Other: mTLS or none\n2. Store: Disk',
    ],
    [
      'questions without a header',
      [makeQuestion({ header: '' }), makeQuestion({ header: '', text: '' })],
      [{ option: 0 }, { option: 1 }],
      '1. Which flow?: OIDC\n2. SAML',
    ],
    ['a comment on a plan', [plan], [{ text: 'Smaller steps.' }], 'Smaller steps.'],
    ['an option of a menu', [menu], [{ option: 1 }], '2'],
  ])('is in the form of the web page: %s', (_, questions, answers, text) => {
    const isChosen = answers.every((answer) => 'option' in answer);
    const extras = { questionId: questions[0]?.id, ...(isChosen && { isChosen }) };
    expect(answerOf(questions, answers)).toEqual({ text, extras });
  });

  it('turns the plan mode off to implement a plan', () => {
    expect(answerOf([plan], [{ option: 0 }])).toEqual({
      text: 'Implement the plan.',
      extras: { questionId: 'call_1:0', isChosen: true, planMode: false },
    });
  });
});
