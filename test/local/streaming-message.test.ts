import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/local/database/database.ts';
import { Repository } from '../../src/local/database/repository.ts';
import { StatementCache } from '../../src/local/database/statement-cache.ts';
import { OUTPUT_LIMIT } from '../../src/local/tasks/output-buffer.ts';
import { StreamingMessage, storedOutput } from '../../src/local/tasks/streaming-message.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import { manualClock } from '../support/manual-clock.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => temporary.remove());

/** The text of a command that wrote `before`, which was stored, then `since`: as rendered, and after a crash. */
async function afterCrash(before: string, since: string): Promise<{ rendered: string; stored: string }> {
  const repository = new Repository(
    new StatementCache(openDatabase(temporary.path).database),
    temporary.path,
  );
  const key = { taskId: 'task', id: 1 };
  const message = new StreamingMessage(repository, manualClock(), key, () => undefined);
  message.push(Buffer.from(before));
  await message.flush();
  for (let at = 0; at < since.length; at += 65_536) message.push(Buffer.from(since.slice(at, at + 65_536)));
  await message.flush();
  // The turn continues.
  message.push(Buffer.from('last line\n'));
  await message.flush();
  const rendered = message.row()?.content ?? '';
  const stored = storedOutput(repository, key.taskId, key.id);
  message.discard();
  repository.close();
  return { rendered, stored };
}

const repeated = (text: string, bytes: number): string => text.repeat(Math.ceil(bytes / text.length));

test.each([
  ['a few lines', repeated('a line\n', 10_000)],
  ['a progress bar', repeated('50% done\r', 3 * OUTPUT_LIMIT)],
  ['a flood of lines', repeated('a line\n', 3 * OUTPUT_LIMIT)],
])('after a crash, %s between two flushes is rendered once', async (_, since) => {
  const { rendered, stored } = await afterCrash('first line\n', since);
  expect(stored).toBe(rendered);
  expect(stored.endsWith('last line\n')).toBe(true);
});
