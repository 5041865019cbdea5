import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/local/database/database.ts';
import { Repository } from '../../src/local/database/repository.ts';
import { StatementCache } from '../../src/local/database/statement-cache.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import { manualClock } from '../support/manual-clock.ts';

let folder: ReturnType<typeof temporaryDirectory>;
let sleeper: ChildProcess;
beforeEach(async () => {
  folder = temporaryDirectory();
  sleeper = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  await once(sleeper, 'spawn');
  vi.resetModules();
});
afterEach(() => {
  sleeper.kill('SIGKILL');
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  folder.remove();
});

/** Loads the modules as on macOS, without /proc, with the `ps` of this machine. */
async function onMacOs() {
  const real = process.platform;
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  try {
    return {
      ...(await import('../../src/local/processes/process-table.ts')),
      ...(await import('../../src/local/processes/end-processes.ts')),
      ...(await import('../../src/local/processes/leftover-processes.ts')),
      ...(await import('../../src/local/processes/owned-processes.ts')),
    };
  } finally {
    Object.defineProperty(process, 'platform', { value: real });
  }
}

/** Replaces `ps` by a shell script, in which `$PS` is the real one. */
function replacePs(script: string): void {
  // Without entries of npm, which tasks do not get in their PATH.
  const PATH = '/usr/bin:/bin';
  const file = path.join(folder.path, 'ps');
  writeFileSync(file, `#!/bin/sh\nPS="env PATH=${PATH} ps"\n${script}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv('PATH', `${folder.path}:${PATH}`);
}

/** A `ps` that fails as often as the file `failures` says. */
const FAILS_THREE_TIMES =
  'F="$(dirname "$0")/failures"; echo >>"$F"; [ "$(wc -l <"$F")" -gt 3 ] || exit 71; exec $PS "$@"';
const FAILURES = [
  ['is killed', 'kill -KILL $$'],
  ['fails with another status', 'exit 71'],
  ['fails after a part of its output', '$PS "$@" | head -n 1; exit 1'],
];
const never = new AbortController().signal;

describe('processes read with ps', () => {
  it('include those that run; a pid without a process has no identity', async () => {
    const { processTable, processIdentity } = await onMacOs();
    expect(processTable().map(({ pid }) => pid)).toContain(sleeper.pid);
    expect(processIdentity(sleeper.pid ?? 0)).not.toBeNull();
    expect(processIdentity(4_194_305)).toBeNull();
  });

  it.each([...FAILURES, ['may not list processes', 'exit 1']])(
    'are unknown while it %s',
    async (_, script) => {
      const { processTable, ProcessTableUnreadable } = await onMacOs();
      replacePs(script ?? '');
      expect(() => processTable()).toThrow(ProcessTableUnreadable);
      expect(() => processTable()).toThrow(/^Cannot list the processes of this machine: .+\. Try again/);
    },
  );

  it.each(FAILURES)('no process counts as ended while it %s', async (_, script) => {
    const { processIdentity, ProcessTableUnreadable } = await onMacOs();
    replacePs(script ?? '');
    expect(() => processIdentity(sleeper.pid ?? 0)).toThrow(ProcessTableUnreadable);
  });

  it('of a task end after it failed for a moment', async () => {
    const { endProcesses, processIdentity } = await onMacOs();
    const groups = [{ group: sleeper.pid ?? 0, identity: processIdentity(sleeper.pid ?? 0) ?? '' }];
    const ended = once(sleeper, 'exit');
    replacePs(FAILS_THREE_TIMES);
    const clock = manualClock();
    const done = endProcesses({ owner: 'task', groups }, { clock, graceMs: 1_000, signal: never });
    await clock.advance(10_000);
    await done;
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('of a task cannot be ended if it keeps failing', async () => {
    const { endProcesses, processIdentity } = await onMacOs();
    const groups = [{ group: sleeper.pid ?? 0, identity: processIdentity(sleeper.pid ?? 0) ?? '' }];
    replacePs('exit 71');
    const clock = manualClock();
    const done = endProcesses({ owner: 'task', groups }, { clock, graceMs: 1_000, signal: never });
    const refused = expect(done).rejects.toThrow(
      'Cannot list the processes of this machine: ps failed: exit 71',
    );
    await clock.advance(11_000);
    await refused;
    expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull();
  });

  it('of a task stay in the database while it fails, until they have ended', async () => {
    const { OwnedProcesses, processIdentity } = await onMacOs();
    const log = vi.spyOn(console, 'error').mockReturnValue();
    const repository = new Repository(new StatementCache(openDatabase(folder.path).database), folder.path);
    const number = sleeper.pid ?? 0;
    const record = { task_id: 'task', number, identity: processIdentity(number) ?? '' };
    repository.addGroup(record);
    const clock = manualClock();
    const processes = new OwnedProcesses({ repository, clock, isOwner: (id) => id === 'task' });
    replacePs(FAILS_THREE_TIMES);
    processes.sweep();
    await clock.advance(5_000);
    expect(log).toHaveBeenCalledTimes(3);
    expect(repository.groups()).toEqual([record]);
    await clock.advance(2_000);
    expect(log).toHaveBeenCalledTimes(3);
    expect(repository.groups()).toEqual([record]);
    const ended = once(sleeper, 'exit');
    sleeper.kill('SIGKILL');
    await ended;
    await clock.advance(2_000);
    expect(repository.groups()).toEqual([]);
    repository.close();
  });

  it('of an earlier server stay in the database while it fails', async () => {
    const { endLeftoverProcesses } = await onMacOs();
    const log = vi.spyOn(console, 'error').mockReturnValue();
    const repository = new Repository(new StatementCache(openDatabase(folder.path).database), folder.path);
    const record = { task_id: 'task', number: sleeper.pid ?? 0, identity: 'began once' };
    repository.addGroup(record);
    replacePs('exit 71');
    await endLeftoverProcesses({ repository, clock: manualClock(), isOwner: () => false }, never);
    expect(repository.groups()).toEqual([record]);
    expect(log).toHaveBeenCalledWith(expect.stringContaining('Cannot list the processes'));
    repository.close();
  });
});

it.runIf(process.platform === 'linux')('no process counts as ended while too many files are open', () => {
  const program = `
    import { openSync } from 'node:fs';
    import { processIdentity } from '${new URL('../../src/local/processes/process-table.ts', import.meta.url)}';
    processIdentity(process.pid);
    try { for (;;) openSync('/dev/null'); } catch {}
    try { console.log(processIdentity(process.pid)); } catch (error) { console.log(error.name); }`;
  const limited = ['-c', 'ulimit -n 200; exec "$0" --input-type=module -e "$1"', process.execPath, program];
  expect(execFileSync('sh', limited, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()).toBe(
    'ProcessTableUnreadable',
  );
});
