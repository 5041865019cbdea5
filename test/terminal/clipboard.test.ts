import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import { terminalClipboard } from '../../src/terminal/clipboard.ts';
import { openTerminal } from '../support/terminal-app.ts';

/** A clipboard with a recorded terminal. */
function clipboard(env: Readonly<Record<string, string | undefined>>) {
  const sent: string[] = [];
  const { copy } = terminalClipboard({ env, send: (sequence) => void sent.push(sequence) });
  return { copy, sent };
}

const decoded = (sequence: string | undefined): string =>
  Buffer.from(/^\x1b\]52;c;([\w+/=]*)\x07$/u.exec(sequence ?? '')?.[1] ?? '', 'base64').toString();

describe('on a terminal', () => {
  test('text is sanitised and sent by OSC 52, without a claim of success', async () => {
    const { copy, sent } = clipboard({ TERM: 'xterm-256color' });
    expect(await copy('a\x1b]52;c;!\x07b\n漢字')).toEqual({
      done: true,
      words: 'Sent 9 B to the terminal’s clipboard. The terminal does not confirm it.',
    });
    expect(sent.map(decoded)).toEqual(['ab\n漢字']);
  });

  test('text above the limit of many terminals is sent with a warning', async () => {
    const { copy, sent } = clipboard({ TERM: 'xterm' });
    const text = 'x'.repeat(80_000);
    expect((await copy(text)).words).toMatch(/^Sent 80 KB .* at most 75 KB/u);
    expect(decoded(sent[0])).toBe(text);
  });

  test('text above the limit of every terminal is not sent', async () => {
    const { copy, sent } = clipboard({ TERM: 'xterm' });
    expect(await copy('x'.repeat(1_200_000))).toEqual({
      done: false,
      words: `1.2 MB is too much for the terminal’s clipboard. ${keyFor('save-transcript')} saves the transcript to a file.`,
    });
    expect(sent).toEqual([]);
  });

  test.each([
    [{ TERM: 'linux' }, /^The Linux console has no clipboard/u],
    [{ TERM: 'screen', STY: '1.x' }, /^GNU screen does not support/u],
  ])('that cannot take it says so: %j', async (env, words) => {
    const { copy, sent } = clipboard(env);
    expect(await copy('x')).toEqual({ done: false, words: expect.stringMatching(words) });
    expect(sent).toEqual([]);
  });
});

describe.skipIf(!hasTmux())('inside tmux', () => {
  /** A real tmux in a real terminal, whose output is recorded. */
  async function inTmux() {
    const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-clipboard-'));
    const socket = path.join(folder, 'socket');
    const { TMUX: _, TMUX_PANE: __, ...env } = process.env;
    const tmux = (...args: readonly string[]): string =>
      execFileSync('tmux', ['-S', socket, ...args], { env, encoding: 'utf8' }).trim();
    const outer = await openTerminal({
      command: 'tmux',
      args: ['-S', socket, '-f', '/dev/null', 'new-session', 'echo ready; exec cat'],
      env: { TMUX: undefined, TMUX_PANE: undefined, TERM: 'xterm-256color' },
    });
    onTestFinished(() => {
      tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    });
    await outer.until('ready');
    const around = { ...env, TMUX: `${socket},1,0`, TMUX_PANE: tmux('display-message', '-p', '#{pane_id}') };
    return { tmux, outer, ...clipboard(around) };
  }
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  test.each(['on', 'external'])('text reaches the terminal with set-clipboard %s', async (setting) => {
    const { tmux, outer, copy, sent } = await inTmux();
    tmux('set', '-s', 'set-clipboard', setting);
    expect(await copy('so it is')).toEqual({
      done: true,
      words: 'Copied 8 B to tmux, which forwards it to the terminal’s clipboard.',
    });
    expect(tmux('show-buffer')).toBe('so it is');
    await expect.poll(() => outer.output()).toContain(base64('so it is'));
    expect(sent).toEqual([]);
  });

  test('with set-clipboard off the text stays in tmux, and the notice says so', async () => {
    const { tmux, outer, copy } = await inTmux();
    tmux('set', '-s', 'set-clipboard', 'off');
    const { done, words } = await copy('only here');
    expect(done).toBe(false);
    expect(words).toMatch(/^Copied 9 B to tmux only: set-clipboard is off/u);
    expect(tmux('show-buffer')).toBe('only here');
    expect(outer.output()).not.toContain(base64('only here'));
  });

  test('a hanging tmux times out with an error', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-clipboard-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(path.join(folder, 'tmux'), '#!/bin/sh\nexec sleep 300\n', { mode: 0o755 });
    const { copy } = clipboard({ TMUX: 'x,1,0', PATH: `${folder}:${process.env.PATH}` });
    expect(await copy('x')).toEqual({
      done: false,
      words: 'tmux does not answer. Nothing was copied.',
    });
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
