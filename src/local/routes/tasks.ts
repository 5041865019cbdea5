import type * as z from 'zod/mini';
import {
  type CreateTaskRequest,
  createTaskRequest,
  type InputRequest,
  inputRequest,
  resumeRequest,
} from '../../wire/task.ts';
import { ErrorResponse, invalidJson } from '../http/error-response.ts';
import { type Context, sendJson, sendNoContent } from '../http/router.ts';
import { wireTime } from '../http/wire-json.ts';
import { isUuid } from '../ids.ts';
import { validatedEnvironment } from '../processes/command-environment.ts';
import { parseTaskSearch } from '../tasks/task-search.ts';
import {
  findWithBody,
  type RouteContext,
  readJson,
  readOptionalJson,
  requireOwnUser,
  taskFromPath,
  wireBuild,
  wireTask,
} from './route-context.ts';

const TASKS = '/api/v2/tasks';
const TASK = `${TASKS}/:user/:task`;

/** Routes of section 6 of the contract. */
export function taskRoutes(routes: RouteContext): void {
  const { router, tasks, me, requireToken, requireTokenAndWritable } = routes;

  router.on('GET', TASKS, requireToken, (context) => {
    const search = parseTaskSearch(context.req.query('q') ?? '', me);
    const found = tasks.repository
      .tasks()
      .filter((task) => search.status === null || tasks.statusOf(task) === search.status)
      .map((task) => wireTask(task, routes));
    return sendJson(context, { tasks: found, count: found.length });
  });

  router.on('POST', `${TASKS}/:user`, requireTokenAndWritable, async (context) => {
    requireOwnUser(context, me);
    const task = tasks.create(await readCreateRequest(context));
    return sendJson(context, wireTask(task, routes), 201);
  });

  router.on('GET', TASK, requireToken, (context) =>
    sendJson(context, wireTask(taskFromPath(context, routes), routes)),
  );

  router.on('DELETE', TASK, requireTokenAndWritable, (context) => {
    tasks.remove(taskFromPath(context, routes));
    return context.body(null, 202);
  });

  router.on('PATCH', `${TASK}/input`, requireTokenAndWritable, async (context) => {
    const { row, body } = await findWithBody(
      () => taskFromPath(context, routes),
      () => readInput(context),
    );
    tasks.updateInput(row, body.input);
    return sendNoContent(context);
  });

  router.on('GET', `${TASK}/logs`, requireToken, (context) => {
    const { logs, snapshot, snapshotAt } = tasks.logs(taskFromPath(context, routes));
    return sendJson(context, {
      logs,
      snapshot: snapshot || undefined,
      snapshot_at: snapshotAt === null ? undefined : wireTime(snapshotAt),
    });
  });

  router.on('POST', `${TASK}/send`, requireTokenAndWritable, async (context) => {
    const { row, body } = await findWithBody(
      () => taskFromPath(context, routes),
      () => readInput(context),
    );
    tasks.send(row, body.input, validatedEnvironment(body.environment));
    return sendNoContent(context);
  });

  router.on('POST', `${TASK}/pause`, requireTokenAndWritable, (context) => {
    const task = taskFromPath(context, routes);
    return sendJson(context, { workspace_build: wireBuild(task, tasks.pause(task), routes) }, 202);
  });

  router.on('POST', `${TASK}/resume`, requireTokenAndWritable, async (context) => {
    const { row: task, body } = await findWithBody(
      () => taskFromPath(context, routes),
      // Coder's API has no body here; this server reads an environment.
      async () => resumeRequest.safeParse((await readOptionalJson(context)) ?? {}),
    );
    if (!body.success) throw invalidJson(schemaErrors(body.error));
    const build = tasks.resume(task, validatedEnvironment(body.data.environment));
    return sendJson(context, { workspace_build: wireBuild(task, build, routes) }, 202);
  });
}

async function readCreateRequest(context: Context): Promise<CreateTaskRequest> {
  const body = await readJson(context);
  const filled = typeof body === 'object' && body !== null ? { input: '', ...body } : body;
  const request = createTaskRequest.safeParse(filled);
  if (!request.success) {
    // Coder decodes an absent id as the nil UUID, then reports it as missing.
    if (isMissing(filled, 'template_version_id')) {
      throw new ErrorResponse(400, 'Validation failed.', undefined, [
        { field: 'template_version_id', detail: 'Validation failed for tag "required"' },
      ]);
    }
    throw invalidJson(schemaErrors(request.error));
  }
  for (const id of [request.data.template_version_id, request.data.template_version_preset_id]) {
    if (id !== undefined && !isUuid(id)) throw invalidJson(uuidError(id));
  }
  return request.data;
}

const isMissing = (body: unknown, field: string): boolean =>
  typeof body === 'object' && body !== null && (!(field in body) || Reflect.get(body, field) === null);

const uuidError = (id: string): string =>
  id.length === 36 ? 'invalid UUID format' : `invalid UUID length: ${id.length}`;

async function readInput(context: Context): Promise<InputRequest> {
  const body = await readJson(context);
  const filled = typeof body === 'object' && body !== null ? { input: '', ...body } : body;
  const request = inputRequest.safeParse(filled);
  if (!request.success) throw invalidJson(schemaErrors(request.error));
  return request.data;
}

const schemaErrors = (error: z.core.$ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
