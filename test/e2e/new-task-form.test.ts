import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { TASK_ID, task } from '../api/response-bodies.ts';
import { type CoderServer, empty, json, type Reply } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, signedIn, TASKS } from './deployment.ts';

const VERSIONS = { shell: 'version-shell', docker: 'version-docker' };
const LINK = 'https://coder.example.com/external-auth/github/a-link-that-is-long-enough-to-need-two-rows';

const template = (name: keyof typeof VERSIONS, display_name: string) => ({
  id: `template-${name}`,
  name,
  display_name,
  description: `All about ${display_name}.`,
  active_version_id: VERSIONS[name],
  organization_name: 'default',
});
const preset = (name: string, isDefault: boolean) => ({
  ID: `preset-${name}`,
  Name: name,
  Description: '',
  Default: isDefault,
  Parameters: null,
});
const signIn = (authenticated: boolean): Reply =>
  json(200, [
    { id: 'github', type: 'github', display_name: 'GitHub', authenticate_url: LINK, authenticated },
  ]);

/** A deployment with two templates, one with presets. */
async function withTemplates(): Promise<{ readonly server: CoderServer; readonly home: Home }> {
  const server = await deployment();
  server.on(
    'GET',
    '/api/v2/templates',
    json(200, [template('shell', 'Shell'), template('docker', 'Docker AI')]),
  );
  for (const version of Object.values(VERSIONS)) {
    server.on('GET', `/api/v2/templateversions/${version}/presets`, json(200, null));
    server.on('GET', `/api/v2/templateversions/${version}/external-auth`, json(200, []));
  }
  server.on(
    'GET',
    `/api/v2/templateversions/${VERSIONS.docker}/presets`,
    json(200, [preset('Small', false), preset('Large', true)]),
  );
  const made = task({
    id: TASK_ID.replace(/^./u, 'e'),
    name: 'made-1',
    display_name: 'Made here',
    status: 'pending',
  });
  server.on('POST', `${TASKS}/me`, json(201, made));
  return { server, home: makeHome() };
}

const createRequests = (server: CoderServer): readonly unknown[] =>
  server.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));

const createdBy = (server: CoderServer, count: number) =>
  expect.poll(() => createRequests(server).length).toBe(count);

/** The stored drafts. */
function draftsIn({ stateDir }: Home): readonly unknown[] {
  const database = new DatabaseSync(path.join(stateDir, 'taskdeck.db'), { readOnly: true });
  try {
    return database
      .prepare('SELECT text FROM draft')
      .all()
      .map(({ text }) => text);
  } finally {
    database.close();
  }
}

/** Opens the form and moves to its first field; without known templates it starts in the prompt. */
async function openForm(app: TerminalApp): Promise<void> {
  app.press('n');
  await app.until(/template +(not chosen|type to find)/);
  if (app.text().includes('not chosen')) app.press('tab');
  await app.until(/▌template +type to find/);
}

const leave = async (app: TerminalApp): Promise<void> => {
  app.press('q');
  expect((await app.exit()).code).toBe(0);
};

describe('the form of a new task', () => {
  it('creates a task from a template, a preset and a name, and reuses them for the next one', async () => {
    const { server, home } = await withTemplates();
    const app = await home.open([], signedIn(server));
    await app.until('Which branch?');
    await openForm(app);
    app.type('dockai');
    await app.until((screen) => !screen.text().includes('Shell'));
    app.press('tab');
    await app.until(/▌ Large \(default\)/);
    expect(app.text()).toMatch(/template +Docker AI/);
    app.press('down', 'tab');
    await app.until(/▌name /);
    expect(app.text()).toMatch(/preset +Small/);
    app.type('fix-7');
    await app.until('fix-7');
    app.press('enter');
    await app.until('▌prompt');
    app.type('run the tests');
    await app.until('run the tests');
    app.press('alt+enter');
    app.type('and mend them');
    await app.until(/│ run the tests +│\n│ and mend them/);
    app.press('enter');
    await createdBy(server, 1);
    await app.until('q quit');
    // A task without a response has no age. Quitting would ask about it.
    await app.shows((screen) => !/queued +│/.test(screen.text()));
    expect(createRequests(server)).toEqual([
      {
        template_version_id: VERSIONS.docker,
        input: 'run the tests\nand mend them',
        template_version_preset_id: 'preset-Small',
        name: 'fix-7',
      },
    ]);
    await leave(app);

    const next = await home.open([], signedIn(server));
    await next.until('Which branch?');
    next.type('nonce more\r');
    await createdBy(server, 2);
    expect(createRequests(server)[1]).toEqual({
      template_version_id: VERSIONS.docker,
      input: 'once more',
      template_version_preset_id: 'preset-Small',
    });
  });

  it('keeps its content after esc, a quit and a crash', async () => {
    const { server, home } = await withTemplates();
    const app = await home.open([], signedIn(server));
    await app.until('Which branch?');
    await openForm(app);
    app.press('down', 'enter');
    await app.until(/preset +Large/);
    app.type('half a thought');
    app.press('shift+tab');
    app.type('my-name');
    await app.until('my-name');
    app.press('esc');
    await app.until('q quit');
    await leave(app);

    const isWhole = (screen: { text(): string }) =>
      /template +Docker AI/.test(screen.text()) &&
      /name +my-name/.test(screen.text()) &&
      screen.text().includes('half a thought');
    const second = await home.open([], { ...signedIn(server), cols: 60, rows: 20 });
    await second.until('Fix login redirect');
    second.press('n');
    await second.until(isWhole);
    second.type(' more');
    await second.until('half a thought more');
    await expect.poll(() => draftsIn(home)).toContain('half a thought more');
    second.kill('SIGKILL');
    await second.exit();
    const last = await home.open([], signedIn(server));
    await last.until('Which branch?');
    last.press('n');
    await last.until('half a thought more');
    await last.until(isWhole);
  });

  it('shows the link of a missing sign-in, requires it, and checks again', async () => {
    const { server, home } = await withTemplates();
    const path = `/api/v2/templateversions/${VERSIONS.docker}/external-auth`;
    server.on('GET', path, signIn(false));
    const app = await home.open([], signedIn(server));
    await app.until('Which branch?');
    await openForm(app);
    app.press('down', 'enter');
    await app.until('GitHub: not signed in');
    // Not truncated, on several rows.
    expect(app.text().replaceAll(/[\s│]+/gu, '')).toContain(LINK);
    app.type('go');
    await app.until(/│ go +│/);
    app.press('enter');
    await app.until('needs a sign-in to GitHub. Open the link');
    expect(createRequests(server)).toEqual([]);
    server.on('GET', path, signIn(true));
    // The terminal reports focus: the user is back from the browser.
    app.send('\x1b[O\x1b[I');
    await app.until('GitHub: signed in');
    app.press('enter');
    await createdBy(server, 1);
  });

  it('shows the server’s error at the rejected field', async () => {
    const { server, home } = await withTemplates();
    const refusal = json(409, {
      message: 'Workspace "taken" already exists.',
      validations: [{ field: 'name', detail: 'This value is already in use and should be unique.' }],
    });
    server.on('POST', `${TASKS}/me`, refusal);
    const app = await home.open([], signedIn(server));
    await app.until('Which branch?');
    await openForm(app);
    app.press('enter');
    await app.until(/none in this template/);
    app.type('go on');
    app.press('shift+tab');
    app.type('taken');
    await app.until('taken');
    app.press('enter');
    await app.until('▌prompt');
    app.press('enter');
    await app.until(/▌name +taken/);
    await app.until('Workspace "taken" already exists. This value is already in use');
    expect(app.text()).toContain('go on');
    server.on(
      'POST',
      `${TASKS}/me`,
      json(201, task({ id: TASK_ID.replace(/^./u, 'e'), display_name: 'Made here' })),
    );
    app.press('ctrl+u');
    app.type('free');
    await app.until(/name +free/);
    app.press('enter');
    await app.until('▌prompt');
    app.press('enter');
    await createdBy(server, 2);
    expect(createRequests(server)).toMatchObject([{ name: 'taken' }, { name: 'free', input: 'go on' }]);
  });

  it('starts with the prompt of a task after N, and I edits the initial prompt of a paused one', async () => {
    const { server, home } = await withTemplates();
    const paused = task({ status: 'paused', workspace_status: 'stopped', template_id: 'template-docker' });
    server.on('GET', TASKS, json(200, { tasks: [paused], count: 1 }));
    server.on('GET', ONE, json(200, paused));
    const refusal = json(409, { message: 'Unable to update task input, task must be paused.' });
    server.on('PATCH', `${ONE}/input`, refusal, empty(204));
    const app = await home.open([], signedIn(server));
    await app.until('Fix login redirect');
    app.press('I');
    await app.until('initial prompt of Fix login redirect');
    app.type(' and log in');
    app.press('enter');
    await app.until('task must be paused');
    app.press('I');
    await app.until('❯ Please fix the login redirect and log in');
    app.press('enter');
    await app.until('starts with the new prompt on resume');
    const patches = server.requests.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ body }) => JSON.parse(body))).toEqual(
      Array.from({ length: 2 }, () => ({ input: 'Please fix the login redirect and log in' })),
    );

    app.press('N');
    await app.until(/template +Docker AI/);
    await app.until(/│ Please fix the login redirect/);
    await app.until(/preset +Large/);
    app.press('enter');
    await createdBy(server, 1);
    expect(createRequests(server)).toMatchObject([
      {
        template_version_id: VERSIONS.docker,
        input: expect.stringContaining('Please fix the login redirect'),
      },
    ]);
  });
});
