import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { deployment, ONE, pollOften, signedIn, TASKS, TOKEN } from './deployment.ts';

const HOSTILE = 'Fix $(touch pwned) `touch pwned`; "touch pwned"';

function program(home: Home, name: string, script: string): void {
  const file = path.join(home.folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

async function hostileDeployment(): Promise<CoderServer> {
  const server = await deployment();
  const hostile = task({ display_name: HOSTILE });
  server.on('GET', TASKS, json(200, { tasks: [hostile], count: 1 }));
  server.on('GET', ONE, json(200, hostile));
  return server;
}

it('a key of the user runs a program with the values of the task, which stay text', async () => {
  const server = await hostileDeployment();
  const home = makeHome();
  const log = path.join(home.folder, 'log');
  program(
    home,
    'look',
    `printf '%s\\n' "$@" "$TASKDECK_URL" "$CODER_SESSION_TOKEN" > '${log}'; echo "Looked at it"`,
  );
  program(home, 'paged', 'cat "$1"');
  pollOften(home, {
    commands: [
      { key: 'alt+l', name: 'Look', run: ['look', '{title}', '{id}'], output: 'notice' },
      { key: 'alt+s', name: 'Shell', run: 'echo "got $TASKDECK_TITLE"', output: 'notice', confirm: true },
      { key: 'alt+x', name: 'Broken', run: 'echo why >&2; exit 9' },
    ],
  });
  const app = await home.open([], { ...signedIn(server), cols: 140 });
  await app.until('alt+l look');
  app.press('alt+l');
  await app.until('Look: Looked at it');
  const [title, id, url, token] = readFileSync(log, 'utf8').split('\n');
  expect([title, id, token]).toEqual([HOSTILE, task().id, '']);
  expect(url).toContain('/tasks/ada/');
  expect(readFileSync(log, 'utf8')).not.toContain(TOKEN);
  app.press('alt+s');
  await app.until('Run “Shell” for Fix');
  app.press('y');
  await app.until(`Shell: got ${HOSTILE}`);
  app.press('alt+x');
  await app.until(/Broken \(Fix .*\) failed with exit code 9: why\./u);
  app.press('?');
  await app.until('Your commands');
  app.press('esc');
  await app.until('alt+l look');
  expect(existsSync(path.join(home.folder, 'pwned'))).toBe(false);
});

it('a program of the user gets the terminal, and taskdeck comes back', async () => {
  const server = await hostileDeployment();
  const home = makeHome();
  program(home, 'viewer', 'printf "Viewing %s. Press enter." "$1"; read line; echo "$line" > "$HOME/typed"');
  pollOften(home, {
    commands: [{ key: 'alt+v', name: 'View', run: ['viewer', '{title}'], output: 'terminal' }],
  });
  const app = await home.open([], { ...signedIn(server), cols: 120 });
  await app.until('alt+v view');
  app.press('alt+v');
  await app.until(`Viewing ${HOSTILE}. Press enter.`);
  expect(app.modes().alternateScreen).toBe(false);
  app.type('hello\r');
  await app.until((screen) => screen.modes().alternateScreen || screen.text().includes('Press any key'));
  if (!app.modes().alternateScreen) app.press('x');
  await app.shows('alt+v view');
  expect(readFileSync(path.join(home.folder, 'typed'), 'utf8')).toBe('hello\n');
});

it('a command with a fault is reported with line and field, and the others work', async () => {
  const server = await hostileDeployment();
  const home = pollOften(makeHome(), {
    commands: [
      { key: 'alt+a', name: 'Inside', run: ['sh', '-c', 'echo {title}'] },
      { key: 'r', name: 'Taken', run: 'echo taken', output: 'notice' },
      { key: 'alt+g', name: 'Good', run: 'echo good', output: 'notice' },
    ],
  });
  const app = await home.open([], { ...signedIn(server), cols: 140 });
  await app.until('config.jsonc has 2 errors');
  await app.shows('alt+g good');
  app.press('alt+g');
  await app.until('Good: good');
  const { out } = await home.call(['doctor'], signedIn(server));
  expect(out).toContain('commands.0.run: has {title} inside a longer argument');
  expect(out).toContain('commands.1.key: "r" already belongs to "resume"');
});
