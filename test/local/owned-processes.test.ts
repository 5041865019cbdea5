import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/local/database/database.ts';
import { Repository } from '../../src/local/database/repository.ts';
import { StatementCache } from '../../src/local/database/statement-cache.ts';
import { endLeftoverProcesses } from '../../src/local/processes/leftover-processes.ts';
import { OwnedProcesses } from '../../src/local/processes/owned-processes.ts';
import type { ProcessGroupRecord } from '../../src/local/processes/process-group.ts';
import { processIdentity } from '../../src/local/processes/process-table.ts';
import { OneShotRuntime } from '../../src/local/tasks/one-shot-runtime.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { countProcesses } from '../support/count-processes.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { waitUntil } from './test-client.ts';

const onLinux = process.platform === 'linux';
const never = new AbortController().signal;
const CHAT = 'b3b1ab3c-2a84-4a5c-9d3c-0a4f4d1f2a11';
const END = { graceMs: 500, signal: never };

let temporary: ReturnType<typeof temporaryDirectory>;
let database: DatabaseSync;
let repository: Repository;
const children: ChildProcess[] = [];
beforeEach(() => {
  temporary = temporaryDirectory();
  ({ database } = openDatabase(temporary.path));
  repository = new Repository(new StatementCache(database), temporary.path);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  repository.close();
  temporary.remove();
  vi.restoreAllMocks();
});

const processesOf = (clock = systemClock): OwnedProcesses =>
  new OwnedProcesses({ repository, clock, isOwner: (id) => id === CHAT });

/**
 * A command in a group of its own, with the tag of the chat unless `tag` is empty. It finds its programs as `$A`, `$B` and
 * `$C`, so that its own command line does not contain them.
 */
async function start(
  script: string,
  tag = CHAT,
  [A = '', B = '', C = '']: readonly string[] = [],
): Promise<{ readonly child: ChildProcess; readonly record: ProcessGroupRecord }> {
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, A, B, C, ...(tag !== '' && { CODER_TASK_ID: tag }) },
  });
  children.push(child);
  await once(child, 'spawn');
  const group = child.pid ?? 0;
  return { child, record: { group, identity: processIdentity(group) ?? '' } };
}

let lastSeconds = 41_000_000 + (process.pid % 10_000) * 1_000;
const uniqueSleep = (): string => {
  lastSeconds += 1;
  return `sleep ${lastSeconds}`;
};
const runs = (sleep: string) => waitUntil(sleep, () => countProcesses(sleep) > 0);
const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => (exitCode ?? signalCode) !== null;

describe('the processes of a chat', () => {
  test('end with it: its group, sessions of its descendants, and processes with its tag', async () => {
    const processes = processesOf();
    const [inGroup, inSession, orphaned] = [uniqueSleep(), uniqueSleep(), uniqueSleep()];
    const leave = onLinux ? 'setsid $B & setsid --fork $C;' : '';
    const { record } = await start(`$A & ${leave} wait`, CHAT, [inGroup, inSession, orphaned]);
    await processes.record(CHAT, record);
    expect([...processes.busyOwners]).toEqual([CHAT]);
    for (const sleep of onLinux ? [inGroup, inSession, orphaned] : [inGroup]) await runs(sleep);
    await processes.end(CHAT, END);
    for (const sleep of [inGroup, inSession, orphaned]) expect(countProcesses(sleep)).toBe(0);
    expect(repository.groups()).toEqual([]);
    expect([...processes.busyOwners]).toEqual([]);
    processes.stop();
  });

  test('end while the disk is full, before their group is stored', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const processes = processesOf();
    const { child, record } = await start('sleep 600', '');
    database.exec('PRAGMA query_only = 1');
    const recorded = processes.record(CHAT, record);
    expect([...processes.busyOwners]).toEqual([CHAT]);
    await processes.end(CHAT, END);
    await waitUntil('ended', () => hasEnded(child));
    expect([...processes.busyOwners]).toEqual([]);
    database.exec('PRAGMA query_only = 0');
    await recorded;
    expect(repository.groups()).toEqual([]);
    processes.stop();
  });

  test.skipIf(!onLinux)('outside of the groups to keep end alone', async () => {
    const processes = processesOf();
    const [inGroup, ofTurn] = [uniqueSleep(), uniqueSleep()];
    const { child, record } = await start('$A & wait', CHAT, [inGroup]);
    await processes.record(CHAT, record);
    await runs(inGroup);
    const before = processes.runningGroups(CHAT);
    expect([...before]).toEqual([record.group]);
    await start('$A', CHAT, [ofTurn]);
    await runs(ofTurn);
    await processes.end(CHAT, { ...END, keep: before });
    expect([countProcesses(ofTurn), countProcesses(inGroup), hasEnded(child)]).toEqual([0, 1, false]);
    expect(repository.groups()).toMatchObject([{ task_id: CHAT, number: record.group }]);
    await processes.end(CHAT, END);
    expect(countProcesses(inGroup)).toBe(0);
    processes.stop();
  });

  test.skipIf(!onLinux)(
    'of a server that crashed end at the next start, with or without a stored group',
    async () => {
      const stored = await start('sleep 600', '');
      const tagged = await start('sleep 600');
      const ofAnotherServer = await start('sleep 600', 'an id that only another server knows');
      repository.addGroup({
        task_id: 'a task',
        number: stored.record.group,
        identity: stored.record.identity,
      });
      await endLeftoverProcesses({ repository, clock: systemClock, isOwner: (id) => id === CHAT }, never);
      await waitUntil('ended', () => hasEnded(stored.child) && hasEnded(tagged.child));
      expect(hasEnded(ofAnotherServer.child)).toBe(false);
      expect(repository.groups()).toEqual([]);
    },
  );

  test('all end with the server', async () => {
    const processes = processesOf();
    const tagged = await start('sleep 600');
    const recorded = await start('sleep 600', '');
    await processes.record('a task', recorded.record);
    processes.stop();
    await processes.endAll(500);
    await waitUntil('recorded ended', () => hasEnded(recorded.child));
    if (onLinux) await waitUntil('tagged ended', () => hasEnded(tagged.child));
    expect(repository.groups()).toEqual([]);
  });
});

describe('sweeps', () => {
  test.skipIf(!onLinux)(
    'add the groups of descendants while a turn runs, and delete empty ones',
    async () => {
      const clock = manualClock();
      const processes = processesOf(clock);
      const sleep = uniqueSleep();
      // Without the tag, as on macOS.
      const { child, record } = await start('setsid $A & wait', '', [sleep]);
      await processes.record(CHAT, record);
      processes.turnStarted(CHAT);
      await runs(sleep);
      await clock.advance(2_000);
      expect(repository.groups().length).toBe(2);
      child.kill('SIGKILL');
      await once(child, 'exit');
      processes.turnEnded(CHAT);
      const ended = processes.end(CHAT, END);
      let isEnded = false;
      void ended.finally(() => {
        isEnded = true;
      });
      // The process table is read again only after some real time.
      while (!isEnded) {
        await clock.advance(100);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(countProcesses(sleep)).toBe(0);
      expect(repository.groups()).toEqual([]);
      processes.stop();
    },
  );

  test('become rare when no turn runs', async () => {
    const clock = manualClock();
    const processes = processesOf(clock);
    const { record } = await start('sleep 600');
    repository.addGroup({ task_id: CHAT, number: record.group, identity: record.identity });
    const sweep = vi.spyOn(repository, 'groupsOf');
    processes.sweep();
    await clock.advance(2 * 60_000);
    sweep.mockClear();
    await clock.advance(10 * 60_000);
    // At least every minute, at most every 2 s.
    expect(sweep.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(sweep.mock.calls.length).toBeLessThan(290);
    sweep.mockClear();
    processes.turnStarted(CHAT);
    await clock.advance(2_000);
    expect(sweep).toHaveBeenCalledTimes(1);
    processes.stop();
  });
});

test('an interrupt ends a command, and reports the end of its turn as cut off', async () => {
  const sleep = uniqueSleep();
  const seen: string[] = [];
  const processes = processesOf();
  const runtime = new OneShotRuntime({
    clock: systemClock,
    processes,
    listener: {
      output: (_, bytes) => seen.push(bytes.toString()),
      turnEnded: (_, outcome) => seen.push(outcome.kind),
      outputEnded: () => seen.push('output ended'),
    },
    pipeDirectory: temporary.path,
    privateDirectory: () => `${temporary.path}/private`,
    socketDirectory: () => `${temporary.path}/run/chat`,
    graceMs: 500,
  });
  runtime.begin({
    taskId: CHAT,
    messageId: 1,
    line: ['sh', '-c', 'echo begun; $A'],
    prompt: '',
    session: '',
    env: { PATH: process.env.PATH, CODER_TASK_ID: CHAT, A: sleep },
    directory: temporary.path,
    ownsDirectory: false,
  });
  await runs(sleep);
  await waitUntil('output', () => seen.length > 0);
  const end = vi.spyOn(processes, 'end');
  runtime.interrupt(CHAT);
  await waitUntil('the end of the output', () => seen.includes('output ended'));
  await end.mock.results[0]?.value;
  expect(seen).toEqual(['begun\n', 'cut-off', 'output ended']);
  expect([runtime.isRunning(CHAT), countProcesses(sleep)]).toEqual([false, 0]);
  processes.stop();
});
