import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

const HOSTILE = 'Which <b>branch</b>? $(touch pwned) \\033[31m';

/** A program on PATH that stores its arguments, one a line, and exits with `code`. */
function recording(home: Home, name: string, code = 0): { calls(): readonly string[] } {
  const program = path.join(home.folder, 'bin', name);
  const log = path.join(home.folder, `${name}.log`);
  writeFileSync(program, `#!/bin/sh\n{ printf '%s|' "$@"; echo; } >> '${log}'\nexit ${code}\n`);
  chmodSync(program, 0o755);
  return { calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []) };
}

const report = (state: string, message: string) =>
  task({ current_state: { timestamp: new Date().toISOString(), state, message, uri: '' } });

function answer(server: CoderServer, body: ReturnType<typeof task>): void {
  server.on('GET', TASKS, json(200, { tasks: [body], count: 1 }));
  server.on('GET', ONE, json(200, body));
}

const display = { DISPLAY: ':9', SSH_CONNECTION: undefined, SSH_TTY: undefined, SSH_CLIENT: undefined };

it('a task that needs you appears on the desktop, with its words as text, and not at the start', async () => {
  const server = await deployment();
  const home = pollOften(makeHome());
  const notifySend = recording(home, 'notify-send');
  answer(server, report('working', 'On it'));
  const app = await home.open([], { cols: 120, env: { ...signedIn(server).env, ...display } });
  await app.until('On it');
  expect(notifySend.calls()).toEqual([]);
  answer(server, report('idle', HOSTILE));
  await expect.poll(notifySend.calls).toHaveLength(1);
  expect(notifySend.calls()[0]).toBe(
    `--app-name=taskdeck|--|taskdeck: Fix login redirect|idle: Which &lt;b&gt;branch&lt;/b&gt;? $(touch pwned) \\\\033[31m|`,
  );
  expect(existsSync(path.join(home.folder, 'pwned'))).toBe(false);
});

it('no desktop notification over SSH, and none where the terminal shows it', async () => {
  for (const env of [
    { ...display, SSH_CONNECTION: 'x' },
    { ...display, TERM: 'xterm-kitty' },
  ]) {
    const server = await deployment();
    const home = pollOften(makeHome());
    const notifySend = recording(home, 'notify-send');
    answer(server, report('working', 'On it'));
    const app = await home.open([], { cols: 120, env: { ...signedIn(server).env, ...env } });
    await app.until('On it');
    answer(server, report('idle', 'Which branch?'));
    await expect.poll(() => app.emulator.bells()).toBe(1);
    expect(notifySend.calls()).toEqual([]);
  }
});
