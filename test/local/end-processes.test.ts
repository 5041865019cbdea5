import { describe, expect, it, test } from 'vitest';
import { exclusiveGroupsOf, runningProcessesOf } from '../../src/local/end-processes.ts';
import type { ProcessEntry } from '../../src/local/process-table.ts';

/** Numbers that no process of this machine has: the table is looked at, and the tags of nothing. */
const FAR = 1 << 29;
const entry = (pid: number, parent: number, more: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid: FAR + pid,
  parent: FAR + parent,
  group: FAR + pid,
  session: FAR + pid,
  zombie: false,
  identity: `began ${pid}`,
  ...more,
});
const group = (pid: number, identity = `began ${pid}`) => ({ group: FAR + pid, identity });
const pids = (entries: readonly ProcessEntry[]): readonly number[] => entries.map(({ pid }) => pid - FAR);

describe('the processes of a task', () => {
  it.each([
    ['its group', [entry(10, 1), entry(11, 10, { group: FAR + 10 })], [10, 11]],
    ['groups of its session', [entry(10, 1), entry(11, 10, { session: FAR + 10 })], [10, 11]],
    [
      'descendants in other sessions, at any depth',
      [entry(10, 1), entry(11, 10), entry(12, 11)],
      [10, 11, 12],
    ],
    ['members that outlive the first process', [entry(11, 1, { group: FAR + 10 })], [11]],
    ['nothing of another group', [entry(20, 1), entry(21, 20)], []],
    ['nothing that has ended', [entry(10, 1, { zombie: true })], []],
    [
      'nothing of a later group with the same number',
      [entry(10, 1, { identity: 'began later' }), entry(11, 10, { group: FAR + 10 })],
      [],
    ],
  ])('are %s', (_, table, expected) => {
    expect(pids(runningProcessesOf({ taskId: 'task', groups: [group(10)] }, table))).toEqual(expected);
  });

  test('are never this server, nor what it has started for others, though a task may have started it', () => {
    const server = entry(0, 10, { pid: process.pid });
    const other = entry(30, 0, { parent: process.pid });
    const table = [entry(10, 1), server, other];
    expect(pids(runningProcessesOf({ taskId: 'task', groups: [group(10)] }, table))).toEqual([10]);
  });

  test('stay known when their parents have ended, but not under a number that was given away again', () => {
    const known = [entry(11, 10), entry(12, 10)];
    const table = [entry(11, 1), entry(12, 1, { identity: 'began later' }), entry(13, 11)];
    expect(pids(runningProcessesOf({ taskId: 'task', groups: [] }, table, known))).toEqual([11, 13]);
  });
});

test('only groups that hold nothing else are put on record', () => {
  const own = entry(11, 10);
  const orphan = entry(13, 1, { group: FAR + 12 });
  const guest = entry(21, 10, { group: FAR + 20 });
  const table = [own, orphan, guest, entry(20, 1)];
  expect(exclusiveGroupsOf([own, orphan, guest], table)).toEqual([group(11), group(12, '')]);
});
