import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { empty, json, type Reply, raw } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { deployment, ONE, SIGNED_OUT, signedIn, TASKS, TOKEN } from './deployment.ts';

const NEW_TOKEN = 'klmnopqrst-abcdefghijklmnopqrstuv';
const LOGS = [message(1, 'input', 'Please fix the login redirect'), message(2, 'output', 'Which branch?')];
const PATIENT = { timeout: 45_000 };

/** Polls every second instead of every five. */
function askOften(home: Home): void {
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.jsonc'), '{ "poll": { "list": 1 } }');
}

it('after the session expires, signing in from another terminal is enough, and no text is lost', async () => {
  const server = await deployment();
  let taken = TOKEN;
  const ifTaken =
    (reply: Reply): Reply =>
    (response, request, socket) =>
      (request.headers['coder-session-token'] === taken ? reply : SIGNED_OUT)(response, request, socket);
  server.on('GET', '/api/v2/users/me', ifTaken(json(200, { id: 'u', username: 'ada', name: 'Ada' })));
  server.on('GET', TASKS, ifTaken(json(200, { tasks: [task()], count: 1 })));
  server.on('GET', `${ONE}/logs`, ifTaken(json(200, { logs: LOGS })));
  server.on('POST', `${ONE}/send`, ifTaken(empty(204)));
  const home = makeHome();
  askOften(home);
  const signIn = (token: string) => home.call(['login', server.url], { stdin: { text: `${token}\n` } });
  expect(await signIn(TOKEN)).toMatchObject({ code: 0 });

  const app = await home.open([]);
  await app.until('Which branch?');
  app.send('ithe main branch');
  await app.until('❯ the main branch');
  taken = NEW_TOKEN;
  await app.until('signed out', PATIENT);
  await app.until(/taskdeck login\s+http/);
  expect(app.text()).toContain('Fix login redirect');
  app.send(', please');
  expect(await signIn(NEW_TOKEN)).toMatchObject({ code: 0 });
  await app.until(/ live *$/m, PATIENT);
  await app.until('❯ the main branch, please');
  app.press('enter');
  await expect
    .poll(() => server.requests.filter(({ method }) => method === 'POST').map(({ body }) => body), PATIENT)
    .toEqual(['{"input":"the main branch, please"}']);
  expect(app.output()).not.toContain(NEW_TOKEN);
}, 120_000);

it('a message written while the server is unreachable is sent once when it is back', async () => {
  const server = await deployment();
  let logs: readonly unknown[] = LOGS;
  server.on('GET', `${ONE}/logs`, (...all) => json(200, { logs })(...all));
  server.on('POST', `${ONE}/send`, (response, request, socket) => {
    logs = [...logs, message(3, 'input', JSON.parse(request.body).input)];
    return empty(204)(response, request, socket);
  });
  const home = makeHome();
  askOften(home);
  const app = await home.open([], signedIn(server));
  await app.until('Which branch?');
  await server.down();
  await app.shows('offline', PATIENT);
  app.send('iuse main\r');
  await app.until(/you queued .*\n.*use main/u, PATIENT);
  expect(app.text()).toContain('Fix login redirect');
  await server.up();
  await app.until(/ live *$/m, PATIENT);
  await app.until((screen) => !/you (queued|sending|sent)/.test(screen.text()), PATIENT);
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
}, 120_000);

it('keys work while a transcript of 50 MB loads', async () => {
  const server = await deployment();
  const line = `${'All the words of a long day. '.repeat(6)}\n`;
  const logs = Array.from({ length: 5_000 }, (_, id) => ({
    ...message(1, id % 2 === 0 ? 'input' : 'output', line.repeat(60)),
    id,
  }));
  const body = JSON.stringify({
    logs: [...logs, { ...message(1, 'output', 'And here it ends.'), id: 5_000 }],
  });
  expect(body.length).toBeGreaterThan(50_000_000);
  server.on('GET', `${ONE}/logs`, raw(200, body, { 'content-type': 'application/json' }));
  const app = await makeHome().open([], signedIn(server));
  await app.until('Fix login redirect');
  app.press('?');
  await app.until('Keys');
  app.press('esc');
  await app.until('And here it ends.', { timeout: 90_000 });
  app.press('tab', 'g');
  await app.until((screen) => !screen.text().includes('And here it ends.'), PATIENT);
  app.press('q');
  expect((await app.exit(PATIENT)).code).toBe(0);
}, 150_000);
