import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { deployment, ONE, TASKS } from './deployment.ts';

/** Unique on this machine, so that tests can search for them. */
const TOKEN = `planted000-${randomBytes(11).toString('hex')}`;
const HEADER = `planted-header-of-a-proxy-${randomBytes(8).toString('hex')}`;
const PRINTED = `planted-header-that-a-command-printed-${randomBytes(8).toString('hex')}`;

const onLinux = process.platform === 'linux';

/** A program on PATH that records its environment and the arguments of all processes. */
function witness(home: Home, name: string, then: string): string {
  const file = path.join(home.folder, 'bin', name);
  const seen = path.join(home.folder, 'seen');
  mkdirSync(seen, { recursive: true });
  writeFileSync(
    file,
    `#!/bin/sh\n{ env; echo "$0 $@"; ps -A -ww -o args=; cat /proc/$PPID/cmdline; } >'${seen}/${name}' 2>&1\n${then}\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

const read = (home: Home, ...names: readonly string[]): string =>
  readFileSync(path.join(home.folder, ...names), 'latin1');

/** All files below a folder, with their modes. */
function filesIn(folder: string): readonly { readonly file: string; readonly mode: number }[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, mode: statSync(file).mode & 0o777 }));
}

it('secrets are in no file, no output, and no child process', async () => {
  const server = await deployment();
  server.on('GET', '/api/v2/users/me', json(200, { id: 'u', username: 'ada', name: 'Ada' }));
  const home = makeHome();
  const header = witness(home, 'header-command', `echo "X-Printed=${PRINTED}"`);
  const env = {
    CODER_URL: server.url,
    CODER_SESSION_TOKEN: TOKEN,
    CODER_HEADER: `X-Proxy=${HEADER}`,
    CODER_HEADER_COMMAND: header,
    PAGER: witness(home, 'pager', 'cat >/dev/null'),
    EDITOR: witness(home, 'editor', 'echo "and more" >>"$1"'),
  };
  // A server or proxy that quotes the request.
  server.on('POST', `${ONE}/send`, json(400, { message: `The token ${TOKEN} says no.`, detail: TOKEN }));

  const app = await home.open([], { env, cols: 100 });
  await app.until('Which branch?');
  app.press('tab', 'v');
  await expect.poll(() => filesIn(path.join(home.folder, 'seen')).length).toBeGreaterThan(1);
  await app.until(/Press\s+any\s+key/);
  app.press('enter');
  await app.until('Which branch?');
  app.press('i');
  app.type('A draft');
  app.send('\x18\x05');
  await app.until('and more');
  app.press('enter');
  await app.until('says no');
  expect(server.requests.some(({ headers }) => headers['x-proxy'] === HEADER)).toBe(true);
  expect(server.requests.some(({ headers }) => headers['x-printed'] === PRINTED)).toBe(true);
  // It is in the prompt again, with or without the focus.
  app.kill('SIGTERM');
  await app.exit();

  const written = [app.output()];
  for (const args of [
    ['list', '--json'],
    ['doctor'],
    ['doctor', '--json'],
    ['logs', 'fix-login-1f2e'],
    ['send', 'fix-login-1f2e', 'no'],
  ]) {
    const { out, err } = await home.call(args, { env });
    written.push(out, err);
  }
  server.on('GET', TASKS, json(401, { message: `${TOKEN} is none of ours.`, detail: `${HEADER} ${TOKEN}` }));
  for (const args of [['list'], ['list', '--json']]) {
    const { code, out, err } = await home.call(args, { env });
    expect(code).toBe(3);
    written.push(out, err);
  }
  const login = await home.call(['login', server.url], { stdin: { text: `${TOKEN}\n` } });
  expect(login.code).toBe(0);
  written.push(login.out, login.err);

  // Local tasks must not get the deployment's secrets.
  const lines = onLinux ? 'tr "\\0" "\\n" </proc/$PPID/environ; ' : '';
  const task = await home.call(
    ['create', '--local', '--template', 'shell', `env; ${lines}ps -A -ww -o args=`, '--name', 'look'],
    {
      env,
    },
  );
  expect(task.err).toBe('');
  expect((await home.call(['wait', '--local', 'look', '--timeout', '60s'], { env })).code).toBe(0);
  const logs = await home.run('logs', '--local', 'look');
  expect(logs).toContain('CODER_TASK_ID');
  written.push(logs, read(home, 'state', 'server.log'));
  const { token, pid } = JSON.parse(read(home, 'state', 'server.json'));
  if (onLinux)
    written.push(
      readFileSync(`/proc/${pid}/environ`, 'latin1'),
      readFileSync(`/proc/${pid}/cmdline`, 'latin1'),
    );
  written.push(execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }));
  for (const json of [[], ['--json']]) written.push(await home.run('serve', '--status', ...json));

  for (const name of ['header-command', 'pager', 'editor']) written.push(read(home, 'seen', name));
  const secrets = { TOKEN, HEADER, PRINTED, token } as const;
  for (const [name, secret] of Object.entries(secrets)) {
    for (const text of written) expect(text, name).not.toContain(secret);
  }
  const holders = new Map<string, string[]>();
  for (const { file, mode } of filesIn(home.folder)) {
    const name = path.relative(home.folder, file);
    const found = Object.entries(secrets).flatMap(([secret, value]) =>
      readFileSync(file, 'latin1').includes(value) ? [secret] : [],
    );
    if (found.length > 0 && !name.startsWith('bin/')) holders.set(name, found);
    if (/^(?:state|config)\//.test(name)) expect([name, (mode & 0o077).toString(8)]).toEqual([name, '0']);
  }
  expect(Object.fromEntries(holders)).toEqual({
    'config/taskdeck/profiles.json': ['TOKEN'],
    'state/server.json': ['token'],
  });
});

it('a token is sent unencrypted to another machine only after a confirmation', async () => {
  const home = makeHome();
  const env = { CODER_URL: 'http://coder.invalid', CODER_SESSION_TOKEN: TOKEN };
  const refused = await home.call(['list'], { env });
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(
    /^taskdeck: http:\/\/coder\.invalid is not encrypted: .* allow it with --plain-http\.\n$/,
  );
  // Nothing listens at that address.
  expect((await home.call(['list', '--plain-http'], { env })).code).toBe(5);
  expect((await home.call(['doctor'], { env })).out).toMatch(/!! encryption +none: .*--plain-http/);

  const no = await home.open([], { env });
  await no.until('(y/N)');
  no.type('n\r');
  expect((await no.exit()).code).toBe(2);
  expect(no.text()).toContain('Nothing was sent to http://coder.invalid.');
  const yes = await home.open([], { env });
  await yes.until('(y/N)');
  yes.type('y\r');
  await yes.until(/Cannot find the host coder\.invalid|Cannot look up the address/);
  // The screen gets the keys again.
  yes.press('?');
  await yes.until('Keys');
  yes.press('q');
  await yes.until((screen) => !screen.text().includes('Keys'));
  yes.press('q');
  await yes.exit();
});
