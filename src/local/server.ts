import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { createAdaptorServer } from '@hono/node-server';
import { createStateDirectory, STATE_VARIABLE } from '../config/directories.ts';
import { removeServerFile, writeServerFile } from '../config/server-file.ts';
import { lockStateDirectory } from '../config/server-lock.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { neverAborted } from '../platform/never-aborted.ts';
import { asUnusableDirectory } from '../platform/private-directory.ts';
import { isDamaged } from '../platform/sqlite.ts';
import { systemCode, systemReason } from '../platform/system-error.ts';
import { type AgentRegistry, agentRegistry } from './agents/registry.ts';
import { createChatServices } from './chat-services.ts';
import { endCutOffTurns } from './chats/chat-recovery.ts';
import { ChatRepository } from './chats/chat-repository.ts';
import type { ChatRuntime, SessionListener } from './chats/session.ts';
import { openDatabase, replaceDamagedDatabase } from './database/database.ts';
import { Repository } from './database/repository.ts';
import { StatementCache } from './database/statement-cache.ts';
import { newToken } from './http/token.ts';
import { createHttpApp } from './http-app.ts';
import { watchIdle } from './idle-watch.ts';
import { commandEnvironment, socketDirectory } from './processes/command-environment.ts';
import { endLeftoverProcesses } from './processes/leftover-processes.ts';
import { OwnedProcesses, type OwnedProcessesOptions } from './processes/owned-processes.ts';
import { loadServerIdentity } from './server-identity.ts';
import { Sockets } from './sockets/sockets.ts';
import { recoverFromCrash } from './tasks/crash-recovery.ts';
import { LocalTasks } from './tasks/local-tasks.ts';

export interface ServerOptions {
  /** Absolute path; created if missing. Only one server at a time can use it. */
  readonly stateDir: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Version of this taskdeck. */
  readonly version: string;
  readonly clock: Clock;
  /** Environment of a task's commands if the client did not send one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: the shell, and built-in agents on the PATH of `env`. */
  readonly agents?: AgentRegistry;
  /** Time between SIGTERM and SIGKILL when a task is paused or deleted, ms. Default: 5 s. */
  readonly graceMs?: number;
  /** Runs the agents of chats. Default: sessions of the Agent Client Protocol. */
  readonly chatRuntime?: (listener: SessionListener) => ChatRuntime;
  /** `idle` resolves after this time without a request or a running task, ms. Default: 1 h. */
  readonly idleMs?: number;
}

export interface LocalServerHandle {
  /** Origin, `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  /** Warning for the user, about a database that is damaged or read-only; else null. */
  readonly notice: string | null;
  /** Resolves after `idleMs` without use. Does not close the server. */
  readonly idle: Promise<void>;
  /** Ends all processes, stores their output, and unlocks the state directory. Never rejects. */
  close(): Promise<void>;
}

const GRACE_MS = 5_000;
const IDLE_MS = 60 * 60_000;
const KEEP_ALIVE_MS = 90_000;
/** Replaces `graceMs` when the server ends, because the user waits for that, ms. */
const SHUTDOWN_GRACE_MS = 2_000;

/** The server cannot listen on the port. The message says what to do. */
class PortUnavailable extends Error {
  override readonly name = 'PortUnavailable';
}

/**
 * Starts the local task server on 127.0.0.1. Throws StateDirectoryInUse if another server uses the state directory,
 * PortUnavailable, or UnusableDirectory.
 */
export async function startServer(options: ServerOptions): Promise<LocalServerHandle> {
  const stateDir = createStateDirectory(options.stateDir);
  const release = lockStateDirectory(stateDir);
  let repository: Repository | null = null;
  try {
    const { database, readOnly, notice } = openDatabase(stateDir);
    let chats: ChatRepository;
    ({ repository, chats } = repositoriesOf(database, stateDir));
    try {
      if (!readOnly) {
        recoverFromCrash(repository, options.clock);
        await endLeftoverProcesses(ownership(options, repository, chats), neverAborted);
        endCutOffTurns(chats, options.clock.wall());
      }
      return await serveRepository(options, repository, chats, { release, notice, readOnly });
    } catch (error) {
      if (readOnly || !isDamaged(error)) throw error;
    }
    // Opening a database does not find all damage.
    repository.close();
    const replacement = replaceDamagedDatabase(stateDir);
    ({ repository, chats } = repositoriesOf(replacement.database, stateDir));
    return await serveRepository(options, repository, chats, {
      release,
      notice: replacement.notice,
      readOnly: false,
    });
  } catch (error) {
    repository?.close();
    release();
    throw error instanceof PortUnavailable ? error : asUnusableDirectory(stateDir, STATE_VARIABLE, error);
  }
}

function repositoriesOf(
  database: DatabaseSync,
  stateDir: string,
): { readonly repository: Repository; readonly chats: ChatRepository } {
  const sql = new StatementCache(database);
  const repository = new Repository(sql, stateDir);
  return { repository, chats: new ChatRepository(repository, sql) };
}

const ownership = (
  { clock }: ServerOptions,
  repository: Repository,
  chats: ChatRepository,
): OwnedProcessesOptions => ({
  repository,
  clock,
  isOwner: (id) => repository.taskOrDeletedTask(id) !== null || chats.chat(id) !== null,
});

interface StateAccess {
  readonly release: () => void;
  readonly notice: string | null;
  readonly readOnly: boolean;
}

async function serveRepository(
  options: ServerOptions,
  repository: Repository,
  chats: ChatRepository,
  { release, notice, readOnly }: StateAccess,
): Promise<LocalServerHandle> {
  const { stateDir, clock, version, env } = options;
  const agents = options.agents ?? agentRegistry({ env, clock, configDir: null, onFault: () => undefined });
  const token = newToken();
  // Set once the server listens: the app needs the port.
  let app: ReturnType<typeof createHttpApp> | null = null;
  const http = createAdaptorServer({
    fetch: (request, bindings) => app?.fetch(request, bindings) ?? new Response(null, { status: 503 }),
    overrideGlobalObjects: false,
    // Other upgrades, such as those to HTTP/2, are plain requests; older versions of Node ignore this option.
    serverOptions: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket' },
  }) as Server;
  // Longer than the polling interval of clients: a request fails if the server closes its connection at that moment.
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  let url = '';
  const processes = new OwnedProcesses(ownership(options, repository, chats));
  const tasks = new LocalTasks({
    repository,
    clock,
    processes,
    stateDir,
    agents: agents.commands,
    environment: (task, agent) =>
      commandEnvironment(repository.environment(task.id) ?? env, {
        task,
        agent,
        url,
        sockets: socketDirectory(stateDir, task.id),
      }),
    graceMs: options.graceMs ?? GRACE_MS,
  });
  const chatServices = createChatServices({
    chats,
    clock,
    stateDir,
    env,
    version,
    agents,
    processes,
    url: () => url,
    graceMs: options.graceMs ?? GRACE_MS,
    ...(options.chatRuntime !== undefined && { runtime: options.chatRuntime }),
  });
  const { localChats, diffs, finishing } = chatServices;
  let sockets: Sockets | null = null;
  const port = await listen(http, options.port ?? 0);
  url = `http://127.0.0.1:${port}`;
  const idleWatch = watchIdle({
    clock,
    afterMs: options.idleMs ?? IDLE_MS,
    isBusy: () => !tasks.isIdle || !localChats.isIdle || processes.busyOwners.size > 0,
  });
  const stop = async (): Promise<void> => {
    idleWatch.stop();
    const closed = new Promise((resolve) => http.close(resolve));
    await sockets?.close();
    http.closeAllConnections();
    await closed;
    await diffs.close();
    await finishing.close();
    // A read-only server runs no commands.
    if (readOnly) return;
    processes.stop();
    await Promise.all([tasks.close(SHUTDOWN_GRACE_MS), localChats.close(SHUTDOWN_GRACE_MS)]);
    await processes.endAll(SHUTDOWN_GRACE_MS);
    tasks.stopReading();
  };
  try {
    const me = loadServerIdentity(repository, { url, version, now: clock.wall(), readOnly });
    const { worktrees, gitEnvironment } = chatServices;
    const shared = {
      chats: localChats,
      diffs,
      worktrees,
      finishing,
      me,
      environment: gitEnvironment,
      port,
      token,
    };
    app = createHttpApp({
      ...shared,
      tasks,
      agents: agents.chatAgents,
      defaultDirectory: homeDirectory(env),
      readOnly: readOnly ? notice : null,
      onRequest: idleWatch.requestReceived,
    });
    sockets = new Sockets({
      ...shared,
      clock,
      isWritable: !readOnly,
      onRequest: idleWatch.requestReceived,
    });
    http.on('upgrade', sockets.upgrade);
    if (!readOnly) {
      tasks.resumeUnfinished();
      processes.sweep();
      void finishing.forgetVanished();
    }
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

/** Runs one step of a shutdown; logs its error, so that the next steps run. */
async function logErrors(step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    console.error(error);
  }
}

/** Resolves with the port. Loopback only: a client can run commands as the user. */
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
  const why = systemCode(error) === 'EADDRINUSE' ? 'another program uses it' : systemReason(error);
  const where = port === 0 ? '127.0.0.1' : `port ${port}`;
  return new PortUnavailable(`Cannot listen on ${where}: ${why}. Choose another port with --port.`, {
    cause: error,
  });
}
