import { describe, expect, it } from 'vitest';
import { build, message, task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, pollOften, signedIn, TASKS } from './deployment.ts';

interface Given {
  readonly state?: string;
  readonly status?: string;
  readonly template?: string;
  readonly message?: string;
}

const idOf = (name: string): string =>
  `00000000-0000-4000-8000-${Buffer.from(name.slice(0, 6)).toString('hex').padStart(12, '0')}`;
const at = (name: string): string => `${TASKS}/ada/${idOf(name)}`;

/** A task as the server lists it; paused ones have no report. */
const taskOf = (
  name: string,
  at: number,
  { state = 'working', status = 'active', template = 'docker', message: text = '' }: Given,
) => {
  const names = { id: idOf(name), name: name.toLowerCase().replaceAll(' ', '-'), display_name: name };
  const about = { ...names, status, template_name: template, template_display_name: template };
  return task({
    ...about,
    workspace_status: status === 'paused' ? 'stopped' : 'running',
    current_state:
      status === 'paused' ? null : { timestamp: new Date(at).toISOString(), state, message: text, uri: '' },
  });
};

/** A deployment with these tasks; the function changes them. */
async function tasks(given: Readonly<Record<string, Given>>) {
  const server = await deployment();
  let all = given;
  const start = Date.now() - 60_000;
  const serve = (): void => {
    const rows = Object.entries(all).map(([name, about], index) =>
      taskOf(name, start - index * 60_000, about),
    );
    server.on('GET', TASKS, json(200, { tasks: rows, count: rows.length }));
    for (const [index, name] of Object.keys(all).entries()) {
      server.on('GET', at(name), json(200, rows[index]));
      server.on('GET', `${at(name)}/logs`, json(200, { logs: [message(1, 'output', `I am ${name}`)] }));
      server.on('POST', `${at(name)}/pause`, json(202, { workspace_build: build() }));
    }
  };
  serve();
  const change = (name: string, about: Given): void => {
    all = { ...all, [name]: about };
    serve();
  };
  return { server, change };
}

const open = (home: Home, server: CoderServer, size = { cols: 110, rows: 30 }): Promise<TerminalApp> =>
  pollOften(home, { rows: 1 }).open([], { ...signedIn(server), ...size });

/** Resolves after two more lists. */
async function twoLists({ requests }: CoderServer): Promise<void> {
  const lists = () => requests.filter(({ target }) => target.startsWith(`${TASKS}?`)).length;
  const before = lists();
  await expect.poll(lists).toBeGreaterThanOrEqual(before + 2);
}

async function quit(app: TerminalApp): Promise<void> {
  app.press('q');
  expect((await app.exit()).code).toBe(0);
}

/** Chooses from the picker of groups by a part of its name. */
async function groupBy(app: TerminalApp, words: string): Promise<void> {
  app.press('B');
  await app.until('Group the tasks by');
  app.type(words);
  await app.until(` / ${words} `);
  app.press('enter');
  await app.until((screen) => !screen.text().includes('Group the tasks by'));
}

describe('groups', () => {
  const FOUR = {
    Apples: { state: 'working' },
    Bread: { state: 'working', template: 'shell' },
    Cheese: { state: 'failure' },
    Dates: { status: 'paused', template: 'shell' },
  };

  it('by phase keep their rows in place while a phase changes, collapse, and are there after a restart', async () => {
    const { server, change } = await tasks(FOUR);
    const home = makeHome();
    const app = await open(home, server);
    await app.until('Dates');
    await groupBy(app, 'phase');
    await app.shows(/▾ failed 1 .*Cheese.*▾ working 2 .*Apples.*Bread.*▾ paused 1 .*Dates/s);

    // The task shows its new phase where it is, and moves when the user asks for it.
    change('Apples', { state: 'idle' });
    await app.shows(/▾ working 2, 1 moved .*Apples[^\n]* idle/s);
    app.press('ctrl+l');
    await app.shows(/▾ failed 1 .*▾ idle 1 .*Apples.*▾ working 1 .*Bread/s);

    // The cursor passes over the headings.
    app.press('g');
    await app.until(/▌✖ Cheese/u);
    app.press('down', 'down', 'left');
    await app.until(/Group working: 1 task, collapsed/u);
    expect(app.text()).toMatch(/▌▸ working 1/u);
    expect(app.text()).not.toMatch(/◐ Bread .* working\b.*\d/u);
    app.press('p');
    await app.until('No task is selected.');
    app.press('down');
    await app.until(/▌‖ Dates/u);
    app.press('left');
    await app.until(/▸ paused 1/u);
    await quit(app);

    const again = await open(home, server);
    await again.shows(/▾ failed 1 .*▾ idle 1 .*▸ working 1 .*▸ paused 1/s);
    again.press('G', 'enter');
    await again.until(/▾ paused 1 .*Dates/s);
    await groupBy(again, 'none');
    await again.shows(/Cheese/);
    expect(again.text()).not.toMatch(/▾ failed/u);
    await quit(again);
  });

  it('by template take new tasks at once, and the next task that needs you is shown', async () => {
    const { server, change } = await tasks(FOUR);
    const app = await open(makeHome(), server);
    await app.until('Dates');
    await groupBy(app, 'template');
    await app.shows(/▾ docker 2 .*▾ shell 2 .*Bread.*Dates/s);
    app.press('g', 'left');
    await app.until(/▸ docker 2 +1 needs you/u);
    change('Eggs', { template: 'shell' });
    await app.shows(/▾ shell 3 .*Eggs/s);
    await twoLists(server);
    expect(app.text()).toMatch(/▸ docker 2 +1 needs you/u);
    app.press(']');
    await app.until(/▾ docker 2 .*▌✖ Cheese/s);
    await quit(app);
  });
});

describe('the filter', () => {
  const THREE = {
    'Fix login redirect': { message: 'Which branch?' },
    'Add a dark theme': {},
    'Fix the flaky test': { status: 'paused' },
  };

  it('finds letters of a title and patterns, and says what is wrong with a pattern', async () => {
    const { server } = await tasks(THREE);
    const app = await open(makeHome(), server);
    await app.until('flaky');
    app.press('/');
    app.type('flr');
    await app.until((screen) => !/dark theme|flaky/u.test(screen.text()));
    expect(app.text()).toContain('Fix login redirect');
    app.press('ctrl+u');
    app.type('/^fix .*(test|theme)$/i');
    await app.until(
      (screen) => /Fix the flaky/u.test(screen.text()) && !/dark theme|login/u.test(screen.text()),
    );

    app.press('ctrl+u');
    app.type('/(fix/');
    await app.until('dark theme');
    app.press('enter');
    await app.until('/(fix/ is not a pattern: unterminated group.');
    app.press('ctrl+u');
    app.type('/(x+)+y/');
    app.press('enter');
    await app.until('/(x+)+y/ could take too long');
    app.press('ctrl+u');
    app.type('"branch" since:yesterday');
    await app.until(
      (screen) =>
        /since:yesterday.*Fix login redirect/su.test(screen.text()) &&
        !/dark theme|flaky/u.test(screen.text()),
    );
    app.press('enter');
    await app.until((screen) => !/⏎ keep/u.test(screen.text()));
    expect(app.text()).toContain('Fix login redirect');
    expect(app.text()).not.toContain('could take');
    app.press('esc');
    await app.until('dark theme');
    await quit(app);
  });
});

it('a range of marks is paused in one step', async () => {
  const { server } = await tasks({ Apples: {}, Bread: {}, Cheese: {}, Dates: {} });
  const app = await open(makeHome(), server);
  await app.until('Dates');
  app.press('s');
  await app.until('by name');
  app.press('g', 'down');
  await app.until(/▌.{0,3}◐ Bread/u);
  app.press('shift+down', 'shift+down');
  await app.until('3 marked');
  app.press('shift+up');
  await app.until('2 marked');
  expect(app.text()).toMatch(/■ ◐ Bread.*■ ◐ Cheese/s);
  app.press('p');
  await app.until(/Pause 2 tasks/u);
  app.press('y');
  await expect
    .poll(() => server.requests.filter(({ method }) => method === 'POST').map(({ target }) => target))
    .toEqual([`${at('Bread')}/pause`, `${at('Cheese')}/pause`]);
  await quit(app);
});
