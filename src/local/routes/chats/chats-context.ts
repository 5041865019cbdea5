import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { KnownAgent } from '../../agents/acp-agent.ts';
import { workspaceIdOf } from '../../agents/model-ids.ts';
import type { ChatRow } from '../../chats/chat-row-types.ts';
import type { LocalChats } from '../../chats/local-chats.ts';
import { type ChatFacts, type ChatForm, wireChatOf } from '../../chats/wire-chat.ts';
import type { DiffStatuses } from '../../git/diff-statuses.ts';
import { ErrorResponse, invalidJson, routeNotFound } from '../../http/error-response.ts';
import { type Context, type Guard, type Router, readBodyText } from '../../http/router.ts';
import { isUuid } from '../../ids.ts';
import type { ServerIdentity } from '../../server-identity.ts';
import type { WorktreeFinishing } from '../../worktrees/worktree-finishing.ts';
import type { Worktrees } from '../../worktrees/worktrees.ts';
import { type Fields, fieldsOf } from './request-fields.ts';

/** Shared by the routes and sockets of chats. */
export interface ChatsContext {
  readonly router: Router;
  readonly chats: LocalChats;
  readonly diffs: DiffStatuses;
  readonly worktrees: Worktrees;
  readonly finishing: WorktreeFinishing;
  readonly me: ServerIdentity;
  /** The agents of chats, installed or not. `environment`: of the user's shell, whose PATH counts from then on. */
  readonly agents: (environment?: NodeJS.ProcessEnv | null) => readonly KnownAgent[];
  /** The environment of git for a chat. */
  readonly environment: (chat: ChatRow) => NodeJS.ProcessEnv;
  /** Of a chat that names no directory; absolute. */
  readonly defaultDirectory: string;
  readonly requireToken: Guard;
  readonly requireTokenAndWritable: Guard;
}

/** Words that are no chat in Coder's API, and have no route here. */
const RESERVED = ['model-configs', 'models', 'providers', 'user-provider-configs', 'config'];

/** The chat of a path or socket. Throws 400 for an id that is no UUID, and 404. */
export function findChat(chats: LocalChats, id: string): ChatRow {
  if (RESERVED.includes(id)) throw routeNotFound();
  if (!isUuid(id)) throw new ErrorResponse(400, `Invalid UUID "${id}".`);
  return chats.chat(id.toLowerCase());
}

export const chatFromPath = (context: Context, { chats }: Pick<ChatsContext, 'chats'>): ChatRow =>
  findChat(chats, context.req.param('chat') ?? '');

/** The facts of a chat on the wire. Starts a refresh of its diff in the background when it is due. */
const factsOf = (
  row: ChatRow,
  { chats, diffs, worktrees }: Pick<ChatsContext, 'chats' | 'diffs' | 'worktrees'>,
): ChatFacts => ({
  hasUnread: chats.isUnread(row),
  // While git fills a new worktree, all its files count as changed.
  diffStatus: row.archived === 1 || !worktrees.isReadable(row.id) ? null : diffs.of(row),
  stage: chats.stageOf(row.id),
  worktree: worktrees.wireOf(row.id),
});

export function wireChat(
  row: ChatRow,
  form: ChatForm,
  context: Pick<ChatsContext, 'chats' | 'diffs' | 'worktrees' | 'me'>,
): Fields {
  const wire = wireChatOf(row, form, factsOf(row, context), context.me);
  if (form !== 'single') return wire;
  const files = context.chats.chats
    .filesOf(row.id)
    .map(({ id, name, media_type }) => ({ id, name, media_type }));
  return { ...wire, files };
}

/** Bytes of the body of a create request without its environment, as Coder limits it. */
const CREATE_LIMIT = 256 * 1024;

/** The body of a request to create a chat. Throws a 413 above Coder's limit. */
export async function readCreateFields(context: Context): Promise<Fields> {
  const fields = await readFields(context);
  const { environment: _, ...rest } = fields;
  if (Buffer.byteLength(JSON.stringify(rest)) > CREATE_LIMIT)
    throw new ErrorResponse(413, 'Request body too large.', `The limit is ${CREATE_LIMIT} bytes.`);
  return fields;
}

/** The body of a request as an object. */
export async function readFields(context: Context): Promise<Fields> {
  const text = await readBodyText(context);
  try {
    return fieldsOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof ErrorResponse) throw error;
    throw invalidJson(text.trim() === '' ? 'EOF' : error instanceof Error ? error.message : String(error));
  }
}

/** The real path of a chat's new directory. Throws a 400 unless it exists and is accessible. */
export function usableDirectory(value: unknown): string {
  if (typeof value !== 'string' || !path.isAbsolute(value) || value.includes('\0'))
    throw unusableDirectory('it must be an absolute path');
  try {
    if (!statSync(value).isDirectory()) throw unusableDirectory('it is not a directory');
    accessSync(value, constants.R_OK | constants.X_OK);
    return realpathSync(value);
  } catch (error) {
    if (error instanceof ErrorResponse) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw unusableDirectory(
      code === 'ENOENT' ? 'it does not exist' : code === 'EACCES' ? 'you have no access to it' : String(code),
    );
  }
}

function unusableDirectory(detail: string): ErrorResponse {
  return new ErrorResponse(400, `Unable to use the directory: ${detail}.`, undefined, [
    { field: 'directory', detail },
  ]);
}

/** The directory of a workspace id; null for an unknown one. */
export const directoryOfWorkspace = (chats: LocalChats, id: string): string | null =>
  chats.chats.directories().find((directory) => workspaceIdOf(directory) === id.toLowerCase()) ?? null;

export const workspaceNotFound = (): ErrorResponse =>
  new ErrorResponse(400, 'Workspace not found or you do not have access to this resource');
