import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { CoderServer } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, pollOften, signedIn } from './deployment.ts';
import { saying, tell } from './reporting-tasks.ts';

interface Opening {
  readonly home: Home;
  readonly cols?: number;
  readonly env?: Readonly<Record<string, string>>;
}

async function open(server: CoderServer, { home, cols = 100, env = {} }: Opening): Promise<TerminalApp> {
  const app = await home.open([], { cols, env: { ...signedIn(server).env, ...env } });
  await app.until(/ live /);
  return app;
}

async function quit(app: TerminalApp): Promise<void> {
  app.press('q');
  await app.exit();
}

/** The first line of the screen. */
const header = (app: TerminalApp): string => app.screen()[0] ?? '';

/** Lets the stored snoozes end `ms` after now. */
function endSnoozesIn({ stateDir }: Home, ms: number): void {
  const database = new DatabaseSync(path.join(stateDir, 'taskdeck.db'));
  try {
    const rows = database.prepare("SELECT id, sight FROM seen WHERE sight LIKE '% snoozed %'").all();
    const update = database.prepare('UPDATE seen SET sight = ? WHERE id = ?');
    for (const { id, sight } of rows)
      update.run(String(sight).replace(/\d+$/u, String(Date.now() + ms)), Number(id));
  } finally {
    database.close();
  }
}

describe('a snoozed task', () => {
  it('does not need you until its time is over, also after a restart; U undoes the snooze', async () => {
    const server = await deployment();
    tell(server, saying('login', { state: 'idle', message: 'Which branch?' }), saying('docs', { ago: 700 }));
    const home = pollOften(makeHome());
    const app = await open(server, { home });
    await app.until(/▌● login .*idle/);
    app.press('Z');
    await app.until(/Snooze “login”(.|\n)*10 minutes(.|\n)*1 hour(.|\n)*Until it changes/);
    app.press('1');
    await app.until(/“login” is snoozed until \d\d:\d\d\. Press U to undo it\./);
    await app.until(/▌● login .*z \d\d:\d\d/);
    await app.until(/idle \d+m · snoozed until \d\d:\d\d/);
    expect(header(app)).toContain('2 tasks · 1 working · 1 idle  live');
    app.press('U');
    await app.until('Undone: “login” is as before.');
    await app.until('2 tasks · 1 needs you · 1 working');
    app.press('Z', '2');
    await app.until(/▌● login .*z \d\d:\d\d/);
    await quit(app);

    const again = await open(server, { home });
    await again.until(/● login .*z \d\d:\d\d/);
    expect(header(again)).not.toContain('need');
    await quit(again);

    endSnoozesIn(home, 4_000);
    const last = await open(server, { home, env: { KITTY_WINDOW_ID: '1', TERM_PROGRAM: '' } });
    await last.until(/● login .*idle/);
    await last.until('1 needs you');
    // Its end is news, as the question was.
    await expect.poll(() => last.output()).toContain('p=body;idle: Which branch?');
  }, 120_000);

  it('comes back when it changes, and Z wakes it', async () => {
    const server = await deployment();
    tell(server, saying('login', { state: 'idle', message: 'Which branch?' }), saying('docs', { ago: 700 }));
    const app = await open(server, { home: pollOften(makeHome()) });
    await app.until(/▌● login .*idle/);
    app.press('Z', '3');
    await app.until(/▌● login .*snoozed/);
    app.press('Z');
    await app.until('Wake now');
    app.press('0');
    await app.until('“login” needs you again.');
    await app.until('1 needs you');
    app.press('Z', '3');
    await app.until(/▌● login .*snoozed/);
    tell(
      server,
      saying('login', { state: 'idle', message: 'And which remote?', ago: 60 }),
      saying('docs', { ago: 700 }),
    );
    await app.until('1 needs you');
  });
});

it('an acknowledged task stays so after a restart, and U undoes it', async () => {
  const server = await deployment();
  tell(server, saying('login', { state: 'idle' }), saying('docs', { state: 'failure', ago: 700 }));
  const home = pollOften(makeHome());
  const app = await open(server, { home });
  await app.until('2 need you');
  app.press('e');
  await app.until('“login” is acknowledged. Press U to undo it.');
  await app.until('1 needs you');
  app.press('U');
  await app.until('2 need you');
  app.press('a', 'e');
  await app.until('2 tasks are acknowledged.');
  await app.until('1 idle · 1 failed');
  await quit(app);
  const again = await open(server, { home });
  await again.until('1 idle · 1 failed');
  expect(header(again)).not.toContain('need');
});

describe('saved views', () => {
  const all = [
    saying('login', { state: 'idle' }),
    saying('docs'),
    saying('tests'),
    saying('bump', { state: 'failure' }),
  ];

  it('V lists them with the number of their tasks, and the chosen one stays after a restart', async () => {
    const server = await deployment();
    tell(server, ...all);
    const home = pollOften(makeHome());
    const app = await open(server, { home });
    await app.until('2 need you');
    app.press('V');
    await app.until(
      /Saved views(.|\n)*Needs you +2(.|\n)*Working +2(.|\n)*Resting +0(.|\n)*Failed +1(.|\n)*Paused +0(.|\n)*All +4/,
    );
    app.type('failed');
    app.press('enter');
    await app.until('Tasks · Failed');
    await app.until('3 hidden');
    await quit(app);
    const again = await open(server, { home });
    await again.until('Tasks · Failed');
    await again.until('3 hidden');
    again.press('V');
    await again.until(/Saved views/);
    again.type('all');
    again.press('enter');
    await again.until('┌ Tasks ─');
    again.press('V');
    await again.until(/Saved views/);
    again.type('needs');
    again.press('enter');
    await again.until('Tasks that need you');
  });

  it('of the settings have keys of their own, and one in use is reported', async () => {
    const server = await deployment();
    tell(server, ...all);
    const views = {
      reviews: { name: 'Reviews', filter: 'docs', key: 'alt+1' },
      working: { key: 'p' },
    };
    const app = await open(server, { home: pollOften(makeHome(), { views }) });
    await app.until((screen) =>
      /views\.working\.key: "p" already belongs to "pause"/.test(screen.text().replaceAll(/\s*\n\s*/g, ' ')),
    );
    app.press('esc', 'alt+1');
    await app.until('Tasks · Reviews');
    app.press('alt+1');
    await app.until('┌ Tasks ─');
    app.press('V');
    await app.until(/Reviews +1 +alt\+1/);
  });
});

it.each([
  [80, '5 tasks · 2 need you · 2 working · 1 paused  live'],
  [120, '5 tasks · 2 need you · 2 working · 1 paused  live'],
])('at %d columns the header counts the tasks by phase, first those that need you', async (cols, counts) => {
  const server = await deployment();
  tell(
    server,
    saying('login', { state: 'idle' }),
    saying('docs'),
    saying('tests'),
    saying('bump', { state: 'failure' }),
    { ...saying('pause'), status: 'paused' },
  );
  const app = await open(server, { home: pollOften(makeHome()), cols });
  await app.until('2 need you');
  expect(header(app)).toContain(counts);
});
