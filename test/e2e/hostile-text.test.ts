import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { BUILD_ID, build, message, TEMPLATE_VERSION_ID, task, WORKSPACE_ID } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { ALL_HOSTILE, ALL_HOSTILE_TEXT } from '../support/hostile-text.ts';
import { checkOutput, textFault } from '../support/strict-output.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, signedIn, TASKS, TOKEN } from './deployment.ts';

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

/** A task with hostile text in every field that allows it. */
const hostile = (name: string, rest: Readonly<Record<string, unknown>> = {}) =>
  task({
    name: `${name}${ALL_HOSTILE_TEXT}`,
    display_name: `${name} ${ALL_HOSTILE_TEXT}`,
    owner_name: 'ada',
    template_name: ALL_HOSTILE_TEXT,
    template_display_name: ALL_HOSTILE_TEXT,
    initial_prompt: ALL_HOSTILE_TEXT,
    workspace_name: ALL_HOSTILE_TEXT,
    current_state: {
      timestamp: ago(600),
      state: 'working',
      message: ALL_HOSTILE_TEXT,
      uri: `https://x/${ALL_HOSTILE_TEXT}`,
    },
    ...rest,
  });

const OTHER = '7d2b4e3a-0d51-4a3c-9a55-0c8e6f1b7d22';

async function hostileDeployment(): Promise<CoderServer> {
  const server = await deployment();
  const one = hostile('one');
  const other = hostile('other', {
    id: OTHER,
    status: 'initializing',
    workspace_status: 'starting',
    workspace_build_number: 1,
    workspace_agent_id: null,
    workspace_agent_lifecycle: null,
    current_state: null,
    created_at: ago(60),
    updated_at: ago(60),
  });
  server.on(
    'GET',
    '/api/v2/users/me',
    json(200, { id: 'u', username: ALL_HOSTILE_TEXT, name: ALL_HOSTILE_TEXT }),
  );
  server.on('GET', TASKS, json(200, { tasks: [one, other], count: 2 }));
  server.on('GET', ONE, json(200, one));
  server.on('GET', `${TASKS}/ada/${OTHER}`, json(200, other));
  const said = ALL_HOSTILE.map((text, index) =>
    message(
      index,
      index % 2 === 0 ? 'output' : 'input',
      `# ${text}\n\n- **${text}** \`${text}\`\n\n\`\`\`${text}\n${text}\n\`\`\`\n[x](${text})`,
    ),
  );
  const time = { time: ago(60) };
  server.on('GET', `${ONE}/logs`, json(200, { logs: said.map((each) => ({ ...each, ...time })) }));
  server.on('GET', `${TASKS}/ada/${OTHER}/logs`, json(200, { logs: [] }));
  const job = { status: 'running', created_at: ago(35), started_at: ago(30), error: ALL_HOSTILE_TEXT };
  server.on(
    'GET',
    `/api/v2/workspaces/${WORKSPACE_ID}`,
    json(200, { id: WORKSPACE_ID, latest_build: build({ build_number: 1, transition: 'start', job }) }),
  );
  server.on(
    'GET',
    `/api/v2/workspacebuilds/${BUILD_ID}/logs`,
    json(
      200,
      ALL_HOSTILE.map((text, index) => ({
        id: index + 1,
        created_at: ago(20),
        log_source: text,
        log_level: 'info',
        stage: index % 9 === 0 ? text : 'stage',
        output: text,
      })),
    ),
  );
  server.on(
    'GET',
    '/api/v2/templates',
    json(
      200,
      ['first', 'second'].map((name) => ({
        id: name,
        name: `${name} ${ALL_HOSTILE_TEXT}`,
        display_name: `${name} ${ALL_HOSTILE_TEXT}`,
        description: ALL_HOSTILE_TEXT,
        organization_name: `${name} ${ALL_HOSTILE_TEXT}`,
        active_version_id: TEMPLATE_VERSION_ID,
      })),
    ),
  );
  const refusal = {
    message: `refused ${ALL_HOSTILE_TEXT}`,
    detail: ALL_HOSTILE_TEXT,
    validations: [{ field: ALL_HOSTILE_TEXT, detail: ALL_HOSTILE_TEXT }],
  };
  server.on('POST', `${ONE}/send`, json(400, refusal, { 'x-coder-build-version': '\x9b31m\x9d0;owned\x9c' }));
  server.on('POST', `${ONE}/pause`, json(400, refusal));
  return server;
}

/** Checks that taskdeck wrote only visible text and its own sequences. */
function expectClean(app: TerminalApp, size: { readonly columns: number; readonly rows: number }): void {
  const seen = checkOutput(Buffer.from(app.output()), size);
  expect(app.output()).not.toContain('owned');
  expect(seen.sequences.get('style')).toBeGreaterThan(10);
}

it('only visible text of servers and agents reaches the terminal, files, pagers and the clipboard', async () => {
  const server = await hostileDeployment();
  const home = makeHome();
  const paged = path.join(home.folder, 'paged');
  const size = { columns: 110, rows: 32 };
  const { env } = signedIn(server);
  const app = await home.open([], {
    cols: size.columns,
    rows: size.rows,
    env: { ...env, PAGER: `cat >'${paged}'`, KITTY_WINDOW_ID: '1', TERM_PROGRAM: '' },
  });
  const leave = async (words: string): Promise<void> => {
    app.press('esc');
    await app.until((screen) => !screen.text().includes(words));
  };
  await app.until(/one .*honest/u);
  // The build of the other task.
  await app.until('stage');
  app.press('j');
  await app.until(/(?:agent|you) \d\d:\d\d/u);

  app.press('tab', 'm', 't', 'w', 'right', 'w', 'g', '}', 'y', 'y');
  await app.until('clipboard');
  app.press('ctrl+f');
  await app.until((screen) => !screen.text().includes('ctrl+f search'));
  app.type('honest');
  await app.until(/\d+ of \d+/u);
  app.press('enter', 'n');
  await app.until('next hit');
  await leave('next hit');
  app.press('v');
  await expect.poll(() => readFileSync(paged, { flag: 'a+', encoding: 'utf8' })).toContain('honest');
  await app.until(/Press\s+any\s+key/);
  app.press('enter');
  await app.until('live');
  app.press('S');
  await app.until('save as');
  app.press('ctrl+u');
  app.type('saved.txt');
  app.press('enter');
  await app.until('Saved');

  await leave('Saved');
  app.press('tab', '/');
  await app.until('words, phase');
  app.paste(`one${ALL_HOSTILE_TEXT}`);
  await app.until('No task matches');
  app.press('ctrl+u');
  app.press('enter');
  await app.until(/other .*honest/u);
  app.press('j');
  await app.until(/▌◐ one/u);
  app.press('d');
  await app.until(/Delete “one/u);
  app.press('x');
  app.press('p');
  await app.until('Cannot pause');
  app.press('n');
  await app.until('New task');
  // From the prompt field to the templates.
  app.press('tab');
  await app.until(/second .*honest/u);
  await leave('New task');
  app.press(':');
  await app.until('Commands');
  app.paste(ALL_HOSTILE_TEXT);
  await leave('Commands');
  app.press('i');
  await app.until('alt+enter');
  app.paste(ALL_HOSTILE_TEXT);
  await app.until((screen) => !screen.text().includes('❯ write to one'));
  // Sent when the task waits, and rejected then.
  app.press('enter');
  await app.until('Q outbox');
  app.press('Q');
  await app.until('Outbox');
  await leave('Outbox');

  // The task needs attention: a notification and the window title.
  const idle = hostile('one', {
    current_state: { timestamp: ago(1), state: 'idle', message: ALL_HOSTILE_TEXT, uri: '' },
  });
  server.on('GET', TASKS, json(200, { tasks: [idle], count: 1 }));
  server.on('GET', ONE, json(200, idle));
  await expect.poll(() => app.output()).toContain('p=body;');
  await app.until('Not sent');
  server.on('GET', TASKS, json(500, { message: `refused ${ALL_HOSTILE_TEXT}`, detail: ALL_HOSTILE_TEXT }));
  await app.until(/failing|offline/u);
  app.resize(60, 20);
  await app.until((screen) => /help/.test(screen.rows()[19] ?? ''));
  app.resize(size.columns, size.rows);
  app.kill('SIGTERM');
  await app.exit();

  expectClean(app, size);
  for (const file of [paged, path.join(home.folder, 'saved.txt')]) {
    const text = readFileSync(file, 'utf8');
    expect(textFault(text)).toBeNull();
    expect(text).not.toContain('owned');
    expect(text.match(/honest/gu)?.length).toBeGreaterThan(ALL_HOSTILE.length);
  }
  expect(app.output()).not.toContain(TOKEN);
});
