import { describe, expect, it } from 'vitest';
import {
  buildNumberOf,
  coderFacts,
  directoryOf,
  reuseUnchangedTask,
  type Task,
  templateLabel,
} from '../../src/domain/task.ts';
import { makeChat, makeReport, makeTask, withFields } from './builders.ts';

describe('a received task', () => {
  const task = makeTask({ agentHealth: { healthy: false, reason: 'lost' } });
  const copy = (of: Task): Task => JSON.parse(JSON.stringify(of));

  it('is the known object when all its values are equal', () => {
    expect(reuseUnchangedTask(task, copy(task))).toBe(task);
    const chat = makeChat({ lastError: { kind: 'timeout', message: 'No answer.' } });
    expect(reuseUnchangedTask(chat, copy(chat))).toBe(chat);
  });

  it.each<[string, Task]>([
    ['a title', withFields(task, { displayName: 'new' })],
    ['a report', withFields(task, { state: makeReport({ at: 1 }) })],
    ['a build', withFields(task, { buildNumber: 2 })],
    ['the health of its agent', withFields(task, { agentHealth: { healthy: true, reason: 'lost' } })],
    ['the kind', makeChat({ id: task.id })],
  ])('is a new object when %s differs', (_, newer) => {
    expect(reuseUnchangedTask(task, newer)).toBe(newer);
  });

  it('is not compared field by field where it shares an object with the known one', () => {
    const facts = new Proxy(task.facts, {
      ownKeys: () => {
        throw new Error('The facts were walked.');
      },
    });
    const known = { ...task, facts };
    expect(reuseUnchangedTask(known, known)).toBe(known);
    expect(reuseUnchangedTask(known, { ...known })).toBe(known);
    const renamed = { ...known, displayName: 'new' };
    expect(reuseUnchangedTask(known, renamed)).toBe(renamed);
  });
});

it('has empty values for what its kind does not have', () => {
  const directory = { path: '/home/ada/src', owned: false };
  const task = makeTask({ buildNumber: 3, templateDisplayName: 'Docker AI', directory });
  expect([buildNumberOf(task), templateLabel(task), directoryOf(task)]).toEqual([3, 'Docker AI', directory]);
  expect(templateLabel(makeTask({ templateDisplayName: '' }))).toBe('docker');
  const chat = makeChat({ workspaceId: 'w' });
  expect([coderFacts(chat), buildNumberOf(chat), templateLabel(chat), directoryOf(chat)]).toEqual([
    null,
    0,
    '',
    null,
  ]);
});
