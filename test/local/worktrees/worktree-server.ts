import { existsSync } from 'node:fs';
import path from 'node:path';
import type { WorktreeSettings } from '../../../src/config/worktree-settings.ts';
import { DEFAULT_WORKTREE_SETTINGS } from '../../../src/config/worktree-settings.ts';
import type { ServerOptions } from '../../../src/local/server.ts';
import type { WireWorktree } from '../../../src/wire/local-extension.ts';
import type { GitRepository } from '../../support/git-repository.ts';
import { knownAgent } from '../../support/local-chats/scripted-agents.ts';
import { type LocalChatsServer, startLocalChats } from '../../support/local-chats/start-local-chats.ts';
import { registryOf } from '../../support/local-server.ts';
import { waitUntil } from '../test-client.ts';

/** A part of a message on the wire. */
interface Part {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A local server for chats in worktrees of a repository, until the current test ends. */
export async function worktreeServer(
  repository: GitRepository,
  settings: Partial<WorktreeSettings> = {},
  options: Partial<ServerOptions> = {},
) {
  const robot = knownAgent('robot');
  const server = await startLocalChats({
    env: { ...repository.env, SHELL: '/bin/sh' },
    agents: {
      ...registryOf(
        () => [],
        () => [robot],
      ),
      worktreeSettings: () => ({ ...DEFAULT_WORKTREE_SETTINGS, ...settings }),
    },
    ...options,
  });
  return { ...server, ...worktreeChats(server, repository) };
}

/** Operations on the chats of a server whose worktrees are of this repository. */
function worktreeChats(server: LocalChatsServer, repository: GitRepository) {
  const chat = async (id: string) => (await server.chats('GET', `/${id}`)).body;
  const worktree = async (id: string): Promise<WireWorktree> => (await chat(id)).worktree;
  const parts = async (id: string): Promise<readonly Part[]> => {
    const { messages } = (await server.chats('GET', `/${id}/messages`)).body;
    return messages
      .toReversed()
      .flatMap(({ role, content }: { role: string; content: Part[] }) =>
        role === 'assistant' ? content : [],
      );
  };
  return {
    chat,
    worktree,
    /** The parts of all answers, oldest first. */
    parts,
    /** Creates a chat in a new worktree. Returns its id. */
    createIn: (more: object = {}, prompt = 'Fix it') =>
      server.create(prompt, { directory: repository.root, worktree: {}, ...more }),
    /** Waits until the agent got its prompt. Returns the directory in which it works. */
    async turn(id: string, number = 1): Promise<string> {
      const turns = () => server.scripted.turns.filter(({ chatId }) => chatId === id);
      await waitUntil('turn', () => turns().length >= number);
      return turns()[number - 1]?.directory ?? '';
    },
    turnsOf: (id: string) => server.scripted.turns.filter(({ chatId }) => chatId === id).length,
    until: (id: string, status: string) => waitUntil(status, async () => (await chat(id)).status === status),
    untilStage: (id: string, start: string) =>
      waitUntil(start, async () => String((await chat(id)).stage?.name).startsWith(start)),
    /** The open permission request; null for none. */
    async request(id: string): Promise<Part | null> {
      const open = (await parts(id)).findLast(
        ({ tool_name: name, status }) => name === 'request_permission' && status === 'pending',
      );
      return open ?? null;
    },
    answer: (id: string, request: Part | null, option: string) =>
      server.chats('POST', `/${id}/tool-results`, {
        results: [
          { tool_call_id: request?.tool_call_id, output: { outcome: 'selected', option_id: option } },
        ],
      }),
    send: (id: string, text = 'Go on') =>
      server.chats('POST', `/${id}/messages`, { content: [{ type: 'text', text }] }),
  };
}

export type WorktreeServer = Awaited<ReturnType<typeof worktreeServer>>;

export const untilFile = (...parts: readonly string[]): Promise<unknown> =>
  waitUntil(parts.join('/'), () => existsSync(path.join(...parts)));
