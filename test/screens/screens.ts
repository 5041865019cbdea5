import type { TerminalApp } from '../support/terminal-app.ts';
import type { Scheme } from './svg.ts';

export interface ScreenDefinition {
  /** File name in docs/screens, without the extension. */
  readonly name: string;
  /** One line below the picture. */
  readonly caption: string;
  readonly cols: number;
  readonly rows: number;
  readonly scheme: Scheme;
  /** Shows chats on this machine, or forty rows of all kinds. Missing: the tasks of a small deployment. */
  readonly shows?: 'local' | 'fleet';
  /** Drives the program from the task list to the screen of the picture. */
  drive(app: TerminalApp): Promise<void>;
}

/** A screen of forty rows at each size, on a dark and on a light terminal. */
const FLEET: readonly ScreenDefinition[] = [
  {
    cols: 60,
    rows: 20,
    what: 'One pane at a time',
    drive: async () => {},
  },
  {
    cols: 80,
    rows: 24,
    what: 'Only the tasks that need you, each with its words',
    async drive(app: TerminalApp) {
      app.press('!');
      await app.until('Tasks that need you');
    },
  },
  {
    cols: 120,
    rows: 40,
    what: 'Groups by phase',
    async drive(app: TerminalApp) {
      app.press('B');
      await app.until('Group the tasks by');
      app.type('phase');
      await app.until(/\/ phase/);
      app.press('enter');
      await app.until(/▾ \S+ \d+/);
      app.press('g');
    },
  },
  {
    cols: 200,
    rows: 50,
    what: 'Forty rows of Tasks and chats',
    drive: async () => {},
  },
].flatMap(({ cols, rows, what, drive }) =>
  (['dark', 'light'] as const).map((scheme) => ({
    name: `fleet-${cols}x${rows}-${scheme}`,
    caption: `${what}, at ${cols} columns and ${rows} rows, on a ${scheme} terminal.`,
    cols,
    rows,
    scheme,
    shows: 'fleet' as const,
    drive,
  })),
);

export const SCREENS: readonly ScreenDefinition[] = [
  {
    name: 'cockpit',
    caption: 'All tasks, and the selected one with its question, its transcript and the age of the data.',
    cols: 120,
    rows: 40,
    scheme: 'both',
    async drive(app) {
      await selectTask(app, 'Fix login redirect');
      await app.until('safeNext');
    },
  },
  {
    name: 'agents',
    caption: 'Five agents on this machine. Two ask for permission, and a digit answers from the list.',
    cols: 120,
    rows: 30,
    scheme: 'both',
    shows: 'local',
    async drive(app) {
      await app.until(/5 tasks · 2 need you · 3 working/, SLOW);
      app.press('g');
      await selectChat(app, 'Migrate the orders table');
      await app.shows(/1 Allow once/);
    },
  },
  {
    name: 'permission',
    caption: 'An agent asks before it changes a file. The changes are part of the question.',
    cols: 100,
    rows: 24,
    scheme: 'both',
    shows: 'local',
    async drive(app) {
      await app.until(/5 tasks · 2 need you · 3 working/, SLOW);
      app.press('g');
      await selectChat(app, 'Fix the login redirect');
      await app.shows(/safeNext.*1 Allow once/s);
    },
  },
  {
    name: 'checklist',
    caption: 'The checklist of an agent stays in view while it works.',
    cols: 100,
    rows: 24,
    scheme: 'both',
    shows: 'local',
    async drive(app) {
      await app.until(/5 tasks · 2 need you · 3 working/, SLOW);
      app.press('g');
      await selectChat(app, 'Release notes for 2.4');
      await app.shows(/Group them by area.*CHANGELOG/s);
    },
  },
  {
    name: 'answer',
    caption: 'A message is being written. The previous one is queued until the agent is idle.',
    cols: 120,
    rows: 30,
    scheme: 'both',
    async drive(app) {
      await selectTask(app, 'Update the docs');
      await app.until('longer work');
      app.press('enter');
      await app.until('esc back');
      app.type('Leave the examples for Windows as they are.');
      await app.until('as they are.');
      app.press('enter');
      await app.until('queued until the agent is ready');
      app.press('enter');
      await app.until('esc back');
      app.type('And add one for `no_proxy`');
      await app.until('no_proxy');
    },
  },
  {
    name: 'outbox',
    caption: 'The outbox: edit, reorder and cancel messages until they are sent.',
    cols: 100,
    rows: 14,
    scheme: 'both',
    async drive(app) {
      await selectTask(app, 'Update the docs');
      await app.until('longer work');
      for (const text of ['Leave the examples for Windows as they are.', 'And add one for no_proxy.']) {
        app.press('enter');
        await app.until('esc back');
        app.type(text);
        await app.until(text);
        app.press('enter');
        await app.until('q quit');
      }
      app.press('Q');
      await app.until('Outbox');
    },
  },
  {
    name: 'palette',
    caption: 'All commands with their keys, and the reason why a command is disabled.',
    cols: 120,
    rows: 30,
    scheme: 'both',
    async drive(app) {
      app.press(':');
      await app.until('type to find');
      app.type('task');
      await app.until(/\/ task/);
    },
  },
  {
    name: 'marked',
    caption: 'Three marked tasks. One confirmation names them before a bulk operation.',
    cols: 100,
    rows: 20,
    scheme: 'both',
    async drive(app) {
      for (const [index, title] of ['Update the docs', 'Hunt the flaky', 'Profile the search'].entries()) {
        await selectTask(app, title);
        app.press('space');
        await app.until(`${index + 1} marked`);
      }
      app.press('p');
      await app.until('Pause 3 tasks');
    },
  },
  {
    name: 'form',
    caption: 'A new task. The prompt has the focus; tab goes to template, preset and name.',
    cols: 100,
    rows: 20,
    scheme: 'both',
    async drive(app) {
      app.press('n');
      await app.until('esc back');
      app.type('Look for what makes the sign-in page slow, and say what you would change.');
      await app.until('would change.');
      app.press('tab');
      await app.until('type to find');
      app.type('docker');
      app.press('enter');
      await app.until('Large, four cores');
    },
  },
  {
    name: 'owners',
    caption: 'The owner of the listed tasks: you, all users, or one user.',
    cols: 100,
    rows: 20,
    scheme: 'both',
    async drive(app) {
      app.press('O');
      await app.until('Whose tasks?');
    },
  },
  {
    name: 'light',
    caption: 'A light terminal with only the tasks that need you.',
    cols: 120,
    rows: 24,
    scheme: 'light',
    async drive(app) {
      await selectTask(app, 'Profile the search index');
      app.press('!');
      await app.until('Tasks that need you');
    },
  },
  {
    name: 'narrow',
    caption: 'Sixty columns: one pane at a time; tab switches.',
    cols: 60,
    rows: 20,
    scheme: 'both',
    async drive(app) {
      await app.until('Try the new compiler');
      await selectTask(app, 'Fix login redirect');
    },
  },
  {
    name: 'screen-reader',
    caption: 'Screen readers get lines of text instead of panes.',
    cols: 80,
    rows: 20,
    scheme: 'both',
    async drive(app) {
      app.press('j');
      await app.until('2 of 12.');
      app.press('enter');
      await app.until('message>');
      app.type('Leave the examples for Windows');
      await app.until('for Windows');
    },
  },
  ...FLEET,
];

/** Five agents start, two at once. */
const SLOW = { timeout: 60_000 };

/** Moves the selection down to a chat, whose title is that of the detail pane. */
async function selectChat(app: TerminalApp, title: string): Promise<void> {
  const selected = (text: string): string => /┐┌ (.*?) ─+┐/u.exec(text)?.[1] ?? '';
  while (selected(app.text()) !== title) {
    const before = selected(app.text());
    app.press('j');
    await app.until((screen) => selected(screen.text()) !== before);
  }
}

/** Moves the selection down to a task. */
async function selectTask(app: TerminalApp, title: string): Promise<void> {
  // The beginning of the title: the sign before it and the age behind it can change at any time.
  const selectedTitle = (rows: readonly string[]): string =>
    /▌(?:[ ■] )?. (.{12})/u.exec(rows.find((row) => row.includes('▌')) ?? '')?.[1] ?? '';
  while (selectedTitle(app.screen()) !== title.slice(0, 12)) {
    const before = selectedTitle(app.screen());
    app.press('j');
    await app.until((screen) => selectedTitle(screen.rows()) !== before);
  }
}
