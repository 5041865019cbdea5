import { PERMISSION_TOOL, type WirePermission } from '../../wire/local-extension.ts';
import { ErrorResponse } from '../http/error-response.ts';
import type { ChatContext } from './chat-context.ts';
import type { ToolResult } from './chat-requests.ts';
import type { ChatPermissionRow, ChatRow, WirePart } from './chat-row-types.ts';
import type { PermissionOutcome, PermissionRequest } from './session.ts';
import { add, addUpdate, type ContentChange, callIn, endCall, type TurnContent } from './turn-content.ts';

/** How a request ended without an answer. */
interface Withdrawn {
  readonly outcome: 'withdrawn';
  readonly reason: string;
}

/** Adds a request of the agent: an update of its tool call, and a call of `request_permission`. */
export function addRequest(content: TurnContent, request: PermissionRequest, at: number): ContentChange {
  const updated = addUpdate(content, { type: 'tool', change: request.call }, at);
  const args = requestArguments(request, callIn(updated.content, request.call.id));
  const added = add(updated.content, {
    type: 'tool-call',
    tool_call_id: request.id,
    tool_name: PERMISSION_TOOL,
    args,
    provider_executed: true,
    created_at: new Date(at).toISOString(),
    title: args.title,
    kind: 'other',
    status: 'pending',
    locations: [],
    diff: [],
  });
  return { content: added.content, live: [...updated.live, ...added.live] };
}

/** The arguments of a request's call. `call`: the part of the tool call that it is about. */
function requestArguments(request: PermissionRequest, call: WirePart | null): WirePermission {
  const command = commandOf(call?.args);
  return {
    for: request.call.id,
    title: String(call?.title || (request.call.title ?? '')),
    kind: String(call?.kind ?? request.call.kind ?? 'other'),
    ...(command !== null && { command }),
    locations: (call?.locations ?? []) as WirePermission['locations'],
    diff: (call?.diff ?? []) as WirePermission['diff'],
    options: request.options.map(({ id, name, kind }) => ({ option_id: id, name, kind })),
  };
}

/** The command in the arguments of a tool, as text or as a list of words; null if there is none. */
function commandOf(args: unknown): string | null {
  const fields: { command?: unknown; cmd?: unknown } = Object(args);
  const command = fields.command ?? fields.cmd;
  if (typeof command === 'string') return command;
  return Array.isArray(command) && command.every((word) => typeof word === 'string')
    ? command.join(' ')
    : null;
}

/**
 * Stores answers of the user to open requests, all or none; call it in a transaction. After the last one the turn goes
 * on. Throws a 409 with the outcome of a request that is not open, and a 400 for an option that it does not have.
 */
export function answerPermissions(context: ChatContext, chat: ChatRow, results: readonly ToolResult[]): void {
  for (const { id, outcome } of results) {
    const row = context.chats.permission(id);
    if (row === null || row.chat_id !== chat.id) {
      throw new ErrorResponse(409, 'Chat is not waiting for tool results.', `Unknown request ${id}.`);
    }
    requireOpen(row);
    requireOption(row, outcome);
  }
  for (const { id, outcome } of results) {
    // The same id twice.
    if (!context.chats.settlePermission(id, outcome)) throw new ErrorResponse(400, 'Duplicate tool result.');
  }
  endCalls(
    context,
    chat.id,
    results.map(({ id, outcome }) => ({ id, result: outcome, status: 'completed' })),
  );
  const { chats, starter } = context;
  chats.repository.afterCommit(() => {
    for (const { id, outcome } of results) starter.answer(chat.id, { requestId: id, outcome });
  });
  continueTurn(context, chat);
}

/** Answers all open requests of a chat `cancelled`. Call it in a transaction. */
export function cancelPermissions(context: ChatContext, chatId: string, reason: string): void {
  const { chats, starter } = context;
  const open = chats.openPermissions(chatId);
  const outcome: PermissionOutcome = { outcome: 'cancelled' };
  for (const { id } of open) chats.settlePermission(id, outcome);
  endCalls(
    context,
    chatId,
    open.map(({ id }) => ({ id, result: { ...outcome, error: reason }, status: 'cancelled' })),
  );
  chats.repository.afterCommit(() => {
    for (const { id } of open) starter.answer(chatId, { requestId: id, outcome });
  });
}

/** Ends a request that the agent withdrew, unless it has an answer. Call it in a transaction. */
export function withdrawPermission(context: ChatContext, chat: ChatRow, id: string, reason: string): void {
  const { chats } = context;
  const withdrawn: Withdrawn = { outcome: 'withdrawn', reason };
  if (!chats.settlePermission(id, withdrawn)) return;
  endCalls(context, chat.id, [{ id, result: { error: reason }, status: 'failed' }]);
  continueTurn(context, chat);
}

/** The turn goes on after its last open request. Clients read the requests again after each change. */
function continueTurn({ chats, clock }: ChatContext, { id, status }: ChatRow): void {
  const isOver = status === 'requires_action' && chats.openPermissions(id).length === 0;
  chats.updateChat(id, { updated_at: clock.wall(), ...(isOver && { status: 'running' }) });
}

/** Ends the rows of all open requests of a chat whose turn is over. Call it in a transaction. */
export function endPermissions({ chats }: Pick<ChatContext, 'chats'>, chatId: string, reason: string): void {
  const withdrawn: Withdrawn = { outcome: 'withdrawn', reason };
  for (const { id } of chats.openPermissions(chatId)) chats.settlePermission(id, withdrawn);
}

interface EndedCall {
  readonly id: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly result: unknown;
}

/** Adds the results to the growing message, in memory only after the COMMIT. */
function endCalls({ chats, growing, clock }: ChatContext, chatId: string, ended: readonly EndedCall[]): void {
  const current = growing.get(chatId);
  if (current === null || ended.length === 0) return;
  const at = clock.wall();
  const changed = ended.reduce<ContentChange>(
    (change, { id, ...end }) => {
      const next = endCall(change.content, id, { ...end, at });
      return { content: next.content, live: [...change.live, ...next.live] };
    },
    { content: current.content, live: [] },
  );
  growing.store(current, changed.content);
  chats.repository.afterCommit(() => growing.change(current, changed));
}

function requireOpen({ outcome }: ChatPermissionRow): void {
  if (outcome !== null) throw new ErrorResponse(409, 'The request has an answer already.', outcome);
}

function requireOption({ request }: ChatPermissionRow, outcome: PermissionOutcome): void {
  if (outcome.outcome === 'cancelled') return;
  const { options }: WirePermission = JSON.parse(request);
  if (options.some(({ option_id: id }) => id === outcome.option_id)) return;
  throw new ErrorResponse(400, 'Unknown option.', `The request has no option ${outcome.option_id}.`);
}
