import { onTestFinished } from 'vitest';
import { startChatsServer } from '../../support/chats/chats-server.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import { type Received, request } from './request.ts';

/** A server of Chats until the current test ends. Turns end and workers stop only when the test says so. */
export async function startServer(options: Partial<ChatsOptions> = {}) {
  const server = await startChatsServer({ stopsAfterMs: null, ...options });
  onTestFinished(() => server.close());
  return {
    server,
    chats: server.chats,
    /** `path`: below the prefix of Chats. */
    call: (method: string, path: string, body?: unknown): Promise<Received> =>
      request(server.url, method, `/api/v2/chats${path}`, body),
    /** `path`: below the server's URL. */
    api: (method: string, path: string, body?: unknown): Promise<Received> =>
      request(server.url, method, path, body),
  };
}

/** The body of a send. */
export const text = (words: string) => ({ content: [{ type: 'text', text: words }] });

export const idsOf = ({ body }: Received): readonly string[] => body.map(({ id }: { id: string }) => id);
