import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Retrier } from '../../src/script/retrier.ts';
import type { ScriptContext } from '../../src/script/script-context.ts';
import { NOON } from '../domain/builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { failure } from '../sync/scripted-backend.ts';

const DAY = 24 * 60 * 60_000;

it.each([
  ['says nothing', undefined, [0, 1_000, 3_000, 7_000]],
  ['says 0 s', 0, [0, 1_000, 3_000, 7_000]],
  ['says 2 s', 2_000, [0, 2_000, 4_000, 8_000]],
  ['says a century', 100 * 365 * DAY, [0, DAY]],
])(
  'a command that waits pauses between requests when the Retry-After of the server %s',
  async (_, ms, at) => {
    const clock = manualClock(NOON);
    const asked: number[] = [];
    const { signal } = new AbortController();
    const io = { stdout: new PassThrough(), stderr: new PassThrough() };
    const answer = new Retrier({ clock, signal, io } as unknown as ScriptContext, true).run(() => {
      asked.push(clock.now() - NOON);
      return Promise.reject(failure(ms === undefined ? {} : { retryAfterMs: ms }));
    });
    const ended = expect(answer).rejects.toMatchObject({ kind: 'server' });
    await clock.advance(2 * DAY);
    await ended;
    expect(asked.slice(0, at.length)).toEqual(at);
  },
);
