import { describe, expect, it } from 'vitest';
import type { FollowEvent } from '../../../src/domain/ports/source.ts';
import type { QuestionOption } from '../../../src/domain/question.ts';
import { EXTENSIONS } from '../../../src/wire/local-extension.ts';
import type { ChatsServer } from '../../support/chats/chats-server.ts';
import { LOST_ANSWER } from '../../support/chats/faults.ts';
import { neverAborted } from '../api-fixture.ts';
import { chatRequests, chatsServer, factsOf, listMine, refOf, sourceAt } from './chats-fixture.ts';

const ALLOW: QuestionOption = {
  label: 'Allow once',
  description: '',
  effect: 'allow_once',
  optionId: 'allow',
};

const localServer = () => chatsServer({ extensions: EXTENSIONS });

/** A running chat of which the agent waits for permission. */
function asking({ chats }: ChatsServer, ...requests: readonly Readonly<Record<string, unknown>>[]) {
  const id = chats.seed({ messages: [['user', 'Run the tests']], status: 'running' });
  const callIds = requests.map((request) => chats.agent(id).requestPermission(request));
  return { id, callIds };
}

const toolResults = ({ requests }: ChatsServer): readonly unknown[] =>
  requests.flatMap(({ target, body }) => (target.endsWith('/tool-results') ? [JSON.parse(body)] : []));

describe('permission requests', () => {
  it('are in the list, found without the conversation, one after another', async () => {
    const server = await localServer();
    const { id, callIds } = asking(server, { title: 'Tests', command: 'npm test' }, { title: 'Lint' });
    const source = sourceAt(server);
    const [chat] = await listMine(source);
    expect(chat && factsOf(chat).questions).toMatchObject([
      {
        kind: 'permission',
        text: 'Tests: npm test',
        options: [{ label: 'Allow once' }, { label: 'Reject' }],
      },
      { kind: 'permission', text: 'Lint' },
    ]);
    expect(chat?.state?.state).toBe('idle');

    await source.answerPermission(refOf(id), callIds[0] ?? '', ALLOW, neverAborted());
    const [next] = await listMine(source);
    expect(next && factsOf(next).questions.map(({ text }) => text)).toEqual(['Lint']);
    await source.answerPermission(
      refOf(id),
      callIds[1] ?? '',
      { label: 'Cancel', description: '', effect: 'cancel' },
      neverAborted(),
    );
    expect(toolResults(server)).toEqual([
      { results: [{ tool_call_id: callIds[0], output: { outcome: 'selected', option_id: 'allow' } }] },
      { results: [{ tool_call_id: callIds[1], output: { outcome: 'cancelled' } }] },
    ]);
    const [running] = await listMine(source);
    expect(running && factsOf(running)).toMatchObject({ status: 'running', questions: [] });
  });

  it('of a server that names no permissions wait for another program', async () => {
    for (const extensions of [[], ['directory']]) {
      const server = await chatsServer({ extensions });
      asking(server, { title: 'Tests' });
      const [chat] = await listMine(sourceAt(server));
      expect(chat && factsOf(chat).questions).toEqual([]);
      expect(chat?.state).toMatchObject({ state: 'working' });
      expect(chatRequests(server).some((request) => request.includes('/messages'))).toBe(false);
    }
  });

  it('that were answered elsewhere say how', async () => {
    const server = await localServer();
    const { id, callIds } = asking(server, { title: 'Tests' });
    const [callId = ''] = callIds;
    const other = sourceAt(server);
    await other.answerPermission(refOf(id), callId, { ...ALLOW, optionId: 'reject' }, neverAborted());
    await expect(
      sourceAt(server).answerPermission(refOf(id), callId, ALLOW, neverAborted()),
    ).rejects.toMatchObject({ kind: 'answered', message: 'Already answered elsewhere: “Reject”.' });
  });

  it('are answered once when the response is lost', async () => {
    const server = await localServer();
    const { id, callIds } = asking(server, { title: 'Tests' });
    server.chats.faults.plan('tool results', LOST_ANSWER);
    // No delay before the answer is sent again.
    const clock = {
      now: Date.now,
      after: (_: number, callback: () => void) => {
        setImmediate(callback);
        return () => {};
      },
    };
    await sourceAt(server, clock).answerPermission(refOf(id), callIds[0] ?? '', ALLOW, neverAborted());
    expect(toolResults(server)).toHaveLength(2);
    expect(server.chats.chat(id).status).toBe('running');
  });

  it('reach the task of a stream', async () => {
    const server = await localServer();
    const id = server.chats.seed({ messages: [['user', 'Go']], status: 'running' });
    const source = sourceAt(server);
    const [chat] = await listMine(source);
    if (chat === undefined) throw new Error('No chat.');
    const events: FollowEvent[] = [];
    const stop = new AbortController();
    const following = source.follow(chat, (event) => events.push(event), stop.signal).catch(() => undefined);
    await expect.poll(() => events.length).toBeGreaterThan(0);
    server.chats.agent(id).requestPermission({ title: 'Tests' });
    const last = () => events.findLast((event) => event.type === 'task');
    await expect
      .poll(() => {
        const event = last();
        return event?.type === 'task' ? factsOf(event.task).questions.map(({ text }) => text) : [];
      })
      .toEqual(['Tests']);
    stop.abort();
    await following;
  });
});

describe('what a server on this machine adds', () => {
  it('is in the chat', async () => {
    const server = await localServer();
    server.chats.seed({
      status: 'running',
      extra: {
        directory: '/work',
        agent: { name: 'Gemini CLI', version: '0.9' },
        permission_mode: 'edits',
        queued_for_capacity: true,
        stage: { name: 'Starting Gemini CLI', since: '2026-01-01T12:00:00Z' },
        plan: [{ content: 'Read', priority: 'high', status: 'completed' }],
        commands: [{ name: 'init', description: 'Makes a file' }],
      },
    });
    const [chat] = await listMine(sourceAt(server));
    expect(chat && factsOf(chat)).toMatchObject({
      queuedForCapacity: true,
      extension: {
        names: EXTENSIONS,
        directory: '/work',
        agent: { name: 'Gemini CLI', version: '0.9' },
        permissionMode: 'edits',
        stage: { name: 'Starting Gemini CLI' },
        checklist: [{ content: 'Read', priority: 'high', status: 'completed' }],
        commands: [{ name: 'init', description: 'Makes a file' }],
      },
    });
    expect(chat?.state?.message).toBe('Waits until other agents have started');
  });

  it('does not hide a chat when it is broken', async () => {
    const server = await localServer();
    server.chats.seed({ extra: { stage: 'x', plan: 7, commands: { a: 1 }, agent: 'me' } });
    const [chat] = await listMine(sourceAt(server));
    expect(chat && factsOf(chat).extension).toMatchObject({ stage: null, checklist: [], commands: [] });
  });

  it('of a tool call replaces what its arguments say', async () => {
    const server = await localServer();
    const call = {
      type: 'tool-call',
      tool_call_id: 'call_x',
      tool_name: 'Bash',
      args: { command: 'npm test' },
      title: 'Run the tests',
      kind: 'execute',
      locations: [{ path: 'a.ts', line: 3 }, { path: 'b.ts' }],
      diff: [{ path: 'a.ts', old_text: null, new_text: 'x' }],
    };
    const result = { type: 'tool-result', tool_call_id: 'call_x', result: { output: 'so far' } };
    const of = async (status: string, ...results: readonly (typeof result)[]) => {
      const id = server.chats.seed({ messages: [['assistant', { ...call, status }, ...results]] });
      const { messages } = await sourceAt(server).transcript(refOf(id), neverAborted());
      return messages[0]?.parts;
    };
    expect(await of('in_progress', result)).toMatchObject([
      {
        title: 'Run the tests',
        kind: 'execute',
        status: 'running',
        output: 'so far',
        endedAt: null,
        places: [
          { path: 'a.ts', line: 3 },
          { path: 'b.ts', line: null },
        ],
        diffs: [{ path: 'a.ts', oldText: null, newText: 'x' }],
      },
    ]);
    expect(await of('cancelled', result)).toMatchObject([{ status: 'cancelled' }]);
    expect(await of('completed', result)).toMatchObject([{ status: 'done' }]);
    expect(await of('failed')).toMatchObject([{ status: 'failed' }]);
  });
});
