import type * as z from 'zod/mini';
import { taskEnvironment } from '../domain/child-environment.ts';
import { BackendError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import type { AgentBackend, Build, ListQuery, ServerInfo } from '../domain/ports/backend.ts';
import type { CoderTask, Task, TaskRef } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import {
  type CreateBuildRequest,
  transitionResponse,
  wireBuild,
  wireBuildLogs,
  wireWorkspace,
} from '../wire/build.ts';
import { buildInfo, wireUser, wireUsers } from '../wire/server.ts';
import { type CreateTaskRequest, type WireTaskList, wireTask, wireTaskList } from '../wire/task.ts';
import { wireExternalAuths, wirePresets, wireTemplates } from '../wire/template.ts';
import { wireTranscript } from '../wire/transcript.ts';
import { encodePath } from './base-url.ts';
import type { ApiRequest } from './call.ts';
import { type ConnectionOptions, createConnection } from './connection.ts';
import type { ListSchema } from './incremental-list-parser.ts';
import { badResponse, parseResponse } from './parse-response.ts';
import { ResponseCache } from './response-cache.ts';
import { tasksDelivery } from './tasks-delivery.ts';
import { createTasksRoutes, type RoutedResponse, type TasksRequest } from './tasks-routes.ts';
import {
  toBuild,
  toBuildLogLine,
  toExternalAuth,
  toPreset,
  toTask,
  toTemplate,
  toTranscript,
  toUser,
} from './to-domain.ts';

export interface TasksBackendOptions extends ConnectionOptions {
  /** For the local server: default directory of new tasks, absolute. */
  readonly directory?: string;
  /** For the local server: the environment of the user's shell, in which tasks run. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Maximum number of users per search. */
const USERS_LIMIT = 50;

/**
 * The Tasks API of a Coder deployment, 2.28 to 2.36, or of the local server. Sends nothing yet.
 * @throws UsageError for an unusable URL or token
 */
export function createTasksBackend(options: TasksBackendOptions): AgentBackend {
  const connection = createConnection(options);
  const currentSkewMs = (): number => connection.skewMs;
  let listCache = new ResponseCache(taskListSchema(currentSkewMs));
  let listCacheSkewMs = currentSkewMs();
  /** A new clock skew changes the times of all tasks, so the cache starts again. */
  const currentListCache = (): typeof listCache => {
    if (listCacheSkewMs !== currentSkewMs()) listCache = new ResponseCache(taskListSchema(currentSkewMs));
    listCacheSkewMs = currentSkewMs();
    return listCache;
  };
  const transcriptCache = new ResponseCache(transcriptListSchema);
  let version: string | null = null;
  let dashboard: string | null = null;
  let extensions: readonly string[] = [];

  const parse = <Schema extends z.ZodMiniType>(schema: Schema, { response, request }: RoutedResponse) =>
    parseResponse(schema, response, request);

  async function request<Schema extends z.ZodMiniType>(
    schema: Schema,
    apiRequest: ApiRequest,
    signal: AbortSignal,
  ) {
    return parse(schema, { response: await connection.request(apiRequest, signal), request: apiRequest });
  }

  const get = <Schema extends z.ZodMiniType>(
    schema: Schema,
    path: string,
    signal: AbortSignal,
    onProgress?: () => void,
  ) => request(schema, { method: 'GET', path, onProgress }, signal);

  const buildInfoRequest: ApiRequest = { method: 'GET', path: '/api/v2/buildinfo', anonymous: true };

  async function serverInfo(signal: AbortSignal, onProgress?: () => void): Promise<ServerInfo> {
    const info = await request(buildInfo, { ...buildInfoRequest, onProgress }, signal);
    version = info.version;
    extensions = info.taskdeck?.extensions ?? [];
    return { version: info.version, dashboardUrl: info.dashboard_url };
  }

  const routes = createTasksRoutes(connection.request, async (signal) => {
    // Only the text of an error depends on the version.
    if (version === null) await serverInfo(signal).catch(() => undefined);
    return version;
  });

  /** Empty for a server without the extension `environment`. */
  async function environmentField(
    signal: AbortSignal,
  ): Promise<{ readonly environment?: Record<string, string> }> {
    if (options.environment === undefined) return {};
    if (version === null) await serverInfo(signal);
    return extensions.includes('environment') ? { environment: taskEnvironment(options.environment) } : {};
  }

  async function getTask(task: TaskRef, signal: AbortSignal, onProgress?: () => void): Promise<CoderTask> {
    const routed = await routes.request('get', taskRequest(task, { method: 'GET', onProgress }), signal);
    return toTask(parse(wireTask, routed), currentSkewMs());
  }

  async function build(id: string, signal: AbortSignal): Promise<Build> {
    const wire = await get(wireBuild, apiPath('/api/v2/workspacebuilds', id), signal);
    return toBuild(wire, currentSkewMs());
  }

  /** Works on every version and in every status, unlike pause and resume. */
  async function createBuild(
    workspaceId: string | null,
    transition: CreateBuildRequest['transition'],
    signal: AbortSignal,
  ): Promise<Build> {
    if (workspaceId === null) {
      throw new BackendError({
        kind: 'conflict',
        message: 'This task has no workspace.',
        tookEffect: 'no',
      });
    }
    const json: CreateBuildRequest = {
      transition,
      ...(transition === 'start' ? await environmentField(signal) : {}),
    };
    const apiRequest: ApiRequest = {
      method: 'POST',
      path: apiPath('/api/v2/workspaces', workspaceId, 'builds'),
      json,
    };
    const wire = await request(wireBuild, apiRequest, signal);
    return toBuild(wire, currentSkewMs());
  }

  /** Null when this server does not support the request. */
  async function requestTransition(task: TaskRef, action: 'pause' | 'resume', signal: AbortSignal) {
    const json = action === 'resume' ? await environmentField(signal) : {};
    const apiRequest = taskRequest(
      task,
      { method: 'POST', ...(Object.keys(json).length === 0 ? {} : { json }) },
      action,
    );
    const routed = await routes.requestIfSupported(action, apiRequest, signal);
    if (routed === null) return null;
    const body = parse(transitionResponse, routed);
    return 'workspace_build' in body
      ? toBuild(body.workspace_build, currentSkewMs())
      : build(body.workspace_build_id, signal);
  }

  return {
    capabilities: { interrupt: false, directories: options.directory !== undefined },
    serverInfo,
    build,
    get: getTask,
    ...tasksDelivery,

    async probe(signal) {
      await request(buildInfo, { ...buildInfoRequest, ownConnection: true }, signal);
    },

    // The path is the dashboard's route of a task.
    async pageOf(task, signal) {
      dashboard ??= (await serverInfo(signal)).dashboardUrl;
      const base = dashboard.replace(/\/+$/u, '');
      return base === '' ? null : encodePath(`${base}/tasks`, task.ownerName, task.id);
    },

    async me(signal, onProgress) {
      return toUser(await get(wireUser, '/api/v2/users/me', signal, onProgress));
    },

    async users(text, signal) {
      const query = { q: text, limit: String(USERS_LIMIT) };
      const { users } = await request(wireUsers, { method: 'GET', path: '/api/v2/users', query }, signal);
      return (users ?? []).map(toUser);
    },

    // One invalid task fails the whole list. A missing task would look deleted, and its draft and queued messages would
    // be dropped.
    async list(query, signal, onProgress) {
      const q = searchQueryOf(query);
      const apiRequest: TasksRequest = {
        method: 'GET',
        path: '',
        onProgress,
        ...(q === '' ? {} : { query: { q } }),
      };
      return currentListCache().fetch(
        q,
        (consumer) => routes.request('list', { ...apiRequest, consumer }, signal),
        (routed) => toTasks(parse(wireTaskList, routed), currentSkewMs()),
        signal,
      );
    },

    async transcript(task, signal, onProgress) {
      const apiRequest = taskRequest(task, { method: 'GET', onProgress }, 'logs');
      return transcriptCache.fetch(
        apiRequest.path,
        (consumer) => routes.request('logs', { ...apiRequest, consumer }, signal),
        (routed) => toTranscript(parse(wireTranscript, routed)),
        signal,
      );
    },

    async create(task, signal) {
      const directory = task.directory ?? options.directory;
      const json: CreateTaskRequest = {
        template_version_id: task.templateVersionId,
        input: task.prompt,
        ...(task.presetId === undefined ? {} : { template_version_preset_id: task.presetId }),
        ...(task.name === undefined ? {} : { name: task.name }),
        ...(task.displayName === undefined ? {} : { display_name: task.displayName }),
        ...(directory === undefined ? {} : { directory }),
        ...(await environmentField(signal)),
      };
      const routed = await routes.request('create', { method: 'POST', path: '/me', json }, signal);
      return toTask(parse(wireTask, routed), currentSkewMs());
    },

    async send(task, text, signal) {
      const json = { input: text, ...(await environmentField(signal)) };
      const apiRequest = taskRequest(task, { method: 'POST', json, untimedResponse: true }, 'send');
      expectStatus(await routes.request('send', apiRequest, signal));
      return { kind: 'accepted' };
    },

    async updateInput(task, text, signal) {
      const apiRequest = taskRequest(task, { method: 'PATCH', json: { input: text } }, 'input');
      expectStatus(await routes.request('input', apiRequest, signal));
    },

    async pause(task, signal) {
      const paused = await requestTransition(task, 'pause', signal);
      return paused ?? createBuild((await getTask(task, signal)).facts.workspaceId, 'stop', signal);
    },

    // The server resumes only paused tasks; the others need a start build. The error's text differs between versions,
    // so the task's status decides.
    async resume(task, signal) {
      const resumed = await requestTransition(task, 'resume', signal).catch((error: unknown) => {
        if (error instanceof BackendError && (error.status === 409 || error.status === 400)) return error;
        throw error;
      });
      if (resumed !== null && !(resumed instanceof BackendError)) return resumed;
      const { status, workspaceId } = (await getTask(task, signal)).facts;
      if (resumed !== null && status !== 'error' && status !== 'unknown') throw resumed;
      return createBuild(workspaceId, 'start', signal);
    },

    async remove(task, signal) {
      expectStatus(await routes.request('remove', taskRequest(task, { method: 'DELETE' }), signal), 202);
    },

    async templates(signal, onProgress) {
      const query = { q: 'has-ai-task:true' };
      const apiRequest: ApiRequest = { method: 'GET', path: '/api/v2/templates', query, onProgress };
      return ((await request(wireTemplates, apiRequest, signal)) ?? []).map(toTemplate);
    },

    async presets(templateVersionId, signal) {
      const where = apiPath('/api/v2/templateversions', templateVersionId, 'presets');
      return ((await get(wirePresets, where, signal)) ?? []).map(toPreset);
    },

    async externalAuth(templateVersionId, signal) {
      const where = apiPath('/api/v2/templateversions', templateVersionId, 'external-auth');
      return ((await get(wireExternalAuths, where, signal)) ?? []).map(toExternalAuth);
    },

    async latestBuild(workspaceId, signal, onProgress) {
      const workspace = await get(
        wireWorkspace,
        apiPath('/api/v2/workspaces', workspaceId),
        signal,
        onProgress,
      );
      return toBuild(workspace.latest_build, currentSkewMs());
    },

    async buildLogs(id, after, signal, onProgress) {
      const apiRequest: ApiRequest = {
        method: 'GET',
        path: apiPath('/api/v2/workspacebuilds', id, 'logs'),
        onProgress,
        ...(after > 0 ? { query: { after: String(after) } } : {}),
      };
      return ((await request(wireBuildLogs, apiRequest, signal)) ?? []).map(toBuildLogLine);
    },
  };
}

/**
 * Coder answers 204 when an agent has a message and 202 when it starts a delete.
 * @throws BackendError `bad-answer` for another status: a proxy may have swallowed the request
 */
function expectStatus({ response, request }: RoutedResponse, status = 204): void {
  if (response.status !== status)
    throw badResponse(request, `its status is ${response.status}`, response.status);
}

const toTasks = ({ tasks }: WireTaskList, skewMs: number): readonly Task[] =>
  (tasks ?? []).map((task) => toTask(task, skewMs));

const taskListSchema = (currentSkewMs: () => number): ListSchema<Task, readonly Task[]> => ({
  field: 'tasks',
  parseItems: (elements) => toTasks(wireTaskList.parse({ tasks: elements }), currentSkewMs()),
  buildValue(withoutItems, items) {
    wireTaskList.parse(withoutItems);
    return items;
  },
});
const transcriptListSchema: ListSchema<Message, Transcript> = {
  field: 'logs',
  parseItems: (elements) => toTranscript(wireTranscript.parse({ logs: elements })).messages,
  buildValue: (withoutItems, messages) => ({ ...toTranscript(wireTranscript.parse(withoutItems)), messages }),
};

/** A request about one task. For a UUID the server ignores the owner. */
const taskRequest = (
  task: TaskRef,
  rest: Omit<ApiRequest, 'path'>,
  ...action: readonly string[]
): TasksRequest => ({
  ...rest,
  path: apiPath('', task.ownerName === '' ? 'me' : task.ownerName, task.id, ...action),
});

/** @throws BackendError `not-found` for names that cannot be in a path, such as `..` */
function apiPath(base: string, ...parts: readonly string[]): string {
  const found = encodePath(base, ...parts);
  if (found !== null) return found;
  throw new BackendError({ kind: 'not-found', message: 'Nothing has this name.', tookEffect: 'no' });
}

/** The search query of a list. Without terms the server returns every task that the user may see. */
function searchQueryOf({ owner, organization, status }: ListQuery): string {
  const terms = { owner: owner ?? undefined, organization, status };
  return Object.entries(terms)
    .filter((term): term is [string, string] => term[1] !== undefined)
    .map(([key, value]) => `${key}:${/[\s:]/.test(value) ? `"${value}"` : value}`)
    .join(' ');
}
