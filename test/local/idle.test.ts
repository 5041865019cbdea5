import { expect, test } from 'vitest';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { watchIdleness } from '../../src/local/idle.ts';
import { startLocalServer } from '../support/local-server.ts';
import { runs, TestClient } from './client.ts';

const HOUR = 60 * 60_000;

/** Time that goes when it is told to. */
class HandClock implements Clock {
  #now = 0;
  #due: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + ms, callback };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  go(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }
}

/** Whether the promise is through, without waiting for it. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
}

test('an hour with nobody asking is enough, and not a minute less', async () => {
  const clock = new HandClock();
  const { idle, asked } = watchIdleness({ clock, afterMs: HOUR, isBusy: () => false });
  clock.go(HOUR - 1);
  asked();
  clock.go(HOUR - 60_000);
  expect(await isDone(idle)).toBe(false);
  clock.go(2 * 60_000);
  expect(await isDone(idle)).toBe(true);
});

test('what runs keeps it awake, and the hour begins when it ends', async () => {
  const clock = new HandClock();
  let busy = true;
  const { idle } = watchIdleness({ clock, afterMs: HOUR, isBusy: () => busy });
  clock.go(10 * HOUR);
  expect(await isDone(idle)).toBe(false);
  busy = false;
  clock.go(HOUR - 60_000);
  expect(await isDone(idle)).toBe(false);
  clock.go(2 * 60_000);
  expect(await isDone(idle)).toBe(true);
});

test('a server is idle only when its tasks are', async () => {
  const server = await startLocalServer({ idleMs: 300 });
  const client = new TestClient(server);
  const task = await client.create('sleep 0.9 & echo $!');
  await client.until(task.id, 'active', 'complete');
  const pid = Number(await client.lastContent(task.id));
  await server.idle;
  // It takes longer than the server would have waited for somebody to ask.
  expect(runs(pid)).toBe(false);
  await server.close();
});
