import { describe, expect, it } from 'vitest';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { type ChatsDeploymentOptions, chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

/** The tests alternate between these sizes: test/ui/any-size.test.ts draws the panes at many others. */
const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };

type SeededChat = NonNullable<Parameters<ChatsServer['chats']['seed']>[0]>;

interface Screen {
  readonly server: ChatsServer;
  readonly home: Home;
  readonly app: TerminalApp;
  /** The only chat. */
  readonly id: string;
}

/** Opens the screen on a server with one chat, whose conversation is on screen. */
async function open(
  chat: SeededChat,
  size: typeof NARROW = WIDE,
  { args = [], ...options }: ChatsDeploymentOptions & { readonly args?: readonly string[] } = {},
): Promise<Screen> {
  const server = await chatsDeployment(options);
  const id = server.chats.seed({ title: 'Pin the clock', ...chat });
  const home = pollOften(makeHome(signedIn(server)));
  const app = await home.open(args, size);
  await app.shows(args.length === 0 ? 'I pinned the clock in two tests.' : 'Pin the clock');
  return { server, home, app, id };
}

const textsIn = (queue: readonly { readonly text: string }[]): readonly string[] =>
  queue.map(({ text }) => text);

const write = async (app: TerminalApp, text: string): Promise<void> => {
  app.press('i');
  app.type(text);
  await app.until(`❯ ${text}`);
  app.press('enter');
};

describe('a chat with a queue', () => {
  it('a message during a turn goes into the server’s queue, which the end of the transcript shows', async () => {
    const { app, server, id } = await open({ status: 'running' }, NARROW);
    await app.shows('queues it: the agent works');
    await write(app, 'Run the linter');
    await app.until(/server queue: Q changes it.*you queued on the server [^,]*Run the linter/s);
    server.chats.web.send(id, 'Then commit');
    await app.until(/queued on the server, 1 of 2.*Run the linter.*2 of 2.*Then commit/s);
    expect(app.text().match(/Run the linter/gu)).toHaveLength(1);
    server.chats.agent(id).finish({ say: 'Linted.' });
    await app.until(/you \d\d:\d\d[^:]*Run the linter.*you queued on the server [^,]*Then commit/s);
    expect(server.chats.prompts(id).filter((text) => text === 'Run the linter')).toHaveLength(1);
  });

  it('a full queue keeps the message here until it has room', async () => {
    const { app, server, id } = await open({ status: 'running', queue: ['Run the linter'] }, WIDE, {
      queueLimit: 1,
    });
    await write(app, 'Then commit');
    await app.until(/Message queue is full\..*waits here until/s);
    await app.until(/not on the server yet.*not sent: the server’s queue is full/s);
    expect(textsIn(server.chats.queue(id))).toEqual(['Run the linter']);
    server.chats.agent(id).finish({ say: 'Linted.' });
    await expect.poll(() => textsIn(server.chats.queue(id))).toEqual(['Then commit']);
    await app.until(/you queued on the server [^,]*Then commit/s);
    expect(app.text()).not.toContain('queue is full,');
  });

  it('Q edits, cancels and sends now what the server holds', async () => {
    const { app, server, id } = await open(
      { status: 'running', queue: ['Run the linter', 'Then commit', 'Then push'] },
      NARROW,
    );
    await app.until('3 of 3');
    app.press('Q');
    await app.until(/Outbox and server queue.*server +Run the linter.*server +Then commit/s);
    app.press('J');
    await app.until('The server keeps the order of its queue.');
    app.press('x');
    await app.until(/back in its prompt/);
    expect(textsIn(server.chats.queue(id))).toEqual(['Then commit', 'Then push']);
    app.press('s');
    await app.until(/runs next/);
    await expect.poll(() => server.chats.prompts(id).at(-1)).toBe('Then commit');
    await app.until((screen) => !/server +Then commit/.test(screen.text()));
    app.press('e');
    await app.until(/❯ Then push.*\n.* Run the linter/);
    expect(server.chats.queue(id)).toEqual([]);
    app.type('Please ');
    app.press('enter');
    await expect.poll(() => textsIn(server.chats.queue(id))).toHaveLength(1);
  });

  it('I replaces the last prompt after a question that names what it deletes', async () => {
    const { app, server, id } = await open({ status: 'running', queue: ['Run the linter'] }, WIDE);
    await app.until('queued on the server');
    app.press('I');
    await app.until(/last prompt.*: ends the turn, deletes 1 message after it and 1 queued/);
    app.type(' now');
    app.press('enter');
    await app.until('Replace it? Ends the turn, deletes 1 message after it and 1 queued.');
    app.press('enter');
    await app.until('last prompt');
    expect(server.chats.prompts(id)).toEqual(['Fix the flaky auth tests']);
    app.press('enter');
    await app.until('Replace it?');
    app.press('y');
    await app.until('is replaced');
    expect(server.chats.prompts(id)).toEqual(['Fix the flaky auth tests now']);
    expect(server.chats.queue(id)).toEqual([]);
    await app.until((screen) => !screen.text().includes('Run the linter'));
  });

  it('T renames the chat, with a title that the server proposes, and U undoes it', async () => {
    const { app, server, id } = await open({}, NARROW);
    app.press('T');
    await app.until('title: Pin the clock');
    app.press('ctrl+g');
    await app.until(
      (screen) => !/title: Pin the clock/.test(screen.text()) && /title: \S/.test(screen.text()),
    );
    app.press('ctrl+u');
    app.type('Clock');
    await app.until('title: Clock');
    app.press('enter');
    await app.until('Renamed to “Clock”.');
    expect(server.chats.chat(id).title).toBe('Clock');
    app.press('U');
    await app.until('Renamed to “Pin the clock”.');
    expect(server.chats.chat(id).title).toBe('Pin the clock');
  });

  it('x asks whether the queue goes too', async () => {
    const { app, server, id } = await open(
      { status: 'running', queue: ['Run the linter', 'Then commit'] },
      WIDE,
    );
    await app.until('2 of 2');
    app.press('x');
    await app.until('The next of 2 queued messages runs then.');
    app.press('n');
    await app.until((screen) => !screen.text().includes('queued messages runs'));
    expect(server.chats.chat(id).status).toBe('running');
    app.press('x');
    await app.until('The next of 2 queued messages runs then.');
    app.press('y');
    await expect.poll(() => server.chats.prompts(id).at(-1)).toBe('Run the linter');
    await app.until(/you queued on the server [^,]*Then commit/s);
    // Until the next response, the chat is still being interrupted.
    const asks = (): boolean => {
      const isOpen = app.text().includes('Its queued message runs then.');
      if (!isOpen) app.press('x');
      return isOpen;
    };
    await expect.poll(asks, { interval: 3_000 }).toBe(true);
    app.press('c');
    await expect.poll(() => server.chats.chat(id).status).toBe('waiting');
    expect(server.chats.queue(id)).toEqual([]);
    expect(server.chats.prompts(id)).not.toContain('Then commit');
  });

  it('an error that stops the queue names the key that runs it', async () => {
    const { app, server, id } = await open(
      { queue: ['Run the linter'], error: { message: 'The provider is overloaded.' } },
      NARROW,
    );
    await app.until('server queue stands still: r runs it');
    app.press('Q');
    await app.until('s runs this message');
    app.press('esc');
    await app.until((screen) => !screen.text().includes('s runs this message'));
    app.press('r');
    await expect.poll(() => server.chats.prompts(id).at(-1)).toBe('Run the linter');
    await app.until((screen) => !screen.text().includes('stands still'));
  });
});

it('the text stays in the prompt when a queued message ran before it could be edited', async () => {
  const { app, server, id } = await open({ status: 'running', queue: ['Run the linter'] });
  await app.until('queued on the server');
  app.press('Q');
  await app.until('Outbox and server queue');
  server.chats.faults.plan('delete queued', { delayBeforeMs: 1_000 });
  app.press('e');
  // The message leaves the queue while the server holds the request.
  await expect.poll(() => server.requests.some(({ method }) => method === 'DELETE')).toBe(true);
  server.chats.agent(id).finish({ say: 'Done.' });
  await app.until('has left the queue');
  await app.until('❯ Run the linter');
  expect(server.chats.prompts(id).at(-1)).toBe('Run the linter');
});

it('a message that leaves the queue is in the prompt after a kill during the request', async () => {
  const { app, server, home, id } = await open({ status: 'running', queue: ['Run the linter'] });
  await app.until('queued on the server');
  app.press('Q');
  await app.until('Outbox and server queue');
  server.chats.faults.plan('delete queued', { delayAfterMs: 5_000 });
  app.press('x');
  await expect.poll(() => server.chats.queue(id)).toEqual([]);
  app.kill('SIGKILL');
  await app.exit();
  const next = await home.open([], WIDE);
  await next.shows('I pinned the clock in two tests.');
  next.press('i');
  await next.until('❯ Run the linter');
});

it('a refused title and a refused edit keep their texts, also over a restart', async () => {
  const { app, server, home, id } = await open({});
  server.chats.faults.plan('update', {
    answer: { status: 500, body: { message: 'Failed to update chat.' } },
  });
  app.press('T');
  await app.until('title: Pin the clock');
  app.type(' again');
  app.press('enter');
  await app.until('Cannot rename “Pin the clock”: Failed to update chat.');
  const fault = { answer: { status: 409, body: { message: 'Chat is in an invalid state.' } } };
  server.chats.faults.plan('edit message', fault);
  app.press('esc');
  await app.until((screen) => !screen.text().includes('Cannot rename'));
  app.press('I');
  await app.until('last prompt of');
  app.type('!');
  await app.until('tests!');
  app.press('enter');
  await app.until('Replace it?');
  app.press('y');
  await app.until('Cannot replace the last prompt of “Pin the clock”: Chat is in an invalid state.');
  app.press('q');
  await app.exit();
  const next = await home.open([], WIDE);
  await next.shows('I pinned the clock in two tests.');
  next.press('T');
  await next.until('title: Pin the clock again');
  next.press('esc');
  await next.until((screen) => !screen.text().includes('title: Pin'));
  next.press('I');
  await next.until('❯ Fix the flaky auth tests!');
  expect(server.chats.prompts(id)).toEqual(['Fix the flaky auth tests']);
});

it('a screen reader hears the changes of the queue once', async () => {
  const { app, server, id } = await open({ status: 'running' }, WIDE, { args: ['--screen-reader'] });
  // The stream opens when the conversation has loaded.
  await server.chats.sockets.until(() => server.chats.sockets.open.stream === 1);
  app.press('tab');
  // The row may have said that message before.
  await app.until(/Message 2 of 2\.\s+I pinned the clock in two tests\./u);
  server.chats.web.send(id, 'Then commit');
  await app.until('In the server’s queue, 1 of 1: Then commit');
  server.chats.agent(id).finish({ say: 'Done.' });
  await app.until('No longer in the server’s queue: Then commit');
  expect(app.text().match(/In the server’s queue, 1 of 1: Then commit/gu)).toHaveLength(1);
});
