import type { Clock } from '../domain/ports/clock.ts';
import { createAcpRuntime } from './acp/acp-runtime.ts';
import type { AcpAgent } from './agents/acp-agent.ts';
import type { AgentRegistry } from './agents/registry.ts';
import type { ChatRepository } from './chats/chat-repository.ts';
import type { ChatRow } from './chats/chat-row-types.ts';
import { LocalChats } from './chats/local-chats.ts';
import { automaticAnswer } from './chats/permission-rules.ts';
import type { ChatRuntime, SessionListener } from './chats/session.ts';
import { DiffStatuses } from './git/diff-statuses.ts';
import { chatEnvironment, removeSocketDirectory, socketDirectory } from './processes/command-environment.ts';
import { pipeDirectoryIn } from './processes/command-run.ts';
import type { OwnedProcesses } from './processes/owned-processes.ts';
import { WorktreeFinishing } from './worktrees/worktree-finishing.ts';
import { Worktrees } from './worktrees/worktrees.ts';

export interface ChatServicesOptions {
  readonly chats: ChatRepository;
  readonly clock: Clock;
  /** Absolute. */
  readonly stateDir: string;
  /** Environment of a chat whose client did not send one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Version of this taskdeck. */
  readonly version: string;
  readonly agents: AgentRegistry;
  readonly processes: OwnedProcesses;
  /** Origin of this server; empty until it listens. */
  readonly url: () => string;
  /** Time between SIGTERM and SIGKILL, ms. */
  readonly graceMs: number;
  /** Default: sessions of the Agent Client Protocol. */
  readonly runtime?: (listener: SessionListener) => ChatRuntime;
}

export interface ChatServices {
  readonly localChats: LocalChats;
  readonly worktrees: Worktrees;
  readonly finishing: WorktreeFinishing;
  readonly diffs: DiffStatuses;
  /** The environment of git for a chat. */
  readonly gitEnvironment: (chat: ChatRow) => NodeJS.ProcessEnv;
}

/** The chats of the server, with their agents, worktrees and changes. */
export function createChatServices(options: ChatServicesOptions): ChatServices {
  const { chats, clock, stateDir, env, version, agents, processes, graceMs } = options;
  const { repository } = chats;
  const shellOf = (chatId: string): NodeJS.ProcessEnv => repository.environment(chatId) ?? env;
  const environment = (chat: ChatRow, agent: Pick<AcpAgent, 'env'>): NodeJS.ProcessEnv =>
    chatEnvironment(shellOf(chat.id), {
      chat,
      agent,
      url: options.url(),
      sockets: socketDirectory(stateDir, chat.id),
    });
  const worktrees = new Worktrees({
    chats,
    clock,
    stateDir,
    settings: () => agents.worktreeSettings(),
    environment: shellOf,
    serverEnvironment: env,
    processEnvironment: (chat) => environment(chat, { env: {} }),
    processes,
    pipeDirectory: pipeDirectoryIn(stateDir),
    changesOf: (directory) => diffs.known({ directory }),
  });
  const localChats = new LocalChats({
    chats,
    clock,
    agents: () => agents.chatAgents(),
    environment,
    runtime:
      options.runtime ??
      ((listener) =>
        createAcpRuntime({
          clock,
          listener,
          processes,
          version,
          decide: ({ agent, settings: { permissionMode: mode, planMode } }, request) =>
            automaticAnswer(request, {
              mode,
              planMode,
              hasOwnMode: typeof agent.modes[mode] === 'string',
              rules: agents.allowRules(),
            }),
        })),
    preparation: worktrees.preparation,
    graceMs,
    removeDirectories: (id) => removeSocketDirectory(socketDirectory(stateDir, id)),
  });
  const gitEnvironment = ({ id }: ChatRow): NodeJS.ProcessEnv => shellOf(id);
  const diffs = new DiffStatuses({
    clock,
    environment: gitEnvironment,
    baseOf: (directory) => worktrees.baseOf(directory),
  });
  localChats.onChange(({ chatId }) => diffs.chatChanged(chats.chat(chatId)));
  const finishing = new WorktreeFinishing({
    chats: localChats,
    worktrees,
    environment: shellOf,
    onFinished: (chatId) => diffs.filesChanged(chats.chat(chatId)),
  });
  return { localChats, worktrees, finishing, diffs, gitEnvironment };
}
