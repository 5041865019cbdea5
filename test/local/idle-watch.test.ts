import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { watchIdle } from '../../src/local/idle-watch.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { startLocalServer } from '../support/local-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { isProcessRunning, TestClient, waitUntil } from './test-client.ts';

const HOUR = 60 * 60_000;

/** Whether the promise has settled. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
}

test('`idle` resolves after an hour without requests, not before', async () => {
  const clock = manualClock();
  const { idle, requestReceived } = watchIdle({ clock, afterMs: HOUR, isBusy: () => false });
  await clock.advance(HOUR - 1);
  requestReceived();
  await clock.advance(HOUR - 60_000);
  expect(await isDone(idle)).toBe(false);
  await clock.advance(2 * 60_000);
  expect(await isDone(idle)).toBe(true);
});

test('running work delays it: the hour begins when the work ends', async () => {
  const clock = manualClock();
  let busy = true;
  const { idle } = watchIdle({ clock, afterMs: HOUR, isBusy: () => busy });
  await clock.advance(10 * HOUR);
  expect(await isDone(idle)).toBe(false);
  busy = false;
  await clock.advance(HOUR - 60_000);
  expect(await isDone(idle)).toBe(false);
  await clock.advance(2 * 60_000);
  expect(await isDone(idle)).toBe(true);
});

test('a server is idle only if no task runs', async () => {
  const IDLE = 60;
  let time = 0;
  let looks = 0;
  // A manual clock: on a slow machine the server must not become idle before its task begins.
  const clock: Clock = {
    ...systemClock,
    monotonic: () => time,
    after(ms, callback) {
      if (ms === IDLE / 60) looks += 1;
      return systemClock.after(ms, callback);
    },
  };
  const server = await startLocalServer({ clock, idleMs: IDLE });
  const client = new TestClient(server);
  let isIdle = false;
  void server.idle.then(() => {
    isIdle = true;
  });
  const task = await client.create('while [ ! -e go ]; do sleep 0.02; done & echo $!');
  await client.until(task.id, 'active', 'complete');
  const pid = Number(await client.lastContent(task.id));

  time += 10 * IDLE;
  const before = looks;
  await waitUntil('looked', () => looks > before + 2);
  expect([isProcessRunning(pid), isIdle]).toEqual([true, false]);

  writeFileSync(path.join(server.stateDir, 'tasks', task.id, 'go'), '');
  await waitUntil('idle', () => {
    time += IDLE;
    return isIdle;
  });
  expect(isProcessRunning(pid)).toBe(false);
  await server.close();
});
