import { describe, expect, it } from 'vitest';
import { coderBackendFacts } from '../../src/api/coder-facts.ts';
import { connectByToken, reconnectingBackend } from '../../src/api/reconnecting-backend.ts';
import { json, type Reply } from '../support/coder-server.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted } from './api-fixture.ts';
import { TASK_ID, task } from './response-bodies.ts';

const OLD = 'abcdefghij-oldTokenOldTokenOldTok';
const NEW = 'abcdefghij-newTokenNewTokenNewTok';

/** A deployment that accepts one token, and a backend that starts with the old one. */
async function signedIn() {
  const server = await coderServer();
  const accepted = { token: OLD, user: 'ada' };
  const stored = { token: OLD };
  const lookups = { count: 0 };
  const ifAccepted =
    (body: () => unknown): Reply =>
    (response, request, socket) =>
      request.headers['coder-session-token'] === accepted.token
        ? json(200, body())(response, request, socket)
        : json(401, { message: 'You are signed out.' })(response, request, socket);
  server.on(
    'GET',
    '/api/v2/users/me',
    ifAccepted(() => ({ id: 'u', username: accepted.user, name: '' })),
  );
  server.on(
    'GET',
    `/api/v2/tasks/ada/${TASK_ID}`,
    ifAccepted(() => task()),
  );
  const remote = connectByToken({
    token: OLD,
    createBackend: (token) => backendAt(server, { token }),
    async findNewToken(token) {
      lookups.count++;
      return stored.token === token ? null : stored.token;
    },
  });
  const backend = reconnectingBackend(remote, coderBackendFacts({ directories: false, hasChats: true }));
  return {
    server,
    accepted,
    stored,
    lookups,
    backend,
    tasks: backend.sources[0],
  };
}

describe('an expired token', () => {
  it('is replaced by the token of a new sign-in', async () => {
    const { backend, tasks, accepted, stored, lookups } = await signedIn();
    await backend.me(neverAborted());
    accepted.token = NEW;
    expect(await errorOf(tasks.get(ada, neverAborted()))).toMatchObject({ kind: 'signed-out' });
    // No new sign-in yet.
    expect(await errorOf(tasks.get(ada, neverAborted()))).toMatchObject({ kind: 'signed-out' });
    expect(lookups.count).toBe(1);
    stored.token = NEW;
    expect(await tasks.get(ada, neverAborted())).toMatchObject({ id: TASK_ID });
    expect(await tasks.get(ada, neverAborted())).toMatchObject({ id: TASK_ID });
    expect(lookups.count).toBe(2);
  });

  it("is not replaced by another user's", async () => {
    const { backend, tasks, accepted, stored } = await signedIn();
    await backend.me(neverAborted());
    Object.assign(accepted, { token: NEW, user: 'bob' });
    stored.token = NEW;
    await errorOf(tasks.get(ada, neverAborted()));
    const error = await errorOf(tasks.get(ada, neverAborted()));
    expect(error).toMatchObject({ kind: 'signed-out', tookEffect: 'no' });
    expect(error.message).toBe('You signed in as bob, but this screen belongs to ada.');
    accepted.user = 'ada';
    expect(await tasks.get(ada, neverAborted())).toMatchObject({ id: TASK_ID });
  });

  it('stays when the new one does not work either', async () => {
    const { tasks, accepted, stored } = await signedIn();
    accepted.token = 'somebody-else';
    stored.token = NEW;
    for (let count = 0; count < 2; count++)
      expect(await errorOf(tasks.get(ada, neverAborted()))).toMatchObject({ kind: 'signed-out' });
    accepted.token = OLD;
    stored.token = OLD;
    expect(await tasks.get(ada, neverAborted())).toMatchObject({ id: TASK_ID });
  });
});
