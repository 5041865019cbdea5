import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Message {
  readonly id?: number | string;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON from outside, looked at by hand.
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** An agent's answer to a request was a JSON-RPC error. */
class AgentRefused extends Error {
  override readonly name = 'AgentRefused';

  constructor(method: string, { code, message, data }: NonNullable<Message['error']>) {
    super(`${method}: ${code} ${message} ${JSON.stringify(data) ?? ''}`);
  }
}

/** A started agent, spoken to by JSON lines without a library, so that nothing hides what it does. */
export class AcpProcess {
  readonly child: ChildProcess;
  /** All messages of the agent, the oldest first, with the milliseconds since the start. */
  readonly received: (Message & { readonly atMs: number })[] = [];
  /** Lines of stdout that are no JSON. */
  readonly noise: string[] = [];
  stderr = '';
  readonly exited: Promise<void>;
  #nextId = 0;
  readonly #waiting = new Map<number | string, (message: Message) => void>();
  readonly #changed = new Set<() => void>();
  readonly #started = performance.now();

  constructor(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    this.child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit').then(() => this.#notify());
    this.child.stdin?.on('error', () => {});
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    if (this.child.stdout === null) throw new Error('no stdout');
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#read(line));
  }

  #read(line: string): void {
    let message: Message;
    try {
      message = JSON.parse(line);
    } catch {
      this.noise.push(line);
      return;
    }
    this.received.push({ ...message, atMs: performance.now() - this.#started });
    if (message.method === undefined && message.id !== undefined) this.#waiting.get(message.id)?.(message);
    else if (message.method !== 'session/request_permission' && message.id !== undefined)
      this.#write({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } });
    this.#notify();
  }

  #notify(): void {
    for (const check of this.#changed) check();
  }

  #write(message: unknown): void {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  // biome-ignore lint/suspicious/noExplicitAny: JSON from outside.
  async request(method: string, params: unknown): Promise<any> {
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#waiting.set(id, resolve);
    this.#write({ jsonrpc: '2.0', id, method, params });
    const message = await Promise.race([promise, this.exited.then(() => null)]);
    if (message === null) throw new Error(`${method}: the agent ended`);
    if (message.error !== undefined) throw new AgentRefused(method, message.error);
    return message.result;
  }

  notify(method: string, params: unknown): void {
    this.#write({ jsonrpc: '2.0', method, params });
  }

  answer(id: number | string, result: unknown): void {
    this.#write({ jsonrpc: '2.0', id, result });
  }

  /** Resolves to the first value that `find` returns, now or after a later message. */
  async until<T>(find: () => T | undefined, timeoutMs = 30_000): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const check = (): void => {
      const found = find();
      if (found !== undefined) resolve(found);
    };
    const timer = setTimeout(() => reject(new Error(`${timeoutMs} ms passed before ${find}`)), timeoutMs);
    this.#changed.add(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#changed.delete(check);
    }
  }
}
