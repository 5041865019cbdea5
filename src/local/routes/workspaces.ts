import * as z from 'zod/mini';
import { resumeRequest } from '../../wire/task.ts';
import type { BuildRow, TaskRow } from '../database/row-types.ts';
import { ErrorResponse, invalidJson, resourceNotFound } from '../http/error-response.ts';
import { type Context, sendJson } from '../http/router.ts';
import { validatedEnvironment } from '../processes/command-environment.ts';
import { workspaceStatusOf } from '../tasks/task-status.ts';
import { wireWorkspaceOf } from '../tasks/wire-workspace.ts';
import { directoryOfWorkspace } from './chats/chats-context.ts';
import { wireDirectory } from './chats/directory-routes.ts';
import { findWithBody, type RouteContext, readJson, requireOwnUser, wireBuild } from './route-context.ts';

const buildRequest = z.extend(resumeRequest, { transition: z.enum(['start', 'stop', 'delete']) });

/** Routes for the workspaces of tasks and their builds. */
export function workspaceRoutes(routes: RouteContext): void {
  const { router, tasks, chats, me, requireToken, requireTokenAndWritable } = routes;
  const directoryOf = (context: Context): string | null =>
    directoryOfWorkspace(chats, context.req.param('workspace') ?? '');

  router.on('GET', '/api/v2/workspaces', requireToken, (context) => {
    const workspaces = [
      ...tasks.repository.tasks().map((task) => wireWorkspace(task, routes)),
      ...chats.chats.directories().map((directory) => wireDirectory(directory, me)),
    ];
    return sendJson(context, { workspaces, count: workspaces.length });
  });

  router.on('GET', '/api/v2/workspaces/:workspace', requireToken, (context) => {
    const directory = directoryOf(context);
    return sendJson(
      context,
      directory === null
        ? wireWorkspace(workspaceTask(context, routes), routes)
        : wireDirectory(directory, me),
    );
  });

  router.on('GET', '/api/v2/users/:user/workspace/:name', requireToken, (context) => {
    requireOwnUser(context, me);
    const task = tasks.repository.taskByName(context.req.param('name') ?? '');
    if (task === null) throw resourceNotFound();
    return sendJson(context, wireWorkspace(task, routes));
  });

  router.on('GET', '/api/v2/workspaces/:workspace/builds', requireToken, (context) => {
    if (directoryOf(context) !== null) return sendJson(context, []);
    const task = workspaceTask(context, routes);
    return sendJson(
      context,
      tasks.repository.builds(task.id).map((build) => wireBuild(task, build, routes)),
    );
  });

  router.on('POST', '/api/v2/workspaces/:workspace/builds', requireTokenAndWritable, async (context) => {
    if (directoryOf(context) !== null) throw new ErrorResponse(400, 'A directory cannot be stopped.');
    const { row: task, body } = await findWithBody(
      () => workspaceTask(context, routes),
      async () => buildRequest.safeParse(await readJson(context)),
    );
    if (!body.success) throw invalidJson('transition: must be start, stop or delete');
    const { transition, environment } = body.data;
    const build = tasks.build(task, transition, validatedEnvironment(environment));
    return sendJson(context, wireBuild(task, build, routes), 201);
  });

  router.on('GET', '/api/v2/workspacebuilds/:build', requireToken, (context) => {
    const { task, build } = buildOf(context, routes);
    return sendJson(context, wireBuild(task, build, routes));
  });

  router.on('GET', '/api/v2/workspacebuilds/:build/logs', requireToken, (context) => {
    const { build } = buildOf(context, routes);
    const after = Number(context.req.query('after') ?? 0);
    if (!Number.isInteger(after) || after < 0) {
      throw new ErrorResponse(400, 'Query param "after" must be a whole number.', undefined, [
        { field: 'after', detail: 'must be a whole number' },
      ]);
    }
    const lines = tasks.repository.buildLogs(build.id, after);
    return sendJson(
      context,
      lines.map(({ id, created_at, level, stage, output }) => ({
        id,
        created_at: new Date(created_at).toISOString(),
        log_source: 'provisioner',
        log_level: level,
        stage,
        output,
      })),
    );
  });

  router.on('PATCH', '/api/v2/workspacebuilds/:build/cancel', requireTokenAndWritable, (context) => {
    const { build } = buildOf(context, routes);
    const expected = context.req.query('expect_status');
    if (expected !== undefined && expected !== 'pending' && expected !== 'running') {
      throw new ErrorResponse(400, 'Invalid expect_status.', 'Must be pending or running.');
    }
    tasks.builds.cancel(build, expected);
    return sendJson(context, { message: 'The build is being canceled.' });
  });
}

function wireWorkspace(task: TaskRow, { tasks, me }: RouteContext): Readonly<Record<string, unknown>> {
  const build = tasks.repository.latestBuild(task.id);
  if (build === null) throw resourceNotFound();
  return wireWorkspaceOf(task, build, tasks.agentOf(task), me);
}

/** The task of the path's workspace, which exists until its delete build succeeds; then throws a 410. */
function workspaceTask(context: Context, { tasks }: RouteContext): TaskRow {
  const task = tasks.repository.taskByWorkspace(context.req.param('workspace') ?? '');
  if (task === null) throw resourceNotFound();
  const build = tasks.repository.latestBuild(task.id);
  if (build !== null && workspaceStatusOf(build) === 'deleted') {
    throw new ErrorResponse(410, `Workspace ${JSON.stringify(task.name)} was deleted.`);
  }
  return task;
}

function buildOf(
  context: Context,
  { tasks }: RouteContext,
): { readonly task: TaskRow; readonly build: BuildRow } {
  const build = tasks.repository.build(context.req.param('build') ?? '');
  const task = build === null ? null : tasks.repository.taskOrDeletedTask(build.task_id);
  if (build === null || task === null) throw resourceNotFound();
  return { task, build };
}
