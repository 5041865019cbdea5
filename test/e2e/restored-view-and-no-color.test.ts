import { expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

const OTHER = '0a1b2c3d-0d51-4a3c-9a55-0c8e6f1b7d22';

async function leave(app: TerminalApp): Promise<void> {
  app.press('q');
  expect((await app.exit()).code).toBe(0);
}

it('a restart restores selection, scroll position and layout, at another width too', async () => {
  const server = await deployment();
  const other = task({ id: OTHER, name: 'docs', display_name: 'Write the docs' });
  server.on('GET', TASKS, json(200, { tasks: [task(), other], count: 2 }));
  const text = Array.from({ length: 90 }, (_, line) => `This is line ${line} of what was said.`).join('\n');
  server.on('GET', `${TASKS}/ada/${OTHER}`, json(200, other));
  server.on(
    'GET',
    `${TASKS}/ada/${OTHER}/logs`,
    json(200, { logs: [message(1, 'input', 'go'), message(2, 'output', text)] }),
  );
  const home: Home = makeHome();
  const size = { cols: 100, rows: 24 };
  const app = await home.open([], { ...signedIn(server), ...size });
  await app.until('Write the docs');
  app.press('G');
  await app.until('line 89 of what');
  app.press('tab', 'z', 'g');
  await app.until('line 0 of what');
  app.press('pagedown', 'pagedown', 'w');
  await app.until((screen) => /line 40 of/.test(screen.text()) && !/line 20 of/.test(screen.text()));
  const window = app.screen().slice(4, 16);
  await leave(app);

  const again = await home.open([], { ...signedIn(server), ...size });
  await again.until((screen) => window.every((row, index) => screen.rows()[index + 4] === row));
  expect(again.text()).not.toMatch(/┌ Tasks/);
  // Still unwrapped, and not following.
  expect(again.text()).toMatch(/lines? below/);
  const [, first = ''] = /line (\d+) of/.exec(again.text()) ?? [];
  await leave(again);

  const narrow = await home.open([], { ...signedIn(server), cols: 60, rows: 20 });
  await narrow.until(`line ${first} of what`);
  expect(narrow.text()).not.toContain(`line ${Number(first) - 3} of what`);
  narrow.press('z');
  narrow.press('esc');
  await narrow.until(/┌ Tasks/);
  await narrow.until(/▌. Write the docs/);
  await leave(narrow);
});

it('without colours, in ASCII and on a vt100 no information is missing', async () => {
  const server = await deployment();
  const home = makeHome();
  // node-pty sets TERM itself, so `env` overrides it.
  const open = (env: Readonly<Record<string, string>>): Promise<TerminalApp> => {
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return home.open([], { ...signedIn(server), command: 'env', args: [...words, 'taskdeck'] });
  };
  const look = async (env: Readonly<Record<string, string>>): Promise<TerminalApp> => {
    const app = await open(env);
    await app.until(/1 needs you/);
    await app.until(/Fix login .* idle/);
    await app.until('Which branch?');
    return app;
  };
  const bare = await look({ NO_COLOR: '1' });
  await leave(bare);
  expect(bare.output()).toMatch(/\x1b\[(?:[\d;]*;)?7m/);
  expect(bare.output()).not.toMatch(/\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9\d|10\d)(?:;[\d;]*)?m/);

  for (const TERM of ['vt100', 'linux']) {
    const old = await look({ TERM });
    expect(old.text()).toMatch(/^\+ Tasks -+\+/m);
    await leave(old);
    expect(old.output()).toMatch(/^[\x00-\x7f]*$/);
  }

  // A dumb terminal gets lines and no sequences.
  const dumb = await open({ TERM: 'dumb' });
  await dumb.until('Fix login redirect: idle');
  await dumb.until('1 needs you.');
  await leave(dumb);
  expect(dumb.output()).not.toContain('\x1b');
});
