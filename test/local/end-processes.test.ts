import { describe, expect, it, test } from 'vitest';
import { exclusiveGroupsOf, runningProcessesOf } from '../../src/local/processes/end-processes.ts';
import type { ProcessEntry } from '../../src/local/processes/process-table.ts';

/** A base for pids that do not exist on this machine, so that only the table matters, not the tags. */
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
    expect(pids(runningProcessesOf({ owner: 'task', groups: [group(10)] }, table))).toEqual(expected);
  });

  test('never include this server or its other children, even if a task started the server', () => {
    const server = entry(0, 10, { pid: process.pid });
    const other = entry(30, 0, { parent: process.pid });
    const table = [entry(10, 1), server, other];
    expect(pids(runningProcessesOf({ owner: 'task', groups: [group(10)] }, table))).toEqual([10]);
  });

  test('are found after their parents have ended, but not under a reused number', () => {
    const known = [entry(11, 10), entry(12, 10)];
    const table = [entry(11, 1), entry(12, 1, { identity: 'began later' }), entry(13, 11)];
    expect(pids(runningProcessesOf({ owner: 'task', groups: [] }, table, known))).toEqual([11, 13]);
  });
});

test('only groups without other processes are stored', () => {
  const own = entry(11, 10);
  const orphan = entry(13, 1, { group: FAR + 12 });
  const guest = entry(21, 10, { group: FAR + 20 });
  const table = [own, orphan, guest, entry(20, 1)];
  expect(exclusiveGroupsOf([own, orphan, guest], table)).toEqual([group(11), group(12, '')]);
});
