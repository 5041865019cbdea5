import type * as z from 'zod/mini';
import {
  type CreateTaskRequest,
  createTaskRequest,
  type InputRequest,
  inputRequest,
  resumeRequest,
} from '../../wire/task.ts';
import { validatedEnvironment } from '../command-environment.ts';
import { ErrorResponse, invalidJson } from '../error-response.ts';
import { isUuid } from '../ids.ts';
import { type Context, sendJson, sendNoContent } from '../router.ts';
import { parseTaskSearch } from '../task-search.ts';
import { wireTime } from '../wire-json.ts';
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

/** The Tasks operations of section 6 of the contract. */
export function taskRoutes(site: RouteContext): void {
  const { router, tasks, me, requireToken, requireTokenAndWritable } = site;

  router.on('GET', TASKS, requireToken, (context) => {
    const search = parseTaskSearch(context.req.query('q') ?? '', me);
    const found = tasks.repository
      .tasks()
      .filter((task) => search.status === null || tasks.statusOf(task) === search.status)
      .map((task) => wireTask(task, site));
    return sendJson(context, { tasks: found, count: found.length });
  });

  router.on('POST', `${TASKS}/:user`, requireTokenAndWritable, async (context) => {
    requireOwnUser(context, me);
    const task = tasks.create(await readCreateRequest(context));
    return sendJson(context, wireTask(task, site), 201);
  });

  router.on('GET', TASK, requireToken, (context) =>
    sendJson(context, wireTask(taskFromPath(context, site), site)),
  );

  router.on('DELETE', TASK, requireTokenAndWritable, (context) => {
    tasks.remove(taskFromPath(context, site));
    return context.body(null, 202);
  });

  router.on('PATCH', `${TASK}/input`, requireTokenAndWritable, async (context) => {
    const { row, body } = await findWithBody(
      () => taskFromPath(context, site),
      () => readInput(context),
    );
    tasks.updateInput(row, body.input);
    return sendNoContent(context);
  });

  router.on('GET', `${TASK}/logs`, requireToken, (context) => {
    const { logs, snapshot, snapshotAt } = tasks.logs(taskFromPath(context, site));
    return sendJson(context, {
      logs,
      snapshot: snapshot || undefined,
      snapshot_at: snapshotAt === null ? undefined : wireTime(snapshotAt),
    });
  });

  router.on('POST', `${TASK}/send`, requireTokenAndWritable, async (context) => {
    const { row, body } = await findWithBody(
      () => taskFromPath(context, site),
      () => readInput(context),
    );
    tasks.send(row, body.input, validatedEnvironment(body.environment));
    return sendNoContent(context);
  });

  router.on('POST', `${TASK}/pause`, requireTokenAndWritable, (context) => {
    const task = taskFromPath(context, site);
    return sendJson(context, { workspace_build: wireBuild(task, tasks.pause(task), site) }, 202);
  });

  router.on('POST', `${TASK}/resume`, requireTokenAndWritable, async (context) => {
    const { row: task, body } = await findWithBody(
      () => taskFromPath(context, site),
      // Coder takes no body here.
      async () => resumeRequest.safeParse((await readOptionalJson(context)) ?? {}),
    );
    if (!body.success) throw invalidJson(schemaErrors(body.error));
    const build = tasks.resume(task, validatedEnvironment(body.data.environment));
    return sendJson(context, { workspace_build: wireBuild(task, build, site) }, 202);
  });
}

async function readCreateRequest(context: Context): Promise<CreateTaskRequest> {
  const body = await readJson(context);
  // Coder reads an absent id as the empty one, and then misses it.
  const filled = typeof body === 'object' && body !== null ? { input: '', ...body } : body;
  const request = createTaskRequest.safeParse(filled);
  if (!request.success) {
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
