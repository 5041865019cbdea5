import { type ForkedServer, forkServer } from './forked-server.ts';
import type { RequestCounts, ServerContent } from './server-content.ts';

/** The bench's server in its own process. */
export interface TaskServer extends ForkedServer {
  /** Sets the content and resets the counts. */
  set(content: Partial<ServerContent>): Promise<void>;
  requestCounts(): Promise<RequestCounts>;
}

export async function startTaskServer(): Promise<TaskServer> {
  const server = await forkServer('server.ts');
  const control = async (body?: Partial<ServerContent>): Promise<RequestCounts> => {
    const response = await fetch(`${server.url}/control`, {
      method: 'POST',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as RequestCounts;
  };
  return {
    ...server,
    set: async (content) => void (await control(content)),
    requestCounts: () => control(),
  };
}
