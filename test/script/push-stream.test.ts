import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BackendError } from '../../src/domain/errors.ts';
import type { MessagePart } from '../../src/domain/message.ts';
import type { FollowEvent, Source } from '../../src/domain/ports/source.ts';
import { parseTaskQuery } from '../../src/domain/query.ts';
import type { Task } from '../../src/domain/task.ts';
import { logs } from '../../src/script/logs.ts';
import { Hint, PushStream } from '../../src/script/push-stream.ts';
import type { ScriptContext } from '../../src/script/script-context.ts';
import { watch } from '../../src/script/watch.ts';
import {
  agent,
  live,
  makeChat,
  makeExtension,
  makePermission,
  NOON,
  toolCall,
  you,
} from '../domain/builders.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { scriptedBackend } from '../sync/scripted-backend.ts';

/** A stream that the test opens, feeds and breaks. */
interface OpenedStream<Event> {
  readonly emit: (event: Event) => void;
  readonly signal: AbortSignal;
  breakWith(error: unknown): void;
}

function streams<Event>() {
  const opened: OpenedStream<Event>[] = [];
  const open = (emit: (event: Event) => void, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      opened.push({ emit, signal, breakWith: reject });
      signal.addEventListener('abort', () => resolve());
    });
  return { opened, open };
}

const broken = (retryAfterMs?: number) =>
  new BackendError({
    kind: 'unreachable',
    message: 'The connection was cut off.',
    tookEffect: 'no',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

describe('the stream of a command', () => {
  function start() {
    const clock = manualClock(NOON);
    const ending = new AbortController();
    const { opened, open } = streams<void>();
    let changes = 0;
    const stream = new PushStream(
      { clock, signal: ending.signal },
      (emit, signal) => open(emit, signal),
      () => {
        changes += 1;
      },
    );
    onTestFinished(() => ending.abort());
    return { clock, opened, stream, changes: () => changes };
  }

  it('is healthy from its first event until it breaks, and reports both', async () => {
    const { clock, opened, stream, changes } = start();
    expect([stream.isHealthy, changes()]).toEqual([false, 0]);
    opened[0]?.emit();
    expect([stream.isHealthy, changes()]).toEqual([true, 1]);
    opened[0]?.breakWith(broken());
    await clock.settle();
    expect([stream.isHealthy, changes()]).toEqual([false, 2]);
  });

  it('opens again after growing delays, and soon after it was stable', async () => {
    const { clock, opened } = start();
    for (const delay of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      opened.at(-1)?.breakWith(broken());
      const count = opened.length;
      await clock.advance(delay - 1);
      expect(opened).toHaveLength(count);
      await clock.advance(1);
      expect(opened).toHaveLength(count + 1);
    }
    opened.at(-1)?.emit();
    await clock.advance(30_000);
    opened.at(-1)?.breakWith(broken());
    const count = opened.length;
    await clock.advance(1_000);
    expect(opened).toHaveLength(count + 1);
  });

  it('waits for a Retry-After', async () => {
    const { clock, opened } = start();
    opened[0]?.breakWith(broken(20_000));
    await clock.advance(19_999);
    expect(opened).toHaveLength(1);
    await clock.advance(1);
    expect(opened).toHaveLength(2);
  });

  it('ends when it is closed', async () => {
    const { clock, opened, stream, changes } = start();
    opened[0]?.emit();
    stream.close();
    expect(opened[0]?.signal.aborted).toBe(true);
    opened[0]?.emit();
    await clock.advance(60_000);
    expect([opened.length, changes()]).toEqual([1, 1]);
  });
});

describe('a hint', () => {
  it.each([
    ['during the wait', false],
    ['before the wait', true],
  ])('%s ends it', async (_, isBefore) => {
    const clock = manualClock(NOON);
    const hint = new Hint();
    let ended = false;
    if (isBefore) hint.give();
    void hint.wait(clock, 10_000, new AbortController().signal).then(() => {
      ended = true;
    });
    await clock.settle();
    expect(ended).toBe(isBefore);
    if (!isBefore) hint.give();
    await clock.settle();
    expect(ended).toBe(true);
    // The next wait needs a new one.
    let endedAgain = false;
    void hint.wait(clock, 10_000, new AbortController().signal).then(() => {
      endedAgain = true;
    });
    await clock.advance(9_999);
    expect(endedAgain).toBe(false);
    await clock.advance(1);
    expect(endedAgain).toBe(true);
  });
});

/** The context of a command on a scripted backend with these members of its source. */
function commandContext(clock: ManualClock, members: Partial<Source>) {
  const backend = scriptedBackend();
  Object.assign(backend.sources[0], members);
  const ending = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const lines = { out: '', err: '' };
  stdout.on('data', (chunk) => {
    lines.out += String(chunk);
  });
  stderr.on('data', (chunk) => {
    lines.err += String(chunk);
  });
  const context: ScriptContext = {
    backend,
    clock,
    io: { stdin: new PassThrough(), stdout, stderr, isTTY: { stdin: false, stdout: false } },
    signal: ending.signal,
  };
  return { context, backend, lines, end: () => ending.abort() };
}

const ID = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
const CHAT = makeChat({ id: ID, displayName: 'Fix tests', status: 'running', source: 'tasks' });
const IDLE = makeChat({ id: ID, displayName: 'Fix tests', status: 'waiting', source: 'tasks' });

describe('watch', () => {
  it('requests the list at a hint, and rarely without one', async () => {
    const clock = manualClock(NOON);
    const { opened, open } = streams<void>();
    let tasks: readonly Task[] = [CHAT];
    let lists = 0;
    const { context, lines, end } = commandContext(clock, {
      watch: (onHint, signal) => open(onHint, signal),
      async list() {
        lists += 1;
        return tasks;
      },
    });
    const ended = watch(context, {
      owner: 'me',
      ownerFromFilter: false,
      organization: null,
      query: parseTaskQuery(''),
      statuses: [],
      phases: [],
      kind: null,
      archived: false,
      shared: false,
      json: true,
    } as Parameters<typeof watch>[1]);
    await clock.settle();
    expect(lines.out).toContain('"phase":"working"');
    opened[0]?.emit();
    await clock.advance(200);
    expect(lists).toBe(2);
    await clock.advance(9_000);
    expect(lists).toBe(2);
    tasks = [IDLE];
    opened[0]?.emit();
    await clock.settle();
    expect(lists).toBe(3);
    expect(lines.out).toContain('"previous_phase":"working"');
    // Without the stream it polls as before.
    opened[0]?.breakWith(broken());
    await clock.advance(200);
    expect(lists).toBe(4);
    await clock.advance(2_000);
    expect(lists).toBe(5);
    end();
    await clock.settle();
    await ended;
    expect(opened.every(({ signal }) => signal.aborted)).toBe(true);
  });
});

describe('logs --follow', () => {
  function start() {
    const clock = manualClock(NOON);
    const { opened, open } = streams<FollowEvent>();
    const requests = { get: 0, transcript: 0 };
    const server = { task: CHAT, transcript: { ...live(you(1, 'go'), agent(2, 'first')), hasOlder: false } };
    const command = commandContext(clock, {
      follow: (_task, onEvent, signal) => open(onEvent, signal),
      list: async () => [server.task],
      async get() {
        requests.get += 1;
        return server.task;
      },
      async transcript() {
        requests.transcript += 1;
        return server.transcript;
      },
    });
    const ended = logs(command.context, { task: ID, follow: true, json: false });
    const say = (...texts: readonly string[]) => {
      const { messages } = server.transcript;
      server.transcript = {
        ...server.transcript,
        messages: [...messages, ...texts.map((text, index) => agent(messages.length + index + 1, text))],
      };
    };
    return { clock, opened, requests, server, say, ended, ...command };
  }
  type Run = ReturnType<typeof start>;

  let revision = 0;
  const push = ({ opened, server }: Run): void => {
    revision += 1;
    opened.at(-1)?.emit({ type: 'transcript', transcript: server.transcript, revision });
  };

  it('notes a permission request once, and goes on with the message after the answer', async () => {
    const run = start();
    await run.clock.settle();
    const call = toolCall({ id: 'c1', name: 'Bash', title: 'Run ls', status: 'pending', endedAt: null });
    const [user, first] = run.server.transcript.messages;
    const growing = (...parts: readonly MessagePart[]) => {
      if (user === undefined || first === undefined) throw new Error('No messages.');
      const messages = [user, { ...first, parts: [...first.parts, ...parts] }];
      run.server.transcript = { ...run.server.transcript, messages };
      push(run);
    };
    const asking = makeChat({
      id: ID,
      source: 'tasks',
      status: 'requires_action',
      questions: [makePermission({ text: 'Run ls' })],
      extension: makeExtension(),
    });
    run.server.task = asking;
    run.opened.at(-1)?.emit({ type: 'task', task: asking });
    growing(call);
    await run.clock.settle();
    growing(call);
    await run.clock.settle();
    const note = 'It waits for a permission: Run ls. Options: 1 Allow once · 2 Always allow · 3 Reject.';
    expect(run.lines.err.split(note)).toHaveLength(2);
    expect(run.lines.out).toMatch(/first$/u);
    run.server.task = IDLE;
    run.opened.at(-1)?.emit({ type: 'task', task: IDLE });
    growing({ ...call, status: 'done' }, { type: 'text', text: 'Done.' });
    await run.clock.settle();
    expect(run.lines.out).toMatch(/\]\nfirst\n\n✓ Run ls.*\n\nDone\.\n$/su);
    run.end();
    await run.ended;
  });

  it('prints what the stream reports without a request for the conversation', async () => {
    const run = start();
    await run.clock.settle();
    expect(run.lines.out).toMatch(/go\n\n\[agent .*\]\nfirst$/u);
    push(run);
    await run.clock.settle();
    const { transcript } = run.requests;
    run.say('second');
    push(run);
    await run.clock.settle();
    expect(run.lines.out).toMatch(/first\n\n\[agent .*\]\nsecond$/u);
    await run.clock.advance(4_000);
    expect(run.requests.transcript).toBe(transcript);
    run.end();
    await run.ended;
    expect(run.opened[0]?.signal.aborted).toBe(true);
  });

  it('requests what an outage of the stream missed, and prints each line once', async () => {
    const run = start();
    await run.clock.settle();
    push(run);
    await run.clock.settle();
    run.opened[0]?.breakWith(broken());
    run.say('second');
    await run.clock.settle();
    expect(run.lines.out).toMatch(/second$/u);
    run.say('third');
    await run.clock.advance(1_000);
    expect(run.opened).toHaveLength(2);
    push(run);
    run.say('fourth');
    push(run);
    await run.clock.settle();
    for (const text of ['first', 'second', 'third', 'fourth'])
      expect(run.lines.out.match(new RegExp(text, 'gu'))).toHaveLength(1);
    run.end();
    await run.ended;
  });

  it('polls where the stream never opens', async () => {
    const run = start();
    await run.clock.settle();
    run.opened[0]?.breakWith(broken());
    run.say('second');
    await run.clock.advance(1_000);
    expect(run.lines.out).toMatch(/second$/u);
    run.end();
    await run.ended;
  });

  it('ends when the stream reports a task that was archived', async () => {
    const run = start();
    await run.clock.settle();
    push(run);
    const archived = makeChat({ id: ID, status: 'waiting', archived: true, source: 'tasks' });
    run.say('last');
    push(run);
    run.opened[0]?.emit({ type: 'task', task: archived });
    run.server.task = archived;
    expect(await run.ended).toBe(0);
    expect(run.lines.out).toMatch(/last\n$/u);
    expect(run.lines.err).toContain('No more messages.');
  });
});
