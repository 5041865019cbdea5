import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BackendError } from '../../../src/domain/errors.ts';
import { chatFacts } from '../../../src/domain/task.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import { openAgentControl } from '../../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';
import { knownAgent } from '../../support/local-chats/scripted-agents.ts';
import { startLocalChats } from '../../support/local-chats/start-local-chats.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { runSteps } from './check-socket-rows.ts';
import { chatsSourceOf, comparable, type FollowedChat, followChat, shownText } from './followed-chat.ts';
import { socketSkipReason } from './local-socket-differences.ts';
import { startLocal } from './local-under-test.ts';
import { STREAMS, type StreamRow } from './socket-contract.ts';

/* The client of Coder's Chats against a real local server. */

const signal = neverAborted();

type Local = Awaited<ReturnType<typeof startLocal>>;

const follow = (server: Local, id: string): Promise<FollowedChat> =>
  followChat(server, id, undefined, server.token);

/** The conversation as a client gets it that has seen nothing. */
async function durable(server: Local, { task }: FollowedChat) {
  return comparable(await chatsSourceOf(server, { token: server.token }).transcript(task, signal));
}

const countOf = (text: string, piece: string): number => text.split(piece).length - 1;

/** The texts that the agent writes in a row. Each of them is unique in its row. */
const piecesOf = ({ then }: StreamRow): readonly string[] =>
  then.flatMap(([name, text]) => (name === 'agent.write' ? [String(text)] : []));

describe('a followed chat', () => {
  it.for(STREAMS.filter((row) => socketSkipReason(row) === null))('$id', async (row) => {
    const server = await startLocal();
    const id = await server.arrange(row.chat ?? {});
    await runSteps(server, id, row.before ?? []);
    const chat = await follow(server, id);
    await expect.poll(() => chat.last).not.toBeNull();
    await runSteps(server, id, row.then);
    const expected = await durable(server, chat);
    const { status } = await server.chat(id);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
    if (status === 'waiting' || status === 'error')
      await expect.poll(() => chat.last?.live?.parts ?? []).toEqual([]);
    for (const transcript of chat.transcripts) {
      const text = shownText(transcript);
      for (const piece of piecesOf(row)) expect(countOf(text, piece), piece).toBeLessThanOrEqual(1);
    }
    expect(chat.faults).toEqual([]);
  });
});

it('shows the turn under way once after a refresh', async () => {
  const server = await startLocal();
  const id = await server.arrange({ status: 'running' });
  const chat = await follow(server, id);
  await expect.poll(() => chat.last).not.toBeNull();
  server.local.agent(id).write('<one>');
  const isStored = async () => (await server.chat(id)).messages.at(-1)?.text === '<one>';
  await expect.poll(isStored).toBe(true);
  const refreshed = await chat.source.transcript(chat.task, signal);
  server.local.agent(id).write('<two>');
  await expect.poll(() => chat.last && shownText(chat.last)).toContain('<two>');
  server.local.agent(id).finish();
  const expected = await durable(server, chat);
  await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
  for (const transcript of [refreshed, ...chat.transcripts])
    for (const piece of ['<one>', '<two>'])
      expect(countOf(shownText(transcript), piece)).toBeLessThanOrEqual(1);
});

describe('random turns and lost connections', () => {
  it.each([1, 2, 3, 4])('end with the conversation of the server: seed %i', async (seed) => {
    const server = await startLocal();
    const id = await server.arrange({ status: 'running' });
    const chat = await follow(server, id);
    await expect.poll(() => chat.last).not.toBeNull();
    const next = seededRandom(seed);
    const agent = server.local.agent(id);
    const pieces: string[] = [];
    const piece = (): string => {
      pieces.push(`<${seed}.${pieces.length}>`);
      return pieces.at(-1) ?? '';
    };
    const send = async (target: string, body?: unknown, method = 'POST') =>
      server.local.chats(method, `/${id}${target}`, body);
    const prompt = () => send('/messages', { content: [{ type: 'text', text: piece() }] });
    const answer = async () => {
      const results = (await server.chat(id)).openCalls.map((call) => ({
        tool_call_id: call,
        output: server.toolOutput,
      }));
      await send('/tool-results', { results });
    };
    const steps: readonly (() => unknown)[] = [
      () => agent.write(piece()),
      () => agent.write(piece()),
      () => agent.write(piece()),
      () => agent.think(piece()),
      () => agent.call({ name: 'execute', status: 'in_progress', input: {}, output: piece() }),
      () => agent.ask(),
      prompt,
      () => agent.finish(),
      () => agent.fail({ message: 'Overloaded.' }),
      () => send('/interrupt'),
      async () =>
        send(
          `/messages/${(await server.chat(id)).messages[0]?.id}`,
          { content: [{ type: 'text', text: piece() }] },
          'PATCH',
        ),
      () => chat.reopen(),
    ];
    for (let count = 0; count < 120; count++) {
      const { status } = await server.chat(id);
      if (status === 'interrupting') agent.finish('cancelled');
      else if (status === 'requires_action') {
        agent.write(piece());
        await answer();
      } else if (status !== 'running') await prompt();
      else await steps[next(steps.length)]?.();
      await new Promise((resolve) => setTimeout(resolve, next(4) === 0 ? 60 : 0));
    }
    for (;;) {
      const { status } = await server.chat(id);
      if (status === 'requires_action') await answer();
      else if (status === 'running' || status === 'interrupting') agent.finish();
      else break;
    }
    const expected = await durable(server, chat);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
    await expect.poll(() => chat.last?.live?.parts ?? []).toEqual([]);
    for (const transcript of chat.transcripts) {
      const text = shownText(transcript);
      for (const each of pieces) expect(countOf(text, each), each).toBeLessThanOrEqual(1);
    }
    expect(chat.faults).toEqual([]);
  });
});

describe('with an agent of the Agent Client Protocol', () => {
  it('lists, creates, sends, follows, watches, answers and deletes', async () => {
    const control = await openAgentControl();
    onTestFinished(() => control[Symbol.asyncDispose]());
    const { agent } = knownAgent('fake');
    const local = await startLocalChats({ env: { PATH: process.env.PATH }, chatRuntime: undefined }, [
      knownAgent('fake', { agent: { ...agent, command: fakeAgentCommand(control.switch) } }),
    ]);
    const { url, token } = local.server;
    const source = chatsSourceOf({ url }, { token });
    let hints = 0;
    const ending = new AbortController();
    const watching = source.watch(() => (hints += 1), ending.signal).catch(() => {});
    await expect.poll(() => hints).toBe(1);
    const models = (await source.models?.(local.organizationId, signal)) ?? [];
    expect(models).toMatchObject([{ isDefault: true, unavailable: null }]);
    const created = await source.create(
      {
        kind: 'chat',
        prompt: 'say Hello | hold',
        organizationId: local.organizationId,
        modelId: models[0]?.id ?? '',
      },
      signal,
      'label-1',
    );
    await expect.poll(() => hints).toBeGreaterThan(1);
    expect((await source.findCreated?.('label-1', signal))?.id).toBe(created.id);
    const listed = async () => (await source.list({ owner: 'me' }, signal))[0];
    expect(await listed()).toMatchObject({ id: created.id, source: 'chats' });
    const chat = await followChat({ url }, created.id, undefined, token);
    await expect.poll(() => chat.last && shownText(chat.last)).toMatch(/Hello$/u);

    expect(await source.send(created, 'say Again', signal)).toMatchObject({ kind: 'queued' });
    await expect.poll(() => chat.last?.queue?.length).toBe(1);
    const running = await control.agent({ owner: created.id });
    running.run('end');
    await expect.poll(() => chat.last && shownText(chat.last)).toMatch(/Hello\n.*Again\n$/su);
    await expect.poll(async () => chatFacts((await listed()) ?? created)?.status).toBe('waiting');

    execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: local.directory });
    writeFileSync(path.join(local.directory, 'new.txt'), 'new\n');
    const diff = await source.diff?.(await source.get(created, signal), 'uncommitted', signal);
    expect(diff?.repositories[0]).toMatchObject({
      branch: 'main',
      text: expect.stringContaining('+++ b/new.txt\n'),
    });

    await source.run('archive', created, signal);
    expect(await source.list({ owner: 'me' }, signal)).toEqual([]);
    await source.run('restore', created, signal);
    expect(await listed()).toMatchObject({ id: created.id });
    await expect(
      source.get({ id: '00000000-0000-4000-8000-000000000000', ownerName: 'me' }, signal),
    ).rejects.toThrow(BackendError);
    ending.abort();
    await watching;
  });
});
