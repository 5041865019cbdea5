import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  directoryFault,
  makePrivateDirectory,
  unusableDirectory,
} from '../../src/platform/private-directory.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import type { Share } from './make-directories-program.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
const at = (...names: readonly string[]): string => path.join(temporary.path, ...names);
const modeOf = (directory: string): number => statSync(directory).mode & 0o777;

beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => temporary.remove());

describe('a private directory', () => {
  test('is closed to others; its new parents have the default mode', () => {
    makePrivateDirectory(at('.local', 'state', 'taskdeck'));
    expect(modeOf(at('.local', 'state', 'taskdeck'))).toBe(0o700);
    const usual = 0o777 & ~process.umask();
    expect([modeOf(at('.local')), modeOf(at('.local', 'state'))]).toEqual([usual, usual]);
  });

  test('that exists stays unchanged', () => {
    mkdirSync(at('mine'));
    chmodSync(at('mine'), 0o750);
    makePrivateDirectory(at('mine'));
    expect(modeOf(at('mine'))).toBe(0o750);
    symlinkSync(at('mine'), at('link'));
    makePrivateDirectory(at('link'));
  });

  test('is created by two first starts at the same time', async () => {
    const threads = 2;
    const arrived = new Int32Array(new SharedArrayBuffer(4));
    const workerData: Share = { folder: temporary.path, rounds: 500, threads, arrived };
    const program = new URL('make-directories-program.ts', import.meta.url);
    const exits = Array.from({ length: threads }, () => {
      const worker = new Worker(program, { workerData });
      // A failed thread never arrives: release the other one.
      worker.once('error', () => Atomics.add(arrived, 0, 1e6));
      return once(worker, 'exit');
    });
    expect(await Promise.all(exits)).toEqual([[0], [0]]);
  });

  test.runIf(process.platform === 'linux')('below /proc fails without endless retries', () => {
    expect(() => makePrivateDirectory('/proc/taskdeck/state')).toThrow(/ENOENT/);
  });
});

describe('a directory that cannot be used', () => {
  test('is reported with the reason and a remedy', () => {
    writeFileSync(at('file'), '');
    const fault = directoryFault(at('file', 'state'), 'TASKDECK_STATE_DIR');
    expect(fault?.message).toBe(
      `Cannot use the directory ${at('file', 'state')}: a part of the path is not a directory. ` +
        'Correct this, or set TASKDECK_STATE_DIR to a directory that you can write to.',
    );
  });

  test('is reported with the code of an unknown error', () => {
    const error = Object.assign(new Error('EXDEV: cross-device link, open x'), { code: 'EXDEV' });
    expect(unusableDirectory('/a', 'X', error).message).toMatch(/\/a: the system reports EXDEV\. /);
  });

  test('is not reported when it can be created, and the check leaves nothing behind', () => {
    expect(directoryFault(at('not', 'made', 'yet'), 'X')).toBeNull();
    expect(readdirSync(temporary.path)).toEqual([]);
  });
});
