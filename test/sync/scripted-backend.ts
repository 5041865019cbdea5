import { BackendError, type BackendErrorFacts } from '../../src/domain/errors.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';

export type Method = Exclude<keyof AgentBackend, 'capabilities'>;
type Answer<M extends Method> = Awaited<ReturnType<AgentBackend[M]>>;

/** One request that was made, answered when and how the test says. */
interface ScriptedCall<M extends Method = Method> {
  readonly args: readonly unknown[];
  readonly signal: AbortSignal;
  readonly isOpen: boolean;
  /** Bytes of the answer arrive. */
  hear(): void;
  answer(value: Answer<M>): void;
  refuse(error: unknown): void;
}

export interface ScriptedBackend extends AgentBackend {
  /** Every request of this kind so far, oldest first. */
  calls<M extends Method>(method: M): readonly ScriptedCall<M>[];
  /** The only request of this kind that waits for its answer. Fails when there is none, or more than one. */
  open<M extends Method>(method: M): ScriptedCall<M>;
  /** How many requests of this kind ever waited at the same time. */
  mostOpen(method: Method): number;
}

const READS: ReadonlySet<Method> = new Set(['list', 'get', 'transcript', 'me', 'serverInfo', 'templates']);

/**
 * A backend that answers by hand. A request that is given up is rejected at once, as by the real one; a `deaf` backend
 * goes on all the same.
 */
export function scriptedBackend({ deaf = false } = {}): ScriptedBackend {
  const made = new Map<Method, ScriptedCall[]>();
  const most = new Map<Method, number>();
  const callsOf = (method: Method): ScriptedCall[] => made.get(method) ?? [];
  const openOf = (method: Method): ScriptedCall[] => callsOf(method).filter(({ isOpen }) => isOpen);

  const ask = (method: Method, args: readonly unknown[]): Promise<unknown> =>
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
        hear() {
          const heard = args[index + 1];
          if (typeof heard === 'function') heard();
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
      const giveUp = (): void => {
        if (isOpen)
          call.refuse(
            failure({
              kind: 'aborted',
              message: 'Cancelled.',
              tookEffect: READS.has(method) ? 'no' : 'maybe',
            }),
          );
      };
      made.set(method, [...callsOf(method), call]);
      most.set(method, Math.max(most.get(method) ?? 0, openOf(method).length));
      if (!deaf) {
        if (signal.aborted) giveUp();
        signal.addEventListener('abort', giveUp);
      }
    });

  const answering =
    <M extends Method>(method: M) =>
    (...args: readonly unknown[]) =>
      ask(method, args) as ReturnType<AgentBackend[M]>;

  return {
    capabilities: { interrupt: false, directories: false },
    serverInfo: answering('serverInfo'),
    probe: answering('probe'),
    me: answering('me'),
    list: answering('list'),
    get: answering('get'),
    transcript: answering('transcript'),
    create: answering('create'),
    send: answering('send'),
    updateInput: answering('updateInput'),
    pause: answering('pause'),
    resume: answering('resume'),
    remove: answering('remove'),
    templates: answering('templates'),
    presets: answering('presets'),
    externalAuth: answering('externalAuth'),
    build: answering('build'),
    latestBuild: answering('latestBuild'),
    buildLogs: answering('buildLogs'),
    users: answering('users'),
    pageOf: answering('pageOf'),
    calls: (method) => callsOf(method),
    open(method) {
      const [call, ...others] = openOf(method);
      if (call === undefined) throw new Error(`No ${method} waits for an answer.`);
      if (others.length > 0) throw new Error(`${others.length + 1} ${method} wait for an answer.`);
      return call;
    },
    mostOpen: (method) => most.get(method) ?? 0,
  };
}

export const failure = (facts: Partial<BackendErrorFacts> = {}): BackendError =>
  new BackendError({ kind: 'server', message: 'The server has a fault.', tookEffect: 'no', ...facts });
