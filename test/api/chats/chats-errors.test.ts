import { expect, it } from 'vitest';
import { createApiClient } from '../../../src/api/api-client.ts';
import { chatPath, createChatsApi } from '../../../src/api/chats/chats-api.ts';
import { createConnection } from '../../../src/api/connection.ts';
import { json, type Reply, raw } from '../../support/coder-server.ts';
import { errorOf, neverAborted, TOKEN } from '../api-fixture.ts';
import { chatsServer, refOf } from './chats-fixture.ts';

const GATEWAY = {
  message:
    'AI Gateway must be enabled for Coder Agents functionality. Please contact your deployment administrator.',
  detail: 'Set CODER_AI_GATEWAY_ENABLED=true (or ai-gateway-enabled in deployment YAML) to enable.',
};

it.each<[string, Reply, object]>([
  ['401', json(401, { message: 'You are signed out.' }), { kind: 'signed-out', tookEffect: 'no' }],
  [
    '403 of another owner',
    json(403, { message: 'Only the chat owner may send messages.' }),
    { kind: 'forbidden', tookEffect: 'no', hint: undefined },
  ],
  [
    '403 of a hook',
    json(403, { message: 'Denied: no secrets.', kind: 'hook_denied' }),
    { kind: 'forbidden', tookEffect: 'no', hint: expect.stringMatching(/hook/u) },
  ],
  [
    '404',
    json(404, { message: 'Resource not found or you do not have access to this resource' }),
    { kind: 'not-found' },
  ],
  ['404 of a queued message', json(404, { message: 'Queued message not found.' }), { kind: 'not-found' }],
  [
    '400',
    json(400, { message: 'Invalid input part.', detail: 'Text is blank.' }),
    { kind: 'invalid', detail: 'Text is blank.' },
  ],
  ['413', json(413, { message: 'Request body too large.' }), { kind: 'invalid', tookEffect: 'no' }],
  ['415', json(415, { message: 'Unsupported media type.' }), { kind: 'invalid' }],
  [
    '409 of the state',
    json(409, { message: 'Chat is not in an interruptible state.' }),
    { kind: 'conflict', hint: undefined },
  ],
  [
    '409 of the budget',
    json(409, { message: 'Chat usage limit exceeded.', spent_micros: 5, limit_micros: 5 }),
    { kind: 'conflict', hint: expect.stringMatching(/budget/u) },
  ],
  [
    '409 of contradicting rows',
    json(409, { message: 'Chat is in an invalid state.' }),
    { kind: 'conflict', hint: expect.stringMatching(/web page/u) },
  ],
  [
    '429 of the queue',
    json(429, { message: 'Message queue is full.', detail: 'Maximum 20 messages can be queued.' }),
    { kind: 'busy', tookEffect: 'no', retryAfterMs: undefined, detail: 'Maximum 20 messages can be queued.' },
  ],
  [
    '429 of the rate limit',
    json(429, { message: 'Too many.' }, { 'retry-after': '7' }),
    { kind: 'rate-limited', tookEffect: 'no', retryAfterMs: 7_000 },
  ],
  [
    '503 of the AI Gateway',
    json(503, GATEWAY),
    {
      kind: 'server',
      tookEffect: 'no',
      message: GATEWAY.message,
      hint: expect.stringMatching(/only be read/u),
    },
  ],
  ['503 of a proxy', raw(503, 'no upstream'), { kind: 'server', tookEffect: 'maybe' }],
  [
    '502 of a hook',
    json(502, { message: 'Chat lifecycle hook dispatch failed.', kind: 'hook_dispatch_failed' }),
    { kind: 'server', tookEffect: 'maybe', message: 'Chat lifecycle hook dispatch failed.' },
  ],
  ['500', json(500, { message: 'Failed to create chat message.' }), { kind: 'server', tookEffect: 'maybe' }],
  ['a kind of another type', json(409, { message: 'x', kind: 7 }), { kind: 'conflict', message: 'x' }],
])('%s', async (_, reply, expected) => {
  const server = await chatsServer();
  const id = server.chats.seed();
  server.on('POST', `/api/v2/chats/${id}/messages`, reply);
  const connection = createConnection({ url: server.url, token: TOKEN });
  const api = createChatsApi(createApiClient(connection, undefined));
  const path = chatPath(refOf(id), 'messages');
  const error = await errorOf(api.send({ method: 'POST', path, json: {} }, neverAborted()));
  expect(error).toMatchObject(expected);
});
