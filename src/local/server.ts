import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { AgentDefinition } from '../config/agent-definition.ts';
import { createStateDirectory, STATE_VARIABLE } from '../config/directories.ts';
import { removeServerFile, writeServerFile } from '../config/server-file.ts';
import { lockStateDirectory } from '../config/server-lock.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { asUnusableDirectory } from '../platform/private-directory.ts';
import { isDamaged } from '../platform/sqlite.ts';
import { systemCode, systemReason } from '../platform/system-error.ts';
import { agentRegistry } from './agents/registry.ts';
import { commandEnvironment, socketDirectory } from './command-environment.ts';
import { recoverFromCrash } from './crash-recovery.ts';
import { openDatabase, replaceDamagedDatabase } from './database.ts';
import { createHttpApp } from './http-app.ts';
import { watchIdle } from './idle-watch.ts';
import { LocalTasks } from './local-tasks.ts';
import { Repository } from './repository.ts';
import { StatementCache } from './row-types.ts';
import { loadServerIdentity } from './server-identity.ts';
import { newToken } from './token.ts';

export interface ServerOptions {
  /** Absolute; created when it is missing. One server at a time holds it. */
  readonly stateDir: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** Of this taskdeck. */
  readonly version: string;
  readonly clock: Clock;
  /** What the commands of tasks inherit whose client did not send the environment of its own shell. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is offered at this moment; asked often. Default: the shell, and known agents found on the PATH of `env`. */
  readonly agents?: () => readonly AgentDefinition[];
  /** How long processes may take to end by themselves when a task is paused or deleted, ms. */
  readonly graceMs?: number;
  /** When nothing has run and nobody has asked for this long, `idle` resolves, ms. Default: an hour. */
  readonly idleMs?: number;
}

export interface LocalServerHandle {
  /** Origin, `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  /** One sentence for the user about how the tasks were found; null when all is well. */
  readonly notice: string | null;
  /** Resolves when nobody needs the server any more; it goes on until it is closed. */
  readonly idle: Promise<void>;
  /** Ends what runs, writes everything down, and lets go of the state directory. Never rejects. */
  close(): Promise<void>;
}

const GRACE_MS = 5_000;
const IDLE_MS = 60 * 60_000;
const KEEP_ALIVE_MS = 90_000;
/** When the server ends, everybody waits for it, ms. */
const SHUTDOWN_GRACE_MS = 2_000;

const neverAborted = new AbortController().signal;

/** The port that was asked for cannot be used. The message is a sentence that says what to do. */
class PortUnavailable extends Error {
  override readonly name = 'PortUnavailable';
}

/**
 * Starts the local task server on 127.0.0.1. Throws StateInUse when another one has the state directory, and otherwise
 * errors whose message is a sentence: about the port, or about the state directory.
 */
export async function startServer(options: ServerOptions): Promise<LocalServerHandle> {
  const stateDir = createStateDirectory(options.stateDir);
  const release = lockStateDirectory(stateDir);
  let repository: Repository | null = null;
  try {
    const { database, readOnly, notice } = openDatabase(stateDir);
    repository = new Repository(new StatementCache(database), stateDir);
    try {
      if (!readOnly) await recoverFromCrash(repository, options.clock, neverAborted);
      return await serveRepository(options, repository, { release, notice, readOnly });
    } catch (error) {
      if (readOnly || !isDamaged(error)) throw error;
    }
    // The damage lay deeper than what is read first: a server that never starts helps nobody.
    repository.close();
    const fresh = replaceDamagedDatabase(stateDir);
    repository = new Repository(new StatementCache(fresh.database), stateDir);
    return await serveRepository(options, repository, { release, notice: fresh.notice, readOnly: false });
  } catch (error) {
    repository?.close();
    release();
    throw error instanceof PortUnavailable ? error : asUnusableDirectory(stateDir, STATE_VARIABLE, error);
  }
}

interface StateAccess {
  readonly release: () => void;
  readonly notice: string | null;
  readonly readOnly: boolean;
}

async function serveRepository(
  options: ServerOptions,
  repository: Repository,
  { release, notice, readOnly }: StateAccess,
): Promise<LocalServerHandle> {
  const { stateDir, clock, version, env } = options;
  const token = newToken();
  // Routes and commands need to know the port, which is known only when the server listens.
  let app: ReturnType<typeof createHttpApp> | null = null;
  const http = createAdaptorServer({
    fetch: (request, bindings) => app?.fetch(request, bindings) ?? new Response(null, { status: 503 }),
    overrideGlobalObjects: false,
  }) as Server;
  // Longer than clients poll apart: a connection that closes in the moment it is used again fails a request.
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  let url = '';
  const tasks = new LocalTasks({
    repository,
    clock,
    stateDir,
    agents: options.agents ?? agentRegistry({ env, clock, configDir: null, onFault: () => undefined }),
    environment: (task, agent) =>
      commandEnvironment(repository.environment(task.id) ?? env, {
        task,
        agent,
        url,
        sockets: socketDirectory(stateDir, task.id),
      }),
    graceMs: options.graceMs ?? GRACE_MS,
  });
  const port = await listen(http, options.port ?? 0);
  url = `http://127.0.0.1:${port}`;
  const idleWatch = watchIdle({
    clock,
    afterMs: options.idleMs ?? IDLE_MS,
    isBusy: () => !tasks.isIdle,
  });
  const stop = async (): Promise<void> => {
    idleWatch.stop();
    const closed = new Promise((resolve) => http.close(resolve));
    http.closeAllConnections();
    await closed;
    // A server that only reads has started nothing.
    if (!readOnly) await tasks.close(SHUTDOWN_GRACE_MS);
  };
  try {
    const me = loadServerIdentity(repository, { url, version, now: clock.wall(), readOnly });
    app = createHttpApp({
      tasks,
      me,
      token,
      port,
      readOnly: readOnly ? notice : null,
      onRequest: idleWatch.requestReceived,
    });
    if (!readOnly) tasks.resumeUnfinished();
    writeServerFile(stateDir, { url, token, pid: process.pid, version, startedAt: clock.wall(), notice });
  } catch (error) {
    // The port must be free for the next attempt.
    await logErrors(stop);
    throw error;
  }
  return {
    url,
    token,
    notice,
    idle: idleWatch.idle,
    close: async () => {
      await logErrors(() => removeServerFile(stateDir, token));
      await logErrors(stop);
      await logErrors(() => repository.close());
      release();
    },
  };
}

/** One step of several that happen whatever becomes of the others. */
async function logErrors(step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    console.error(error);
  }
}

/** On the loopback address and no other: what runs here may do all that the user may. */
function listen(http: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(portUnavailable(port, error));
    http.once('error', fail);
    http.listen(port, '127.0.0.1', () => {
      http.off('error', fail);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

function portUnavailable(port: number, error: Error): PortUnavailable {
  const why = systemCode(error) === 'EADDRINUSE' ? 'another program listens on it' : systemReason(error);
  const what = port === 0 ? 'No port of 127.0.0.1 can be used' : `Port ${port} cannot be used`;
  return new PortUnavailable(`${what}: ${why}. Choose another with --port.`, { cause: error });
}
