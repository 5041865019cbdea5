import type * as z from 'zod/mini';
import { BackendError } from '../domain/errors.ts';
import type { AgentBackend, Build, ListQuery, ServerInfo } from '../domain/ports.ts';
import type { Task, TaskRef } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import { transitionAnswer, wireBuild } from '../wire/build.ts';
import { buildInfo, wireUser } from '../wire/server.ts';
import { type CreateTaskRequest, wireTask, wireTaskList } from '../wire/task.ts';
import { wirePresets, wireTemplates } from '../wire/template.ts';
import { wireTranscript } from '../wire/transcript.ts';
import { pathOf } from './address.ts';
import { type Answer, type Call, type ConnectionOptions, connectionTo } from './connection.ts';
import { LastAnswers } from './last-answers.ts';
import { noTasks } from './no-tasks.ts';
import { readAnswer, refuseHtml } from './read-answer.ts';
import { ROUTE_NOT_FOUND } from './refusal.ts';
import { toBuild, toPreset, toTask, toTemplate, toTranscript } from './to-domain.ts';

const TASKS = '/api/v2/tasks';

export type TasksBackendOptions = ConnectionOptions;

/**
 * The Tasks API of a Coder deployment, or of taskdeck's own local server, as an AgentBackend.
 * @throws UsageError when URL or token cannot be used at all; nothing is asked of the server yet.
 */
export function createTasksBackend(options: TasksBackendOptions): AgentBackend {
  const connection = connectionTo(options);
  const { address } = connection;
  const lists = new LastAnswers<readonly Task[]>();
  const transcripts = new LastAnswers<Transcript>();
  let version: string | null = null;

  const read = <Schema extends z.ZodMiniType>(schema: Schema, answer: Answer, call: Call) =>
    readAnswer(schema, answer, call, address);

  async function fetch<Schema extends z.ZodMiniType>(schema: Schema, call: Call, signal: AbortSignal) {
    return read(schema, await connection.ask(call, signal), call);
  }

  async function serverInfo(signal: AbortSignal): Promise<ServerInfo> {
    const info = await fetch(
      buildInfo,
      { method: 'GET', path: '/api/v2/buildinfo', anonymous: true },
      signal,
    );
    version = info.version;
    return { version: info.version, dashboardUrl: info.dashboard_url };
  }

  /** A request to a path of Tasks: that the path is missing means that the server has none. */
  async function askTasks(call: Call, signal: AbortSignal): Promise<Answer> {
    try {
      return await connection.ask(call, signal);
    } catch (error) {
      if (!(error instanceof BackendError) || error.status !== 404 || error.message !== ROUTE_NOT_FOUND) {
        throw error;
      }
      // Only for the words: a server that does not even say its version has no Tasks either.
      if (version === null) await serverInfo(signal).catch(() => undefined);
      throw noTasks(version);
    }
  }

  const taskCall = (task: TaskRef, rest: Omit<Call, 'path'>, ...action: readonly string[]): Call => {
    // A UUID is found without regard to the owner, so that any owner will do for it.
    const path = pathOf(TASKS, task.ownerName === '' ? 'me' : task.ownerName, task.id, ...action);
    if (path === null) throw noSuchTask();
    return { ...rest, path };
  };

  /** For requests whose answer has nothing in it. */
  async function tell(call: Call, signal: AbortSignal): Promise<void> {
    refuseHtml(await askTasks(call, signal), call, address);
  }

  async function build(id: string, signal: AbortSignal): Promise<Build> {
    const path = pathOf('/api/v2/workspacebuilds', id);
    if (path === null) throw noSuchTask();
    return toBuild(await fetch(wireBuild, { method: 'GET', path }, signal));
  }

  async function transition(task: TaskRef, action: 'pause' | 'resume', signal: AbortSignal): Promise<Build> {
    const call = taskCall(task, { method: 'POST' }, action);
    const answer = read(transitionAnswer, await askTasks(call, signal), call);
    return 'workspace_build' in answer
      ? toBuild(answer.workspace_build)
      : build(answer.workspace_build_id, signal);
  }

  return {
    capabilities: { interrupt: false },
    serverInfo,
    build,

    async me(signal) {
      const { id, username, name } = await fetch(
        wireUser,
        { method: 'GET', path: '/api/v2/users/me' },
        signal,
      );
      return { id, username, name };
    },

    // One task that cannot be read fails the whole list. A task left out would look deleted to everybody
    // above, who would then drop its draft and its waiting messages: worse than an error that names the field.
    async list(query, signal) {
      const q = searchOf(query);
      const call: Call = { method: 'GET', path: TASKS, ...(q === '' ? {} : { query: { q } }) };
      const answer = await askTasks(call, signal);
      return lists.read(q, answer.body, () => (read(wireTaskList, answer, call).tasks ?? []).map(toTask));
    },

    async get(task, signal) {
      const call = taskCall(task, { method: 'GET' });
      return toTask(read(wireTask, await askTasks(call, signal), call));
    },

    async transcript(task, signal) {
      const call = taskCall(task, { method: 'GET' }, 'logs');
      const answer = await askTasks(call, signal);
      return transcripts.read(call.path, answer.body, () => toTranscript(read(wireTranscript, answer, call)));
    },

    async create(task, signal) {
      const json: CreateTaskRequest = {
        template_version_id: task.templateVersionId,
        input: task.prompt,
        ...(task.presetId === undefined ? {} : { template_version_preset_id: task.presetId }),
        ...(task.name === undefined ? {} : { name: task.name }),
        ...(task.displayName === undefined ? {} : { display_name: task.displayName }),
      };
      const call: Call = { method: 'POST', path: `${TASKS}/me`, json };
      return toTask(read(wireTask, await askTasks(call, signal), call));
    },

    async send(task, text, signal) {
      await tell(taskCall(task, { method: 'POST', json: { input: text }, patient: true }, 'send'), signal);
    },

    pause: (task, signal) => transition(task, 'pause', signal),
    resume: (task, signal) => transition(task, 'resume', signal),

    async remove(task, signal) {
      await tell(taskCall(task, { method: 'DELETE' }), signal);
    },

    async templates(signal) {
      const call: Call = { method: 'GET', path: '/api/v2/templates', query: { q: 'has-ai-task:true' } };
      return ((await fetch(wireTemplates, call, signal)) ?? []).map(toTemplate);
    },

    async presets(templateVersionId, signal) {
      const base = pathOf('/api/v2/templateversions', templateVersionId, 'presets');
      if (base === null) throw noSuchTask();
      return ((await fetch(wirePresets, { method: 'GET', path: base }, signal)) ?? []).map(toPreset);
    },
  };
}

/** The search query of a list. Without any term the server gives every task that the caller may see. */
function searchOf({ owner }: ListQuery): string {
  return owner === null ? '' : `owner:${/[\s:]/.test(owner) ? `"${owner}"` : owner}`;
}

/** For names that no request can be made of, such as `..`: no task can be called so. */
const noSuchTask = () =>
  new BackendError({ kind: 'not-found', message: 'There is no such task.', tookEffect: 'no' });
