import { describe, expect, it } from 'vitest';
import { hang, json, type Reply, raw, reset } from '../../support/coder-server.ts';
import { errorOf, neverAborted } from '../api-fixture.ts';
import { chatsServer, refOf, sourceAt } from './chats-fixture.ts';

/** A chat on a real HTTP server that answers requests about its worktree with these replies. */
async function chatWith(method: 'GET' | 'POST', ...replies: readonly Reply[]) {
  const server = await chatsServer({ extensions: ['worktree'] });
  const id = server.chats.seed();
  server.on(method, `/api/v2/chats/${id}/worktree`, ...replies);
  const bodies = () =>
    server.requests.flatMap((request) => (request.method === 'POST' ? [JSON.parse(request.body)] : []));
  return { server, source: sourceAt(server), chat: refOf(id), bodies };
}

describe('what can be done with a worktree', () => {
  it('is read, and an action that is not known is left out', async () => {
    const merge = {
      action: 'merge',
      steps: [{ command: 'git merge taskdeck/a', directory: '/home/ada/auth' }],
      reasons: [],
      remarks: ['2 ignored files stay.'],
    };
    const body = { actions: [merge, { action: 'squash' }, { action: 'push' }], may_delete_branch: true };
    const { source, chat } = await chatWith('GET', json(200, body));
    expect(await source.worktreeActions(chat, neverAborted())).toEqual({
      actions: [merge, { action: 'push', steps: [], reasons: [], remarks: [] }],
      mayDeleteBranch: true,
    });
  });

  it('is nothing for an empty answer', async () => {
    const { source, chat } = await chatWith('GET', json(200, {}));
    expect(await source.worktreeActions(chat, neverAborted())).toEqual({
      actions: [],
      mayDeleteBranch: false,
    });
  });
});

describe('an action on a worktree', () => {
  const remove = { deleteBranch: true };

  it('is sent once, and resolves to the sentence of the server', async () => {
    const { source, chat, bodies } = await chatWith(
      'POST',
      json(200, { message: 'Merged.' }),
      json(200, { message: 'Removed.' }),
    );
    const options = { deleteBranch: false };
    expect(await source.finishWorktree(chat, 'merge', options, neverAborted())).toBe('Merged.');
    expect(await source.finishWorktree(chat, 'remove', remove, neverAborted())).toBe('Removed.');
    expect(bodies()).toEqual([{ action: 'merge' }, { action: 'remove', delete_branch: true }]);
  });

  it.each<[string, Reply, object]>([
    [
      'a refusal has all its reasons, one a line, and changed nothing',
      json(409, {
        message: 'The worktree was not removed.',
        validations: [
          { field: 'files', detail: '2 files are not committed: a.ts, b.ts.' },
          { field: 'processes', detail: 'Process 4711 (vim) works in it.' },
          { field: 'again', detail: 'The worktree was not removed.' },
        ],
      }),
      {
        kind: 'conflict',
        tookEffect: 'no',
        message:
          'The worktree was not removed.\n2 files are not committed: a.ts, b.ts.\nProcess 4711 (vim) works in it.',
        validations: [],
      },
    ],
    ['a chat that is gone', json(404, { message: 'Not here.' }), { kind: 'not-found', tookEffect: 'no' }],
    ['a fault of the server may have come late', json(500, { message: 'Oh.' }), { tookEffect: 'maybe' }],
    ['a connection that broke may have had an effect', reset, { tookEffect: 'maybe' }],
    ['an answer that makes no sense', raw(200, '[]'), { kind: 'bad-answer', tookEffect: 'maybe' }],
  ])('%s', async (_, reply, expected) => {
    const { source, chat, bodies } = await chatWith('POST', reply);
    const error = await errorOf(source.finishWorktree(chat, 'remove', remove, neverAborted()));
    expect(error).toMatchObject(expected);
    // Nothing is sent twice.
    expect(bodies()).toHaveLength(1);
  });

  it('ends its request when the program quits', async () => {
    const { server, source, chat } = await chatWith('POST', hang);
    const quit = new AbortController();
    const running = errorOf(source.finishWorktree(chat, 'merge', { deleteBranch: false }, quit.signal));
    while (!server.requests.some(({ method }) => method === 'POST')) await new Promise(setImmediate);
    quit.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
  });
});

describe('the list of worktrees', () => {
  const entry = {
    chat_id: null,
    path: '/state/worktrees/auth/a',
    repository: '/home/ada/auth',
    branch: 'taskdeck/a',
    base: 'main',
    state: 'made',
    ahead: 2,
    behind: 0,
    dirty: 1,
    untracked: 0,
    reasons: ['1 file is not committed: a.ts.'],
  };

  it('has those of deleted chats', async () => {
    const server = await chatsServer({ extensions: ['worktree'] });
    server.on('GET', '/api/v2/chats/worktrees', json(200, [entry]));
    const { chat_id, ...facts } = entry;
    expect(await sourceAt(server).worktrees(neverAborted())).toEqual([
      { ...facts, chatId: null, isArchived: false },
    ]);
  });

  it('is not requested from a server without worktrees', async () => {
    const server = await chatsServer();
    expect(await sourceAt(server).worktrees(neverAborted())).toEqual([]);
    expect(server.requests.some(({ target }) => target.includes('worktrees'))).toBe(false);
  });
});
