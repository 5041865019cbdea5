import { expect, test } from 'vitest';
import { json } from '../support/coder-server.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted } from './api-fixture.ts';
import { TASK_ID, task } from './response-bodies.ts';

const TASK = `/api/v2/tasks/ada/${TASK_ID}`;
const newTask = { templateVersionId: TASK_ID, prompt: 'hello' };

test('in read-only mode reads are sent, and nothing else is', async () => {
  const server = await coderServer();
  server.on('GET', TASK, json(200, task()));
  const backend = backendAt(server, { isReadOnly: () => true });
  const writes: readonly (() => Promise<unknown>)[] = [
    () => backend.send(ada, 'hello', neverAborted()),
    () => backend.create(newTask, neverAborted()),
    () => backend.updateInput(ada, 'hello', neverAborted()),
    () => backend.run('delete', ada, neverAborted()),
    () => backend.run('pause', ada, neverAborted()),
    () => backend.changeWorkspace(TASK_ID, 'stop', neverAborted()),
  ];
  for (const write of writes)
    expect(await errorOf(write())).toMatchObject({
      kind: 'read-only',
      message: 'Read-only: nothing is sent.',
      tookEffect: 'no',
    });
  expect((await backend.get(ada, neverAborted())).id).toBe(TASK_ID);
  expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('read-only mode can be turned off while the connection is in use', async () => {
  let isReadOnly = true;
  const server = await coderServer();
  server.on('DELETE', TASK, json(202, {}));
  const backend = backendAt(server, { isReadOnly: () => isReadOnly });
  await errorOf(backend.run('delete', ada, neverAborted()));
  isReadOnly = false;
  await backend.run('delete', ada, neverAborted());
  expect(server.requests.map(({ method }) => method)).toEqual(['DELETE']);
});
