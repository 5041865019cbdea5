import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

/** Every key that the list and the transcript have a command for, and more. */
const KEYS = [...'pxrdAUnNIeZ*TMWuaOsBKDoQPRVF'.split(''), '1', '2', 'enter', 'tab'];

/** After this time an escape is a key of its own, and no part of the next one; ms. */
const ESCAPE_MS = 60;

/** Presses each key, and answers yes to every question that opens. */
async function pressAllKeys(app: Awaited<ReturnType<Home['open']>>): Promise<void> {
  for (const key of KEYS) {
    app.press(key, 'y', 'enter');
    for (const back of ['esc', 'esc']) {
      app.press(back);
      await app.shows('taskdeck');
      await sleep(ESCAPE_MS);
    }
  }
  app.press('?');
  await app.until('esc close');
  app.press('esc');
  await app.until(/\? help/);
}

const methodsOf = (server: CoderServer): readonly string[] => [
  ...new Set(server.requests.map(({ method }) => method)),
];

const polledAgain = async (server: CoderServer): Promise<void> => {
  const before = server.requests.length;
  await expect.poll(() => server.requests.length).toBeGreaterThan(before + 3);
};

describe('--read-only', () => {
  it('sends nothing but reads, with every key, and shows it in the header', async () => {
    const server = await deployment();
    const app = await pollOften(makeHome()).open(['--read-only'], {
      ...signedIn(server),
      cols: 120,
      rows: 40,
    });
    await app.until('● Fix login');
    await app.shows(/127\.0\.0\.1:\d+ · ada · read-only/);
    app.press('p');
    await app.until('Read-only: nothing is sent.');
    await pressAllKeys(app);
    app.press('i');
    app.type('hello');
    await app.until(/❯ .*hello/);
    app.press('enter');
    await app.until('Read-only: nothing is sent. The draft stays.');
    await polledAgain(server);
    expect(methodsOf(server)).toEqual(['GET']);
  });

  it('reads an unread chat without marking it as read', async () => {
    const server = await chatsDeployment();
    server.chats.seed({ title: 'Fix auth', status: 'waiting', unread: true });
    const app = await pollOften(makeHome(signedIn(server))).open(['--read-only'], { cols: 120, rows: 40 });
    await app.until('Fix auth');
    await pressAllKeys(app);
    await polledAgain(server);
    expect(methodsOf(server)).toEqual(['GET']);
    expect(server.requests.filter(({ target }) => target.endsWith('/stream'))).toEqual([]);
  });

  it('keeps a message that waits in the outbox, and the next run sends it', async () => {
    const server = await deployment();
    const state = task().current_state;
    const is = (now: ReturnType<typeof task>): void => {
      server.on('GET', TASKS, json(200, { tasks: [now], count: 1 }));
      server.on('GET', ONE, json(200, now));
    };
    is(task({ current_state: { ...state, state: 'working' } }));
    server.on('POST', `${ONE}/send`, json(204, {}));
    const home = pollOften(makeHome());
    const first = await home.open([], signedIn(server));
    await first.until('Fix login redirect');
    first.press('i');
    first.type('use main');
    await first.until('❯ use main');
    first.press('enter');
    await first.until('queued until the agent is ready');
    first.press('q');
    await first.until('y quits');
    first.press('y');
    await first.exit();
    is(task());
    const sends = (): number => server.requests.filter(({ method }) => method === 'POST').length;
    const second = await home.open(['--read-only'], signedIn(server));
    await second.until('kept, not sent: read-only');
    await polledAgain(server);
    await second.shows('use main');
    expect(sends()).toBe(0);
    second.press('q');
    await second.until('y quits');
    second.press('y');
    await second.exit();
    const third = await home.open([], signedIn(server));
    await third.until('Fix login redirect');
    await expect.poll(sends).toBe(1);
  });

  it('starts no local server, and says so', async () => {
    const home = makeHome();
    const app = await home.open(['--local', '--read-only']);
    await app.until('No local server is running. Read-only: taskdeck starts none.');
    const { code, err } = await home.call(['list', '--local', '--read-only']);
    expect([code, err]).toEqual([5, expect.stringContaining('Read-only: taskdeck starts none.')]);
    expect((await home.call(['serve', '--status'])).out).toMatch(/not running|No local server/);
  });
});

describe('scripts in read-only mode', () => {
  it('read, and refuse to send, by flag, variable or setting', async () => {
    const server = await deployment();
    const home = makeHome();
    const { env } = signedIn(server);
    const listed = await home.call(['list', '--read-only'], { env });
    expect([listed.code, listed.out]).toEqual([0, expect.stringContaining('Fix login')]);
    for (const args of [
      ['send', 'fix-login', 'hello'],
      ['pause', 'fix-login'],
      ['create', 'hello'],
    ]) {
      const byFlag = await home.call([...args, '--read-only'], { env });
      expect([byFlag.code, byFlag.err]).toEqual([
        2,
        `taskdeck: taskdeck ${args[0]} sends something, and --read-only forbids that. Omit one of them.\n`,
      ]);
    }
    const byVariable = await home.call(['delete', 'fix-login', '--yes'], {
      env: { ...env, TASKDECK_READ_ONLY: '1' },
    });
    expect([byVariable.code, byVariable.err]).toEqual([
      3,
      'taskdeck: Read-only: TASKDECK_READ_ONLY is set, so taskdeck delete sends nothing.\n',
    ]);
    const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'config.jsonc'), '{ "readOnly": true }');
    const bySetting = await home.call(['pause', 'fix-login', '--json'], { env });
    expect([bySetting.code, JSON.parse(bySetting.err)]).toEqual([
      3,
      {
        error: expect.objectContaining({
          kind: 'read-only',
          message: 'Read-only: the setting readOnly is on, so taskdeck pause sends nothing.',
        }),
      },
    ]);
    expect(methodsOf(server)).toEqual(['GET']);
  });
});
