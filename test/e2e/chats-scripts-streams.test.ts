import { describe, expect, it } from 'vitest';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { type ChatsDeploymentOptions, chatsDeployment } from './chats-deployment.ts';
import { signedIn } from './deployment.ts';

const AUTH = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';

interface OnServer {
  readonly server: ChatsServer;
  readonly home: Home;
}

/** A server with a chat that works. */
async function start(options: ChatsDeploymentOptions = {}): Promise<OnServer> {
  const server = await chatsDeployment(options);
  server.chats.seed({ id: AUTH, title: 'Fix the auth tests', status: 'running' });
  return { server, home: makeHome(signedIn(server)) };
}

const requestsOf = ({ requests }: ChatsServer, below: RegExp): number =>
  requests.filter(({ method, target }) => method === 'GET' && below.test(target)).length;

const streamOpens = ({ chats }: ChatsServer): Promise<void> =>
  expect.poll(() => chats.sockets.open.stream).toBe(1);

describe('logs --follow of a chat', () => {
  it('prints what its stream reports, without requests for messages', async () => {
    const { server, home } = await start();
    const following = home.start(['logs', '--follow', AUTH]);
    await following.until(/I pinned the clock in two tests\./u);
    await streamOpens(server);
    const before = requestsOf(server, /\/messages/u);
    const agent = server.chats.agent(AUTH);
    agent.say('Reading the tests.');
    await following.until(/Reading the tests\./u);
    agent.use('execute', { command: 'make' }, { output: 'ok', exit_code: 0 });
    agent.finish({ say: 'All green.' });
    await following.until(/run: make[\s\S]*All green\./u);
    expect(requestsOf(server, /\/messages/u)).toBe(before);
    server.chats.row(AUTH).archived = true;
    const { code, out } = await following.ended;
    expect(code).toBe(0);
    for (const text of ['Reading the tests', 'run: make', 'All green'])
      expect(out.match(new RegExp(text, 'gu'))).toHaveLength(1);
    await expect.poll(() => server.chats.sockets.open.all).toBe(0);
  });

  it('writes one JSON entry a message, when it is complete', async () => {
    const { server, home } = await start();
    const following = home.start(['logs', '--follow', AUTH, '--json']);
    await streamOpens(server);
    const agent = server.chats.agent(AUTH);
    agent.write('Reading ');
    agent.write('the tests.');
    agent.commit();
    const call = agent.call('execute', { command: 'make' });
    agent.result(call, { output: 'ok', exit_code: 0 });
    agent.finish({ say: 'All green.' });
    await following.until(/All green\./u);
    server.chats.row(AUTH).archived = true;
    const { out } = await following.ended;
    const entries = out
      .trim()
      .split('\n')
      .map((line): { readonly id: number; readonly content: string } => JSON.parse(line));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(entries.map(({ content }) => content)).toEqual(
      expect.arrayContaining(['Reading the tests.', expect.stringContaining('make'), 'All green.']),
    );
  });

  it('loses nothing and repeats nothing when the stream breaks', async () => {
    const { server, home } = await start();
    const following = home.start(['logs', '--follow', AUTH]);
    await following.until(/I pinned the clock in two tests\./u);
    await streamOpens(server);
    const agent = server.chats.agent(AUTH);
    for (const round of [1, 2, 3]) {
      agent.say(`before ${round}`);
      server.chats.sockets.cut({ kind: 'stream' });
      agent.say(`while broken ${round}`);
      await following.until(new RegExp(`while broken ${round}`, 'u'));
    }
    await streamOpens(server);
    agent.finish({ say: 'All green.' });
    await following.until(/All green\./u);
    server.chats.row(AUTH).archived = true;
    const { out } = await following.ended;
    const said = out.split('\n').filter((line) => /^(?:before|while broken) \d|^All green/u.test(line));
    expect(said).toEqual([
      ...[1, 2, 3].flatMap((round) => [`before ${round}`, `while broken ${round}`]),
      'All green.',
    ]);
  });

  it('polls where sockets are refused', async () => {
    const { server, home } = await start();
    server.chats.faults.decideBy((operation) =>
      operation === 'stream' ? { answer: { status: 403, body: '<html>Blocked</html>' } } : null,
    );
    const following = home.start(['logs', '--follow', AUTH]);
    await following.until(/I pinned the clock in two tests\./u);
    server.chats.agent(AUTH).finish({ say: 'All green.' });
    await following.until(/All green\./u);
    server.chats.row(AUTH).archived = true;
    expect(await following.ended).toMatchObject({ code: 0 });
  });

  it('shows growing text on a terminal, once', async () => {
    const { server, home } = await start();
    const app = await home.open(['logs', '--follow', AUTH], { cols: 80, rows: 30 });
    await app.shows('I pinned the clock in two tests.');
    await streamOpens(server);
    const agent = server.chats.agent(AUTH);
    agent.write('Reading the');
    await app.until('Reading the');
    agent.write(' tests.');
    await app.until('Reading the tests.');
    agent.commit();
    agent.finish({ say: 'All green.' });
    await app.until('All green.');
    expect(app.text().match(/Reading the/gu)).toHaveLength(1);
  });
});

describe('watch', () => {
  it('prints a change that the watch socket hints at, and opens no stream of a chat', async () => {
    const { server, home } = await start();
    const watching = home.start(['watch', '--json']);
    await watching.until(/"phase":"working"/u);
    await expect.poll(() => server.chats.sockets.open.watch).toBe(1);
    server.chats.agent(AUTH).finish({ say: 'All green.' });
    await watching.until(/"previous_phase":"working"/u);
    server.chats.sockets.cut({ kind: 'watch' });
    server.chats.web.send(AUTH, 'Once more');
    await watching.until(/"phase":"working","previous_phase":"(?:idle|complete)"/u);
    await expect.poll(() => server.chats.sockets.open.watch).toBe(1);
    watching.kill('SIGINT');
    const { out } = await watching.ended;
    const changes = out.trim().split('\n');
    expect(new Set(changes).size).toBe(changes.length);
    expect(server.chats.sockets.most.stream).toBe(0);
    expect(server.chats.chat(AUTH).status).toBe('running');
  });

  it('polls where sockets are refused', async () => {
    const { server, home } = await start();
    server.chats.faults.decideBy((operation) =>
      operation === 'watch' ? { answer: { status: 403, body: '<html>Blocked</html>' } } : null,
    );
    const watching = home.start(['watch', '--json']);
    await watching.until(/"phase":"working"/u);
    server.chats.agent(AUTH).finish({ say: 'All green.' });
    await watching.until(/"previous_phase":"working"/u);
    watching.kill('SIGINT');
    await watching.ended;
  });
});
