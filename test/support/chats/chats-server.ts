import { type CoderServer, type CoderServerOptions, json, startCoderServer } from '../coder-server.ts';
import { Chats } from './chats.ts';
import type { ChatsOptions } from './options.ts';
import { ME, ORGANIZATION_ID } from './state.ts';

/** A Coder server with Chats. `on` of the server replaces any route of it. */
export interface ChatsServer extends CoderServer {
  readonly chats: Chats;
}

/** The user of the chats, as GET of users/me returns it. */
export const WIRE_USER = { ...ME, email: 'ada@example.com', organization_ids: [ORGANIZATION_ID] } as const;

/** A real HTTP server with Chats and no Tasks, on a free port. The caller closes it. */
export async function startChatsServer(
  options: Partial<ChatsOptions> = {},
  server: CoderServerOptions = {},
): Promise<ChatsServer> {
  const chats = new Chats(options);
  const started = await startCoderServer({ fallback: chats.reply, ...server });
  started.on(
    'GET',
    '/api/v2/buildinfo',
    json(200, { version: 'v2.37.1+3f1c0de', dashboard_url: started.url }),
  );
  started.on('GET', '/api/v2/users/me', json(200, WIRE_USER));
  return Object.assign(started, { chats });
}
