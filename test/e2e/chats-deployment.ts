import { onTestFinished } from 'vitest';
import { Chats } from '../support/chats/chats.ts';
import { type ChatsServer, startChatsServer } from '../support/chats/chats-server.ts';
import type { ChatsOptions } from '../support/chats/options.ts';
import { deployment, TOKEN } from './deployment.ts';

export interface ChatsDeploymentOptions extends Partial<ChatsOptions> {
  /** True: Tasks too, with the one task of `deployment`. Default: false, as on a current Coder. */
  readonly tasks?: boolean;
}

/**
 * A Coder server with Chats of ada, until the current test ends. `signedIn(server)` is the environment for it. The list
 * is empty: add chats with `server.chats.seed`.
 */
export async function chatsDeployment({
  tasks = false,
  ...options
}: ChatsDeploymentOptions = {}): Promise<ChatsServer> {
  const all = { token: TOKEN, ...options };
  if (!tasks) {
    const server = await startChatsServer(all);
    onTestFinished(() => server.close());
    return server;
  }
  const chats = new Chats({ version: 'v2.36.1+3f1c0de', ...all });
  const server = await deployment({ fallback: chats.reply, upgrade: chats.sockets.upgrade });
  for (const path of ['buildinfo', 'users/me', 'templates']) server.on('GET', `/api/v2/${path}`, chats.reply);
  return Object.assign(server, { chats });
}
