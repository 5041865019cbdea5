import type { Identity } from '../identity.ts';
import { isUuid } from '../ids.ts';
import { badJson, noSuchObject, Refusal } from '../refusal.ts';
import { bodyText, type Context, type Guard, type Router } from '../router.ts';
import type { BuildRow, TaskRow } from '../rows.ts';
import { isMe } from '../search.ts';
import type { LocalTasks } from '../service.ts';
import { wireTaskOf } from '../wire-task.ts';
import { wireBuildOf } from '../wire-workspace.ts';

/** What all routes work with. */
export interface Site {
  readonly router: Router;
  readonly tasks: LocalTasks;
  readonly me: Identity;
  /** Wants the server's token. */
  readonly user: Guard;
  /** The same, and refuses while the tasks can only be read. */
  readonly writer: Guard;
  /** Refuses while the tasks can only be read, whoever asks. */
  readonly readOnly: Guard;
}

/** Refuses a `{user}` that is not the one user of this server. */
export function checkUser(context: Context, me: Identity): void {
  if (!isMe(context.req.param('user') ?? '', me)) {
    throw new Refusal(400, '"user" must be an existing uuid or username.');
  }
}

/** The task of the path: a UUID, or a name whatever its case. Throws the object's 404. */
export function taskOf(context: Context, { tasks, me }: Site): TaskRow {
  checkUser(context, me);
  const word = context.req.param('task') ?? '';
  const task = isUuid(word) ? tasks.repository.task(word) : tasks.repository.taskNamed(word);
  if (task === null) throw noSuchObject();
  return task;
}

export const wireTask = (task: TaskRow, { tasks, me }: Site): Readonly<Record<string, unknown>> =>
  wireTaskOf(task, tasks.repository.latestBuild(task.id), tasks.agentOf(task), me);

export const wireBuild = (
  task: TaskRow,
  build: BuildRow,
  { tasks, me }: Site,
): Readonly<Record<string, unknown>> => wireBuildOf(task, build, tasks.agentOf(task), me);

/**
 * A row and the request's body. `find` is called before the body is read, so that its refusal comes first, and again
 * after it: the row may have changed while the body arrived.
 */
export async function rowAndBody<Row, Body>(
  find: () => Row,
  read: () => Promise<Body>,
): Promise<{ readonly row: Row; readonly body: Body }> {
  find();
  const body = await read();
  return { row: find(), body };
}

/** The request's body as JSON. Throws the refusal of anything else. */
export async function jsonBody(context: Context): Promise<unknown> {
  const body = await optionalBody(context);
  if (body === undefined) throw badJson('EOF');
  return body;
}

/** The same; undefined without a body. */
export async function optionalBody(context: Context): Promise<unknown> {
  const text = await bodyText(context);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badJson(error instanceof Error ? error.message : String(error));
  }
}
