import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/config/run-command.ts';
import { processTable } from '../../src/local/processes/process-table.ts';

let folder: string;
let pidFile: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-command-'));
  pidFile = path.join(folder, 'pid');
});
afterEach(() => {
  try {
    // A command that ended before it wrote leaves an empty file. Group 0 would be that of the tests.
    if (writtenPid() > 0) process.kill(-writtenPid(), 'SIGKILL');
  } catch {
    // Ended, as expected.
  }
  rmSync(folder, { recursive: true, force: true });
});

const writtenPid = (): number => Number(readFileSync(pidFile, 'utf8'));

const start = (command: string, timeoutMs: number, signal: AbortSignal): Promise<string> =>
  runCommand('sh', ['-c', command], { env: { ...process.env, FILE: pidFile }, timeoutMs, signal });

/** Commands that write their process group id to `$FILE` when ready. */
const COMMANDS = {
  'ignores SIGTERM': 'trap "" TERM; echo $$ >"$FILE"; sleep 600; sleep 600',
  'has a child that ignores SIGTERM':
    '(trap \'\' TERM; exec sleep 600) & sleep 0.1; echo $$ >"$FILE"; sleep 600',
  'left a descendant outside of its group that holds its output open':
    'setsid sh -c \'echo $$ >"$FILE"; exec sleep 600\' & sleep 600',
  'ended, but not a descendant that holds its output open':
    'setsid sh -c \'echo $$ >"$FILE"; exec sleep 600\' & exit 0',
};
const inGroup = Object.entries(COMMANDS).slice(0, 2);

describe.each(Object.entries(COMMANDS))('a command that %s', (_, command) => {
  test('fails after the timeout', async () => {
    await expect(start(command, 300, new AbortController().signal)).rejects.toThrow('timed out');
  });

  test('ends immediately after an abort', async () => {
    const abort = new AbortController();
    const refused = expect(start(command, 60_000, abort.signal)).rejects.toThrow('quit');
    await expect.poll(() => writtenPid()).toBeGreaterThan(0);
    abort.abort(new Error('quit'));
    await refused;
  });
});

test.each(inGroup)('a command that %s is killed after it timed out', async (_, command) => {
  await expect(start(command, 1_000, new AbortController().signal)).rejects.toThrow('timed out');
  const group = writtenPid();
  const members = () => processTable().filter((entry) => entry.group === group && !entry.zombie);
  await expect.poll(() => members()).toEqual([]);
});

test('a command with endless output fails', async () => {
  await expect(start('trap "" TERM PIPE; yes', 60_000, new AbortController().signal)).rejects.toThrow(
    'more output than 1 MiB',
  );
});

test.each([
  ['echo one; echo two >&2', 'one\n'],
  ['true', ''],
])('%s resolves to its stdout', async (command, output) => {
  expect(await start(command, 60_000, new AbortController().signal)).toBe(output);
});

test.each([
  ['exit 3', 'exit 3'],
  ['kill -KILL $$', 'SIGKILL'],
])('%s fails', async (command, reason) => {
  await expect(start(command, 60_000, new AbortController().signal)).rejects.toThrow(reason);
});

test('no listener stays behind', async () => {
  const { signal } = new AbortController();
  const before = process.listenerCount('exit');
  await start('true', 60_000, signal);
  await start('exit 1', 60_000, signal).catch(() => undefined);
  await start('sleep 600', 50, signal).catch(() => undefined);
  await expect.poll(() => process.listenerCount('exit')).toBe(before);
});
