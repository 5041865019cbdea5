import { type FSWatcher, statSync, watch } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../domain/ports/clock.ts';

/** An editor writes, renames and removes several times; ms. */
const SETTLE_MS = 100;
/** How often the files are examined without a report of the system: network file systems send none; ms. */
const CHECK_MS = 5_000;

/**
 * Calls `onChange` with the name of each of these files in the directory that was created, replaced, changed or deleted,
 * also behind a symbolic link. Neither need exist. Returns a function that stops it.
 */
export function watchFiles<Name extends string>(
  directory: string,
  names: readonly Name[],
  clock: Pick<Clock, 'after'>,
  onChange: (name: Name) => void,
): () => void {
  const known = new Map(names.map((name) => [name, fingerprint(path.join(directory, name))]));
  let watcher: FSWatcher | null = null;
  let cancelSettling: (() => void) | null = null;

  function check(): void {
    for (const name of names) {
      const current = fingerprint(path.join(directory, name));
      if (current === known.get(name)) continue;
      known.set(name, current);
      onChange(name);
    }
  }

  function settle(): void {
    cancelSettling?.();
    cancelSettling = clock.after(SETTLE_MS, check);
  }

  function closeWatcher(): void {
    watcher?.close();
    watcher = null;
  }

  /** The directory may appear later, and a removed one sends no more reports. */
  function openWatcher(): void {
    try {
      watcher ??= watch(directory, { persistent: false }, (event, name) => {
        if (event === 'rename' && name === path.basename(directory)) closeWatcher();
        settle();
      }).on('error', closeWatcher);
    } catch {
      watcher = null;
    }
  }

  let cancelCheck = (): void => {};
  const checkLater = (): void => {
    cancelCheck = clock.after(CHECK_MS, () => {
      openWatcher();
      check();
      checkLater();
    });
  };
  openWatcher();
  checkLater();

  return () => {
    closeWatcher();
    cancelSettling?.();
    cancelCheck();
  };
}

/** Changes with the file; null for a file that cannot be examined. */
function fingerprint(file: string): string | null {
  try {
    const { mtimeNs, size, ino } = statSync(file, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    return null;
  }
}
