import { assertOwner } from './assert-owner.ts';
import { effortOf, inputParts, planModeOf, recordOf } from './content.ts';
import { linkFiles, withFiles } from './files.ts';
import * as machine from './machine.ts';
import { modelOf } from './models.ts';
import type { Call, Operation } from './operations.ts';
import { noRoute, notFound, Refusal, usageLimit } from './refusal.ts';
import { type ChatRow, textOf } from './rows.ts';
import { type ChatsState, ME, visibleMessages } from './state.ts';
import { shownQueue, wireMessage, wireQueued } from './wire-chat.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

function idOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name) ?? '';
  if (text === '') return null;
  if (!/^\d+$/u.test(text)) throw new Refusal(400, `Invalid ${name} parameter.`);
  return Number(text);
}

function messagePage(state: ChatsState, chat: ChatRow, query: URLSearchParams): unknown {
  const limitText = query.get('limit') ?? '';
  const limit = limitText === '' ? DEFAULT_LIMIT : Number(limitText);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new Refusal(400, `Invalid limit parameter (1-${MAX_LIMIT}).`);
  const [before, after] = [idOf(query, 'before_id'), idOf(query, 'after_id')];
  if (before !== null && after !== null && after >= before)
    throw new Refusal(400, 'after_id must be less than before_id.');
  const inRange = visibleMessages(chat)
    .filter(({ role }) => role !== 'system')
    .filter(({ id }) => (before === null || id < before) && (after === null || id > after));
  // Oldest first with `after_id` alone, newest first otherwise.
  const ordered = after !== null && before === null ? inRange : inRange.toReversed();
  const queue = before === null && after === null ? shownQueue(state, chat) : [];
  const shown = state.options.limits ? ordered.slice(0, limit) : ordered;
  return {
    messages: shown.map((message) => wireMessage(state, chat, message)),
    queued_messages: queue.map((row) => wireQueued(chat, row)),
    has_more: ordered.length > shown.length,
  };
}

function send({ state, params: [id = ''], body }: Call): unknown {
  const chat = state.chat(id);
  assertOwner(chat, 'send messages');
  if (chat.archived) throw new Refusal(400, 'Cannot send messages to an archived chat.');
  const request = recordOf(body);
  const content = withFiles(state, inputParts(request.content));
  const planMode = planModeOf(request.plan_mode);
  const busy = request.busy_behavior ?? 'queue';
  if (busy !== 'queue' && busy !== 'interrupt')
    throw new Refusal(400, 'Invalid busy_behavior value.', { detail: 'Must be "queue" or "interrupt".' });
  const model = modelOf(request.model_config_id);
  const effort = effortOf(request.reasoning_effort);
  if (!state.options.budget) throw usageLimit();
  const { message, queued, inserted } = machine.send(state, chat, content, busy);
  if (model !== undefined) chat.model = model;
  if (effort !== undefined) chat.effort = effort;
  if (planMode !== undefined) chat.planMode = planMode;
  const warnings = linkFiles(chat, content);
  const messages = inserted.map((row) => wireMessage(state, chat, row));
  return {
    queued: queued !== null,
    ...(message !== null && { message: wireMessage(state, chat, message) }),
    ...(queued !== null && { queued_message: wireQueued(chat, queued) }),
    ...(messages.length > 0 && { messages }),
    ...(warnings.length > 0 && { warnings }),
  };
}

function queueIdOf(text: string): number {
  if (!/^\d+$/u.test(text)) throw new Refusal(400, 'Invalid queued message ID.');
  return Number(text);
}

/** Messages, the queue, and what they start. */
export const messageOperations: readonly Operation[] = [
  {
    name: 'messages',
    method: 'GET',
    path: /^\/([^/]+)\/messages$/u,
    under: 'chats',
    needsGateway: false,
    run: ({ state, params: [id = ''], query }) => ({
      status: 200,
      body: messagePage(state, state.chat(id), query),
    }),
  },
  {
    name: 'send',
    method: 'POST',
    path: /^\/([^/]+)\/messages$/u,
    under: 'chats',
    needsGateway: true,
    run: (call) => ({ status: 200, body: send(call) }),
  },
  {
    name: 'edit message',
    method: 'PATCH',
    path: /^\/([^/]+)\/messages\/([^/]+)$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = '', messageId = ''], body }) {
      const chat = state.chat(id);
      assertOwner(chat, 'edit messages');
      if (chat.archived) throw new Refusal(400, 'Cannot edit messages in an archived chat.');
      if (!/^[1-9]\d*$/u.test(messageId))
        throw new Refusal(400, 'Invalid chat message ID.', {
          detail: 'Message ID must be a positive integer.',
        });
      const request = recordOf(body);
      const content = withFiles(state, inputParts(request.content));
      const model = modelOf(request.model_config_id);
      const effort = effortOf(request.reasoning_effort);
      const { message, deletedIds } = machine.editMessage(state, chat, Number(messageId), content);
      if (model !== undefined) chat.model = model;
      if (effort !== undefined) chat.effort = effort;
      const wire = wireMessage(state, chat, message);
      return { status: 200, body: { message: wire, messages: [wire], deleted_message_ids: deletedIds } };
    },
  },
  {
    name: 'delete queued',
    method: 'DELETE',
    path: /^\/([^/]+)\/queue\/([^/]+)$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = '', queueId = ''] }) {
      const chat = state.chat(id);
      if (chat.ownerId !== ME.id) throw notFound();
      machine.deleteQueued(state, chat, queueIdOf(queueId));
      return { status: 204 };
    },
  },
  {
    name: 'promote',
    method: 'POST',
    path: /^\/([^/]+)\/queue\/([^/]+)\/promote$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = '', queueId = ''] }) {
      const chat = state.chat(id);
      assertOwner(chat, 'promote queued messages');
      if (chat.archived) throw new Refusal(400, 'Cannot promote queued messages in an archived chat.');
      machine.promote(state, chat, queueIdOf(queueId));
      return { status: 202, body: { message: 'Queued message promotion accepted.' } };
    },
  },
  {
    name: 'edit queued',
    method: 'PATCH',
    path: /^\/([^/]+)\/queue\/([^/]+)$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = '', queueId = ''], body }) {
      if (state.options.era !== 'paused') throw noRoute();
      const chat = state.chat(id);
      assertOwner(chat, 'edit queued messages');
      const { content, editing } = recordOf(body);
      machine.editQueued(state, chat, queueIdOf(queueId), {
        ...(content !== undefined && { content: inputParts(content) }),
        ...(typeof editing === 'boolean' && { editing }),
      });
      return { status: 204 };
    },
  },
  {
    name: 'tool results',
    method: 'POST',
    path: /^\/([^/]+)\/tool-results$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = ''], body }) {
      const { results } = recordOf(body);
      machine.submitToolResults(state, state.chat(id), Array.isArray(results) ? results : []);
      return { status: 204 };
    },
  },
  {
    name: 'prompts',
    method: 'GET',
    path: /^\/([^/]+)\/prompts$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, params: [id = ''], query }) {
      const prompts = visibleMessages(state.chat(id))
        .filter(({ role }) => role === 'user')
        .toReversed()
        .map((message) => ({ id: message.id, text: textOf(message) }))
        .slice(0, Number(query.get('limit') || 500));
      return { status: 200, body: { prompts } };
    },
  },
];
