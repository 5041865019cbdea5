import type { Chats } from '../../support/chats/chats.ts';
import type { OperationName } from '../../support/chats/operations.ts';
import type { Status } from '../../support/chats/rows.ts';
import type { ArrangedChat, ContractOperation, ContractRequest } from './contract.ts';
import type { Received } from './request.ts';
import type { ChatsUnderTest, ShownChat } from './under-test.ts';

/** Puts a chat of the contract on the server for tests. Returns its id. */
export function arrangeChat(chats: Chats, chat: ArrangedChat): string {
  const status = (chat.status ?? 'waiting') as Status;
  const needsCall = status === 'requires_action';
  const id = chats.seed({
    status: needsCall ? 'running' : status,
    queue: Array.from({ length: chat.queue ?? 0 }, (_, index) => `q${index + 1}`),
    archived: chat.archived ?? false,
    unread: chat.unread ?? false,
    extra: chat.extra ?? {},
    ...(chat.word !== undefined && { word: chat.word }),
    ...(chat.owner !== undefined && { owner: chat.owner }),
    ...(chat.child === true && { parent: chats.seed({ title: 'The parent' }) }),
    ...(chat.parts !== undefined && { messages: [['assistant', ...chat.parts]] }),
    ...(status === 'error' && {
      error: { message: 'The provider is overloaded.', kind: 'overloaded', retryable: true },
    }),
  });
  const row = chats.row(id);
  row.admitted = chat.admitted ?? true;
  row.invalid = chat.invalid ?? false;
  row.queuedForCapacity = chat.queuedForCapacity ?? false;
  for (let count = chat.children ?? 0; count > 0; count--) chats.seed({ parent: id });
  if (chat.pullRequest === true) chats.agent(id).pullRequest({});
  if (needsCall) chats.agent(id).callClientTool('open_door', { door: 1 });
  const edited = row.queue[Number(chat.editing?.slice(1)) - 1];
  if (edited !== undefined) edited.editingSince = row.updatedAt;
  return id;
}

/** The operations of the server for tests behind those of the contract. */
const NAMES: Readonly<Partial<Record<ContractOperation, OperationName>>> = {
  archive: 'update',
  restore: 'update',
  'mark read': 'update',
  'send and interrupt': 'send',
  'begin queue edit': 'edit queued',
  'end queue edit': 'edit queued',
  'old models': 'models',
};

/** The name for planning a fault. */
export const operationName = (operation: ContractOperation): OperationName =>
  NAMES[operation] ?? (operation as OperationName);

interface WireRequest {
  readonly method: string;
  /** Below the prefix of Chats. */
  readonly path: string;
  readonly body?: unknown;
}

const NEW = [{ type: 'text', text: 'new' }];

/** Fills in the placeholders of a body. */
function filled(value: unknown, organizationId: string): unknown {
  if (value === '$organization') return organizationId;
  const [, length] = typeof value === 'string' ? (/^\$(\d+)$/u.exec(value) ?? []) : [];
  if (length !== undefined) return 'x'.repeat(Number(length));
  if (Array.isArray(value)) return value.map((each) => filled(each, organizationId));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, organizationId)]));
}

/** The HTTP request of a row. `id`: the arranged chat, if there is one, and `row` what the server has of it. */
function wireRequest(
  { organizationId, toolOutput }: Pick<ChatsUnderTest, 'organizationId' | 'toolOutput'>,
  id: string | null,
  row: ShownChat | null,
  request: ContractRequest,
): WireRequest {
  const chat = request.id ?? id ?? '';
  const query = request.query ?? '';
  const queued = (): string => {
    const [head, tail] = [row?.queue[0], row?.queue.at(-1)];
    const which = request.which ?? 'head';
    if (which === 'head') return String(head?.id ?? 999);
    if (which === 'tail') return String(tail?.id ?? 999);
    return which === 'unknown' ? '999' : which;
  };
  const message = (): string => {
    const of = (role: string) => String(row?.messages.findLast((each) => each.role === role)?.id ?? 1);
    if (request.message === undefined) return of('user');
    if (request.message === "agent's") return of('assistant');
    return request.message === 'unknown' ? '999999' : request.message;
  };
  const withBody = (method: string, path: string, usual: unknown): WireRequest => ({
    method,
    path: path + query,
    body: filled(request.body ?? usual, organizationId),
  });
  switch (request.operation) {
    case 'list':
      return { method: 'GET', path: query };
    case 'create':
      return withBody('POST', '', { organization_id: '$organization', content: NEW });
    case 'get':
      return { method: 'GET', path: `/${chat}${query}` };
    case 'update':
      return withBody('PATCH', `/${chat}`, {});
    case 'archive':
      return withBody('PATCH', `/${chat}`, { archived: true });
    case 'restore':
      return withBody('PATCH', `/${chat}`, { archived: false });
    case 'mark read':
      return withBody('PATCH', `/${chat}`, { read: true });
    case 'messages':
      return { method: 'GET', path: `/${chat}/messages${query}` };
    case 'send':
      return withBody('POST', `/${chat}/messages`, { content: NEW });
    case 'send and interrupt':
      return withBody('POST', `/${chat}/messages`, { content: NEW, busy_behavior: 'interrupt' });
    case 'edit message':
      return withBody('PATCH', `/${chat}/messages/${message()}`, { content: NEW });
    case 'promote':
      return { method: 'POST', path: `/${chat}/queue/${queued()}/promote` };
    case 'delete queued':
      return { method: 'DELETE', path: `/${chat}/queue/${queued()}` };
    case 'begin queue edit':
      return withBody('PATCH', `/${chat}/queue/${queued()}`, { editing: true });
    case 'end queue edit':
      return withBody('PATCH', `/${chat}/queue/${queued()}`, { editing: false });
    case 'tool results':
      return withBody('POST', `/${chat}/tool-results`, {
        results: (row?.openCalls ?? []).map((call) => ({ tool_call_id: call, output: toolOutput })),
      });
    case 'interrupt':
      return { method: 'POST', path: `/${chat}/interrupt` };
    case 'reconcile':
      return { method: 'POST', path: `/${chat}/reconcile-invalid` };
    case 'compact':
      return { method: 'POST', path: `/${chat}/compact` };
    case 'by workspace':
      return { method: 'GET', path: `/by-workspace${query}` };
    case 'old models':
      return { method: 'GET', path: '/models' };
  }
}

/** Sends the request of a row. */
export async function sendRequest(
  server: ChatsUnderTest,
  id: string | null,
  request: ContractRequest,
): Promise<Received> {
  const row = id === null ? null : await server.chat(id);
  const { method, path, body } = wireRequest(server, id, row, request);
  const prefix = request.operation === 'old models' ? '/api/experimental' : '/api/v2';
  return server.api(method, `${prefix}/chats${path}`, body);
}
