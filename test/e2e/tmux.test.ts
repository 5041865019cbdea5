import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { message } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { hasTmux, isolatedTmux, tmuxVersion } from '../support/tmux.ts';
import { untilProcessEnds } from '../terminal/process-ended.ts';
import { deployment, ONE, signedIn } from './deployment.ts';

it.skipIf(!hasTmux())(
  'a screen in tmux is redrawn after a detach or a broken connection, at another size',
  async () => {
    const server = await deployment();
    const home = makeHome();
    const tmux = isolatedTmux(
      'set -g status off\nset -g focus-events on\nset -g set-titles on\nset -g window-size latest\n',
    );
    const client = (cols: number, rows: number, ...args: readonly string[]) =>
      home.open([], { command: 'tmux', args: [...tmux, ...args], cols, rows, env: signedIn(server).env });
    const whole = (app: TerminalApp): Promise<void> =>
      app.until((screen) => {
        const rows = screen.rows();
        return (
          /^ taskdeck .* live $/.test(rows[0] ?? '') &&
          /q quit/.test(rows.at(-1) ?? '') &&
          /● Fix login/.test(screen.text())
        );
      });

    const first = await client(100, 30, 'new-session', 'taskdeck');
    await whole(first);
    first.press('ctrl+b', 'd');
    await first.exit();
    expect(first.modes()).toEqual(INITIAL_MODES);

    const second = await client(80, 24, 'attach-session');
    await whole(second);
    second.press('?');
    await second.until('Pause the task; messages stay');
    // A broken ssh connection: the client does not detach.
    second.kill('SIGKILL');
    await second.exit();
    await untilProcessEnds(second.pid);

    const third = await client(120, 40, 'attach-session');
    await third.until('Pause the task; messages stay');
    third.press('esc');
    await whole(third);
    third.resize(60, 20);
    await third.until((screen) => /q quit/.test(screen.rows()[19] ?? ''));
    third.press('q');
    expect((await third.exit()).code).toBe(0);
    expect(third.modes()).toEqual(INITIAL_MODES);
  },
);

/** Emoji newer than the width tables of tmux 3.3, which it measures differently or does not draw. */
const EMOJI = [
  ...['🚀', '❤️', '👨‍👩‍👧‍👦', '🇩🇪', '👍🏽', '✅', '☎️', '1️⃣', '🏳️‍🌈', '☀', '⚠️', '🧑‍💻', '❤', '🫠', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ...['각', '漢', '🤷🏽‍♀️', '⏸️', '🅰️', 'ℹ️', '©️', '▶️', '🔥', '🪿'],
];

/** A line of one letter and one emoji, so that remains of another line are visible. */
function emojiLine(n: number): string {
  const letter = 'abcdefghijklmnopqrstuvwxyz'[n % 26] ?? '';
  const emoji = EMOJI[n % EMOJI.length] ?? '';
  const letters = (count: number): string => letter.repeat(count);
  return `${letters((n * 7) % 11)}${emoji}${letters(n % 5)}${emoji}${emoji} ${letters(3 + ((n * 3) % 13))} ${emoji}`;
}

it('page moves leave no letters next to emoji in tmux 3.3', async ({ skip }) => {
  const version = tmuxVersion();
  if (version === null || !version.startsWith('3.3')) skip(`this is about tmux 3.3, and here is ${version}`);
  const server = await deployment();
  const lines = Array.from({ length: 150 }, (_, n) => emojiLine(n));
  server.on('GET', `${ONE}/logs`, json(200, { logs: [message(1, 'output', lines.join('\n\n'))] }));
  const tmux = isolatedTmux('set -g status off\n');
  const app = await makeHome().open([], {
    command: 'tmux',
    args: [...tmux, '-u', 'new-session', 'taskdeck'],
    cols: 100,
    rows: 30,
    env: signedIn(server).env,
  });
  await app.until(/● Fix login[\s\S]*q quit/);
  app.press('tab');
  await app.until('y copy');
  /** Rows of the transcript with letters of several lines. */
  const mixed = (rows: readonly string[]): readonly string[] =>
    rows.slice(4, 27).filter((row) => {
      const [, , text = ''] = /^(.*)││(.*)/u.exec(row) ?? [];
      return new Set(text.match(/[a-z]/g)).size > 1;
    });
  const below = (text: string): string => /([\d,]+) lines? below/.exec(text)?.[1] ?? 'none';
  for (const key of ['pageup', 'pageup', 'up', 'pageup', 'down', 'pagedown', 'pageup', 'pageup', 'pageup']) {
    const before = below(app.text());
    app.press(key);
    await app.until((screen) => below(screen.text()) !== before);
    // tmux's own screen, and the outer terminal.
    await expect.poll(() => mixed(capture(tmux))).toEqual([]);
    await expect.poll(() => mixed(app.screen())).toEqual([]);
  }
  expect(app.text()).toMatch(/👨|❤|DE/u);
});

const capture = (tmux: readonly string[]): readonly string[] =>
  execFileSync('tmux', [...tmux, 'capture-pane', '-p'])
    .toString()
    .split('\n');

it.skipIf(!hasTmux()).each<readonly [string, readonly string[]]>([
  ['in tmux without UTF-8', []],
  ['in tmux with -u', ['-u']],
])('the locale of the shell decides %s', async (_, options) => {
  const server = await deployment();
  const tmux = isolatedTmux('set -g status off\n');
  const app = await makeHome().open([], {
    command: 'tmux',
    args: [...tmux, ...options, 'new-session', 'taskdeck'],
    env: { ...signedIn(server).env, LC_ALL: undefined, LC_CTYPE: undefined, LANG: 'C' },
  });
  await app.until(/\* Fix login[\s\S]*q quit/);
  expect(app.output()).toMatch(/^[\x00-\x7f]*$/);
  // tmux writes _ for each character that it cannot show.
  expect(capture(tmux).join('\n')).not.toContain('_');
});
