import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { type Home, makeHome } from '../support/home.ts';
import { openShellForm } from '../support/shell-form.ts';
import { deployment, signedIn, TOKEN } from './deployment.ts';

/** Tries everything that a curses pinentry may do with the terminal, and prints the results. */
const GRAB = [
  'if stty -a </dev/tty >/dev/null 2>&1; then echo "tty: settings"; else echo "tty: no settings"; fi',
  'if (printf "\\033[2J\\033[HDRAWN OVER" >/dev/tty) 2>/dev/null; then echo "tty: drawn"; else echo "tty: not drawn"; fi',
  'if (IFS= read -r line </dev/tty) 2>/dev/null; then echo "tty: read"; else echo "tty: not read"; fi',
  'for name in "$GPG_TTY" "$SSH_TTY"; do',
  '  if [ -n "$name" ]; then printf "\\033[2J\\033[HDRAWN OVER" >"$name"; echo "tty: named"; fi',
  'done',
].join('\n');
const NOTHING = ['tty: no settings', 'tty: not drawn', 'tty: not read'];

/** A program that runs the attempts, writes the results to a file, and prints `line`. */
function grabber(home: Home, name: string, line: string): () => readonly string[] {
  const file = path.join(home.folder, 'bin', name);
  const log = path.join(home.folder, `${name}.log`);
  writeFileSync(file, `#!/bin/sh\n{ ${GRAB}\n} >'${log}.new'; mv '${log}.new' '${log}'\necho '${line}'\n`);
  chmodSync(file, 0o755);
  return () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
}

it('a task cannot draw on the screen or read its keys', async () => {
  const home = makeHome();
  writeFileSync(path.join(home.folder, 'grab.sh'), GRAB);
  // gpg's manual recommends this variable in a shell's start file. It names taskdeck's terminal.
  const start = `GPG_TTY=$(tty) SSH_TTY=$(tty) exec '${process.execPath}' '${inject('taskdeck')}' --local`;
  const app = await home.open([], { command: '/bin/sh', args: ['-c', start] });
  await app.until('Press n to start one');
  await openShellForm(app);
  app.type('. ./grab.sh; echo tried');
  await app.until('echo tried');
  app.press('enter');
  await app.until(/│ +tried /);
  for (const line of NOTHING) expect(app.text()).toContain(line);
  expect(app.text()).not.toContain('tty: named');
  expect(app.output()).not.toContain('DRAWN OVER');
  // taskdeck still gets the keys.
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
});

it('tasks of a server in the foreground cannot use its terminal', async () => {
  const home = makeHome();
  writeFileSync(path.join(home.folder, 'grab.sh'), GRAB);
  const start = `GPG_TTY=$(tty) SSH_TTY=$(tty) exec '${process.execPath}' '${inject('taskdeck')}' serve`;
  const server = await home.open([], { command: '/bin/sh', args: ['-c', start] });
  await server.until('The local server listens on');
  await home.run('create', '--local', '--template', 'shell', '--name', 'grab', '. ./grab.sh');
  await home.run('wait', '--local', 'grab');
  const logs = await home.run('logs', '--local', 'grab');
  for (const line of NOTHING) expect(logs).toContain(line);
  expect(logs).not.toContain('tty: named');
  expect(server.output()).not.toContain('DRAWN OVER');
  server.press('ctrl+c');
  expect(await server.exit()).toMatchObject({ code: 0 });
});

it('CODER_HEADER_COMMAND cannot draw on the screen or read its keys', async () => {
  const server = await deployment();
  const home = makeHome();
  const tried = grabber(home, 'header-command', 'X-Proxy=yes');
  const { env } = signedIn(server);
  const app = await home.open([], { env: { ...env, CODER_HEADER_COMMAND: 'header-command' } });
  await app.until('Which branch?');
  await expect.poll(tried).toEqual(NOTHING);
  expect(server.requests.some(({ headers }) => headers['x-proxy'] === 'yes')).toBe(true);
  expect(app.output()).not.toContain('DRAWN OVER');
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
});

it('coder login token cannot draw on the screen or read its keys', async () => {
  const server = await deployment();
  const home = makeHome();
  const tried = grabber(home, 'coder', TOKEN);
  const coder = path.join(home.folder, 'coder-config');
  mkdirSync(coder);
  writeFileSync(path.join(coder, 'url'), server.url);
  const app = await home.open([], { env: { CODER_CONFIG_DIR: coder } });
  await app.until('Which branch?');
  expect(tried()).toEqual(NOTHING);
  expect(app.output()).not.toContain('DRAWN OVER');
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
});
