import type { LocalChats } from '../chats/local-chats.ts';
import type { BuildRow, TaskRow } from '../database/row-types.ts';
import { ErrorResponse, invalidJson, resourceNotFound } from '../http/error-response.ts';
import { type Context, type Guard, type Router, readBodyText } from '../http/router.ts';
import { isUuid } from '../ids.ts';
import type { ServerIdentity } from '../server-identity.ts';
import type { LocalTasks } from '../tasks/local-tasks.ts';
import { isMe } from '../tasks/task-search.ts';
import { wireTaskOf } from '../tasks/wire-task.ts';
import { wireBuildOf } from '../tasks/wire-workspace.ts';

/** Shared by all routes. */
export interface RouteContext {
  readonly router: Router;
  readonly tasks: LocalTasks;
  readonly chats: LocalChats;
  readonly me: ServerIdentity;
  readonly requireToken: Guard;
  /** Also refuses requests while tasks are read-only. */
  readonly requireTokenAndWritable: Guard;
  /** Refuses requests while tasks are read-only, without a check of the token. */
  readonly requireWritable: Guard;
}

/** Throws a 400 unless `{user}` in the path is the server's user. */
export function requireOwnUser(context: Context, me: ServerIdentity): void {
  if (!isMe(context.req.param('user') ?? '', me)) {
    throw new ErrorResponse(400, '"user" must be an existing uuid or username.');
  }
}

/** The task that the path names by UUID, or by name in any case. Throws a 404 if there is none. */
export function taskFromPath(context: Context, { tasks, me }: RouteContext): TaskRow {
  requireOwnUser(context, me);
  const idOrName = context.req.param('task') ?? '';
  const task = isUuid(idOrName) ? tasks.repository.task(idOrName) : tasks.repository.taskByName(idOrName);
  if (task === null) throw resourceNotFound();
  return task;
}

export const wireTask = (task: TaskRow, { tasks, me }: RouteContext): Readonly<Record<string, unknown>> =>
  wireTaskOf(task, tasks.repository.latestBuild(task.id), tasks.agentOf(task), me);

export const wireBuild = (
  task: TaskRow,
  build: BuildRow,
  { tasks, me }: RouteContext,
): Readonly<Record<string, unknown>> => wireBuildOf(task, build, tasks.agentOf(task), me);

/**
 * Returns a row and the request's body. Calls `find` before reading the body, so that its errors come first, and again
 * afterwards, because the row may have changed in the meantime.
 */
export async function findWithBody<Row, Body>(
  find: () => Row,
  read: () => Promise<Body>,
): Promise<{ readonly row: Row; readonly body: Body }> {
  find();
  const body = await read();
  return { row: find(), body };
}

/** Runs work for a client. Its signal aborts when the client closes the connection. */
export async function whileConnected<Result>(
  { env: { outgoing } }: Context,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const closing = new AbortController();
  const abort = (): void => closing.abort();
  outgoing.once('close', abort);
  try {
    return await work(closing.signal);
  } finally {
    outgoing.off('close', abort);
  }
}

/** Parses the request's body. Throws a 400 if it is empty or not JSON. */
export async function readJson(context: Context): Promise<unknown> {
  const body = await readOptionalJson(context);
  if (body === undefined) throw invalidJson('EOF');
  return body;
}

/** Like `readJson`, but returns undefined for an empty body. */
export async function readOptionalJson(context: Context): Promise<unknown> {
  const text = await readBodyText(context);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidJson(error instanceof Error ? error.message : String(error));
  }
}
