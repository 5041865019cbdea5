import { expect, it } from 'vitest';
import { matches } from '../../src/domain/query.ts';
import { makeReport, makeTask } from './make.ts';

const task = makeTask({
  displayName: 'Fix login redirect',
  name: 'fix-login-3f2a',
  ownerName: 'ada',
  templateName: 'docker-ai',
  templateDisplayName: 'Docker with an agent',
  initialPrompt: 'unspeakable',
  state: makeReport({ message: 'Which branch?' }),
});

it.each(['login', 'LOGIN', '3f2a', 'ada', 'docker-ai', 'with an', 'branch?', 'branch login', ' login  ada '])(
  'finds %j',
  (filter) => {
    expect(matches(task, filter)).toBe(true);
  },
);

it.each(['logout', 'login bob', 'unspeakable', 't1', 'redirectfix'])('does not find %j', (filter) => {
  expect(matches(task, filter)).toBe(false);
});

it.each(['', '  '])('an empty filter finds all', (filter) => {
  expect(matches(makeTask({ state: null }), filter)).toBe(true);
});

it('does not find one word across two texts', () => {
  expect(matches(makeTask({ displayName: 'ab', name: 'cd' }), 'abcd')).toBe(false);
});
