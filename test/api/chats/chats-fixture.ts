import { afterEach } from 'vitest';
import { createApiClient } from '../../../src/api/api-client.ts';
import { createChatsSource } from '../../../src/api/chats/chats-source.ts';
import { createConnection } from '../../../src/api/connection.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { chatFacts, type Task } from '../../../src/domain/task.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { type ChatsServer, startChatsServer } from '../../support/chats/chats-server.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import type { CoderServer } from '../../support/coder-server.ts';
import { neverAborted, TOKEN } from '../api-fixture.ts';

const servers: CoderServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server with Chats that ends with the test. */
export async function chatsServer(options: Partial<ChatsOptions> = {}): Promise<ChatsServer> {
  const server = await startChatsServer(options);
  servers.push(server);
  return server;
}

export const sourceAt = (
  { url }: { readonly url: string },
  clock: Pick<Clock, 'now' | 'after'> = systemClock,
) => createChatsSource(createApiClient(createConnection({ url, token: TOKEN }), undefined), clock);

export type ChatsSource = ReturnType<typeof sourceAt>;

export const listMine = (source: ChatsSource): Promise<readonly Task[]> =>
  source.list({ owner: 'me' }, neverAborted());

/** The requests to paths below `/chats`, such as `GET ?limit=50` or `GET /{id}/messages?limit=20`. */
export const chatRequests = ({ requests }: ChatsServer): readonly string[] =>
  requests.flatMap(({ method, target }) => {
    const [, below] = /^\/api\/(?:v2|experimental)\/chats(.*)$/u.exec(target) ?? [];
    return below === undefined ? [] : [`${method} ${below}`];
  });

/** The facts of a chat. */
export function factsOf(task: Task | undefined) {
  const facts = task === undefined ? null : chatFacts(task);
  if (facts === null) throw new Error('No chat.');
  return facts;
}

export const refOf = (id: string) => ({ id, ownerName: 'ada' });
