import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { terminalChecks } from '../../src/terminal/doctor-terminal.ts';
import { queryTmux, type TmuxSettings } from '../../src/terminal/tmux.ts';

const stdout = { isTTY: true, columns: 80, rows: 24 };
const xterm = { TERM: 'xterm-256color', LANG: 'en_GB.UTF-8' };

const checks = (env: Record<string, string>, tmux: TmuxSettings | null = null, out: object = stdout) =>
  Object.fromEntries(
    terminalChecks({ env, stdout: out, tmux, platform: 'linux' }).map(({ name, value, ok }) => [
      name,
      [value, ok],
    ]),
  );

describe('a terminal', () => {
  test('with the usual settings has no failed check', () => {
    expect(checks({ ...xterm, TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.0' })).toEqual({
      type: ['xterm-256color, iTerm.app 3.5.0', null],
      size: ['80x24', null],
      colours: [expect.stringMatching(/^256|16 million$/u), null],
      characters: ['en_GB.UTF-8', true],
      notifications: ['bell and OSC 9', null],
    });
  });

  test.each([
    [{ TERM: 'xterm-256color' }, '256'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, '16 million'],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'none (NO_COLOR is set)'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
    [{ TERM: 'linux' }, '16'],
    [{ TERM: 'dumb' }, 'none'],
  ])('%j has colours: %s', (env, colours) => {
    expect(checks(env)).toMatchObject({ colours: [colours, null] });
  });

  test('that shows no notifications leaves them to the desktop', () => {
    expect(checks({ ...xterm, DISPLAY: ':0' })).toMatchObject({
      notifications: ['bell and notify-send', null],
    });
    expect(checks({ ...xterm, DISPLAY: ':0', SSH_TTY: '/dev/pts/1' })).toMatchObject({
      notifications: ['bell only', null],
    });
  });

  test('with limits has failed checks', () => {
    expect(checks({ TERM: 'dumb', LANG: 'C' })).toMatchObject({
      type: [expect.stringMatching(/^dumb: cannot draw/), false],
      characters: [expect.stringMatching(/^C: .* set LANG to a UTF-8 locale/), false],
    });
    // The first variable that is set decides.
    expect(checks({ LC_ALL: 'POSIX', LANG: 'C.UTF-8' })).toMatchObject({
      characters: [expect.stringMatching(/^POSIX/), false],
    });
  });

  test('is reported as missing, remote, or inside a multiplexer', () => {
    expect(checks(xterm, null, {})).toMatchObject({
      size: [expect.stringContaining('not a terminal'), null],
    });
    expect(checks({ ...xterm, SSH_TTY: '/dev/pts/1' })).toMatchObject({ over: ['SSH', null] });
    expect(checks({ ...xterm, STY: '1.pts' })).toMatchObject({
      inside: [expect.stringMatching(/^GNU screen/), null],
    });
    expect(checks({ ...xterm, TMUX: 's,1,0' })).toMatchObject({
      inside: [expect.stringMatching(/^tmux, which does not answer/), null],
    });
  });
});

describe('tmux', () => {
  const set = (about: Partial<TmuxSettings>): TmuxSettings => ({
    version: '3.5',
    allowPassthrough: 'on',
    setClipboard: 'on',
    focusEvents: '1',
    escapeTime: '10',
    clientType: '',
    clientTerm: '',
    ...about,
  });
  const inside = { ...xterm, TMUX: '/tmp/tmux-0/default,1,0' };

  test('with all settings has no failed check', () => {
    const facts = checks(inside, set({}));
    expect(facts).toMatchObject({
      inside: ['tmux 3.5', null],
      'allow-passthrough': [expect.stringMatching(/^on \(only while this pane/), true],
      'set-clipboard': ['on', true],
      'focus-events': ['on', true],
    });
    expect(facts).not.toHaveProperty('escape-time');
    expect(checks(inside, set({ setClipboard: 'external' }))).toMatchObject({
      'set-clipboard': ['external', true],
    });
    expect(checks(inside, set({ allowPassthrough: 'all' }))).toMatchObject({
      'allow-passthrough': ['all', true],
    });
    expect(checks(inside, set({ allowPassthrough: '' }))).toMatchObject({
      'allow-passthrough': ['not needed in this version', true],
    });
  });

  test('with wrong settings names the lines for tmux.conf', () => {
    const off = set({ allowPassthrough: '0', setClipboard: 'off', focusEvents: '0', escapeTime: '500' });
    expect(checks(inside, off)).toMatchObject({
      'allow-passthrough': [
        expect.stringMatching(
          /^off: only the bell .*; add "set -g allow-passthrough all" to ~\/\.tmux\.conf$/,
        ),
        false,
      ],
      'set-clipboard': [expect.stringMatching(/^off: .*; add "set -s set-clipboard on" to/), false],
      'focus-events': [expect.stringMatching(/^off: .*; add "set -g focus-events on" to/), false],
      'escape-time': [expect.stringMatching(/^500 ms: .*; add "set -s escape-time 10" to/), false],
    });
  });

  test('is not queried outside of it, and times out if it hangs', async () => {
    const signal = new AbortController().signal;
    expect(await queryTmux({}, signal)).toBeNull();
    expect(await queryTmux({ ...process.env, TMUX: '/nowhere/at/all,1,0' }, signal)).toBeNull();
    expect(await queryTmux({ TMUX: 'x,1,0', PATH: '/nowhere' }, signal)).toBeNull();
    const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-tmux-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(path.join(folder, 'tmux'), '#!/bin/sh\nexec sleep 300\n', { mode: 0o755 });
    expect(await queryTmux({ TMUX: 'x,1,0', PATH: `${folder}:${process.env.PATH}` }, signal)).toBeNull();
  });

  test.skipIf(!hasTmux())('reports its real settings', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-tmux-'));
    const socket = path.join(folder, 'socket');
    const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
    const tmux = (...args: readonly string[]): string =>
      execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env, encoding: 'utf8' }).trim();
    onTestFinished(() => {
      tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    });
    tmux('new-session', '-d', 'cat');
    const around = { ...env, TMUX: `${socket},1,0`, TMUX_PANE: tmux('display-message', '-p', '#{pane_id}') };
    const ask = async () => checks(around, await queryTmux(around, new AbortController().signal));
    tmux('set', '-s', 'set-clipboard', 'off');
    tmux('set', '-g', 'focus-events', 'off');
    expect(await ask()).toMatchObject({
      inside: [expect.stringMatching(/^tmux \d/), null],
      'set-clipboard': [expect.stringMatching(/^off: /), false],
      'focus-events': [expect.stringMatching(/^off: /), false],
    });
    // The recommended lines fix every check.
    for (const [value] of Object.values(await ask())) {
      const line = /add "(.+)" to/.exec(String(value))?.[1];
      if (line !== undefined) tmux(...line.split(' '));
    }
    const facts = Object.values(await ask()).map(([, ok]) => ok);
    expect(facts).not.toContain(false);
  });
});

function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
