import { type CoderServer, type CoderServerOptions, startCoderServer } from '../coder-server.ts';
import { Chats } from './chats.ts';
import type { ChatsOptions } from './options.ts';

/** A Coder server with Chats. Its `on` replaces any route. */
export interface ChatsServer extends CoderServer {
  readonly chats: Chats;
}

/** A real HTTP server with Chats and no Tasks, on a free port. The caller closes it. */
export async function startChatsServer(
  options: Partial<ChatsOptions> = {},
  server: CoderServerOptions = {},
): Promise<ChatsServer> {
  const chats = new Chats(options);
  return Object.assign(
    await startCoderServer({ fallback: chats.reply, upgrade: chats.sockets.upgrade, ...server }),
    { chats },
  );
}
