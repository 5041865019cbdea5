import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/domain/task.ts';
import type { ChatsServer } from '../../support/chats/chats-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { neverAborted } from '../api-fixture.ts';
import { type ChatsSource, chatsServer, listMine, sourceAt } from './chats-fixture.ts';

const DIFF = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';

type Seeded = Parameters<ChatsServer['chats']['seed']>[0];

/** A server with one chat, and its source. */
async function started(chat: Seeded = {}) {
  const server = await chatsServer();
  return withChat(server, server.chats.seed(chat));
}

/** The same with a running workspace. */
async function withWorkspace() {
  const server = await chatsServer();
  const workspaceId = server.chats.workspaces.add('dev');
  return withChat(server, server.chats.seed({ workspaceId }));
}

async function withChat(server: ChatsServer, id: string) {
  const source = sourceAt(server);
  const [task] = await listMine(source);
  if (task === undefined) throw new Error('No chat.');
  return { server, id, source, task, agent: server.chats.agent(id) };
}

const base = (source: ChatsSource, task: Task) => source.diff(task, 'base', neverAborted());
const uncommitted = (source: ChatsSource, task: Task) => source.diff(task, 'uncommitted', neverAborted());

describe('the changes against the base', () => {
  it('have the repository, the branch and the pull request', async () => {
    const { source, task, agent } = await started({ diffStatus: pullRequest(2, 1) });
    agent.changeFiles(DIFF);
    expect(await base(source, task)).toEqual({
      repositories: [{ name: 'https://github.com/acme/auth', branch: 'fix/clock', text: DIFF }],
      url: 'https://github.com/acme/auth/pull/812',
      reason: '',
    });
  });

  it.each([
    ['no branch', {}, /knows no pushed branch/],
    ['changes that the server cannot read', { diffStatus: pullRequest(2, 1) }, /could not read.*Sign in/],
    ['no changed lines', { diffStatus: pullRequest(0, 0) }, /^No changes against the base\. Sign in/],
  ])('say why they are empty: %s', async (_, chat: Seeded, reason) => {
    const { source, task } = await started(chat);
    const diff = await base(source, task);
    expect(diff.repositories).toEqual([]);
    expect(diff.reason).toMatch(reason);
  });

  it('of a chat that is gone are not found', async () => {
    const { source, task } = await started();
    const gone = { ...task, id: '00000000-0000-4000-8000-00000000dead' };
    await expect(base(source, gone)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

const pullRequest = (additions: number, deletions: number) => ({
  url: 'https://github.com/acme/auth/pull/812',
  head_branch: 'fix/clock',
  pull_request_state: 'open',
  pr_number: 812,
  additions,
  deletions,
});

describe('the uncommitted changes', () => {
  it('are the first answer of the stream, which is then closed', async () => {
    const { server, source, task, agent, id } = await withWorkspace();
    agent.editFiles([
      { repo_root: '/home/coder/auth', branch: 'main', remote_origin: '', unified_diff: DIFF },
      { repo_root: '/home/coder/docs', branch: 'fix', remote_origin: '', unified_diff: '' },
    ]);
    expect(await uncommitted(source, task)).toEqual({
      repositories: [
        { name: '/home/coder/auth', branch: 'main', text: DIFF },
        { name: '/home/coder/docs', branch: 'fix', text: '' },
      ],
      url: '',
      reason: '',
    });
    const { sockets } = server.chats;
    expect(sockets.written).toEqual([{ kind: 'git', chat: id, text: '{"type":"refresh"}' }]);
    await expect.poll(() => sockets.open.all).toBe(0);
    expect(sockets.most.all).toBe(1);
  });

  it('are missing for the reason of a refused upgrade', async () => {
    const { source, task } = await started();
    expect(await uncommitted(source, task)).toEqual({
      repositories: [],
      url: '',
      reason: 'Chat has no workspace to watch.',
    });
  });

  it('reject when the workspace does not answer in time', async () => {
    const clock = manualClock();
    const { server, task } = await withWorkspace();
    server.chats.faults.plan('git', { delayBeforeMs: 60_000 });
    const rejects = expect(uncommitted(sourceAt(server, clock), task)).rejects.toMatchObject({
      kind: 'timeout',
    });
    await server.chats.sockets.until(() => server.chats.sockets.upgrades.length === 1);
    await clock.advance(20_000);
    await rejects;
  });

  it('are missing for the reason that the workspace reports', async () => {
    const { source, task, agent } = await withWorkspace();
    agent.editFiles({ error: 'git is not installed' });
    expect((await uncommitted(source, task)).reason).toBe('git is not installed');
  });
});

describe('the cost', () => {
  it('is that of the chat and its sub-agents', async () => {
    const { source, task, agent } = await started();
    agent.cost({ total_cost_micros: 412_345, unpriced_request_count: 0 });
    expect(await source.cost(task, neverAborted())).toEqual({ micros: 412_345, isPartial: false });
    agent.cost({ total_cost_micros: 500_000, unpriced_request_count: 2 });
    expect(await source.cost(task, neverAborted())).toEqual({ micros: 500_000, isPartial: true });
  });

  it.each([404, 405])('is never requested again after status %i', async (status) => {
    const { server, source, task } = await started();
    server.chats.faults.plan('cost', { answer: { status, body: { message: 'Route not found.' } } }, 2);
    expect(await source.cost(task, neverAborted())).toBeNull();
    const requests = server.requests.length;
    expect(await source.cost(task, neverAborted())).toBeNull();
    expect(server.requests.length).toBe(requests);
  });

  it('of a chat that is gone says nothing about the others', async () => {
    const { source, task } = await started();
    const gone = { ...task, id: '00000000-0000-4000-8000-00000000dead' };
    await expect(source.cost(gone, neverAborted())).rejects.toMatchObject({ kind: 'not-found' });
    expect(await source.cost(task, neverAborted())).not.toBeNull();
  });
});

describe('the context', () => {
  it('is that of the newest message that says so', async () => {
    const { source, task, agent } = await started({ messages: [['user', 'Hi']] });
    agent.say('Hello');
    agent.reportUsage({
      input_tokens: 8_000,
      output_tokens: 300,
      cache_read_tokens: 100,
      context_limit: 200_000,
    });
    agent.say('Bye');
    const transcript = await source.transcript(task, neverAborted());
    expect(transcript.context).toEqual({ tokens: 8_400, limit: 200_000 });
    expect(await source.transcript(task, neverAborted())).toBe(transcript);
    agent.reportUsage({ total_tokens: 9_000 });
    expect((await source.transcript(task, neverAborted())).context).toEqual({ tokens: 9_000, limit: null });
  });

  it('is unknown without one', async () => {
    const { source, task } = await started({ messages: [['user', 'Hi']] });
    expect((await source.transcript(task, neverAborted())).context).toBeUndefined();
  });
});
