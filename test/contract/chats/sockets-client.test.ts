import { describe, expect, it } from 'vitest';
import { BackendError } from '../../../src/domain/errors.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import { makeChat } from '../../domain/builders.ts';
import type { Chats } from '../../support/chats/chats.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { arrangeChat } from './arrange.ts';
import {
  chatsSourceOf,
  clockTimes,
  comparable,
  type FollowedChat,
  followChat,
  liveText,
  shownText,
} from './followed-chat.ts';
import { STREAMS, type StreamRow, UPGRADES, WATCH } from './socket-contract.ts';
import { startServer } from './start-server.ts';
import { nextTurn, runSteps } from './steps.ts';

/*
 * The client against the sockets of the contract, a row each: the transcript ends as the conversation of the server,
 * with no text twice on the way.
 */

const signal = neverAborted();

/** The conversation as GET returns it. */
async function durable({ source, task }: FollowedChat) {
  return comparable(await source.transcript(task, signal));
}

/** The texts that the agent writes in a row. Each of them is unique in its row. */
const piecesOf = ({ then }: StreamRow): readonly string[] =>
  then.flatMap(([name, text]) =>
    ['agent.write', 'agent.think', 'agent.losePart', 'agent.writeLate'].includes(name) ? [String(text)] : [],
  );

/** The text of the turn under way on the server; null when no turn runs. */
function liveTextOf(chats: Chats, id: string): string | null {
  const { status, live } = chats.row(id);
  if (status !== 'running') return null;
  return live.map(({ part }) => (part.type.startsWith('tool') ? '' : String(part.text ?? ''))).join('');
}

/** A client leaves out the beginning of a very long text. */
const tailOf = (text: string): string => text.slice(-100_000);

const FAST = { interval: 10 };

const countOf = (text: string, piece: string): number => text.split(piece).length - 1;

async function start(row: Pick<StreamRow, 'options' | 'chat' | 'before'>) {
  const { server, chats } = await startServer(row.options);
  const id = arrangeChat(chats, row.chat ?? {});
  await runSteps(chats, id, row.before ?? []);
  const chat = await followChat(server, id);
  await expect.poll(() => chat.last).not.toBeNull();
  return { server, chats, id, chat };
}

describe('a followed chat', () => {
  it.each(STREAMS)('$id', async (row) => {
    const { chats, id, chat } = await start(row);
    const opened = chats.sockets.upgrades.length;
    await runSteps(chats, id, [...(row.clientOnly ?? []), ...row.then], async (name) => {
      // Every step is shown before the next one, except for parts that only one side has.
      const expected = liveTextOf(chats, id);
      if (row.unheld === true || name === 'agent.losePart') await nextTurn();
      else if (expected === null)
        await expect.poll(() => chat.last && comparable(chat.last), FAST).toEqual(await durable(chat));
      else await expect.poll(() => chat.last && tailOf(liveText(chat.last)), FAST).toBe(tailOf(expected));
    });
    const expected = await durable(chat);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
    if (chats.chat(id).status === 'waiting' || chats.chat(id).status === 'error')
      await expect.poll(() => chat.last?.live?.parts ?? []).toEqual([]);
    for (const transcript of chat.transcripts) {
      const text = shownText(transcript);
      for (const piece of piecesOf(row)) expect(countOf(text, piece), piece).toBeLessThanOrEqual(1);
    }
    if (row.reconnects) await expect.poll(() => chats.sockets.upgrades.length).toBeGreaterThan(opened);
    expect(chats.sockets.most).toMatchObject({ stream: 1, watch: 0 });
    // The client must not write.
    expect(chats.sockets.written).toEqual([]);
    expect(chat.faults).toEqual([]);
  });

  it('shows text while it is written', async () => {
    const { chats, id, chat } = await start({ chat: { status: 'running' } });
    chats.agent(id).write('I run ');
    await expect.poll(() => chat.last && shownText(chat.last)).toMatch(/I run $/u);
    chats.agent(id).write('it now');
    await expect.poll(() => chat.last && shownText(chat.last)).toMatch(/I run it now$/u);
    expect(chat.last?.live?.parts).toHaveLength(1);
  });

  it('shows no late part of an interrupted or ended turn', async () => {
    const { chats, id, chat } = await start({ chat: { status: 'running' } });
    chats.agent(id).write('Half');
    chats.agent(id).finish();
    chats.agent(id).writeLate(' and late');
    chats.agent(id).retitle('The last change');
    const expected = await durable(chat);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
    // A change that follows the late part.
    chats.web.send(id, 'Go on');
    await expect.poll(() => chat.last?.messages.at(-1)?.role).toBe('user');
    for (const transcript of chat.transcripts) expect(shownText(transcript)).not.toContain('and late');
  });

  it('shows the time of the next attempt, and not the text of the one before', async () => {
    const { chats, id, chat } = await start({ chat: { status: 'running' } });
    chats.agent(id).write('First try');
    chats.agent(id).retry(60_000);
    await expect.poll(() => chat.last?.live?.retry?.attempt).toBe(1);
    expect(chat.last?.live).toMatchObject({ parts: [], retry: { error: 'Provider is overloaded.' } });
    expect(chat.last?.live?.retry?.at).toBeGreaterThan(Date.now() + 30_000);
    chats.agent(id).write('Second try');
    await expect.poll(() => chat.last?.live?.retry).toBeNull();
    expect(chat.last && shownText(chat.last)).toMatch(/Second try$/u);
  });

  it('is found again after silence', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed({ status: 'running' });
    const chat = await followChat(server, id, clockTimes(20));
    await expect.poll(() => chat.last).not.toBeNull();
    chats.options.silent = true;
    chats.agent(id).write('One ');
    chats.agent(id).finish();
    await chats.sockets.until(() => chats.sockets.open.stream === 0);
    chats.options.silent = false;
    const expected = await durable(chat);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
    expect(chats.sockets.most.stream).toBe(1);
  });

  it('stays open over pings alone', async () => {
    const { server, chats } = await startServer({ pingMs: 200 });
    const id = chats.seed();
    // 60 s of silence are 2 s here.
    const clock = clockTimes(30);
    const chat = await followChat(server, id, clock);
    await expect.poll(() => chat.last).not.toBeNull();
    await new Promise<void>((resolve) => clock.after(90_000, resolve));
    expect(chats.sockets.upgrades).toHaveLength(1);
  });

  it.each([
    ['refused by a proxy', { answer: { status: 502, body: '<title>502</title>' } }],
    ['refused by the server', { answer: { status: 503, body: { message: 'Try later.' } } }],
    ['broken', { cut: 'before the write' }],
    ['slow', { delayBeforeMs: 500 }],
  ] as const)('opens after %s upgrades', async (_, fault) => {
    const { server, chats } = await startServer();
    const id = chats.seed({ status: 'running' });
    chats.faults.plan('stream', fault, 3);
    const chat = await followChat(server, id);
    await chats.sockets.until(() => chats.sockets.open.stream === 1);
    chats.agent(id).write('Done.');
    chats.agent(id).finish();
    const expected = await durable(chat);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
    expect(chat.faults).toEqual([]);
  });

  it('goes on over a restart of the server in mid-turn', async () => {
    const { server, chats, id, chat } = await start({ chat: { status: 'running' } });
    chats.agent(id).write('One ');
    await expect.poll(() => chat.last && shownText(chat.last)).toContain('One ');
    await server.down();
    chats.agent(id).write('two ');
    await server.up();
    await expect.poll(() => chat.last && shownText(chat.last)).toMatch(/One two $/u);
    chats.agent(id).write('three.');
    chats.agent(id).finish();
    const expected = await durable(chat);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
  });

  it('requests only what it does not have when it opens again', async () => {
    const { chats, id, chat } = await start({ chat: {} });
    const last = chats.messages(id).at(-1)?.id;
    chats.sockets.cut();
    await chats.sockets.until(() => chats.sockets.upgrades.length === 2 && chats.sockets.open.stream === 1);
    const target = chats.sockets.upgrades.at(-1)?.target;
    expect(target).toContain(`after_id=${last}`);
    expect(chat.last && comparable(chat.last)).toEqual(await durable(chat));
  });

  it('closes with its signal, and leaves no socket', async () => {
    const { chats, chat } = await start({ chat: {} });
    chat.close();
    await chats.sockets.until(() => chats.sockets.open.all === 0);
    expect(chats.sockets.upgrades).toHaveLength(1);
  });
});

describe('random turns and faults', () => {
  it.each([1, 2, 3, 4, 5, 6])('end with the conversation of the server: seed %i', async (seed) => {
    const { chats, id, chat } = await start({ chat: { status: 'running' } });
    const next = seededRandom(seed);
    const agent = chats.agent(id);
    const pieces: string[] = [];
    const piece = (): string => {
      pieces.push(`<${seed}.${pieces.length}>`);
      return pieces.at(-1) ?? '';
    };
    const steps: readonly (() => void)[] = [
      () => agent.write(piece()),
      () => agent.write(piece()),
      () => agent.write(piece()),
      () => agent.think(piece()),
      () => agent.losePart(piece()),
      () => agent.replayParts(),
      () => agent.writeLate(piece()),
      () => void agent.commit(),
      () => agent.use('execute', { command: piece() }, { output: 'ok' }),
      () => agent.retry(10),
      () => agent.repeat(),
      () => chats.web.send(id, piece()),
      () => agent.finish(),
      () => agent.fail({ message: 'Overloaded.' }),
      () => chats.web.interrupt(id),
      () => agent.stop(),
      () => chats.web.editMessage(id, chats.messages(id)[0]?.id ?? 0, piece()),
      () => chats.sockets.cut(),
      () => chats.sockets.close(),
      () => chats.faults.plan('stream', { answer: { status: 502, body: '<title>502</title>' } }),
    ];
    for (let count = 0; count < 150; count++) {
      const { status } = chats.chat(id);
      // An idle chat first gets a message.
      if (status === 'interrupting') agent.stop();
      else if (status !== 'running') chats.web.send(id, piece());
      else steps[next(steps.length)]?.();
      await new Promise((resolve) => setTimeout(resolve, next(4) === 0 ? 40 : 0));
    }
    agent.stop();
    await expect.poll(() => chats.sockets.open.stream).toBe(1);
    while (chats.chat(id).status === 'running') agent.finish();
    const expected = await durable(chat);
    await expect.poll(() => chat.last && comparable(chat.last)).toEqual(expected);
    await expect.poll(() => chat.last?.live?.parts ?? []).toEqual([]);
    for (const transcript of chat.transcripts) {
      const text = shownText(transcript);
      for (const each of pieces) expect(countOf(text, each), each).toBeLessThanOrEqual(1);
    }
    expect(chats.sockets.most.stream).toBe(1);
    expect(chat.faults).toEqual([]);
  });
});

describe('refused upgrades', () => {
  // The client finds the prefix, and its ids and headers are right.
  const rows = UPGRADES.filter(
    ({ chatId, query, headers, options }) =>
      chatId === undefined &&
      query === undefined &&
      headers === undefined &&
      options?.prefix !== 'experimental',
  );

  it.each(rows.filter(({ socket }) => socket !== 'git'))('$id', async (row) => {
    const { server, chats } = await startServer(row.options);
    const id = row.chat === undefined ? '' : arrangeChat(chats, row.chat);
    for (const fault of row.faults ?? []) chats.faults.plan(...fault);
    const source = chatsSourceOf(server);
    const task = makeChat({ id });
    const events: unknown[] = [];
    const open = (ended = signal) =>
      row.socket === 'watch'
        ? source.watch(() => events.push('hint'), ended)
        : source.follow(task, (event) => events.push(event), ended);
    const error = await open().then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(BackendError);
    if (row.answer !== 'connection lost' && row.answer.message !== undefined)
      expect((error as BackendError).message).not.toBe('');
    expect(events).toEqual([]);
    if (row.then !== 'opens') return;
    const ending = new AbortController();
    const again = open(ending.signal).catch(() => {});
    await expect.poll(() => events.length).toBeGreaterThan(0);
    ending.abort();
    await again;
  });
});

describe('the watch socket', () => {
  it.each(WATCH)('$id', async (row) => {
    const { server, chats } = await startServer(row.options);
    const id = row.chat === undefined ? '' : arrangeChat(chats, row.chat);
    let hints = 0;
    const ending = new AbortController();
    const watching = chatsSourceOf(server)
      .watch(() => {
        hints += 1;
      }, ending.signal)
      .catch(() => {});
    await expect.poll(() => hints).toBe(1);
    await runSteps(chats, id, row.then);
    await expect.poll(() => hints).toBeGreaterThanOrEqual(row.events.length > 0 ? 2 : 1);
    expect(chats.sockets.written).toEqual([]);
    ending.abort();
    await watching;
    await chats.sockets.until(() => chats.sockets.open.all === 0);
  });

  it('works in the framing of 2.32, and survives a text that is no JSON', async () => {
    const { server, chats } = await startServer({ framing: 'envelope', pingMs: 5 });
    const id = chats.seed();
    let hints = 0;
    const source = chatsSourceOf(server);
    const ending = new AbortController();
    const watching = source.watch(() => (hints += 1), ending.signal).catch((error: unknown) => error);
    await expect.poll(() => hints).toBe(1);
    chats.web.update(id, { title: 'Pin the clock' });
    await expect.poll(() => hints).toBe(2);
    chats.sockets.sendText('<html>');
    chats.web.update(id, { title: 'Pin the clock twice' });
    const ended = await Promise.race([
      watching,
      expect
        .poll(() => hints)
        .toBe(3)
        .then(() => 'open'),
    ]);
    expect(ended === 'open' || ended instanceof BackendError).toBe(true);
    ending.abort();
  });
});

it.each(['v2', 'both', 'experimental'] as const)(
  'opens below the prefix of the server: %s',
  async (prefix) => {
    const { server, chats } = await startServer({ prefix });
    const id = chats.seed();
    const chat = await followChat(server, id);
    await expect.poll(() => chat.last).not.toBeNull();
    const area = prefix === 'experimental' ? 'experimental' : 'v2';
    expect(chats.sockets.upgrades.map(({ target }) => target.split('?')[0])).toEqual([
      `/api/${area}/chats/${id}/stream`,
    ]);
  },
);

describe('the token', () => {
  it('goes to its own origin only', async () => {
    const { server, chats } = await startServer({ token: 'secret-token' });
    const { server: other, chats: others } = await startServer();
    const id = chats.seed();
    for (const kind of ['stream', 'watch'] as const)
      chats.faults.plan(kind, {
        answer: {
          status: 302,
          body: {},
          headers: { location: `${other.url}/api/v2/chats/${kind === 'watch' ? 'watch' : `${id}/stream`}` },
        },
      });
    const source = chatsSourceOf(server, { token: 'secret-token' });
    const task = makeChat({ id });
    await expect(source.follow(task, () => {}, signal)).rejects.toBeInstanceOf(BackendError);
    await expect(source.watch(() => {}, signal)).rejects.toBeInstanceOf(BackendError);
    expect(others.sockets.upgrades).toEqual([]);
    expect(other.requests).toEqual([]);
    for (const { headers, target } of chats.sockets.upgrades) {
      expect(headers['coder-session-token']).toBe('secret-token');
      expect(headers).not.toHaveProperty('origin');
      expect(headers).not.toHaveProperty('cookie');
      expect(target).not.toContain('secret-token');
    }
  });
});
