import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { type Home, makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { deployment, signedIn, TASKS, TOKEN } from './deployment.ts';

const WORKSPACE_ID = '275fbde4-7427-46f6-9a68-816be8e79806';
const AGENT_ID = '1f0c2f5e-34a0-4f9d-8a51-0d5f5f5b9a11';

/** A program that records its arguments, some variables, its directory and the size of the terminal, and waits for a line. */
function recorder(home: Home, name: string, code = 0): () => string {
  const folder = path.join(home.folder, 'bin');
  mkdirSync(folder, { recursive: true });
  const log = path.join(home.folder, `${name}.log`);
  const lines = [
    '#!/bin/sh',
    `{ printf '%s\\n' "$0 $*" "url=$CODER_URL" "token=$CODER_SESSION_TOKEN" "autostart=$CODER_SSH_DISABLE_AUTOSTART" "in=$(pwd)"; } >'${log}.new'`,
    `mv '${log}.new' '${log}'`,
    `echo "this is ${name}"`,
    'read -r line',
    `echo "$line" >>'${log}'`,
    `exit ${code}`,
  ];
  writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
  chmodSync(path.join(folder, name), 0o755);
  return () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
}

async function withWorkspace(status: string) {
  const server = await deployment();
  const one = task({
    workspace_id: WORKSPACE_ID,
    workspace_status: 'running',
    workspace_agent_id: AGENT_ID,
  });
  server.on('GET', TASKS, json(200, { tasks: [one], count: 1 }));
  server.on(
    'GET',
    `/api/v2/workspaces/${WORKSPACE_ID}`,
    json(200, {
      id: WORKSPACE_ID,
      name: 'fix-login',
      owner_name: 'bob',
      latest_build: { status, resources: [{ agents: [{ id: AGENT_ID, name: 'main' }] }, { agents: null }] },
    }),
  );
  return server;
}

it('ctrl+o opens a shell in the workspace by Coder’s CLI, and the screen comes back at the new size', async () => {
  const server = await withWorkspace('running');
  const home = makeHome();
  const recorded = recorder(home, 'coder');
  const app = await home.open([], { ...signedIn(server), cols: 100, rows: 24 });
  await app.until('Which branch?');
  app.press('ctrl+o');
  await app.until('this is coder');
  expect(app.modes()).toEqual(INITIAL_MODES);
  expect(app.text()).toContain('coder ssh bob/fix-login.main: exit returns to taskdeck.');
  expect(recorded()).toContain('coder ssh bob/fix-login.main\n');
  expect(recorded()).toContain(`url=${server.url}\ntoken=${TOKEN}\nautostart=true\n`);
  app.resize(90, 20);
  app.type('typed there');
  app.press('enter');
  await app.until((screen) => screen.rows().length === 20 && screen.text().includes('Which branch?'));
  expect(app.modes().alternateScreen).toBe(true);
  expect(recorded()).toContain('typed there');
  expect(app.text()).not.toContain('this is coder');
  // The keys are taskdeck's again.
  app.press('?');
  await app.until('esc close');
  app.press('esc');
  await app.until('? help');
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
  expect(app.modes()).toEqual(INITIAL_MODES);
});

it('an error of Coder’s CLI stays readable until a key', async () => {
  const server = await withWorkspace('running');
  const home = makeHome();
  recorder(home, 'coder', 3);
  const app = await home.open([], signedIn(server));
  await app.until('Which branch?');
  app.press('ctrl+o');
  await app.until('this is coder');
  app.press('enter');
  await app.until('exited with code 3. Press any key to return to');
  app.press('x');
  await app.until('Which branch?');
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
});

it('ctrl+o says what to do when the workspace is stopped, and E when the editor runs here', async () => {
  const stopped = await withWorkspace('stopped');
  const home = makeHome();
  recorder(home, 'coder');
  const app = await home.open([], signedIn(stopped));
  await app.until('Which branch?');
  app.press('ctrl+o');
  await app.until('Its workspace is stopped. r resumes the task and starts it.');
  app.press('q');
  await app.exit();

  const running = await withWorkspace('running');
  const next = await home.open([], { env: { ...signedIn(running).env, EDITOR: 'vi', VISUAL: '' } });
  await next.until('Which branch?');
  next.press('E');
  await next.until('“vi” runs on this');
  next.press('q');
  expect((await next.exit()).code).toBe(0);
});

it('ctrl+o says how to get Coder’s CLI where it is missing', async () => {
  const server = await withWorkspace('running');
  const home = makeHome();
  const empty = path.join(home.folder, 'no-programs');
  mkdirSync(empty);
  const node = path.dirname(process.execPath);
  const app = await home.open([], { env: { ...signedIn(server).env, PATH: `${empty}:${node}` } });
  await app.until('Which branch?');
  app.press('ctrl+o');
  await app.until('The program coder is not on PATH.');
  app.press('q');
  expect((await app.exit()).code).toBe(0);
});

it('E opens the editor in the directory of a local task, and reports its exit code', async () => {
  const home = makeHome();
  const recorded = recorder(home, 'my-editor', 5);
  await home.run('create', '--local', '--template', 'shell', '--name', 'one', 'echo done here');
  await home.run('wait', '--local', 'one');
  const app = await home.open(['--local'], { env: { EDITOR: 'my-editor', VISUAL: '' } });
  await app.until('done here');
  app.press('E');
  await app.until('this is my-editor');
  expect(app.modes()).toEqual(INITIAL_MODES);
  expect(recorded()).toMatch(/my-editor \.\n/u);
  expect(recorded()).toContain('token=\n');
  app.type('saved');
  app.press('enter');
  await app.until('The editor exited with code 5.');
  expect(recorded()).toContain('saved');
  app.press('q');
  expect((await app.exit()).code).toBe(0);
});

it('ctrl+o opens a shell in the workspace of a chat', async () => {
  const server = await chatsDeployment();
  const workspaceId = server.chats.workspaces.add('auth', 'running');
  server.chats.seed({ title: 'Fix login redirect', workspaceId });
  const home = makeHome();
  const recorded = recorder(home, 'coder');
  const app = await home.open([], signedIn(server));
  await app.until('✔ Fix login');
  app.press('ctrl+o');
  await app.until('this is coder');
  // The workspace is the user's own.
  expect(recorded()).toContain('coder ssh auth\n');
  app.press('enter');
  await app.until('Fix login redirect');
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
});
