import { effortOf, inputParts, labelsOf, planModeOf, recordOf } from './content.ts';
import { linkFiles, withFiles } from './files.ts';
import { listChats } from './list-chats.ts';
import * as machine from './machine.ts';
import { modelOf } from './models.ts';
import type { Operation } from './operations.ts';
import { noRoute, Refusal, usageLimit } from './refusal.ts';
import { textOf } from './rows.ts';
import { type ChatsState, MODEL_ID, ORGANIZATION_ID } from './state.ts';
import { updateChat } from './update-chat.ts';
import { wireChat } from './wire-chat.ts';
import type { Workspaces } from './workspaces.ts';
import { plannedWorktree } from './worktree-operations.ts';

const MAX_BODY_BYTES = 256 * 1024;

/** The beginning of the prompt, until the server generates a title. */
const cutTitle = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line || 'New chat';
};

function createChat(state: ChatsState, workspaces: Workspaces, body: unknown): unknown {
  const { options } = state;
  if (options.role !== 'member') throw new Refusal(403, 'Forbidden.');
  if (Buffer.byteLength(JSON.stringify(body ?? null)) > MAX_BODY_BYTES)
    throw new Refusal(413, 'Request body too large.');
  const request = recordOf(body);
  const { organization_id: organizationId, workspace_id: workspaceId, client_type: clientType } = request;
  if (typeof organizationId !== 'string') throw new Refusal(400, 'organization_id is required.');
  if (organizationId !== ORGANIZATION_ID)
    throw new Refusal(403, 'You are not a member of the specified organization.');
  const isEmpty = options.era === 'paused' && (request.content === undefined || request.content === null);
  const content = isEmpty ? [] : withFiles(state, inputParts(request.content));
  const labels = labelsOf(request.labels);
  const planMode = planModeOf(request.plan_mode) ?? false;
  if (clientType !== undefined && clientType !== 'ui' && clientType !== 'api')
    throw new Refusal(400, 'Invalid client_type.');
  if (typeof workspaceId === 'string') workspaces.assertUsable(workspaceId);
  const model = modelOf(request.model_config_id) ?? MODEL_ID;
  const effort = effortOf(request.reasoning_effort) ?? null;
  if (!options.budget) throw usageLimit();
  const worktree = options.extensions.includes('worktree')
    ? plannedWorktree(request.worktree, request.directory)
    : null;
  const chat = state.add({
    ...(worktree !== null && { extra: { worktree } }),
    title:
      options.era === 'paused' && typeof request.title === 'string'
        ? request.title
        : cutTitle(textOf({ content })),
    labels,
    planMode,
    model,
    effort,
    clientType: clientType ?? 'api',
    workspaceId: typeof workspaceId === 'string' ? workspaceId : null,
  });
  if (!isEmpty) machine.send(state, chat, content);
  const warnings = linkFiles(chat, content);
  return { ...wireChat(state, chat, 'single'), ...(warnings.length > 0 && { warnings }) };
}

const NO_CONTENT = { status: 204 } as const;

/** The chat itself: list, create, get, update, and what changes its state without a message. */
export const chatOperations: readonly Operation[] = [
  {
    name: 'list',
    method: 'GET',
    path: /^$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, query }) {
      if (state.options.role === 'none, list refused') throw new Refusal(403, 'Forbidden.');
      return { status: 200, body: listChats(state, query) };
    },
  },
  {
    name: 'create',
    method: 'POST',
    path: /^$/u,
    under: 'chats',
    needsGateway: true,
    run: ({ state, workspaces, body }) => ({ status: 201, body: createChat(state, workspaces, body) }),
  },
  {
    name: 'by workspace',
    method: 'GET',
    path: /^\/by-workspace$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, query }) {
      const ids = (query.get('workspace_ids') ?? '').split(',').filter((id) => id !== '');
      if (ids.length > 25) throw new Refusal(400, 'Too many workspace IDs, maximum is 25.');
      const newest = [...state.chats.values()]
        .filter(({ archived, workspaceId }) => !archived && workspaceId !== null && ids.includes(workspaceId))
        .sort((one, other) => one.createdAt - other.createdAt);
      return {
        status: 200,
        body: Object.fromEntries(newest.map(({ workspaceId, id }) => [workspaceId, id])),
      };
    },
  },
  {
    name: 'get',
    method: 'GET',
    path: /^\/([^/]+)$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, params: [id = ''] }) {
      const chat = state.chat(id);
      const body = wireChat(state, chat, 'single', ({ archived }) => archived === chat.archived);
      return { status: 200, body };
    },
  },
  {
    name: 'update',
    method: 'PATCH',
    path: /^\/([^/]+)$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, workspaces, params: [id = ''], body }) {
      updateChat(state, workspaces, state.chat(id), recordOf(body));
      return NO_CONTENT;
    },
  },
  {
    name: 'delete',
    method: 'DELETE',
    path: /^\/([^/]+)$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, params: [id = ''] }) {
      const chat = state.chat(id);
      if (!state.options.extensions.includes('delete')) throw noRoute();
      if (!chat.archived) throw new Refusal(409, 'Only an archived chat can be deleted.');
      for (const member of state.family(chat)) state.chats.delete(member.id);
      return NO_CONTENT;
    },
  },
  {
    name: 'interrupt',
    method: 'POST',
    path: /^\/([^/]+)\/interrupt$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = ''] }) {
      const chat = state.chat(id);
      machine.interrupt(state, chat);
      return { status: 200, body: wireChat(state, chat, 'bare') };
    },
  },
  {
    name: 'reconcile',
    method: 'POST',
    path: /^\/([^/]+)\/reconcile-invalid$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = ''] }) {
      const chat = state.chat(id);
      if (!chat.invalid) throw new Refusal(409, 'Chat is not in an invalid state.');
      chat.invalid = false;
      chat.status = chat.queue.length === 0 ? 'waiting' : 'error';
      state.touch(chat);
      return { status: 200, body: wireChat(state, chat, 'bare') };
    },
  },
  {
    name: 'compact',
    method: 'POST',
    path: /^\/([^/]+)\/compact$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = ''] }) {
      const chat = state.chat(id);
      if (chat.archived) throw new Refusal(400, 'Cannot compact an archived chat.');
      machine.assertValid(chat);
      if (chat.status !== 'waiting' && chat.status !== 'error')
        throw new Refusal(409, 'Cannot compact the chat in its current state.', {
          detail: 'Compaction is not available while the chat is generating.',
        });
      chat.lastError = null;
      state.touch(chat);
      return { status: 200, body: wireChat(state, chat, 'bare') };
    },
  },
  {
    name: 'propose title',
    method: 'POST',
    path: /^\/([^/]+)\/title\/propose$/u,
    under: 'chats',
    needsGateway: true,
    run({ state, params: [id = ''] }) {
      const chat = state.chat(id);
      if (!state.options.budget) throw usageLimit();
      const prompt = chat.messages.find(({ role, deleted }) => role === 'user' && !deleted);
      return { status: 200, body: { title: `Proposed: ${cutTitle(textOf(prompt ?? { content: [] }))}` } };
    },
  },
  {
    name: 'diff',
    method: 'GET',
    path: /^\/([^/]+)\/diff$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, params: [id = ''], query }) {
      const chat = state.chat(id);
      const { diffStatus, diff, uncommitted } = chat;
      if (state.options.extensions.includes('diff-scope') && query.get('scope') === 'uncommitted') {
        const [changes] = Array.isArray(uncommitted) ? uncommitted : [];
        return { status: 200, body: { chat_id: chat.id, diff: changes?.unified_diff ?? '' } };
      }
      return {
        status: 200,
        body: {
          chat_id: chat.id,
          ...(diffStatus !== null && {
            provider: 'github',
            remote_origin: String(diffStatus.url ?? '').replace(/\/pull\/\d+$/u, ''),
            branch: diffStatus.head_branch,
            pull_request_url: diffStatus.url,
          }),
          diff,
        },
      };
    },
  },
  {
    name: 'cost',
    method: 'GET',
    path: /^\/([^/]+)\/cost$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, params: [id = ''] }) {
      const chat = state.chat(id);
      const count = chat.messages.filter(({ role }) => role === 'assistant').length;
      return {
        status: 200,
        body: {
          chat_id: chat.id,
          total_cost_micros: 1_000 * count,
          request_count: count,
          unpriced_request_count: 0,
          ...chat.cost,
        },
      };
    },
  },
];
