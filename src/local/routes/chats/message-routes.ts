import type { SendRequest } from '../../chats/chat-requests.ts';
import type { ChatRow } from '../../chats/chat-row-types.ts';
import { wireMessageOf, wireQueuedOf } from '../../chats/wire-chat.ts';
import { ErrorResponse } from '../../http/error-response.ts';
import { sendJson, sendNoContent } from '../../http/router.ts';
import { validatedEnvironment } from '../../processes/command-environment.ts';
import { findWithBody } from '../route-context.ts';
import { CHAT } from './chat-routes.ts';
import { type ChatsContext, chatFromPath, readFields } from './chats-context.ts';
import { modelChangeOf } from './models.ts';
import {
  busyBehaviorOf,
  contentOf,
  effortOf,
  environmentFieldOf,
  type Fields,
  isGiven,
  planModeOf,
  toolResultsOf,
} from './request-fields.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const DEFAULT_PROMPTS = 500;
const MAX_PROMPTS = 2_000;

/** Routes of messages and of the queue: contract, sections 1.6 to 1.9, and answers to permission requests. */
export function messageRoutes(context: ChatsContext): void {
  const { router, chats, me, requireToken, requireTokenAndWritable: writable } = context;

  router.on('GET', `${CHAT}/messages`, requireToken, (request) => {
    const chat = chatFromPath(request, context);
    const before = cursorOf(request.req.query('before_id'), 'before_id');
    const after = cursorOf(request.req.query('after_id'), 'after_id');
    const limit = limitOf(request.req.query('limit'), DEFAULT_LIMIT, MAX_LIMIT);
    if (before !== null && after !== null && after >= before)
      throw new ErrorResponse(400, 'after_id must be less than before_id.');
    const { messages, queue, hasMore } = chats.messages(chat.id, { limit, before, after });
    return sendJson(request, {
      messages: messages.map((row) => wireMessageOf(row, chat, me)),
      queued_messages: queue.map((row) => wireQueuedOf(row, chat)),
      has_more: hasMore,
    });
  });

  router.on('POST', `${CHAT}/messages`, writable, async (request) => {
    const { row: chat, body } = await findWithBody(
      () => requireUnarchived(chatFromPath(request, context), 'send messages to'),
      () => readFields(request),
    );
    const sent = chats.send(chat.id, sendRequest(chat, body, context));
    const { message, queued, inserted, warnings } = sent;
    return sendJson(request, {
      queued: queued !== null,
      ...(message !== null && { message: wireMessageOf(message, chat, me) }),
      ...(queued !== null && { queued_message: wireQueuedOf(queued, chat) }),
      ...(inserted.length > 0 && { messages: inserted.map((row) => wireMessageOf(row, chat, me)) }),
      ...(warnings.length > 0 && { warnings }),
    });
  });

  router.on('PATCH', `${CHAT}/messages/:message`, writable, async (request) => {
    const { row: chat, body } = await findWithBody(
      () => requireUnarchived(chatFromPath(request, context), 'edit messages in'),
      () => readFields(request),
    );
    const id = messageIdOf(request.req.param('message') ?? '');
    const content = contentOf(body.content, (file) => chats.chats.file(file));
    const edited = chats.editMessage(chat.id, id, { content, ...settingsOf(chat, body, context) });
    const message = wireMessageOf(edited.message, chat, me);
    return sendJson(request, { message, messages: [message], deleted_message_ids: edited.deletedIds });
  });

  router.on('DELETE', `${CHAT}/queue/:queued`, writable, (request) => {
    const chat = chatFromPath(request, context);
    chats.deleteQueued(chat.id, queueIdOf(request.req.param('queued') ?? ''));
    return sendNoContent(request);
  });

  router.on('POST', `${CHAT}/queue/:queued/promote`, writable, (request) => {
    const chat = requireUnarchived(chatFromPath(request, context), 'promote queued messages in');
    chats.promote(chat.id, queueIdOf(request.req.param('queued') ?? ''));
    return sendJson(request, { message: 'Queued message promotion accepted.' }, 202);
  });

  router.on('PATCH', `${CHAT}/queue/:queued`, writable, async (request) => {
    const { row: chat, body } = await findWithBody(
      () => requireUnarchived(chatFromPath(request, context), 'edit queued messages in'),
      () => readFields(request),
    );
    const { planMode: _, ...settings } = settingsOf(chat, body, context);
    chats.editQueued(chat.id, queueIdOf(request.req.param('queued') ?? ''), {
      ...settings,
      ...(isGiven(body.content) && { content: contentOf(body.content, (file) => chats.chats.file(file)) }),
      ...(typeof body.editing === 'boolean' && { editing: body.editing }),
    });
    return sendNoContent(request);
  });

  router.on('POST', `${CHAT}/tool-results`, writable, async (request) => {
    const { row: chat, body } = await findWithBody(
      () => chatFromPath(request, context),
      () => readFields(request),
    );
    const isEmpty = !Array.isArray(body.results) || body.results.length === 0;
    if (isEmpty && chat.status !== 'requires_action')
      throw new ErrorResponse(409, 'Chat is not waiting for tool results.');
    chats.toolResults(chat.id, toolResultsOf(body.results));
    return sendNoContent(request);
  });

  router.on('GET', `${CHAT}/prompts`, requireToken, (request) => {
    const { id } = chatFromPath(request, context);
    const limit = limitOf(request.req.query('limit'), DEFAULT_PROMPTS, MAX_PROMPTS);
    return sendJson(request, { prompts: chats.prompts(id, limit) });
  });
}

/** `deed`: such as `send messages to`. */
function requireUnarchived(chat: ChatRow, deed: string): ChatRow {
  if (chat.archived === 1) throw new ErrorResponse(400, `Cannot ${deed} an archived chat.`);
  return chat;
}

function sendRequest(chat: ChatRow, body: Fields, context: ChatsContext): SendRequest {
  const { chats } = context;
  const content = contentOf(body.content, (file) => chats.chats.file(file));
  const settings = settingsOf(chat, body, context);
  return {
    content,
    busy: busyBehaviorOf(body.busy_behavior),
    ...settings,
    environment: validatedEnvironment(environmentFieldOf(body.environment)),
  };
}

/** The settings that a message changes. */
function settingsOf(
  chat: ChatRow,
  body: Fields,
  context: ChatsContext,
): Pick<SendRequest, 'model' | 'effort' | 'planMode'> {
  const planMode = planModeOf(body.plan_mode);
  const { efforts, model } = modelChangeOf(chat, body.model_config_id, context);
  const effort = effortOf(body.reasoning_effort, efforts);
  return {
    ...(model !== undefined && { model }),
    ...(effort !== undefined && { effort }),
    ...(planMode !== undefined && { planMode }),
  };
}

function limitOf(text: string | undefined, missing: number, most: number): number {
  if (text === undefined || text === '') return missing;
  const limit = Number(text);
  if (!/^\d+$/u.test(text) || limit < 1 || limit > most)
    throw new ErrorResponse(400, `Invalid limit parameter (1-${most}).`);
  return limit;
}

function cursorOf(text: string | undefined, name: string): number | null {
  if (text === undefined || text === '') return null;
  if (!/^\d{1,15}$/u.test(text)) throw new ErrorResponse(400, `Invalid ${name} parameter.`);
  return Number(text);
}

function messageIdOf(text: string): number {
  if (/^[1-9]\d{0,14}$/u.test(text)) return Number(text);
  throw new ErrorResponse(400, 'Invalid chat message ID.', 'Message ID must be a positive integer.');
}

function queueIdOf(text: string): number {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  throw new ErrorResponse(400, 'Invalid queued message ID.');
}
