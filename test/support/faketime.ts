import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export interface ProgramClock {
  /** Environment that the program needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Shifts the running program's wall clock by `ms` from the real time. Its monotonic clock is unchanged. */
  set(ms: number): void;
}

const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');

/** Whether libfaketime is installed (Debian: faketime). */
export const hasFaketime = library !== undefined;

/** A wall clock for one program, until the current test ends. */
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
      // The name depends on the version of libfaketime.
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
