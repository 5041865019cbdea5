import type { NewChat } from '../../chats/chat-requests.ts';
import type { ChatRow } from '../../chats/chat-row-types.ts';
import type { CreatedChat } from '../../chats/create-chat.ts';
import { totalCost } from '../../chats/stored-usage.ts';
import { ErrorResponse } from '../../http/error-response.ts';
import { type Context, sendJson, sendNoContent } from '../../http/router.ts';
import { validatedEnvironment } from '../../processes/command-environment.ts';
import { findWithBody, whileConnected } from '../route-context.ts';
import {
  type ChatsContext,
  chatFromPath,
  directoryOfWorkspace,
  readCreateFields,
  readFields,
  usableDirectory,
  wireChat,
  workspaceNotFound,
} from './chats-context.ts';
import { pageOf, parseListQuery } from './list-query.ts';
import { modelChangeOf, modelOfNewChat } from './models.ts';
import { withNewWorktree, worktreeFieldsOf } from './new-worktree.ts';
import {
  clientTypeOf,
  contentOf,
  effortOf,
  environmentFieldOf,
  type Fields,
  isGiven,
  labelsOf,
  permissionModeOf,
  planModeOf,
  titleOf,
} from './request-fields.ts';

export const CHATS = '/api/v2/chats';
export const CHAT = `${CHATS}/:chat`;

/** Routes of the chat itself: contract, sections 1.2 to 1.5, 1.10 and 1.11. */
export function chatRoutes(context: ChatsContext): void {
  const { router, chats, requireToken, requireTokenAndWritable } = context;
  const writable = requireTokenAndWritable;

  router.on('GET', CHATS, requireToken, (request) => sendJson(request, list(request, context)));

  router.on('POST', CHATS, writable, async (request) => {
    const { chat, warnings } = await create(request, context);
    const wire = wireChat(chat, 'single', context);
    return sendJson(request, warnings.length > 0 ? { ...wire, warnings } : wire, 201);
  });

  router.on('GET', CHAT, requireToken, (request) =>
    sendJson(request, wireChat(chatFromPath(request, context), 'single', context)),
  );

  router.on('PATCH', CHAT, writable, async (request) => {
    const { row, body } = await findWithBody(
      () => chatFromPath(request, context),
      () => readFields(request),
    );
    update(row, body, context);
    return sendNoContent(request);
  });

  router.on('DELETE', CHAT, writable, async (request) => {
    const chat = chatFromPath(request, context);
    // A client that is gone does not stop it.
    await chats.remove(chat.id, new AbortController().signal);
    return sendNoContent(request);
  });

  router.on('POST', `${CHAT}/interrupt`, writable, (request) => {
    const { id } = chatFromPath(request, context);
    return sendJson(request, wireChat(chats.interrupt(id), 'bare', context));
  });

  router.on('POST', `${CHAT}/reconcile-invalid`, writable, (request) => {
    chatFromPath(request, context);
    throw new ErrorResponse(409, 'Chat is not in an invalid state.');
  });

  for (const action of ['compact', 'clear'])
    router.on('POST', `${CHAT}/${action}`, writable, (request) => {
      const chat = chatFromPath(request, context);
      if (chat.archived === 1) throw new ErrorResponse(400, `Cannot ${action} an archived chat.`);
      throw new ErrorResponse(
        409,
        `Cannot ${action} the chat in its current state.`,
        'The agent manages its context itself.',
      );
    });

  router.on('POST', `${CHAT}/title/propose`, writable, (request) => {
    chatFromPath(request, context);
    throw new ErrorResponse(409, 'No title can be proposed: the agents of this machine do not offer it.');
  });

  router.on('GET', `${CHAT}/cost`, requireToken, (request) =>
    sendJson(request, costOf(chatFromPath(request, context), context)),
  );
}

function list(request: Context, context: ChatsContext): readonly Fields[] {
  const { chats } = context;
  const query = parseListQuery(new URL(request.req.url).searchParams);
  const sorted = query.afterId === '' ? chats.chats.chats(query.archived) : chats.chats.chats(null);
  const page = pageOf(sorted, query, {
    isUnread: (chat) => chats.isUnread(chat),
    hasWords: (chat, words) => chats.chats.hasWords(chat, words),
  });
  return page.map((chat) => wireChat(chat, 'list', context));
}

async function create(request: Context, context: ChatsContext): Promise<CreatedChat> {
  const { chats } = context;
  const fields = await readCreateFields(request);
  const chat = newChat(fields, context);
  const wanted = worktreeFieldsOf(fields.worktree);
  if (wanted === null) return chats.create({ ...chat, worktree: null });
  return whileConnected(request, (signal) =>
    withNewWorktree(wanted, chat, context, signal, (worktree) => chats.create({ ...chat, worktree })),
  );
}

/** The checked request to create a chat. The order of the checks is Coder's. */
function newChat(fields: Fields, context: ChatsContext): Omit<NewChat, 'worktree'> {
  const { chats, me } = context;
  const { organization_id: organization } = fields;
  if (typeof organization !== 'string' || organization === '')
    throw new ErrorResponse(400, 'organization_id is required.');
  if (organization.toLowerCase() !== me.organizationId)
    throw new ErrorResponse(403, 'You are not a member of the specified organization.');
  // As on Coder's newest servers: a title without content makes a chat that waits.
  const isIdle = !isGiven(fields.content) && isGiven(fields.title);
  const content = isIdle ? [] : contentOf(fields.content, (id) => chats.chats.file(id));
  const labels = labelsOf(fields.labels);
  const planMode = planModeOf(fields.plan_mode) ?? false;
  const clientType = clientTypeOf(fields.client_type);
  const permissionMode = permissionModeOf(fields.permission_mode) ?? 'ask';
  const title = isGiven(fields.title) ? titleOf(fields.title) : null;
  const environment = validatedEnvironment(environmentFieldOf(fields.environment));
  const directory = directoryFor(fields, context);
  const { agent, model, efforts } = modelOfNewChat(fields.model_config_id, environment, context);
  const effort = effortOf(fields.reasoning_effort, efforts) ?? '';
  return {
    agent: agent.name,
    model,
    effort,
    content,
    directory,
    permissionMode,
    planMode,
    labels,
    title,
    clientType,
    environment,
  };
}

function directoryFor(fields: Fields, { chats, defaultDirectory }: ChatsContext): string {
  if (isGiven(fields.directory)) return usableDirectory(fields.directory);
  if (!isGiven(fields.workspace_id)) return usableDirectory(defaultDirectory);
  const directory = directoryOfWorkspace(chats, String(fields.workspace_id));
  if (directory === null) throw workspaceNotFound();
  return usableDirectory(directory);
}

/** PATCH. Applies the fields one after another, as Coder does: a refused field leaves those before it applied. */
function update(chat: ChatRow, fields: Fields, context: ChatsContext): void {
  const { chats } = context;
  const planMode = planModeOf(fields.plan_mode);
  const permissionMode = permissionModeOf(fields.permission_mode);
  if (isGiven(fields.title)) chats.rename(chat.id, titleOf(fields.title));
  if (isGiven(fields.labels)) chats.setLabels(chat.id, labelsOf(fields.labels));
  if (typeof fields.archived === 'boolean')
    chats.archive(chat.id, fields.archived, validatedEnvironment(environmentFieldOf(fields.environment)));
  if (isGiven(fields.pin_order)) pin(chat, fields.pin_order, context);
  if (isGiven(fields.workspace_id)) move(chat, String(fields.workspace_id), context);
  const { efforts, model } = modelChangeOf(chat, fields.model_config_id, context);
  const effort = effortOf(fields.reasoning_effort, efforts);
  const settings = {
    ...(planMode !== undefined && { planMode }),
    ...(permissionMode !== undefined && { permissionMode }),
    ...(model !== undefined && { model }),
    ...(effort !== undefined && { effort }),
  };
  if (Object.keys(settings).length > 0) chats.configure(chat.id, settings);
  if (typeof fields.read === 'boolean') chats.markRead(chat.id, fields.read);
}

function pin(chat: ChatRow, order: unknown, { chats }: ChatsContext): void {
  if (typeof order !== 'number' || !Number.isInteger(order) || order < 0)
    throw new ErrorResponse(400, 'Pin order must be non-negative.');
  chats.pin(chat.id, order);
}

function move(chat: ChatRow, workspaceId: string, { chats }: ChatsContext): void {
  const directory = directoryOfWorkspace(chats, workspaceId);
  if (directory === null) throw workspaceNotFound();
  chats.moveTo(chat.id, usableDirectory(directory));
}

/** The cost that the agent's sessions reported. Amounts in another currency than dollars are not counted. */
function costOf(chat: ChatRow, { chats }: ChatsContext): Fields {
  const total = totalCost(chat.usage);
  const cost = total?.currency === 'USD' ? total.amount : null;
  const answers = chats.chats.answerCount(chat.id);
  return {
    chat_id: chat.id,
    total_cost_micros: cost === null ? 0 : Math.round(cost * 1e6),
    request_count: answers,
    unpriced_request_count: cost === null ? answers : 0,
  };
}
