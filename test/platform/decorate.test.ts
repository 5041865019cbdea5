import { describe, expect, it } from 'vitest';
import {
  type Around,
  callMethod,
  decorate,
  deferred,
  deferredMethod,
  type MethodCall,
} from '../../src/platform/decorate.ts';

interface Source {
  readonly id: string;
  list(query: string): Promise<readonly string[]>;
}

/** An object with every kind of member. */
class Server {
  #count = 1;
  readonly sources: readonly Source[];
  readonly facts: { readonly version: string } = { version: 'v2' };
  readonly rules = [{ isAllowed: (): boolean => true }];
  listeners: (() => void)[] = [];
  added?: (text: string) => string;

  constructor() {
    this.sources = [new ServerSource('tasks'), new ServerSource('chats')];
  }
  get count(): number {
    return this.#count;
  }
  async increase(by: number): Promise<number> {
    this.#count += by;
    return this.#count;
  }
  size(text: string): number {
    return text.length * this.#count;
  }
  subscribe(listener: () => void): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners = this.listeners.filter((each) => each !== listener);
    };
  }
  async *stream(): AsyncGenerator<number> {
    yield this.#count;
    yield this.#count + 1;
  }
  async fail(): Promise<never> {
    throw new Error('no');
  }
}

class ServerSource implements Source {
  readonly #id: string;
  constructor(id: string) {
    this.#id = id;
  }
  get id(): string {
    return this.#id;
  }
  async list(query: string): Promise<readonly string[]> {
    return [`${this.#id} ${query}`];
  }
}

function decorated(around?: Around) {
  const server = new Server();
  const calls: string[] = [];
  const record: Around = ({ path, args }, proceed) => {
    calls.push(`${path}(${args.join()})`);
    return proceed(args);
  };
  return { server, calls, wrapped: decorate(server, around ?? record, ['sources']) };
}

describe('a decorated object', () => {
  it.each<[string, (server: Server) => unknown, unknown, string]>([
    ['a promise', (server) => server.increase(2), 3, 'increase(2)'],
    ['a value that is none', (server) => server.size('abc'), 3, 'size(abc)'],
    [
      'a promise of a nested object',
      (server) => server.sources[1]?.list('q'),
      ['chats q'],
      'sources.1.list(q)',
    ],
  ])('passes on %s', async (_, call, result, recorded) => {
    const { wrapped, calls } = decorated();
    expect(await call(wrapped)).toEqual(result);
    expect(calls).toEqual([recorded]);
  });

  it('returns what is no promise at once', () => {
    const { server, wrapped } = decorated();
    expect(wrapped.size('ab')).toBe(2);
    const stop = wrapped.subscribe(() => {});
    expect(server.listeners).toHaveLength(1);
    stop();
    expect(server.listeners).toHaveLength(0);
  });

  it('passes on a stream, and an error', async () => {
    const { wrapped } = decorated();
    const received: number[] = [];
    for await (const each of wrapped.stream()) received.push(each);
    expect(received).toEqual([1, 2]);
    await expect(wrapped.fail()).rejects.toThrow('no');
  });

  it('reads getters with private fields, facts and undecorated nested objects as they are', () => {
    const { server, wrapped, calls } = decorated();
    expect([wrapped.count, wrapped.sources[0]?.id]).toEqual([1, 'tasks']);
    expect(wrapped.facts).toBe(server.facts);
    expect(wrapped.rules).toBe(server.rules);
    expect(wrapped.rules[0]?.isAllowed()).toBe(true);
    expect(calls).toEqual([]);
    expect(wrapped).toBeInstanceOf(Server);
  });

  it('decorates methods that are added or replaced later', () => {
    const { server, wrapped, calls } = decorated();
    expect(wrapped.added).toBeUndefined();
    server.added = (text) => `first ${text}`;
    expect(wrapped.added?.('a')).toBe('first a');
    wrapped.added = (text) => `second ${text}`;
    expect(wrapped.added?.('a')).toBe('second a');
    expect(calls).toEqual(['added(a)', 'added(a)']);
  });

  it('has identical methods and nested objects each time', () => {
    const { wrapped } = decorated();
    expect(wrapped.increase).toBe(wrapped.increase);
    expect(wrapped.sources).toBe(wrapped.sources);
  });

  it('can be frozen, spread, and decorated again', async () => {
    const calls: string[] = [];
    const note =
      (name: string): Around =>
      ({ path, args }, proceed) => {
        calls.push(`${name} ${path}`);
        return proceed(args);
      };
    const frozen = Object.freeze({
      sources: Object.freeze([{ list: async () => 'x' }]),
      ask: async () => 'y',
    });
    const twice = decorate(decorate(frozen, note('inner'), ['sources']), note('outer'), ['sources']);
    expect(await twice.sources[0]?.list()).toBe('x');
    expect(await { ...twice }.ask()).toBe('y');
    expect(calls).toEqual(['outer sources.0.list', 'inner sources.0.list', 'outer ask', 'inner ask']);
  });

  it('lets `around` change the arguments and replace the result', async () => {
    const { wrapped } = decorated(({ name }, proceed) => (name === 'size' ? 7 : proceed([40])));
    expect(wrapped.size('abc')).toBe(7);
    expect(await wrapped.increase(1)).toBe(41);
  });
});

interface Late {
  readonly sources: readonly (Source & { rule(): boolean; push?: () => void })[];
  ask(text: string): Promise<string>;
}

describe('a deferred object', () => {
  const facts = { sources: [{ id: 'tasks', rule: () => true, push: undefined }] };

  it('knows its facts before the object exists', () => {
    const late = deferred<Late>(facts, () => Promise.reject(new Error('called')), ['sources']);
    const [source] = late.sources;
    expect([source?.id, source?.rule(), source?.push, late.sources.length]).toEqual([
      'tasks',
      true,
      undefined,
      1,
    ]);
  });

  it('calls the methods of the object', async () => {
    const real: Late = {
      sources: [{ id: 'tasks', list: async (query) => [`listed ${query}`], rule: () => true }],
      ask: async (text) => `asked ${text}`,
    };
    const calls: MethodCall[] = [];
    const late = deferred<Late>(
      facts,
      async (call) => {
        calls.push(call);
        return callMethod(real, call);
      },
      ['sources'],
    );
    expect(await late.ask('x')).toBe('asked x');
    expect(await late.sources[0]?.list('q')).toEqual(['listed q']);
    expect(calls).toMatchObject([
      { path: 'ask', name: 'ask', args: ['x'] },
      { path: 'sources.0.list', name: 'list', args: ['q'] },
    ]);
  });

  it('calls an optional method that the facts say to exist', async () => {
    interface Pushing {
      watch?(onHint: () => void): Promise<void>;
    }
    const late = deferred<Pushing>({ watch: deferredMethod }, async (call) =>
      callMethod({ watch: async (onHint: () => void) => onHint() }, call),
    );
    let hints = 0;
    await late.watch?.(() => void hints++);
    expect(hints).toBe(1);
  });

  it('is no promise', async () => {
    const late = deferred<Late>(facts, () => Promise.reject(new Error('called')), ['sources']);
    expect(await Promise.resolve(late)).toBe(late);
  });
});
