import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceLock } from '../../src/storage/instance-lock.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

const program = fileURLToPath(new URL('instance-lock-program.ts', import.meta.url));

let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-presence-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Another taskdeck and its instance name. */
async function another(directory: string) {
  const child = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [said]: Buffer[] = await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  return {
    me: String(said).trim(),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async quit() {
      child.stdin.end();
      await ended;
    },
  };
}

const removeLocks = (directory: string): void => {
  for (const file of globSync(path.join(directory, '*.lock'))) rmSync(file);
};

/** Directories, and what changes in them after the lock is created. */
const PLACES: Readonly<
  Record<string, { readonly make: () => string; readonly later?: (directory: string) => void }>
> = {
  'a directory where the lock is made': { make: () => folder },
  'a directory from which the lock was removed': { make: () => folder, later: removeLocks },
  'a directory that is missing': {
    make: () => path.join(folder, 'missing'),
    later: (directory) => rmSync(directory, { recursive: true, force: true }),
  },
  'a file in place of the directory': {
    make() {
      const file = path.join(folder, 'file');
      writeFileSync(file, '');
      return file;
    },
  },
};

describe.each(Object.entries(PLACES))('in %s another taskdeck', (_, { make, later = () => {} }) => {
  it('counts as running until it has ended', async () => {
    const directory = make();
    const { me, kill } = await another(directory);
    later(directory);
    const presence = new InstanceLock(directory);
    expect(presence.isAlive(me)).toBe(true);
    await kill();
    expect(presence.isAlive(me)).toBe(false);
    presence.close();
  });

  it('counts as ended after it quits', async () => {
    const directory = make();
    const { me, quit } = await another(directory);
    later(directory);
    await quit();
    const presence = new InstanceLock(directory);
    expect(presence.isAlive(me)).toBe(false);
    presence.close();
  });
});

it.each([
  ['ran on another machine', 1, 'elsewhere.example.com'],
  ['had a process id that another process has now', process.ppid, hostname()],
])('a taskdeck that %s counts as ended on every check', (_, pid, host) => {
  const id = '0d9b0c9e-0000-4000-8000-000000000001';
  // A crash leaves the file without the lock.
  writeFileSync(path.join(folder, `taskdeck-${id}.lock`), '');
  const presence = new InstanceLock(folder);
  const looks = [1, 2, 3].map(() => presence.isAlive(`${id}/${pid}/${host}`));
  expect(looks).toEqual([false, false, false]);
  presence.close();
});

it('a taskdeck of another machine without a lock counts as running', () => {
  const presence = new InstanceLock(folder);
  expect(presence.isAlive('0d9b0c9e-0000-4000-8000-000000000001/1/elsewhere.example.com')).toBe(true);
  expect(presence.isAlive(`0d9b0c9e-0000-4000-8000-000000000001/4194305/${hostname()}`)).toBe(false);
});

it('a taskdeck of an earlier version without a lock counts as ended', () => {
  expect(new InstanceLock(folder).isAlive('0d9b0c9e-0000-4000-8000-000000000001')).toBe(false);
});

it('a message of a running taskdeck without a lock is not taken over', async () => {
  const state = stateDirectory();
  const { me, kill } = await another(state.directory);
  removeLocks(state.directory);
  const rows = state.open().outbox(ada);
  expect(rows.isAlive(me)).toBe(true);
  await kill();
  expect(rows.isAlive(me)).toBe(false);
  state.dispose();
});
