import { describe, expect, it } from 'vitest';
import {
  idleChat,
  type LocalChatsServer,
  startLocalChats,
} from '../../support/local-chats/start-local-chats.ts';

const UNKNOWN = '6f0c1c1e-6f1b-4a38-9a55-0000000000ff';

const statusOf = async (server: LocalChatsServer, id: string): Promise<string> =>
  (await server.chats('GET', `/${id}`)).body.status;

describe('permissions', () => {
  const answer = (server: LocalChatsServer, chat: string, request: string, output: unknown) =>
    server.chats('POST', `/${chat}/tool-results`, { results: [{ tool_call_id: request, output }] });
  const allow = { outcome: 'selected', option_id: 'allow_once' };

  it('has modes, which a PATCH changes', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const mode = async () => (await server.chats('GET', `/${id}`)).body.permission_mode;
    expect(await mode()).toBe('ask');
    expect((await server.chats('PATCH', `/${id}`, { permission_mode: 'edits' })).status).toBe(204);
    expect(await mode()).toBe('edits');
    expect(await server.chats('PATCH', `/${id}`, { permission_mode: 'wild' })).toMatchObject({
      status: 400,
      body: { message: 'Invalid permission_mode value.' },
    });
    const other = await server.create('Other', { permission_mode: 'all' });
    expect((await server.chats('GET', `/${other}`)).body.permission_mode).toBe('all');
    expect(server.scripted.turns.at(-1)?.settings.permissionMode).toBe('all');
  });

  it('asks with a tool call, and goes on after the last answer', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const requests = [server.agent(id).ask({ title: 'Run tests', command: 'make' }), server.agent(id).ask()];
    expect(await statusOf(server, id)).toBe('requires_action');
    const [message] = (await server.chats('GET', `/${id}/messages`)).body.messages;
    expect(
      message.content.filter(({ tool_name: name }: { tool_name: string }) => name === 'request_permission'),
    ).toMatchObject([
      {
        type: 'tool-call',
        tool_call_id: requests[0],
        status: 'pending',
        args: {
          title: 'Run tests',
          kind: 'execute',
          command: 'make',
          options: [
            { option_id: 'allow_once', kind: 'allow_once' },
            { option_id: 'reject_once', kind: 'reject_once' },
          ],
        },
      },
      { tool_call_id: requests[1] },
    ]);
    expect((await answer(server, id, requests[1] ?? '', allow)).status).toBe(204);
    expect(await statusOf(server, id)).toBe('requires_action');
    expect((await answer(server, id, requests[0] ?? '', { outcome: 'cancelled' })).status).toBe(204);
    expect(await statusOf(server, id)).toBe('running');
    expect(server.scripted.answers).toEqual([
      { chatId: id, requestId: requests[1], outcome: allow },
      { chatId: id, requestId: requests[0], outcome: { outcome: 'cancelled' } },
    ]);
  });

  it('is answered exactly once', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    const answers = await Promise.all([
      answer(server, id, request, allow),
      answer(server, id, request, { outcome: 'cancelled' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([204, 409]);
    expect(JSON.stringify(answers[1]?.body)).toContain('allow_once');
    expect(server.scripted.answers).toHaveLength(1);
  });

  it.each([
    ['an unknown request', (chat: string) => [chat, UNKNOWN, allow] as const, 409],
    [
      'an unknown option',
      (chat: string, id: string) => [chat, id, { ...allow, option_id: 'x' }] as const,
      400,
    ],
    ['another output', (chat: string, id: string) => [chat, id, { ok: true }] as const, 400],
  ])('refuses %s', async (_, make, status) => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    const [chat, call, output] = make(id, request);
    expect((await answer(server, chat, call, output)).status).toBe(status);
    expect(await statusOf(server, id)).toBe('requires_action');
    expect(server.scripted.answers).toEqual([]);
  });

  it('refuses no answers and double ones', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    const twice = [allow, allow].map((output) => ({ tool_call_id: request, output }));
    for (const results of [undefined, [], twice])
      expect((await server.chats('POST', `/${id}/tool-results`, { results })).status).toBe(400);
  });

  it('are cancelled by an interrupt, and end with a turn', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    expect((await server.chats('POST', `/${id}/interrupt`)).body.status).toBe('interrupting');
    expect(server.scripted.answers).toMatchObject([
      { requestId: request, outcome: { outcome: 'cancelled' } },
    ]);
    expect(server.scripted.interrupts).toEqual([id]);
    server.agent(id).finish('cancelled');
    expect(await statusOf(server, id)).toBe('waiting');
    expect((await answer(server, id, request, allow)).status).toBe(409);
  });
});

describe('delete', () => {
  it('removes an archived chat only', async () => {
    const server = await startLocalChats();
    const id = await idleChat(server);
    expect(await server.chats('DELETE', `/${id}`)).toMatchObject({ status: 409 });
    await server.chats('PATCH', `/${id}`, { archived: true });
    expect((await server.chats('DELETE', `/${id}`)).status).toBe(204);
    expect((await server.chats('GET', `/${id}`)).status).toBe(404);
    expect((await server.chats('GET', '?q=archived:any')).body).toEqual([]);
    expect((await server.chats('DELETE', `/${id}`)).status).toBe(404);
    expect((await server.chats('DELETE', '/auth')).status).toBe(400);
  });
});
