import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** The wall clock of a program, and of nothing else. */
export interface ProgramClock {
  /** What the program must be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets the wall clock of the running program to be this far from the real one, ms. Its monotonic clock goes on. */
  set(ms: number): void;
}

const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');

/** Whether libfaketime is installed (Debian: faketime), without which no program can be given a clock of its own. */
export const hasFaketime = library !== undefined;

/** A wall clock for a program of the test that runs. */
export function programClock(): ProgramClock {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-clock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'offset');
  const set = (ms: number): void => writeFileSync(file, `${ms < 0 ? '' : '+'}${ms / 1_000}\n`);
  set(0);
  return {
    env: {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Its name in older and in newer versions.
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
