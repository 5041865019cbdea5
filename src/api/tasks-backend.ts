import type * as z from 'zod/mini';
import { taskEnvironment } from '../domain/child-environment.ts';
import { BackendError } from '../domain/errors.ts';
import type { AgentBackend, Build, ListQuery, ServerInfo } from '../domain/ports/backend.ts';
import type { Task, TaskRef } from '../domain/task.ts';
import type { Message, Transcript } from '../domain/transcript.ts';
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
  /** Of a server on this machine: where new tasks work when nothing else is said. Absolute. */
  readonly directory?: string;
  /** Of a server on this machine: the environment of the shell that asks, which tasks are to run in. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** How many users an owner picker gets for one search. */
const USERS_LIMIT = 50;

/**
 * The Tasks API of a Coder deployment, 2.28 to 2.36, or of taskdeck's own local server, as an AgentBackend.
 * @throws UsageError when URL or token cannot be used at all; nothing is asked of the server yet.
 */
export function createTasksBackend(options: TasksBackendOptions): AgentBackend {
  const connection = createConnection(options);
  const currentSkewMs = (): number => connection.skewMs;
  let listCache = new ResponseCache(taskListSchema(currentSkewMs));
  let listCacheSkewMs = currentSkewMs();
  /** The last answers as they are read by now: other times make other tasks of the same bytes. */
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
    call: ApiRequest,
    signal: AbortSignal,
  ) {
    return parse(schema, { response: await connection.request(call, signal), request: call });
  }

  const get = <Schema extends z.ZodMiniType>(
    schema: Schema,
    path: string,
    signal: AbortSignal,
    heard?: () => void,
  ) => request(schema, { method: 'GET', path, onProgress: heard }, signal);

  const buildInfoRequest: ApiRequest = { method: 'GET', path: '/api/v2/buildinfo', anonymous: true };

  async function serverInfo(signal: AbortSignal, heard?: () => void): Promise<ServerInfo> {
    const info = await request(buildInfo, { ...buildInfoRequest, onProgress: heard }, signal);
    version = info.version;
    extensions = info.taskdeck?.extensions ?? [];
    return { version: info.version, dashboardUrl: info.dashboard_url };
  }

  const routes = createTasksRoutes(connection.request, async (signal) => {
    // Only words depend on it: a server that does not even say its version is described without it.
    if (version === null) await serverInfo(signal).catch(() => undefined);
    return version;
  });

  /** The field that hands over the environment, for a server that knows it; nothing for all others. */
  async function environmentField(
    signal: AbortSignal,
  ): Promise<{ readonly environment?: Record<string, string> }> {
    if (options.environment === undefined) return {};
    if (version === null) await serverInfo(signal);
    return extensions.includes('environment') ? { environment: taskEnvironment(options.environment) } : {};
  }

  async function getTask(task: TaskRef, signal: AbortSignal, heard?: () => void): Promise<Task> {
    const answered = await routes.request(
      'get',
      taskRequest(task, { method: 'GET', onProgress: heard }),
      signal,
    );
    return toTask(parse(wireTask, answered), currentSkewMs());
  }

  async function build(id: string, signal: AbortSignal): Promise<Build> {
    const wire = await get(wireBuild, apiPath('/api/v2/workspacebuilds', id), signal);
    return toBuild(wire, currentSkewMs());
  }

  /** What pause and resume are made of; works on every version and in every status. */
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
    const call: ApiRequest = {
      method: 'POST',
      path: apiPath('/api/v2/workspaces', workspaceId, 'builds'),
      json,
    };
    const wire = await request(wireBuild, call, signal);
    return toBuild(wire, currentSkewMs());
  }

  /** Null when this server has no such request. */
  async function requestTransition(task: TaskRef, action: 'pause' | 'resume', signal: AbortSignal) {
    const json = action === 'resume' ? await environmentField(signal) : {};
    const call = taskRequest(
      task,
      { method: 'POST', ...(Object.keys(json).length === 0 ? {} : { json }) },
      action,
    );
    const answered = await routes.requestIfSupported(action, call, signal);
    if (answered === null) return null;
    const body = parse(transitionResponse, answered);
    return 'workspace_build' in body
      ? toBuild(body.workspace_build, currentSkewMs())
      : build(body.workspace_build_id, signal);
  }

  return {
    capabilities: { interrupt: false, directories: options.directory !== undefined },
    serverInfo,
    build,
    get: getTask,

    async probe(signal) {
      await request(buildInfo, { ...buildInfoRequest, ownConnection: true }, signal);
    },

    // Source: the dashboard's route; its own address is the one to show.
    async pageOf(task, signal) {
      dashboard ??= (await serverInfo(signal)).dashboardUrl;
      const base = dashboard.replace(/\/+$/u, '');
      return base === '' ? null : encodePath(`${base}/tasks`, task.ownerName, task.id);
    },

    async me(signal, heard) {
      return toUser(await get(wireUser, '/api/v2/users/me', signal, heard));
    },

    async users(text, signal) {
      const query = { q: text, limit: String(USERS_LIMIT) };
      const { users } = await request(wireUsers, { method: 'GET', path: '/api/v2/users', query }, signal);
      return (users ?? []).map(toUser);
    },

    // One task that cannot be read fails the whole list. A task left out would look deleted to everybody
    // above, who would then drop its draft and its waiting messages: worse than an error that names the field.
    async list(query, signal, heard) {
      const q = searchQueryOf(query);
      const call: TasksRequest = {
        method: 'GET',
        path: '',
        onProgress: heard,
        ...(q === '' ? {} : { query: { q } }),
      };
      return currentListCache().fetch(
        q,
        (sink) => routes.request('list', { ...call, consumer: sink }, signal),
        (answered) => toTasks(parse(wireTaskList, answered), currentSkewMs()),
        signal,
      );
    },

    async transcript(task, signal, heard) {
      const call = taskRequest(task, { method: 'GET', onProgress: heard }, 'logs');
      return transcriptCache.fetch(
        call.path,
        (sink) => routes.request('logs', { ...call, consumer: sink }, signal),
        (answered) => toTranscript(parse(wireTranscript, answered)),
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
      const answered = await routes.request('create', { method: 'POST', path: '/me', json }, signal);
      return toTask(parse(wireTask, answered), currentSkewMs());
    },

    async send(task, text, signal) {
      const json = { input: text, ...(await environmentField(signal)) };
      const call = taskRequest(task, { method: 'POST', json, untimedResponse: true }, 'send');
      expectStatus(await routes.request('send', call, signal));
    },

    async updateInput(task, text, signal) {
      const call = taskRequest(task, { method: 'PATCH', json: { input: text } }, 'input');
      expectStatus(await routes.request('input', call, signal));
    },

    async pause(task, signal) {
      const paused = await requestTransition(task, 'pause', signal);
      return paused ?? createBuild((await getTask(task, signal)).workspaceId, 'stop', signal);
    },

    // The server takes a resume for a paused task only; a start build brings back the others. Which one it is
    // cannot be told from the refusal, whose words differ between versions, so the task itself is asked.
    async resume(task, signal) {
      const resumed = await requestTransition(task, 'resume', signal).catch((error: unknown) => {
        if (error instanceof BackendError && (error.status === 409 || error.status === 400)) return error;
        throw error;
      });
      if (resumed !== null && !(resumed instanceof BackendError)) return resumed;
      const { status, workspaceId } = await getTask(task, signal);
      if (resumed !== null && status !== 'error' && status !== 'unknown') throw resumed;
      return createBuild(workspaceId, 'start', signal);
    },

    async remove(task, signal) {
      expectStatus(await routes.request('remove', taskRequest(task, { method: 'DELETE' }), signal), 202);
    },

    async templates(signal, heard) {
      const query = { q: 'has-ai-task:true' };
      const call: ApiRequest = { method: 'GET', path: '/api/v2/templates', query, onProgress: heard };
      return ((await request(wireTemplates, call, signal)) ?? []).map(toTemplate);
    },

    async presets(templateVersionId, signal) {
      const where = apiPath('/api/v2/templateversions', templateVersionId, 'presets');
      return ((await get(wirePresets, where, signal)) ?? []).map(toPreset);
    },

    async externalAuth(templateVersionId, signal) {
      const where = apiPath('/api/v2/templateversions', templateVersionId, 'external-auth');
      return ((await get(wireExternalAuths, where, signal)) ?? []).map(toExternalAuth);
    },

    async latestBuild(workspaceId, signal, heard) {
      const workspace = await get(wireWorkspace, apiPath('/api/v2/workspaces', workspaceId), signal, heard);
      return toBuild(workspace.latest_build, currentSkewMs());
    },

    async buildLogs(id, after, signal, heard) {
      const call: ApiRequest = {
        method: 'GET',
        path: apiPath('/api/v2/workspacebuilds', id, 'logs'),
        onProgress: heard,
        ...(after > 0 ? { query: { after: String(after) } } : {}),
      };
      return ((await request(wireBuildLogs, call, signal)) ?? []).map(toBuildLogLine);
    },
  };
}

/**
 * Coder says 204 when an agent has a message, 202 when a delete was begun, and nothing else.
 * @throws BackendError `bad-answer` for what only looks like success: something on the way may have swallowed the request
 */
function expectStatus({ response, request }: RoutedResponse, status = 204): void {
  if (response.status !== status)
    throw badResponse(request, `its status is ${response.status}`, response.status);
}

const toTasks = ({ tasks }: WireTaskList, skewMs: number): readonly Task[] =>
  (tasks ?? []).map((task) => toTask(task, skewMs));

/** The answers that are long, and read in parts. */
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

/** A request about one task. A UUID is found without regard to the owner, so that any owner will do for it. */
const taskRequest = (
  task: TaskRef,
  rest: Omit<ApiRequest, 'path'>,
  ...action: readonly string[]
): TasksRequest => ({
  ...rest,
  path: apiPath('', task.ownerName === '' ? 'me' : task.ownerName, task.id, ...action),
});

/** @throws BackendError for names that no request can be made of, such as `..`: nothing can be called so. */
function apiPath(base: string, ...parts: readonly string[]): string {
  const found = encodePath(base, ...parts);
  if (found !== null) return found;
  throw new BackendError({ kind: 'not-found', message: 'There is nothing of this name.', tookEffect: 'no' });
}

/** The search query of a list. Without any term the server gives every task that the caller may see. */
function searchQueryOf({ owner, organization, status }: ListQuery): string {
  const terms = { owner: owner ?? undefined, organization, status };
  return Object.entries(terms)
    .filter((term): term is [string, string] => term[1] !== undefined)
    .map(([key, value]) => `${key}:${/[\s:]/.test(value) ? `"${value}"` : value}`)
    .join(' ');
}
