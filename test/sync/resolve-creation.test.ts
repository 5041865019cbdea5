import { expect, it } from 'vitest';
import type { BackendErrorKind } from '../../src/domain/errors.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import type { Task } from '../../src/domain/task.ts';
import { resolveCreation } from '../../src/sync/resolve-creation.ts';
import { makeChat, NOON } from '../domain/builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { memorySource } from '../support/memory-source.ts';
import { failure } from './scripted-backend.ts';

type Look = Task | null | BackendErrorKind;

/** Looks for a creation with these results in turn, the last one again and again. */
function start(...results: readonly Look[]) {
  const clock = manualClock(NOON);
  const looks: number[] = [];
  const source: Source = {
    ...memorySource('chats', []),
    async findCreated() {
      looks.push(clock.now() - NOON);
      const result = results[Math.min(looks.length, results.length) - 1] ?? null;
      if (typeof result === 'string') throw failure({ kind: result });
      return result;
    },
  };
  const stopping = new AbortController();
  const result = resolveCreation({ source, creationId: 'one', clock, random: () => 0.5 }, stopping.signal);
  return { clock, looks, result, stopping };
}

const chat = makeChat();

it('finds the chat that was created', async () => {
  const { looks, result } = start(chat);
  expect(await result).toBe(chat);
  expect(looks).toEqual([0]);
});

it('finds a chat that the server wrote late', async () => {
  const { clock, result } = start(null, null, chat);
  await clock.advance(5_000);
  expect(await result).toBe(chat);
});

it('says that there is none only when it cannot come any more', async () => {
  const { clock, looks, result } = start(null);
  await clock.advance(12_000);
  expect(await result).toBe('absent');
  expect(looks.at(-1)).toBeGreaterThanOrEqual(10_000);
  expect(looks.length).toBeGreaterThan(2);
});

it('waits for the server to come back', async () => {
  const { clock, result } = start('unreachable', 'unreachable', 'timeout', 'server', chat);
  await clock.advance(60_000);
  expect(await result).toBe(chat);
});

it.each(['invalid', 'no-tasks', 'forbidden'] as const)('cannot say after %s', async (kind) => {
  expect(await start(kind).result).toBe('unknown');
});

it('ends with the signal', async () => {
  const { clock, result, stopping } = start(null);
  await clock.advance(3_000);
  stopping.abort();
  expect(await result).toBe('unknown');
});
