import { describe, expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { type CoderServer, empty, hang, html, json, routeNotFound } from '../support/coder-server.ts';
import { INITIAL_MODES, type ScreenSnapshot } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, signedIn, TASKS, TOKEN } from './deployment.ts';

const openOn = (server: CoderServer): Promise<TerminalApp> => makeHome().open([], signedIn(server));

describe('a deployment from the environment', () => {
  it('shows tasks and a transcript, with the token only in the header', async () => {
    const server = await deployment();
    const app = await openOn(server);
    await app.until('Fix login redirect');
    await app.until('Which branch?');
    await app.until(`${new URL(server.url).host} · ada`);
    const lists = server.requests.filter(({ target }) => target.startsWith(TASKS));
    expect(lists.every(({ headers }) => headers['coder-session-token'] === TOKEN)).toBe(true);
    expect(server.requests.some(({ target }) => target.includes(TOKEN))).toBe(false);
    expect(app.output()).not.toContain(TOKEN);
  });

  it('a rejected action shows the server’s error, and the old phase again', async () => {
    const server = await deployment();
    server.on('POST', `${ONE}/pause`, json(409, { message: 'A workspace build is already active.' }));
    const app = await openOn(server);
    await app.until('Which branch?');
    app.press('p');
    await app.until('A workspace build is already active.');
    await app.shows(/● .* idle /);
  });

  it('an action is shown before the server answers', async () => {
    const server = await deployment();
    server.on('POST', `${ONE}/pause`, hang);
    const app = await openOn(server);
    await app.until('Which branch?');
    app.press('p');
    await app.until(/‖ .* pausing /);
    await expect
      .poll(() => server.requests.filter(({ target }) => target === `${ONE}/pause`))
      .toHaveLength(1);
  });

  it('a message that the task cannot accept now stays queued, with the reason', async () => {
    const server = await deployment();
    server.on(
      'POST',
      `${ONE}/send`,
      json(409, { message: 'Task is paused.', detail: 'Resume the task to send messages.' }),
    );
    const app = await openOn(server);
    await app.until('Which branch?');
    app.send('iuse main\r');
    await app.until('Resume the task to send messages. The message stays queued.');
    await app.until(/you queued .*\n.*use main/u);
  });

  it('a message is shown as being sent until the server answers, and blocks nothing', async () => {
    const server = await deployment();
    server.on('POST', `${ONE}/send`, hang);
    const app = await openOn(server);
    await app.until('Which branch?');
    app.send('iuse main\r');
    await app.until(/you sending…\s/);
    app.press('?');
    await app.until('Keys');
    app.press('esc');
    await app.until(/you sending…\s/);
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('an accepted message is shown until it is in the transcript, once', async () => {
    const server = await deployment();
    server.on('POST', `${ONE}/send`, empty(204));
    const app = await openOn(server);
    await app.until('Which branch?');
    app.send('iuse main\r');
    await app.until(/you sent\s/);
    server.on(
      'GET',
      `${ONE}/logs`,
      json(200, {
        logs: [
          message(1, 'input', 'Please fix the login redirect'),
          message(2, 'output', 'Which branch?'),
          message(3, 'input', 'use main'),
        ],
      }),
    );
    // Without a transcript it is shown for ten seconds only, which may be too short on a busy machine.
    const isShown = (text: string): boolean => /^.*│ +use main/m.test(text) && !/you sent\s/.test(text);
    await app.until((screen) => isShown(screen.text()));
    expect(app.text().match(/^.*│ +use main/gm)).toHaveLength(1);
  });
});

describe('an error before the first list has its own screen', () => {
  it.each([
    [
      'an expired token',
      json(401, { message: 'You are signed out or your session has expired.' }),
      /not signed in|signed out/i,
      /taskdeck login/,
    ],
    ['a server without Tasks', routeNotFound, /Neither Tasks nor Chats/, /./],
    ['an HTML page instead of JSON', html(200), /not look like a Coder server/, /./],
    [
      'a server error',
      json(500, { message: 'The database is on fire.' }),
      /reported an error/,
      /The database is on fire\./,
    ],
  ])('%s', async (_, reply, headline, words) => {
    const server = await deployment();
    server.on('GET', TASKS, reply);
    if (reply === routeNotFound) server.on('GET', '/api/experimental/tasks', routeNotFound);
    const app = await openOn(server);
    await app.until(headline);
    await app.until(words);
    app.press('q');
    expect((await app.exit()).code).toBe(0);
  });

  it('an unreachable server', async () => {
    const server = await deployment();
    await server.close();
    const app = await openOn(server);
    await app.until('Cannot reach the server');
    await app.until(/next try in \d+s/);
  });

  it('a deployment without a token prints how to sign in, and exits with 3', async () => {
    const app = await makeHome().open(['--url', 'https://coder.example.com']);
    expect((await app.exit()).code).toBe(3);
    expect(app.text().replaceAll('\n', '')).toContain('taskdeck login https://coder.example.com');
  });
});

it('P switches between known deployments and this machine', async () => {
  const [one, other] = [await deployment(), await deployment()];
  other.on('GET', TASKS, json(200, { tasks: [task({ display_name: 'Task of the other' })], count: 1 }));
  const home = makeHome();
  for (const [name, server] of Object.entries({ one, other })) {
    const { code } = await home.call(['login', server.url, '--profile', name], {
      stdin: { text: `${TOKEN}\n` },
    });
    expect(code).toBe(0);
  }
  const app = await home.open([], { kitty: true });
  await app.until('Task of the other');
  const holdsTheKeyboard = (screen: ScreenSnapshot): boolean => {
    const { kittyFlags, kittyFlagsOfOtherScreen } = screen.modes();
    return kittyFlags === 1 && kittyFlagsOfOtherScreen === 0;
  };
  await app.shows(holdsTheKeyboard);
  app.press('P');
  await app.until('Switch deployment');
  app.type('one\r');
  await app.until('Fix login redirect');
  expect(app.text()).toContain(new URL(one.url).host);
  await app.shows(holdsTheKeyboard);
  app.send('Pmachine\r');
  await app.until('Press n to start one');
  await app.shows(holdsTheKeyboard);
  app.press('q');
  expect((await app.exit()).code).toBe(0);
  expect(app.modes()).toEqual(INITIAL_MODES);
});
