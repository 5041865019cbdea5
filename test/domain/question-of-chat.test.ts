import { describe, expect, it } from 'vitest';
import { type Message, type MessagePart, type ToolCallPart, textParts } from '../../src/domain/message.ts';
import type { Question } from '../../src/domain/question.ts';
import { chatQuestions } from '../../src/domain/question-of-chat.ts';
import { NOON } from './builders.ts';

const call = (name: string, input: unknown, id = 'call_7'): ToolCallPart => ({
  type: 'tool-call',
  id,
  name,
  title: '',
  kind: 'other',
  input,
  status: 'done',
  output: '',
  diffs: [],
  places: [],
  startedAt: null,
  endedAt: null,
});
const agent = (...parts: readonly MessagePart[]): Message => ({ id: 3, role: 'agent', parts, at: NOON });
const user: Message = { id: 4, role: 'user', parts: textParts('OIDC'), at: NOON };
const ask = (input: unknown, id?: string): Message => agent(call('ask_user_question', input, id));

const AUTH = {
  header: 'Auth',
  question: 'Which flow?',
  options: [{ label: 'OIDC', description: 'By a provider' }, { label: 'SAML' }],
};
const STORE = {
  header: 'Store',
  question: 'Which store?',
  options: [{ label: 'Disk' }, { label: 'Memory' }],
};

describe('the questions of a chat', () => {
  it('are those of the last call, each with its place and an id of its own', () => {
    expect(chatQuestions([ask({ questions: [AUTH, STORE] })])).toEqual<readonly Question[]>([
      {
        id: 'call_7:0',
        kind: 'choice',
        header: 'Auth',
        text: 'Which flow?',
        options: [
          { label: 'OIDC', description: 'By a provider' },
          { label: 'SAML', description: '' },
        ],
        takesText: true,
        index: 0,
        count: 2,
      },
      {
        id: 'call_7:1',
        kind: 'choice',
        header: 'Store',
        text: 'Which store?',
        options: [
          { label: 'Disk', description: '' },
          { label: 'Memory', description: '' },
        ],
        takesText: true,
        index: 1,
        count: 2,
      },
    ]);
  });

  it('include whether to implement a plan, with words as a comment', () => {
    expect(chatQuestions([agent(call('propose_plan', { path: '/plan.md' }))])).toEqual([
      {
        id: 'call_7:0',
        kind: 'plan',
        header: 'Plan',
        text: 'Implement the proposed plan?',
        options: [{ label: 'Implement the plan', description: '' }],
        takesText: true,
        index: 0,
        count: 1,
      },
    ]);
  });

  it.each<[string, readonly Message[]]>([
    ['an empty conversation', []],
    ['an answered question', [ask({ questions: [AUTH] }), user]],
    ['a message without calls', [user, agent(...textParts('Done.'))]],
    ['a later message of the agent', [ask({ questions: [AUTH] }), agent(...textParts('Or not.'))]],
    [
      'another call after the question',
      [agent(call('ask_user_question', { questions: [AUTH] }), call('read_file', {}))],
    ],
  ])('are none after %s', (_, messages) => {
    expect(chatQuestions(messages)).toEqual([]);
  });

  it('stay the same objects while the message does', () => {
    const message = ask({ questions: [AUTH] });
    expect(chatQuestions([message])).toBe(chatQuestions([user, message]));
  });

  it.each<[string, unknown, readonly [text: string, labels: readonly string[]][]]>([
    ['JSON as text', JSON.stringify({ questions: [AUTH] }), [['Which flow?', ['OIDC', 'SAML']]]],
    ['the list as text', { questions: JSON.stringify([AUTH]) }, [['Which flow?', ['OIDC', 'SAML']]]],
    ['one question without a list', AUTH, [['Which flow?', ['OIDC', 'SAML']]]],
    [
      'options that are words',
      { questions: [{ question: 'Q?', options: ['a', ' b '] }] },
      [['Q?', ['a', 'b']]],
    ],
    ['a question without options', { questions: [{ question: 'Why?' }] }, [['Why?', []]]],
    ['a question that is a word', { questions: ['Why?', 7, null] }, [['Why?', []]]],
    [
      'options without labels',
      { questions: [{ question: 'Q?', options: [{ label: '' }, null, 7, {}, { label: 'b\n c' }] }] },
      [['Q?', ['b c']]],
    ],
    [
      'more options than digits',
      { questions: [{ question: 'Q?', options: Array.from({ length: 12 }, (_, index) => `o${index}`) }] },
      [['Q?', ['o0', 'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8']]],
    ],
  ])('are read from %s', (_, input, expected) => {
    expect(
      chatQuestions([ask(input)]).map(({ text, options }) => [text, options.map(({ label }) => label)]),
    ).toEqual(expected);
  });

  it.each([[null], [undefined], ['{"questions": ['], [7], [[]], [{ questions: {} }], [{ questions: [{}] }]])(
    'take words when the arguments are %j',
    (input) => {
      const [question, ...others] = chatQuestions([ask(input, '')]);
      expect(others).toEqual([]);
      expect(question).toMatchObject({ id: 'message-3:0', options: [], takesText: true, count: 1 });
      expect(question?.text).toMatch(/Answer in words/u);
    },
  );
});
