import { expect, test } from 'vitest';
import { watchIdleness } from '../../src/local/idle.ts';
import { handClock } from '../support/clock.ts';
import { startLocalServer } from '../support/local-server.ts';
import { runs, TestClient } from './client.ts';

const HOUR = 60 * 60_000;

/** Whether the promise is through, without waiting for it. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
}

test('an hour with nobody asking is enough, and not a minute less', async () => {
  const clock = handClock();
  const { idle, asked } = watchIdleness({ clock, afterMs: HOUR, isBusy: () => false });
  await clock.advance(HOUR - 1);
  asked();
  await clock.advance(HOUR - 60_000);
  expect(await isDone(idle)).toBe(false);
  await clock.advance(2 * 60_000);
  expect(await isDone(idle)).toBe(true);
});

test('what runs keeps it awake, and the hour begins when it ends', async () => {
  const clock = handClock();
  let busy = true;
  const { idle } = watchIdleness({ clock, afterMs: HOUR, isBusy: () => busy });
  await clock.advance(10 * HOUR);
  expect(await isDone(idle)).toBe(false);
  busy = false;
  await clock.advance(HOUR - 60_000);
  expect(await isDone(idle)).toBe(false);
  await clock.advance(2 * 60_000);
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
