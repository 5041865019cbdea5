import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

const id = (index: number): string => `7e3a1c00-0000-4000-8000-00000000000${index}`;

/** A deployment with a Task for each title, the agent of which reported `message`. */
async function reporting(...tasks: readonly { readonly title: string; readonly message: string }[]) {
  const server = await deployment();
  const bodies = tasks.map(({ title, message }, index) =>
    task({
      id: id(index),
      name: `task-${index}`,
      display_name: title,
      current_state: {
        timestamp: new Date(Date.now() - 3_600_000).toISOString(),
        state: 'idle',
        message,
        uri: '',
      },
    }),
  );
  server.on('GET', TASKS, json(200, { tasks: bodies, count: bodies.length }));
  return server;
}

function withSettings(home: Home, settings: Readonly<Record<string, unknown>>): Home {
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.jsonc'), JSON.stringify(settings));
  return home;
}

/** The rows of the list, without frame and blanks at their ends. */
const listRows = (app: TerminalApp, columns: number): readonly string[] =>
  app
    .screen()
    .map((line) => line.slice(1, columns - 1).trimEnd())
    .filter(Boolean);

const leave = async (app: TerminalApp): Promise<void> => {
  app.press('q');
  expect((await app.exit()).code).toBe(0);
};

describe('what a task says and asks', () => {
  it('stands below its title on a high screen, and is there in the first frame of the next start', async () => {
    const server = await reporting(
      { title: 'Fix login redirect', message: 'Which branch do I use?' },
      { title: 'Write the docs', message: 'The draft is **ready**.' },
    );
    const home = makeHome();
    const app = await home.open([], { ...signedIn(server), cols: 120, rows: 40 });
    await app.until(/The draft is ready\. /u);
    const rows = listRows(app, 46);
    const at = rows.findIndex((row) => row.includes('Fix login redirect'));
    expect(rows[at]).toMatch(/● Fix login redirect +idle +(?:<1m|1h)$/u);
    expect(rows[at + 1]).toBe('   Which branch do I use?');
    await leave(app);
    const again = await home.open([], { ...signedIn(server), cols: 120, rows: 40 });
    await again.shows(/Which branch do I use\? /u);
    await leave(again);
  });

  it('stands below the titles of tasks that need you at 80 columns, the question of a chat first', async () => {
    const server = await chatsDeployment();
    const chat = server.chats.seed({
      title: 'Choose how users of the dashboard sign in',
      status: 'running',
      planMode: true,
    });
    server.chats.agent(chat).ask({
      header: 'Auth',
      question: 'Which sign-in flow?',
      options: [
        { label: 'OIDC', description: '' },
        { label: 'SAML', description: '' },
      ],
    });
    server.chats.seed({ title: 'Write docs' });
    const app = await makeHome(signedIn(server)).open([], { cols: 80, rows: 24 });
    await app.until(/\? Which/u);
    app.press('!');
    await app.until(/Tasks that need you/u);
    const rows = listRows(app, 34);
    const at = rows.findIndex((row) => row.includes('Choose how'));
    // The title has the columns of the phase: the sign below it says that the chat asks.
    expect(rows[at]).toMatch(/● Choose how users of the… +<1m$/u);
    expect(rows[at + 1]).toMatch(/^ {1,2}\? Auth: Which sign-in flow\?/u);
    await leave(app);
  });

  it('has one line more or less after the command of the palette, also in the next start', async () => {
    const server = await reporting({ title: 'Fix login redirect', message: 'Which branch do I use?' });
    const home = withSettings(makeHome(), { rows: 1 });
    const app = await home.open([], { ...signedIn(server), cols: 120, rows: 40 });
    await app.until(/● Fix login redirect/u);
    const second = / {3}Which branch do I use\? +│/u;
    expect(listRows(app, 46).join('\n')).not.toContain('Which branch');
    app.press(':');
    app.type('row-lines');
    await app.until(/Rows of 1 line, 2, or automatic/u);
    app.press('enter');
    await app.until(/Rows have two lines/u);
    expect(app.text()).toMatch(second);
    await leave(app);
    const again = await home.open([], { ...signedIn(server), cols: 120, rows: 40 });
    await again.shows(second);
    await leave(again);
  });
});

it('a click on either line of a row selects its task', async () => {
  const server = await reporting(
    { title: 'The first', message: 'One is done.' },
    { title: 'The second', message: 'Two is done.' },
    { title: 'The third', message: 'Three is done.' },
  );
  const home = withSettings(makeHome(), { mouse: true, rows: 2 });
  const app = await home.open([], { ...signedIn(server), cols: 100, rows: 30 });
  await app.until(/Three is done\. +│/u);
  await app.shows((screen) => screen.modes().mouse !== 'none');
  const click = (words: string): void => {
    const row = app.screen().findIndex((line) => line.slice(0, 38).includes(words));
    expect(row, app.text()).toBeGreaterThan(0);
    app.send(`\x1b[<0;6;${row + 1}M\x1b[<0;6;${row + 1}m`);
  };
  click('Two is done.');
  await app.until(/┌ The second/u);
  click('The third');
  await app.until(/┌ The third/u);
  click('One is done.');
  await app.until(/┌ The first/u);
  await leave(app);
});

describe('columns of the list', () => {
  it('are chosen in the palette, shown at once, and kept over a restart', async () => {
    const server = await reporting({ title: 'Fix login', message: 'Done.' });
    const home = makeHome();
    const app = await home.open([], { ...signedIn(server), cols: 120, rows: 30 });
    await app.until(/● Fix login +idle/u);
    app.press(':');
    app.type('columns');
    await app.until(/Choose columns of the list/u);
    app.press('enter');
    await app.until(/\[x\] phase/u);
    app.type('template');
    await app.until(
      (screen) => /▌ \[ \] template/u.test(screen.text()) && !screen.text().includes('[x] phase'),
    );
    app.press('enter');
    await app.until(/\[x\] template/u);
    // The list beside the menu has it already.
    expect(app.text()).toMatch(/● Fix login +\S.* idle +1h │/u);
    app.press('esc');
    await app.until((screen) => !screen.text().includes('Columns of the list'));
    const [row] = listRows(app, 46).filter((line) => line.includes('Fix login'));
    expect(row).toMatch(/● Fix login +Docker.* idle +1h$/iu);
    await leave(app);
    const again = await home.open([], { ...signedIn(server), cols: 120, rows: 30 });
    await again.shows(/● Fix login +Docker.* idle/iu);
    await leave(again);
  });

  it('have the order of the setting, whose faults are reported with a hint', async () => {
    const server = await reporting({ title: 'Fix login', message: 'Done.' });
    const home = withSettings(makeHome(), { columns: ['age', 'phase'] });
    const app = await home.open([], { ...signedIn(server), cols: 100, rows: 30 });
    await app.until(/● Fix login +1h idle +│/u);
    await leave(app);
    withSettings(home, { columns: ['age', 'phse'] });
    const wrong = await home.open([], { ...signedIn(server), cols: 100, rows: 30 });
    await wrong.until(/columns\.1: is not a column\. Did you\s+mean "phase"\?/u);
    await wrong.shows(/● Fix login +idle +1h │/u);
    await leave(wrong);
  });
});
