import type * as z from 'zod/mini';
import type { ActionId } from '../domain/action.ts';
import { BackendError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { isNewChat, type ListQuery, type Source } from '../domain/ports/source.ts';
import { type CoderTask, TASKS, type Task, type TaskRef } from '../domain/task.ts';
import type { TaskPatch } from '../domain/task-patch.ts';
import type { Transcript } from '../domain/transcript.ts';
import { transitionResponse } from '../wire/build.ts';
import { type CreateTaskRequest, type WireTaskList, wireTask, wireTaskList } from '../wire/task.ts';
import { wireTranscript } from '../wire/transcript.ts';
import { type ApiClient, apiPath } from './api-client.ts';
import { encodePath } from './base-url.ts';
import type { Builds } from './builds.ts';
import type { ApiRequest } from './call.ts';
import type { ListSchema } from './incremental-list-parser.ts';
import { badResponse, parseResponse } from './parse-response.ts';
import { ResponseCache } from './response-cache.ts';
import { tasksDelivery } from './tasks-delivery.ts';
import { createTasksRoutes, type RoutedResponse, type TasksRequest } from './tasks-routes.ts';
import { toBuild, toTask, toTranscript } from './to-domain.ts';

/** Tasks cannot be archived or shared. */
const NO_LIST: readonly CoderTask[] = [];

/** The Tasks API. `directory`: for the local server, the default directory of new tasks, absolute. */
export function createTasksSource(client: ApiClient, builds: Builds, directory: string | undefined): Source {
  const currentSkewMs = (): number => client.skewMs;
  let listCache = new ResponseCache(taskListSchema(currentSkewMs));
  let listCacheSkewMs = currentSkewMs();
  /** A new clock skew changes the times of all tasks, so the cache starts again. */
  const currentListCache = (): typeof listCache => {
    if (listCacheSkewMs !== currentSkewMs()) listCache = new ResponseCache(taskListSchema(currentSkewMs));
    listCacheSkewMs = currentSkewMs();
    return listCache;
  };
  const transcriptCache = new ResponseCache(transcriptListSchema);
  const routes = createTasksRoutes(client.send, client.version);

  const parse = <Schema extends z.ZodMiniType>(schema: Schema, { response, request }: RoutedResponse) =>
    parseResponse(schema, response, request);

  async function getTask(task: TaskRef, signal: AbortSignal, onProgress?: () => void): Promise<CoderTask> {
    const routed = await routes.request('get', taskRequest(task, { method: 'GET', onProgress }), signal);
    return toTask(parse(wireTask, routed), currentSkewMs());
  }

  /** Null when this server does not support the request. */
  async function requestTransition(task: TaskRef, action: 'pause' | 'resume', signal: AbortSignal) {
    const json = action === 'resume' ? await client.environmentField(signal) : {};
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
      : builds.build(body.workspace_build_id, signal);
  }

  const actions: Readonly<Record<ActionId, (task: TaskRef, signal: AbortSignal) => Promise<TaskPatch>>> = {
    async pause(task, signal) {
      const build = await requestTransition(task, 'pause', signal);
      if (build !== null) return { build };
      const { workspaceId } = (await getTask(task, signal)).facts;
      return { build: await builds.create(workspaceId, 'stop', signal) };
    },

    // The server resumes only paused tasks; the others need a start build. The error's text differs between versions,
    // so the task's status decides.
    async resume(task, signal) {
      const resumed = await requestTransition(task, 'resume', signal).catch((error: unknown) => {
        if (error instanceof BackendError && (error.status === 409 || error.status === 400)) return error;
        throw error;
      });
      if (resumed !== null && !(resumed instanceof BackendError)) return { build: resumed };
      const { status, workspaceId } = (await getTask(task, signal)).facts;
      if (resumed !== null && status !== 'error' && status !== 'unknown') throw resumed;
      return { build: await builds.create(workspaceId, 'start', signal) };
    },

    // No other request returns the task afterwards.
    async delete(task, signal) {
      expectStatus(await routes.request('remove', taskRequest(task, { method: 'DELETE' }), signal), 202);
      return { isRemoved: true };
    },
  };

  return {
    id: TASKS,
    capabilities: { directories: directory !== undefined },
    get: getTask,
    ...tasksDelivery,
    apiPath: routes.findPath,

    // The path is the dashboard's route of a task.
    async pageOf(task, signal) {
      const base = (await client.dashboardUrl(signal)).replace(/\/+$/u, '');
      return base === '' ? null : encodePath(`${base}/tasks`, task.ownerName, task.id);
    },

    // One invalid task fails the whole list. A missing task would look deleted, and its draft and queued messages would
    // be dropped.
    async list(query, signal, onProgress) {
      if (query.archived || query.shared === 'only') return NO_LIST;
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
      if (isNewChat(task))
        throw new BackendError({ kind: 'no-tasks', message: 'This server has no Chats.', tookEffect: 'no' });
      const workingDirectory = task.directory ?? directory;
      const json: CreateTaskRequest = {
        template_version_id: task.templateVersionId,
        input: task.prompt,
        ...(task.presetId === undefined ? {} : { template_version_preset_id: task.presetId }),
        ...(task.name === undefined ? {} : { name: task.name }),
        ...(task.displayName === undefined ? {} : { display_name: task.displayName }),
        ...(workingDirectory === undefined ? {} : { directory: workingDirectory }),
        ...(await client.environmentField(signal)),
      };
      const routed = await routes.request('create', { method: 'POST', path: '/me', json }, signal);
      return toTask(parse(wireTask, routed), currentSkewMs());
    },

    async send(task, text, signal) {
      const json = { input: text, ...(await client.environmentField(signal)) };
      const apiRequest = taskRequest(task, { method: 'POST', json, untimedResponse: true }, 'send');
      expectStatus(await routes.request('send', apiRequest, signal));
      return { kind: 'accepted' };
    },

    async updateInput(task, text, signal) {
      const apiRequest = taskRequest(task, { method: 'PATCH', json: { input: text } }, 'input');
      expectStatus(await routes.request('input', apiRequest, signal));
    },

    async run(action, task, signal) {
      const runAction = actions[action];
      if (runAction === undefined)
        throw new BackendError({
          kind: 'conflict',
          message: `A task has no action “${action}”.`,
          tookEffect: 'no',
        });
      return runAction(task, signal);
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

/** The search query of a list. Without terms the server returns every task that the user may see. */
function searchQueryOf({ owner, organization, status }: ListQuery): string {
  const terms = { owner: owner ?? undefined, organization, status };
  return Object.entries(terms)
    .filter((term): term is [string, string] => term[1] !== undefined)
    .map(([key, value]) => `${key}:${/[\s:]/.test(value) ? `"${value}"` : value}`)
    .join(' ');
}
