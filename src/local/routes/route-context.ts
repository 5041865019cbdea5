import { ErrorResponse, invalidJson, resourceNotFound } from '../error-response.ts';
import { isUuid } from '../ids.ts';
import type { LocalTasks } from '../local-tasks.ts';
import { type Context, type Guard, type Router, readBodyText } from '../router.ts';
import type { BuildRow, TaskRow } from '../row-types.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { isMe } from '../task-search.ts';
import { wireTaskOf } from '../wire-task.ts';
import { wireBuildOf } from '../wire-workspace.ts';

/** What all routes work with. */
export interface RouteContext {
  readonly router: Router;
  readonly tasks: LocalTasks;
  readonly me: ServerIdentity;
  /** Wants the server's token. */
  readonly requireToken: Guard;
  /** The same, and refuses while the tasks can only be read. */
  readonly requireTokenAndWritable: Guard;
  /** Refuses while the tasks can only be read, whoever asks. */
  readonly requireWritable: Guard;
}

/** Refuses a `{user}` that is not the one user of this server. */
export function requireOwnUser(context: Context, me: ServerIdentity): void {
  if (!isMe(context.req.param('user') ?? '', me)) {
    throw new ErrorResponse(400, '"user" must be an existing uuid or username.');
  }
}

/** The task of the path: a UUID, or a name whatever its case. Throws the object's 404. */
export function taskFromPath(context: Context, { tasks, me }: RouteContext): TaskRow {
  requireOwnUser(context, me);
  const word = context.req.param('task') ?? '';
  const task = isUuid(word) ? tasks.repository.task(word) : tasks.repository.taskByName(word);
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
 * A row and the request's body. `find` is called before the body is read, so that its refusal comes first, and again
 * after it: the row may have changed while the body arrived.
 */
export async function findWithBody<Row, Body>(
  find: () => Row,
  read: () => Promise<Body>,
): Promise<{ readonly row: Row; readonly body: Body }> {
  find();
  const body = await read();
  return { row: find(), body };
}

/** The request's body as JSON. Throws the refusal of anything else. */
export async function readJson(context: Context): Promise<unknown> {
  const body = await readOptionalJson(context);
  if (body === undefined) throw invalidJson('EOF');
  return body;
}

/** The same; undefined without a body. */
export async function readOptionalJson(context: Context): Promise<unknown> {
  const text = await readBodyText(context);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidJson(error instanceof Error ? error.message : String(error));
  }
}
