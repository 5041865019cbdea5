import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OutboxStorage } from '../../src/domain/ports/outbox-storage.ts';
import type { Storage } from '../../src/domain/ports/storage.ts';
import { openStorage } from '../../src/storage/storage.ts';

const ada = { origin: 'https://coder.example.com', user: 'ada' };

/** A temporary state directory for the current test. Each `open` returns a new connection, as another taskdeck has. */
export function outboxStorage(): {
  readonly directory: string;
  open(): Storage;
  rows(): OutboxStorage;
} {
  const directory = mkdtempSync(join(tmpdir(), 'taskdeck-outbox-'));
  const opened: Storage[] = [];
  onTestFinished(() => {
    for (const storage of opened) storage.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const open = (): Storage => {
    const storage = openStorage({ directory });
    opened.push(storage);
    return storage;
  };
  return { directory, open, rows: () => open().outbox(ada) };
}
