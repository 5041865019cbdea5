import type * as z from 'zod/mini';
import {
  type CreateTaskRequest,
  createTaskRequest,
  type InputRequest,
  inputRequest,
  resumeRequest,
} from '../../wire/task.ts';
import { requestedEnvironment } from '../environment.ts';
import { isUuid } from '../ids.ts';
import { wireTime } from '../json.ts';
import { badJson, Refusal } from '../refusal.ts';
import { answer, answerNothing, type Context } from '../router.ts';
import { parseTaskSearch } from '../search.ts';
import {
  checkUser,
  jsonBody,
  optionalBody,
  rowAndBody,
  type Site,
  taskOf,
  wireBuild,
  wireTask,
} from './shared.ts';

const TASKS = '/api/v2/tasks';
const TASK = `${TASKS}/:user/:task`;

/** The Tasks operations of section 6 of the contract. */
export function taskRoutes(site: Site): void {
  const { router, tasks, me, user, writer } = site;

  router.on('GET', TASKS, user, (context) => {
    const search = parseTaskSearch(context.req.query('q') ?? '', me);
    const found = tasks.repository
      .tasks()
      .filter((task) => search.status === null || tasks.statusOf(task) === search.status)
      .map((task) => wireTask(task, site));
    return answer(context, { tasks: found, count: found.length });
  });

  router.on('POST', `${TASKS}/:user`, writer, async (context) => {
    checkUser(context, me);
    const task = tasks.create(await createRequestOf(context));
    return answer(context, wireTask(task, site), 201);
  });

  router.on('GET', TASK, user, (context) => answer(context, wireTask(taskOf(context, site), site)));

  router.on('DELETE', TASK, writer, (context) => {
    tasks.remove(taskOf(context, site));
    return context.body(null, 202);
  });

  router.on('PATCH', `${TASK}/input`, writer, async (context) => {
    const { row, body } = await rowAndBody(
      () => taskOf(context, site),
      () => inputOf(context),
    );
    tasks.updateInput(row, body.input);
    return answerNothing(context);
  });

  router.on('GET', `${TASK}/logs`, user, (context) => {
    const { logs, snapshot, snapshotAt } = tasks.logs(taskOf(context, site));
    return answer(context, {
      logs,
      snapshot: snapshot || undefined,
      snapshot_at: snapshotAt === null ? undefined : wireTime(snapshotAt),
    });
  });

  router.on('POST', `${TASK}/send`, writer, async (context) => {
    const { row, body } = await rowAndBody(
      () => taskOf(context, site),
      () => inputOf(context),
    );
    tasks.send(row, body.input, requestedEnvironment(body.environment));
    return answerNothing(context);
  });

  router.on('POST', `${TASK}/pause`, writer, (context) => {
    const task = taskOf(context, site);
    return answer(context, { workspace_build: wireBuild(task, tasks.pause(task), site) }, 202);
  });

  router.on('POST', `${TASK}/resume`, writer, async (context) => {
    const { row: task, body } = await rowAndBody(
      () => taskOf(context, site),
      // Coder takes no body here.
      async () => resumeRequest.safeParse((await optionalBody(context)) ?? {}),
    );
    if (!body.success) throw badJson(whatIsWrong(body.error));
    const build = tasks.resume(task, requestedEnvironment(body.data.environment));
    return answer(context, { workspace_build: wireBuild(task, build, site) }, 202);
  });
}

async function createRequestOf(context: Context): Promise<CreateTaskRequest> {
  const body = await jsonBody(context);
  // Coder reads an absent id as the empty one, and then misses it.
  const filled = typeof body === 'object' && body !== null ? { input: '', ...body } : body;
  const request = createTaskRequest.safeParse(filled);
  if (!request.success) {
    if (isMissing(filled, 'template_version_id')) {
      throw new Refusal(400, 'Validation failed.', undefined, [
        { field: 'template_version_id', detail: 'Validation failed for tag "required"' },
      ]);
    }
    throw badJson(whatIsWrong(request.error));
  }
  for (const id of [request.data.template_version_id, request.data.template_version_preset_id]) {
    if (id !== undefined && !isUuid(id)) throw badJson(idFault(id));
  }
  return request.data;
}

const isMissing = (body: unknown, field: string): boolean =>
  typeof body === 'object' && body !== null && (!(field in body) || Reflect.get(body, field) === null);

const idFault = (id: string): string =>
  id.length === 36 ? 'invalid UUID format' : `invalid UUID length: ${id.length}`;

async function inputOf(context: Context): Promise<InputRequest> {
  const body = await jsonBody(context);
  const filled = typeof body === 'object' && body !== null ? { input: '', ...body } : body;
  const request = inputRequest.safeParse(filled);
  if (!request.success) throw badJson(whatIsWrong(request.error));
  return request.data;
}

const whatIsWrong = (error: z.core.$ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
