import { onTestFinished } from 'vitest';
import { Chats } from '../support/chats/chats.ts';
import { type ChatsServer, startChatsServer, WIRE_USER } from '../support/chats/chats-server.ts';
import type { ChatsOptions } from '../support/chats/options.ts';
import { json } from '../support/coder-server.ts';
import { deployment, SIGNED_OUT, TOKEN } from './deployment.ts';

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
    server.on('GET', '/api/v2/users/me', meOrSignedOut);
    return server;
  }
  const chats = new Chats(all);
  const server = await deployment({ fallback: chats.reply });
  server.on('GET', '/api/v2/users/me', meOrSignedOut);
  server.on('GET', '/api/v2/templates', chats.reply);
  return Object.assign(server, { chats });
}

const meOrSignedOut: Parameters<ChatsServer['on']>[2] = (response, request, socket) =>
  (request.headers['coder-session-token'] === TOKEN ? json(200, WIRE_USER) : SIGNED_OUT)(
    response,
    request,
    socket,
  );
