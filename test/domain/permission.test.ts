import { describe, expect, it } from 'vitest';
import type { ToolCallPart } from '../../src/domain/message.ts';
import { PERMISSION_TOOL, permissionOutcome, permissionQuestions } from '../../src/domain/permission.ts';
import { questionsInState } from '../../src/domain/question-of-chat.ts';
import { chatFacts } from '../../src/domain/task.ts';
import { makeChat, makeExtension, NOON } from './builders.ts';

const request = (args: unknown, about: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool-call',
  id: 'call_1',
  name: PERMISSION_TOOL,
  title: '',
  kind: 'other',
  input: args,
  status: 'pending',
  output: '',
  diffs: [],
  places: [],
  startedAt: NOON,
  endedAt: null,
  ...about,
});

const asked = (...parts: readonly ToolCallPart[]) =>
  permissionQuestions([
    { id: 1, role: 'user', parts: [{ type: 'text', text: 'Go' }], at: NOON },
    { id: 2, role: 'agent', parts, at: NOON },
  ]);

const OPTIONS = [
  { option_id: 'x', name: 'Something', kind: 'later' },
  { option_id: 'ra', name: 'Never', kind: 'reject_always' },
  { option_id: 'r', name: '', kind: 'reject_once' },
  { option_id: 'aa', name: 'Always', kind: 'allow_always' },
  { option_id: 'a', name: 'Yes', kind: 'allow_once' },
];

describe('a permission request', () => {
  it('has its options in one order for every order of the agent', () => {
    const [question] = asked(request({ title: 'Run tests', options: OPTIONS }));
    expect(question?.options.map(({ label, effect, optionId }) => [label, effect, optionId])).toEqual([
      ['Yes', 'allow_once', 'a'],
      ['Always', 'allow_always', 'aa'],
      ['Reject', 'reject_once', 'r'],
      ['Never', 'reject_always', 'ra'],
      ['Something', 'other', 'x'],
    ]);
    expect(question).toMatchObject({ id: 'call_1', kind: 'permission', takesText: false });
  });

  it('without options can only be cancelled', () => {
    for (const options of [[], undefined, 'none', [{ name: 'No id' }]])
      expect(asked(request({ title: 'x', options }))[0]?.options).toEqual([
        { label: 'Cancel the request', description: '', effect: 'cancel' },
      ]);
  });

  it.each([
    [{ title: 'Run tests', command: 'npm test' }, 'Run tests: npm test'],
    [{ title: '`npm test`', command: 'npm test' }, '`npm test`'],
    [{ title: '', kind: 'delete' }, 'delete'],
    [null, 'Use a tool'],
    [{ title: 7, command: ['a'] }, 'Use a tool'],
  ])('says what it is about: %j', (args, text) => {
    expect(asked(request(args))[0]?.text).toBe(text);
  });

  it('shows the lines of a diff, bounded, else the files', () => {
    const diff = [{ path: 'src/a.ts', old_text: 'one\ntwo\n', new_text: 'one\n2\n' }];
    expect(asked(request({ title: 'Edit', diff }))[0]?.detail).toBe('src/a.ts\n-two\n+2');
    expect(asked(request({ title: 'Edit a.ts', diff }))[0]?.detail).toBe('-two\n+2');
    const long = [{ path: 'b', old_text: null, new_text: 'x\n'.repeat(5_000) }];
    expect(asked(request({ diff: long }))[0]?.detail?.split('\n')).toHaveLength(201);
    expect(asked(request({ locations: [{ path: '/etc/hosts' }] }))[0]?.detail).toBe('/etc/hosts');
  });

  it('is open until it has an answer, and the same object while nothing changes', () => {
    const [first, second] = [request({ title: 'One' }), request({ title: 'Two' }, { id: 'call_2' })];
    const open = asked(first, second);
    expect(open.map(({ text }) => text)).toEqual(['One', 'Two']);
    expect(asked(first, second)).toBe(open);
    expect(asked({ ...first, status: 'done' }, second).map(({ text }) => text)).toEqual(['Two']);
    expect(permissionQuestions([], { parts: [first], at: NOON, retry: null })).toHaveLength(1);
    const later = { id: 3, role: 'user', parts: [{ type: 'text', text: 'Next' }], at: NOON } as const;
    expect(permissionQuestions([{ id: 2, role: 'agent', parts: [first], at: NOON }, later])).toEqual([]);
  });

  it.each([
    ['{"outcome":"selected","option_id":"aa"}', 'done', 'Always'],
    ['{"outcome":"selected","option_id":"gone"}', 'done', 'gone'],
    ['{"outcome":"cancelled"}', 'done', 'cancelled'],
    ['The agent ended before you answered.', 'failed', 'The agent ended before you answered.'],
    ['', 'pending', ''],
  ] as const)('names its answer: %s', (output, status, words) => {
    expect(permissionOutcome(request({ options: OPTIONS }, { output, status }))).toBe(words);
  });
});

describe('a chat in requires_action', () => {
  const messages = [{ id: 2, role: 'agent', parts: [request({ title: 'One' })], at: NOON }] as const;
  const questionsOf = (about: Parameters<typeof makeChat>[0]) => {
    const facts = chatFacts(makeChat({ status: 'requires_action', ...about }));
    return facts === null ? [] : questionsInState(facts, messages);
  };

  it('asks only where the server names permissions', () => {
    expect(questionsOf({})).toEqual([]);
    expect(questionsOf({ extension: makeExtension({ names: ['directory'] }) })).toEqual([]);
    expect(questionsOf({ extension: makeExtension() })).toHaveLength(1);
    expect(questionsOf({ extension: makeExtension(), archived: true })).toEqual([]);
    expect(questionsOf({ extension: makeExtension(), status: 'running' })).toEqual([]);
  });
});
