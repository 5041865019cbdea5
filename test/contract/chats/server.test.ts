import { expect, it, onTestFinished } from 'vitest';
import { startChatsServer } from '../../support/chats/chats-server.ts';
import { LOST_ANSWER } from '../../support/chats/faults.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { request } from './request.ts';

const CHATS = '/api/v2/chats';
const text = (words: string) => ({ content: [{ type: 'text', text: words }] });

async function start(options: Partial<ChatsOptions> = {}) {
  const server = await startChatsServer(options);
  onTestFinished(() => server.close());
  const { chats, url } = server;
  return {
    server,
    chats,
    call: (method: string, path: string, body?: unknown) => request(url, method, `${CHATS}${path}`, body),
  };
}

it('runs a chat from its creation to the archive', async () => {
  const { chats, call } = await start({ stopsAfterMs: null });
  const created = await call('POST', '', { organization_id: ORGANIZATION_ID, ...text(' Fix it ') });
  expect(created).toMatchObject({ status: 201, body: { status: 'running', title: 'Fix it', children: [] } });
  const { id } = created.body;
  const queued = await call('POST', `/${id}/messages`, text('And lint it'));
  expect(queued.body).toMatchObject({ queued: true, queued_message: { content: [{ text: 'And lint it' }] } });
  chats.agent(id).use('execute', { command: 'make' }, { output: 'ok' });
  chats.agent(id).finish({ say: 'Fixed.' });
  const page = await call('GET', `/${id}/messages`);
  expect(page.body.messages.map(({ role }: { role: string }) => role)).toEqual([
    'user',
    'assistant',
    'tool',
    'assistant',
    'user',
  ]);
  expect(page.body.queued_messages).toEqual([]);
  expect((await call('PATCH', `/${id}`, { archived: true })).status).toBe(409);
  expect((await call('POST', `/${id}/interrupt`)).body.status).toBe('interrupting');
  chats.agent(id).stop();
  expect((await call('PATCH', `/${id}`, { archived: true })).status).toBe(204);
  expect((await call('GET', '')).body).toEqual([]);
  expect((await call('GET', '?q=archived:any')).body).toMatchObject([{ id, has_unread: true }]);
});

it('writes a message whose answer is lost', async () => {
  const { chats, call } = await start();
  const id = chats.seed();
  chats.faults.plan('send', LOST_ANSWER);
  await expect(call('POST', `/${id}/messages`, text('Go on'))).rejects.toThrow('fetch failed');
  expect(chats.prompts(id).at(-1)).toBe('Go on');
});
