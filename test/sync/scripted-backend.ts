import { tasksDelivery } from '../../src/api/tasks-delivery.ts';
import type { Build } from '../../src/domain/build.ts';
import { BackendError, type BackendErrorFacts } from '../../src/domain/errors.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import { TASKS, type TaskRef } from '../../src/domain/task.ts';

/** Actions are answered like methods. */
interface ScriptedActions {
  pause(task: TaskRef, signal: AbortSignal): Promise<Build>;
  resume(task: TaskRef, signal: AbortSignal): Promise<Build>;
  remove(task: TaskRef, signal: AbortSignal): Promise<void>;
}

type Methods = Omit<AgentBackend, 'sources' | 'connected'> &
  Pick<Source, 'list' | 'get' | 'transcript' | 'create' | 'send' | 'updateInput' | 'pageOf'> &
  ScriptedActions;
export type Method = keyof Methods;
type Answer<M extends Method> = Awaited<ReturnType<Methods[M]>>;

/** A request that the test answers. */
interface ScriptedCall<M extends Method = Method> {
  readonly args: readonly unknown[];
  readonly signal: AbortSignal;
  readonly isOpen: boolean;
  /** Simulates bytes of the response. */
  receiveBytes(): void;
  answer(value: Answer<M>): void;
  refuse(error: unknown): void;
}

export interface ScriptedBackend extends AgentBackend {
  /** All requests of this method, oldest first. */
  calls<M extends Method>(method: M): readonly ScriptedCall<M>[];
  /** The only pending request of this method. Throws when there is none, or more than one. */
  open<M extends Method>(method: M): ScriptedCall<M>;
  /** The maximum number of pending requests of this method at one time. */
  maxOpen(method: Method): number;
}

const READS: ReadonlySet<Method> = new Set([
  'list',
  'get',
  'transcript',
  'me',
  'serverInfo',
  'templates',
  'organizations',
  'workspaces',
  'workspaceTemplates',
  'workspace',
]);

/** A backend that the test answers. Rejects aborted requests at once like the real one, unless it is `deaf`. */
export function scriptedBackend({ deaf = false } = {}): ScriptedBackend {
  const callsByMethod = new Map<Method, ScriptedCall[]>();
  const maxOpen = new Map<Method, number>();
  const callsOf = (method: Method): ScriptedCall[] => callsByMethod.get(method) ?? [];
  const openOf = (method: Method): ScriptedCall[] => callsOf(method).filter(({ isOpen }) => isOpen);

  const request = (method: Method, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const index = args.findIndex((arg) => arg instanceof AbortSignal);
      const signal = args[index];
      if (!(signal instanceof AbortSignal)) throw new Error(`${method} got no signal.`);
      let isOpen = true;
      const end = (): void => {
        if (!isOpen) throw new Error(`This ${method} has been answered already.`);
        isOpen = false;
      };
      const call: ScriptedCall = {
        args: args.slice(0, index),
        signal,
        receiveBytes() {
          const onProgress = args[index + 1];
          if (typeof onProgress === 'function') onProgress();
        },
        get isOpen() {
          return isOpen;
        },
        answer(value) {
          end();
          resolve(value);
        },
        refuse(error) {
          end();
          reject(error);
        },
      };
      const abort = (): void => {
        if (isOpen)
          call.refuse(
            failure({
              kind: 'aborted',
              message: 'Cancelled.',
              tookEffect: READS.has(method) ? 'no' : 'maybe',
            }),
          );
      };
      callsByMethod.set(method, [...callsOf(method), call]);
      maxOpen.set(method, Math.max(maxOpen.get(method) ?? 0, openOf(method).length));
      if (!deaf) {
        if (signal.aborted) abort();
        signal.addEventListener('abort', abort);
      }
    });

  const scripted =
    <M extends Method>(method: M) =>
    (...args: readonly unknown[]) =>
      request(method, args) as ReturnType<Methods[M]>;

  const source: Source = {
    id: TASKS,
    capabilities: { directories: false },
    list: scripted('list'),
    get: scripted('get'),
    transcript: scripted('transcript'),
    create: scripted('create'),
    send: scripted('send'),
    ...tasksDelivery,
    updateInput: scripted('updateInput'),
    async run(action, task, signal) {
      if (action === 'delete') {
        await scripted('remove')(task, signal);
        return { isRemoved: true };
      }
      return { build: await scripted(action === 'pause' ? 'pause' : 'resume')(task, signal) };
    },
    pageOf: scripted('pageOf'),
  };

  return {
    sources: [source],
    serverInfo: scripted('serverInfo'),
    probe: scripted('probe'),
    me: scripted('me'),
    templates: scripted('templates'),
    presets: scripted('presets'),
    externalAuth: scripted('externalAuth'),
    build: scripted('build'),
    latestBuild: scripted('latestBuild'),
    buildLogs: scripted('buildLogs'),
    agentLogs: scripted('agentLogs'),
    users: scripted('users'),
    organizations: scripted('organizations'),
    workspaces: scripted('workspaces'),
    workspaceTemplates: scripted('workspaceTemplates'),
    workspace: scripted('workspace'),
    createWorkspace: scripted('createWorkspace'),
    changeWorkspace: scripted('changeWorkspace'),
    calls: (method) => callsOf(method),
    open(method) {
      const [call, ...others] = openOf(method);
      if (call === undefined) throw new Error(`No ${method} waits for an answer.`);
      if (others.length > 0) throw new Error(`${others.length + 1} ${method} wait for an answer.`);
      return call;
    },
    maxOpen: (method) => maxOpen.get(method) ?? 0,
  };
}

export const failure = (facts: Partial<BackendErrorFacts> = {}): BackendError =>
  new BackendError({ kind: 'server', message: 'The server has a fault.', tookEffect: 'no', ...facts });
