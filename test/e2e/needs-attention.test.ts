import { describe, expect, it } from 'vitest';
import type { CoderServer } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { hasTmux, isolatedTmux } from '../support/tmux.ts';
import { deployment, pollOften, signedIn } from './deployment.ts';
import { saying, tell } from './reporting-tasks.ts';

interface Opening {
  readonly home?: Home;
  readonly env?: Readonly<Record<string, string>>;
  readonly cols?: number;
}

async function open(
  server: CoderServer,
  { home = pollOften(makeHome()), env = {}, cols = 100 }: Opening = {},
): Promise<TerminalApp> {
  const app = await home.open([], { cols, env: { ...signedIn(server).env, ...env } });
  await app.until(/ live /);
  return app;
}

/** Names in the list, top to bottom. */
const rows = (app: TerminalApp): string[] =>
  app.screen().flatMap((line) => /^│.[●◐✔✖] (\w+)/u.exec(line)?.[1] ?? []);

const KITTY = { KITTY_WINDOW_ID: '1', TERM_PROGRAM: '' };

describe('a task that starts to need you', () => {
  it('rings the bell and sends one notification with its name and its message', async () => {
    const server = await deployment();
    tell(server, saying('login'), saying('docs', { state: 'idle', message: 'Old question' }));
    const app = await open(server, { env: KITTY });
    tell(
      server,
      saying('login', { state: 'idle', message: 'Which branch?', ago: 1 }),
      saying('docs', { state: 'idle', message: 'Old question' }),
    );
    await app.until((screen) => screen.bells() > 0);
    await expect.poll(() => app.output()).toContain('p=body;idle: Which branch?\x1b\\');
    expect(app.output()).toMatch(
      /\x07\x1b\]99;i=taskdeck-\d+-1:d=0;login\x1b\\\x1b\]99;i=taskdeck-\d+-1:p=body;/,
    );
    // Tasks that needed the user before the start are in the header and the title, without a notification.
    await app.until('2 need you');
    expect(app.emulator.title()).toBe('taskdeck · 2 need you');
    expect(app.output()).not.toMatch(/\]99;[^\x1b]*docs/);
    app.press('q');
    await app.exit();
    expect(app.emulator.bells()).toBe(1);
    // The old title is restored.
    expect(app.output()).toMatch(/\x1b\[22;2t\x1b\]2;taskdeck[\s\S]*\x1b\[23;2t/);
  });

  it('only rings the bell in a terminal without notifications', async () => {
    const server = await deployment();
    tell(server, saying('login'));
    const app = await open(server);
    tell(server, saying('login', { state: 'idle', ago: 5 }));
    await app.until((screen) => screen.bells() === 1);
    expect(app.output()).not.toMatch(/\x1b\](?:9|99|777);/);
  });

  it('shares a notification with others that start at the same time', async () => {
    const server = await deployment();
    // Select it, because the list is polled less often and reports all others at once.
    const busy = saying('busy', { ago: 1 });
    tell(server, busy, saying('login'), saying('docs'), saying('tests'));
    const app = await open(server, { env: { TERM_PROGRAM: 'ghostty' } });
    await app.until(/▌◐ busy/);
    const others = ['login', 'docs', 'tests'].map((name) => saying(name, { state: 'idle', ago: 5 }));
    tell(server, busy, ...others);
    await app.until((screen) => screen.bells() === 1);
    expect(app.output()).toMatch(/\x1b\]777;notify;3 tasks need you;\w+, \w+, \w+\x1b\\/);
  });

  it('is wrapped for tmux', async () => {
    const server = await deployment();
    tell(server, saying('login'));
    const app = await open(server, { env: { ...KITTY, TMUX: '/nowhere/at/all,1,0' } });
    tell(server, saying('login', { state: 'idle', ago: 5 }));
    await app.until((screen) => screen.bells() === 1);
    expect(app.output()).toMatch(/\x07\x1bPtmux;\x1b\x1b\]99;i=[\w-]+:d=0;login\x1b\x1b\\/);
  });

  it.each([
    ['bell', 1],
    ['off', 0],
  ] as const)('follows the setting notify: %s', async (notify, bells) => {
    const server = await deployment();
    tell(server, saying('login'), saying('docs'));
    const app = await open(server, { home: pollOften(makeHome(), { notify }), env: KITTY });
    tell(server, saying('login', { state: 'idle', ago: 5 }), saying('docs'));
    await app.until('1 needs you');
    if (bells > 0) await app.until((screen) => screen.bells() === bells);
    app.press('q');
    await app.exit();
    expect(app.emulator.bells()).toBe(bells);
    expect(app.output()).not.toContain('\x1b]99;');
  });

  it('sends no notification while you look at it, but one after you look elsewhere', async () => {
    const server = await deployment();
    // The newest task is selected.
    tell(server, saying('login', { ago: 590 }), saying('docs'));
    const app = await open(server, { env: KITTY });
    await app.until(/▌◐ login/);
    // The key shows that the earlier focus report has arrived.
    app.send('\x1b[Is');
    await app.until('by name');
    tell(server, saying('login', { state: 'idle', ago: 5 }), saying('docs'));
    await app.until('1 needs you');
    tell(server, saying('login', { state: 'idle', ago: 15 }), saying('docs', { state: 'idle', ago: 5 }));
    await app.until((screen) => screen.bells() === 1);
    expect(app.output()).not.toMatch(/\]99;[^\x1b]*login/);
    app.send('\x1b[Os');
    await app.until('by created');
    tell(
      server,
      saying('login', { state: 'idle', ago: 4, message: 'And now?' }),
      saying('docs', { state: 'idle' }),
    );
    await expect.poll(() => app.output()).toContain('idle: And now?');
  });
});

describe('focus reports', () => {
  it('are enabled, and disabled again at every kind of exit', async () => {
    const server = await deployment();
    const home = pollOften(makeHome());
    const app = await open(server, { home });
    expect(app.modes().focusReports).toBe(true);
    app.kill('SIGTERM');
    expect((await app.exit()).code).toBe(143);
    expect(app.modes().focusReports).toBe(false);
    const again = await open(server, { home });
    again.press('q');
    await again.exit();
    expect(again.modes().focusReports).toBe(false);
  });
});

describe.skipIf(!hasTmux())('in a real tmux', () => {
  it('a notification reaches the attached terminal', async () => {
    const server = await deployment();
    tell(server, saying('docs', { ago: 60 }), saying('login'));
    const home = pollOften(makeHome());
    const app = await home.open([], {
      command: 'tmux',
      args: [
        ...isolatedTmux('set -g allow-passthrough on\nset -g focus-events on\n'),
        'new-session',
        'taskdeck',
      ],
      cols: 100,
      env: signedIn(server).env,
    });
    // tmux queries the terminal's name and version, and passes them on to taskdeck.
    app.emulator.terminal.parser.registerCsiHandler({ prefix: '>', final: 'q' }, () => {
      app.reply('\x1bP>|kitty(0.35.2)\x1b\\');
      return true;
    });
    await app.until(/ live /);
    // tmux reports that the window has the focus, so docs, which is on screen, would send no notification.
    tell(server, saying('docs'), saying('login', { state: 'idle', message: 'Which branch?', ago: 5 }));
    await expect
      .poll(() => app.output())
      .toMatch(/\x1b\]99;i=[\w-]+:d=0;login\x1b\\\x1b\]99;i=[\w-]+:p=body;idle: Which branch\?\x1b\\/);
    expect(app.output()).not.toContain('Ptmux;');
  });
});

describe('the list', () => {
  it('keeps the order of its rows while tasks change, until you sort them', async () => {
    const server = await deployment();
    tell(server, saying('login', { ago: 60 }), saying('docs', { ago: 120 }), saying('tests', { ago: 180 }));
    const app = await open(server);
    await app.until(/▌◐ login/);
    expect(rows(app)).toEqual(['login', 'docs', 'tests']);
    tell(
      server,
      saying('brand', { ago: 1, made: 10 }),
      saying('tests', { state: 'idle', ago: 5, made: 3_400 }),
      saying('docs', { ago: 120, made: 3_500 }),
      saying('login', { ago: 60 }),
    );
    await app.until('1 needs you');
    expect(rows(app)).toEqual(['login', 'docs', 'tests', 'brand']);
    for (const [sort, order] of [
      ['name', ['brand', 'docs', 'login', 'tests']],
      ['created', ['brand', 'tests', 'docs', 'login']],
      ['phase', ['tests', 'brand', 'login', 'docs']],
      ['activity', ['brand', 'tests', 'login', 'docs']],
    ] as const) {
      app.press('s');
      await app.until(`by ${sort}`);
      await expect.poll(() => rows(app)).toEqual(order);
      // The same task stays selected.
      expect(app.text()).toMatch(/▌◐ login/);
    }
  });

  it('keeps its sorting and seen tasks after a restart', async () => {
    const server = await deployment();
    const home = pollOften(makeHome());
    const done = ['login', 'docs', 'tests'].map((name, index) =>
      saying(name, { state: 'complete', ago: 60 + index }),
    );
    tell(server, ...done);
    const app = await open(server, { home });
    await app.until(/▌✔ login(.|\n)*•✔ docs(.|\n)*•✔ tests/);
    // Login is on screen long enough to count as seen.
    await app.until('2 need you');
    app.press('j');
    await app.until('1 needs you');
    app.press('k', 's');
    await app.until('by name');
    await app.until(/│ ✔ docs(.|\n)*▌✔ login(.|\n)*•✔ tests/);
    app.press('q');
    await app.exit();
    // A seen task has news meanwhile.
    tell(
      server,
      saying('docs', { state: 'complete', ago: 5 }),
      ...done.filter(({ name }) => name !== 'docs'),
    );
    const again = await open(server, { home });
    await again.until('by name');
    await again.until(/•✔ docs(.|\n)*▌✔ login(.|\n)*•✔ tests/);
    await again.until('2 need you');
    again.press('k');
    await again.until('1 needs you');
    again.press('j');
    await again.until(/│ ✔ docs(.|\n)*▌✔ login(.|\n)*•✔ tests/);
  });

  it('shows only tasks that need you with !, and keeps an answered one until you select another', async () => {
    const server = await deployment();
    const others = [saying('docs', { state: 'idle', ago: 70 }), saying('tests', { ago: 80 })];
    tell(server, saying('login', { state: 'idle', ago: 60 }), ...others);
    const app = await open(server);
    await app.until(/▌● login/);
    app.press('!');
    await app.until('Tasks that need you');
    expect(rows(app)).toEqual(['login', 'docs']);
    tell(server, saying('login', { ago: 1 }), ...others);
    await app.until(/▌◐ login/);
    expect(rows(app)).toEqual(['login', 'docs']);
    app.press('j');
    await app.until(/▌● docs/);
    await expect.poll(() => rows(app)).toEqual(['docs']);
    app.press('!');
    await app.until('┌ Tasks ─');
    expect(rows(app)).toHaveLength(3);
  });

  it('selects the next and the previous task that needs you', async () => {
    const server = await deployment();
    tell(
      server,
      saying('login', { ago: 10 }),
      saying('docs', { state: 'idle', ago: 60 }),
      saying('tests', { ago: 70 }),
      saying('bump', { state: 'failure', ago: 80 }),
    );
    const app = await open(server);
    await app.until(/▌◐ login/);
    app.press(']');
    await app.until(/▌● docs/);
    app.press(']');
    await app.until(/▌✖ bump/);
    app.press(']');
    await app.until(/▌● docs/);
    app.press('[');
    await app.until(/▌✖ bump/);
  });
});
