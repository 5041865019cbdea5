import * as z from 'zod/mini';
import { resumeRequest } from '../../wire/task.ts';
import { requestedEnvironment } from '../environment.ts';
import { badJson, noSuchObject, Refusal } from '../refusal.ts';
import { answer, type Context } from '../router.ts';
import type { BuildRow, TaskRow } from '../rows.ts';
import { workspaceStatusOf } from '../status.ts';
import { wireWorkspaceOf } from '../wire-workspace.ts';
import { checkUser, jsonBody, rowAndBody, type Site, wireBuild } from './shared.ts';

const buildRequest = z.extend(resumeRequest, { transition: z.enum(['start', 'stop', 'delete']) });

/** What Coder knows about the workspace of a task, and its builds. */
export function workspaceRoutes(site: Site): void {
  const { router, tasks, me, user, writer } = site;

  router.on('GET', '/api/v2/workspaces', user, (context) => {
    const workspaces = tasks.repository.tasks().map((task) => wireWorkspace(task, site));
    return answer(context, { workspaces, count: workspaces.length });
  });

  router.on('GET', '/api/v2/workspaces/:workspace', user, (context) =>
    answer(context, wireWorkspace(workspaceOf(context, site), site)),
  );

  router.on('GET', '/api/v2/users/:user/workspace/:name', user, (context) => {
    checkUser(context, me);
    const task = tasks.repository.taskNamed(context.req.param('name') ?? '');
    if (task === null) throw noSuchObject();
    return answer(context, wireWorkspace(task, site));
  });

  router.on('GET', '/api/v2/workspaces/:workspace/builds', user, (context) => {
    const task = workspaceOf(context, site);
    return answer(
      context,
      tasks.repository.builds(task.id).map((build) => wireBuild(task, build, site)),
    );
  });

  router.on('POST', '/api/v2/workspaces/:workspace/builds', writer, async (context) => {
    const { row: task, body } = await rowAndBody(
      () => workspaceOf(context, site),
      async () => buildRequest.safeParse(await jsonBody(context)),
    );
    if (!body.success) throw badJson('transition: must be start, stop or delete');
    const { transition, environment } = body.data;
    const build = tasks.build(task, transition, requestedEnvironment(environment));
    return answer(context, wireBuild(task, build, site), 201);
  });

  router.on('GET', '/api/v2/workspacebuilds/:build', user, (context) => {
    const { task, build } = buildOf(context, site);
    return answer(context, wireBuild(task, build, site));
  });

  router.on('GET', '/api/v2/workspacebuilds/:build/logs', user, (context) => {
    const { build } = buildOf(context, site);
    const after = Number(context.req.query('after') ?? 0);
    if (!Number.isInteger(after) || after < 0) {
      throw new Refusal(400, 'Query param "after" must be a whole number.', undefined, [
        { field: 'after', detail: 'must be a whole number' },
      ]);
    }
    const lines = tasks.repository.buildLogs(build.id, after);
    return answer(
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

  router.on('PATCH', '/api/v2/workspacebuilds/:build/cancel', writer, (context) => {
    const { build } = buildOf(context, site);
    const expected = context.req.query('expect_status');
    if (expected !== undefined && expected !== 'pending' && expected !== 'running') {
      throw new Refusal(400, 'Invalid expect_status.', 'It must be pending or running.');
    }
    tasks.builds.cancel(build, expected);
    return answer(context, { message: 'The build is being canceled.' });
  });
}

function wireWorkspace(task: TaskRow, { tasks, me }: Site): Readonly<Record<string, unknown>> {
  const build = tasks.repository.latestBuild(task.id);
  if (build === null) throw noSuchObject();
  return wireWorkspaceOf(task, build, tasks.agentOf(task), me);
}

/** A workspace outlives its task until the delete build is through. */
function workspaceOf(context: Context, { tasks }: Site): TaskRow {
  const task = tasks.repository.taskOfWorkspace(context.req.param('workspace') ?? '');
  if (task === null) throw noSuchObject();
  const build = tasks.repository.latestBuild(task.id);
  if (build !== null && workspaceStatusOf(build) === 'deleted') {
    throw new Refusal(410, `Workspace ${JSON.stringify(task.name)} was deleted.`);
  }
  return task;
}

function buildOf(context: Context, { tasks }: Site): { readonly task: TaskRow; readonly build: BuildRow } {
  const build = tasks.repository.build(context.req.param('build') ?? '');
  const task = build === null ? null : tasks.repository.anyTask(build.task_id);
  if (build === null || task === null) throw noSuchObject();
  return { task, build };
}
