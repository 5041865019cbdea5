import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import { textOf } from '../../src/domain/message.ts';
import type { Task, TaskRef } from '../../src/domain/task.ts';
import { type FlatBackend, flatBackend } from '../support/flat-backend.ts';
import { startLocalServer } from '../support/local-server.ts';
import { errorOf, neverAborted, TOKEN } from './api-fixture.ts';
import { TASK_ID } from './response-bodies.ts';

/** The client and the local server follow the same contract. */
let server: Awaited<ReturnType<typeof startLocalServer>>;
let backend: FlatBackend;
beforeAll(async () => {
  server = await startLocalServer();
  backend = flatBackend(createCoderBackend({ url: server.url, token: server.token }));
});
afterAll(() => server.close());

/** Polls until the task satisfies the condition; the test's timeout ends the wait. */
async function until(task: TaskRef, fits: (task: Task) => boolean): Promise<Task> {
  for (;;) {
    const now = await backend.get(task, neverAborted());
    if (fits(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function newTask(prompt: string): Promise<Task> {
  const [template] = await backend.templates(neverAborted());
  if (template === undefined) throw new Error('the local server has no template');
  return backend.create({ templateVersionId: template.activeVersionId, prompt }, neverAborted());
}

test('user, version, templates and presets can be read', async () => {
  const [me, info, templates] = await Promise.all([
    backend.me(neverAborted()),
    backend.serverInfo(neverAborted()),
    backend.templates(neverAborted()),
  ]);
  expect(me.username).not.toBe('');
  expect(info.version).toMatch(/^v?\d+\.\d+/);
  expect(templates.map(({ name }) => name)).toContain('shell');
  for (const { activeVersionId } of templates) {
    expect(await backend.presets(activeVersionId, neverAborted())).toEqual([]);
    expect(await backend.externalAuth(activeVersionId, neverAborted())).toEqual([]);
  }
});

test('a task goes through its whole life cycle', async () => {
  const task = await newTask('echo first answer');
  await until(task, ({ state }) => state?.state === 'complete');
  expect((await backend.list({ owner: 'me' }, neverAborted())).map(({ id }) => id)).toContain(task.id);
  const first = await backend.transcript(task, neverAborted());
  expect(first.snapshot).toBe(false);
  expect(
    first.messages.some((message) => message.role === 'user' && textOf(message) === 'echo first answer'),
  ).toBe(true);
  expect(
    first.messages.some((message) => message.role === 'agent' && /first answer/.test(textOf(message))),
  ).toBe(true);
  expect(await backend.transcript(task, neverAborted())).toBe(first);

  await backend.send(task, 'echo second answer', neverAborted());
  await until(task, ({ state }) => state?.state === 'complete');
  const second = await backend.transcript(task, neverAborted());
  expect(second.messages.map(textOf).at(-1)).toMatch(/second answer/);

  const stop = await backend.pause(task, neverAborted());
  expect(stop.transition).toBe('stop');
  await until(task, ({ facts }) => facts.status === 'paused');
  expect((await backend.build(stop.id, neverAborted())).status).toBe('succeeded');
  expect(await backend.buildLogs(stop.id, 0, neverAborted())).toBeInstanceOf(Array);
  const paused = await backend.transcript(task, neverAborted());
  expect(paused.snapshot).toBe(true);
  expect(paused.snapshotAt).not.toBeNull();
  await backend.updateInput(task, 'echo third answer', neverAborted());

  expect((await backend.resume(task, neverAborted())).transition).toBe('start');
  await until(task, ({ facts }) => facts.status === 'active');
  await backend.remove(task, neverAborted());
  expect(await errorOf(backend.get(task, neverAborted()))).toMatchObject({ kind: 'not-found', status: 404 });
});

test('a busy agent gets no message, and the error says that nothing was sent', async () => {
  const task = await newTask('sleep 600');
  await until(task, ({ state }) => state?.state === 'working');
  expect(await errorOf(backend.send(task, 'echo hello', neverAborted()))).toMatchObject({
    kind: 'busy',
    status: 502,
    tookEffect: 'no',
  });
  await backend.remove(task, neverAborted());
});

test('errors have the right kind', async () => {
  const unknownTask: TaskRef = { id: TASK_ID, ownerName: 'me' };
  expect(await errorOf(backend.get(unknownTask, neverAborted()))).toMatchObject({ kind: 'not-found' });
  expect(await errorOf(backend.pause(unknownTask, neverAborted()))).toMatchObject({ kind: 'not-found' });
  const [template] = await backend.templates(neverAborted());
  const badName = { templateVersionId: template?.activeVersionId ?? '', prompt: 'true', name: 'not ok!' };
  expect(await errorOf(backend.create(badName, neverAborted()))).toMatchObject({
    kind: 'invalid',
    status: 400,
    tookEffect: 'no',
  });
  const stranger = createCoderBackend({ url: server.url, token: TOKEN });
  expect(await errorOf(stranger.sources[0].list({ owner: 'me' }, neverAborted()))).toMatchObject({
    kind: 'signed-out',
    status: 401,
  });
});
