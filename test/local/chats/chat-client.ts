import type { WirePart } from '../../../src/local/chats/chat-row-types.ts';
import { type Answer, TestClient, waitUntil } from '../test-client.ts';

interface Chat {
  readonly id: string;
  readonly status: string;
  readonly last_error: { readonly message: string } | null;
}
interface Message {
  readonly id: number;
  readonly role: string;
  readonly content: readonly WirePart[];
}

/** Calls the Chats API of a local server. */
export class ChatClient {
  readonly #client: TestClient;
  readonly #directory: string;

  /** `directory`: of new chats. */
  constructor(server: { readonly url: string; readonly token: string }, directory: string) {
    this.#client = new TestClient(server);
    this.#directory = directory;
  }

  /** The answer, also of a refused call. */
  answerTo(method: string, below: string, body?: unknown): Promise<Answer> {
    return this.#client.call(method, `/api/v2/${below}`, body);
  }

  async call<Body>(method: string, below: string, body?: unknown): Promise<Body> {
    const answer = await this.answerTo(method, below, body);
    if (answer.status >= 300) throw new Error(`${method} ${below}: ${answer.status} ${answer.text}`);
    return answer.body as Body;
  }

  /** `switches`: of the fake agent. `more`: fields of the request. */
  async create(text: string, switches = '', more: object = {}): Promise<string> {
    const [organization] = await this.call<readonly { readonly id: string }[]>(
      'GET',
      'users/me/organizations',
    );
    const { id } = await this.call<Chat>('POST', 'chats', {
      organization_id: organization?.id,
      content: [{ type: 'text', text }],
      model_config_id: 'fake',
      directory: this.#directory,
      environment: { PATH: process.env.PATH, FAKE_AGENT: switches },
      ...more,
    });
    return id;
  }

  send(id: string, text: string): Promise<unknown> {
    return this.call('POST', `chats/${id}/messages`, { content: [{ type: 'text', text }] });
  }

  chat(id: string): Promise<Chat> {
    return this.call('GET', `chats/${id}`);
  }

  /** Resolves once the chat has this status. */
  until(id: string, status: string): Promise<unknown> {
    return waitUntil(`chat ${status}`, async () => (await this.chat(id)).status === status);
  }

  /** Visible messages, oldest first, and the texts of the queue. */
  async conversation(id: string): Promise<{ messages: readonly Message[]; queue: readonly unknown[] }> {
    const { messages, queued_messages: queue } = await this.call<{
      messages: readonly Message[];
      queued_messages: readonly Message[];
    }>('GET', `chats/${id}/messages?limit=200`);
    return { messages: messages.toReversed(), queue: queue.map(({ content }) => content[0]?.text) };
  }

  /** The parts of the newest answer. */
  async answer(id: string): Promise<readonly WirePart[]> {
    const { messages } = await this.conversation(id);
    return messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  }
}

export const textOf = (parts: readonly WirePart[]): string =>
  parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
