import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, TEMPLATE_VERSION_ID, task } from '../api/response-bodies.ts';
import { type CoderServer, empty, hang, json, routeNotFound } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { deployment, ONE, SIGNED_OUT, signedIn, TASKS, TOKEN } from './deployment.ts';

/** taskdeck looks up a task by its name first. */
const BY_NAME = `${TASKS}/me/fix-login-1f2e`;

/** The deployment, with a route that finds the task by its name. */
async function named(): Promise<CoderServer> {
  const server = await deployment();
  server.on('GET', BY_NAME, json(200, task()));
  return server;
}

describe('login and logout', () => {
  const profiles = (home: Home) => path.join(home.env.TASKDECK_CONFIG_DIR ?? '', 'profiles.json');

  it('asks for URL and token in a terminal, and never shows the token', async () => {
    const server = await named();
    const home = makeHome();
    const app = await home.open(['login']);
    await app.until('URL of the deployment');
    app.type(`${server.url}/\r`);
    await app.until('Token (hidden):');
    app.type(TOKEN);
    app.press('enter');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
    const host = new URL(server.url).host;
    expect(app.text()).toContain(`Signed in to ${server.url} as ada. Saved as profile ${host}.`);
    expect(app.output()).not.toContain(TOKEN);
    expect(statSync(profiles(home)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(profiles(home), 'utf8'))).toMatchObject({
      current: host,
      profiles: { [host]: { url: server.url, token: TOKEN } },
    });
    // It is the current deployment now.
    expect(await home.run('list', '--quiet')).toBe('fix-login-1f2e\n');
    expect(await home.run('logout')).toContain(`Deleted profile ${host} and its token from this machine.`);
    expect(readFileSync(profiles(home), 'utf8')).not.toContain(TOKEN);
    expect(await home.call(['logout'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/No profile is stored/),
    });
  });

  it('reads the token from a pipe, and does not store a rejected one', async () => {
    const server = await named();
    const home = makeHome();
    const login = (token: string) =>
      home.call(['login', server.url, '--profile', 'work'], { stdin: { text: token } });
    const refused = await login('wrong-token-of-somebody');
    expect(refused).toMatchObject({ code: 3, out: '' });
    expect(refused.err).toMatch(/^taskdeck: You are signed out .+ Run `taskdeck login http/);
    expect(refused.err).not.toContain('wrong-token');
    expect(await login('')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/No token was entered\. Copy one/),
    });
    expect(await home.call(['login', server.url], { stdin: 'closed' })).toMatchObject({ code: 2 });
    expect(await login(`${TOKEN}\n`)).toMatchObject({
      code: 0,
      out: `Signed in to ${server.url} as ada. Saved as profile work.\n`,
      err: '',
    });
    expect(await home.run('list', '--profile', 'work', '--quiet')).toBe('fix-login-1f2e\n');
    expect(await home.call(['list', '--profile', 'play'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/There is no profile "play"\. Profiles: work\./),
    });
  });

  it('ctrl+c at the token cancels and restores the terminal', async () => {
    const server = await named();
    const home = makeHome();
    const app = await home.open([], {
      command: 'bash',
      args: ['--norc', '-c', `taskdeck login ${server.url}; echo "ended: $?"; stty -a`],
    });
    await app.until('Token (hidden):');
    app.press('ctrl+c');
    await app.until('ended: 130');
    await app.until(/ icanon(?: [^;]+|\s)* echo /);
    await app.exit();
  });
});

describe('exit codes', () => {
  it('follow from the server’s answer, in text and JSON', async () => {
    const server = await named();
    const home = makeHome();
    const cases = [
      [1, 'invalid', json(400, { message: 'Invalid task search query.' })],
      [1, 'server', json(500, { message: 'Internal error.' })],
      [3, 'signed-out', SIGNED_OUT],
      [3, 'forbidden', json(403, { message: 'Forbidden.' })],
      [5, 'not-coder', (response) => void response.end('<!doctype html>')],
      [6, 'no-tasks', routeNotFound],
    ] as const satisfies readonly (readonly [number, string, Parameters<CoderServer['on']>[2]])[];
    for (const [code, kind, reply] of cases) {
      server.on('GET', TASKS, reply);
      server.on('GET', '/api/experimental/tasks', reply);
      const [people, programs] = await Promise.all([
        home.call(['list'], signedIn(server)),
        home.call(['list', '--json'], signedIn(server)),
      ]);
      expect(people, kind).toMatchObject({
        code,
        out: '',
        err: expect.stringMatching(/^taskdeck: [^\n]+\n$/),
      });
      expect(programs, kind).toMatchObject({ code, out: '' });
      const { error } = JSON.parse(programs.err);
      expect(Object.keys(error).slice(0, 3)).toEqual(['kind', 'message', 'hint']);
      expect(error.kind).toBe(kind);
    }
  });

  it('are 3 without a token, 4 for an unknown task, 5 for an unreachable server, without leaking the token', async () => {
    const server = await named();
    const home = makeHome();
    server.on(
      'GET',
      `${TASKS}/me/nobody`,
      json(404, { message: 'Resource not found or you do not have access' }),
    );
    expect(await home.call(['list', '--url', server.url])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^taskdeck: No token for .+ Sign in with "taskdeck login http/),
    });
    expect(server.requests).toEqual([]);
    expect(await home.call(['show', 'nobody', '--json'], signedIn(server))).toMatchObject({
      code: 4,
      out: '',
    });
    await server.close();
    const gone = await home.call(['show', 'fix-login-1f2e', '--json'], signedIn(server));
    expect([gone.code, JSON.parse(gone.err).error.kind]).toEqual([5, 'unreachable']);
    expect(gone.err).not.toContain(TOKEN);
  });

  it('are 130 after SIGINT, or the signal itself', async () => {
    const server = await named();
    const home = makeHome();
    server.on('GET', `${ONE}/logs`, hang);
    const shell = (line: string) =>
      home.open([], { command: 'bash', args: ['--norc', '-c', line], ...signedIn(server) });
    const interrupted = await shell('trap : INT; taskdeck logs fix-login-1f2e; echo "ended: $?"');
    await server.waitForRequests(2);
    interrupted.press('ctrl+c');
    await interrupted.until('ended: 130');
    const loop = await shell('while :; do taskdeck logs fix-login-1f2e; done');
    await server.waitForRequests(4);
    loop.press('ctrl+c');
    await loop.exit();
    expect(server.requests).toHaveLength(4);
  });
});

describe('commands on a deployment', () => {
  it('create finds template and preset by name, and prints the name of the new task', async () => {
    const server = await named();
    const home = makeHome();
    const template = { id: 't', name: 'docker-ai', display_name: '', active_version_id: TEMPLATE_VERSION_ID };
    const others = { ...template, id: 'o', name: 'other', active_version_id: 'other' };
    server.on('GET', '/api/v2/templates', json(200, [template, others]));
    const presets = [{ ID: 'p1', Name: 'Large', Parameters: null, Default: false }];
    server.on('GET', `/api/v2/templateversions/${TEMPLATE_VERSION_ID}/presets`, json(200, presets));
    server.on('POST', `${TASKS}/me`, json(201, task({ status: 'pending', current_state: null })));
    expect(await home.call(['create', 'hello'], signedIn(server))).toMatchObject({
      code: 2,
      err: 'taskdeck: This server has several templates. Choose one with --template: docker-ai, other.\n',
    });
    expect(await home.call(['create', 'x', '-t', 'other', '--cwd', '/'], signedIn(server))).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /--cwd works only on this machine\. Tasks of a deployment run in a workspace\./,
      ),
    });
    const words = [
      'create',
      'hello',
      '-t',
      'docker-ai',
      '--preset',
      'large',
      '--name',
      'n',
      '--display-name',
      'D',
    ];
    expect(await home.call(words, signedIn(server))).toMatchObject({
      code: 0,
      out: 'fix-login-1f2e\n',
      err: '',
    });
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toEqual({
      template_version_id: TEMPLATE_VERSION_ID,
      input: 'hello',
      template_version_preset_id: 'p1',
      name: 'n',
      display_name: 'D',
    });
  });

  it('the others send the expected requests, with the token only in the header', async () => {
    const server = await named();
    const home = makeHome();
    const at = signedIn(server);
    server.on('POST', `${ONE}/send`, empty(204));
    server.on('POST', `${ONE}/pause`, json(202, { workspace_build: build() }));
    server.on('POST', `${ONE}/resume`, json(409, { message: 'Task is not paused.' }));
    server.on('DELETE', ONE, empty(202));
    const ran = async (code: number, ...words: readonly string[]) => {
      const { out, ...rest } = await home.call(words, at);
      expect({ words, out, ...rest }).toMatchObject({ code });
      return out;
    };
    expect(await ran(0, 'logs', 'fix-login-1f2e')).toMatch(
      /\[you [^\n]+\]\nPlease fix[^\n]+\n\n\[agent [^\n]+\]\nWhich branch\?\n$/,
    );
    expect(await ran(0, 'send', 'fix-login-1f2e', 'main, please')).toBe('Sent to fix-login-1f2e.\n');
    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      body: JSON.stringify({ input: 'main, please' }),
    });
    expect(await ran(0, 'wait', 'fix-login-1f2e')).toBe('fix-login-1f2e is idle.\n');
    expect(await ran(0, 'pause', 'fix-login-1f2e')).toBe('fix-login-1f2e is pausing.\n');
    expect(await ran(1, 'resume', 'fix-login-1f2e')).toBe('');
    expect(await ran(0, 'delete', 'fix-login-1f2e', '-y')).toBe('fix-login-1f2e is deleted.\n');
    expect(server.requests.map(({ method }) => method)).toContain('DELETE');
    for (const { target, headers } of server.requests) {
      expect(target).not.toContain(TOKEN);
      expect(headers['coder-session-token']).toBe(TOKEN);
    }
  });

  it('doctor prints settings and checks, and never a token', async () => {
    const server = await named();
    const home = makeHome();
    const { code, out, err } = await home.call(['doctor'], signedIn(server));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`ok used                 ${server.url}, from CODER_URL`);
    expect(out).toContain('ok version              v2.33.4+3f1c0de');
    expect(out).toContain('ok signed in as         ada');
    expect(out).toContain('ok tasks                1 of yours');
    const facts = JSON.parse((await home.call(['doctor', '--json'], signedIn(server))).out);
    expect(facts).toContainEqual({ topic: 'server', name: 'signed in as', value: 'ada', ok: true });
    const wrong = await home.call(['doctor'], {
      env: { CODER_URL: server.url, CODER_SESSION_TOKEN: 'wrong-token' },
    });
    expect(wrong).toMatchObject({
      code: 3,
      out: expect.stringMatching(/!! signed in as +You are signed out/),
    });
    await server.close();
    const gone = await home.call(['doctor'], signedIn(server));
    expect(gone.code).toBe(5);
    expect(`${out}${JSON.stringify(facts)}${wrong.out}${gone.out}`).not.toMatch(/abcdefghij-|wrong-token/);
  });
});

it('serve runs in the foreground, prints its URL, and ends after a signal or --stop', async () => {
  const home = makeHome();
  const serving = home.start(['serve', '--json']);
  await serving.until(/\n/);
  const { url, token, pid } = JSON.parse(serving.out());
  expect(pid).toBe(serving.pid);
  const answer = await fetch(`${url}/api/v2/users/me`, { headers: { 'Coder-Session-Token': token } });
  expect(answer.status).toBe(200);
  expect(JSON.parse(await home.run('serve', '--status', '--json'))).toMatchObject({
    running: true,
    url,
    pid,
  });
  expect(await home.run('list', '--local', '--json')).toBe('[]\n');
  expect(await home.call(['serve'])).toMatchObject({ code: 1, err: expect.stringMatching(/already uses/) });
  serving.kill('SIGTERM');
  expect(await serving.ended).toMatchObject({ code: 0, signal: null, err: '' });
  expect(await home.call(['serve', '--status'])).toMatchObject({
    code: 1,
    out: 'No local server is running.\n',
  });
});
