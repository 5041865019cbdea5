import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { INITIAL_MODES, TerminalEmulator } from './emulator.ts';
import { openTerminal } from './terminal-app.ts';

const shell = (script?: string) => ({
  command: '/bin/sh',
  args: script === undefined ? ['-i'] : ['-c', script],
  env: { PS1: '$ ', ENV: undefined },
});

describe('a program in a pseudo-terminal', () => {
  it('gets typed text and the size of the terminal, and its output is on the screen', async () => {
    const app = await openTerminal({ ...shell(), cols: 40, rows: 10 });
    await app.until('$');
    app.type("stty size; echo ci=$(env | grep -c '^CI')");
    app.press('enter');
    await app.until(/^10 40$/m);
    await app.until(/^ci=0$/m);
    expect(app.screen()).toHaveLength(10);
    for (const row of app.screen()) expect(row).toHaveLength(40);
    app.resize(60, 12);
    app.type('stty size\r');
    await app.until(/^12 60$/m);
    app.press('ctrl+d');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
    expect(app.modes()).toEqual(INITIAL_MODES);
    expect(app.bytes()).toBe(Buffer.byteLength(app.output()));
  });

  it('shows modes, styles and the cursor', async () => {
    const app = await openTerminal(
      shell(`printf '\\033[?1049h\\033[?25l\\033[?2004h\\033[H\\033[1;31mred\\033[0m 日\\033[3;5H'; read x`),
    );
    await app.until((screen) => screen.cursor().y === 2);
    expect(app.cell(0, 0)).toEqual({ text: 'r', width: 1, style: ['bold', 'fg:1'] });
    expect(app.cell(4, 0)).toEqual({ text: '日', width: 2, style: [] });
    expect(app.cell(5, 0)).toEqual({ text: '', width: 0, style: [] });
    expect(app.cursor()).toEqual({ x: 4, y: 2, visible: false });
    expect(app.modes()).toEqual({
      ...INITIAL_MODES,
      alternateScreen: true,
      cursorVisible: false,
      bracketedPaste: true,
    });
    app.paste('a\nb');
    await app.until(/\^\[\[200~a/);
    app.press('enter');
    await app.exit();
  });

  it('reports an exit code or a signal', async () => {
    expect(await (await openTerminal(shell('exit 7'))).exit()).toEqual({ code: 7, signal: null });
    const app = await openTerminal(shell('echo ready; read x'));
    await app.until('ready');
    app.kill('SIGTERM');
    expect((await app.exit()).signal).toBe('SIGTERM');
  });

  it('is read to its last output, even if the test process is busy', async () => {
    const app = await openTerminal(shell('echo ready; read x; seq 10000; echo the end'));
    await app.until('ready');
    const busy = setInterval(() => execFileSync('sleep', ['0.05']), 1);
    onTestFinished(() => clearInterval(busy));
    app.press('enter');
    await app.exit();
    expect(app.output()).toMatch(/the end\s*$/);
  });

  it('fails with the screen in the message', async () => {
    const app = await openTerminal(shell('echo here I am; read x'));
    await app.until('here');
    await expect(app.until(/never/, { timeout: 20 })).rejects.toThrow(
      /20 ms passed before \/never\/[\s\S]*│here I am/,
    );
    app.press('enter');
    await app.exit();
    await expect(app.until(/never/)).rejects.toThrow(/The program ended/);
  });

  describe('a wait', () => {
    /** Prints two lines, then runs `answer` for each line that it reads. */
    const answering = (answer: string) =>
      openTerminal(shell(`stty -echo; echo one; echo two; while read line; do ${answer}; done`));

    it('for something that was there before the last key fails at once', async () => {
      const app = await answering('echo more; echo two');
      await app.until('two');
      app.press('enter');
      const stale = /two\/? was already true when the last key was pressed[\s\S]*│two/;
      await expect(app.until('two')).rejects.toThrow(stale);
      await expect(app.until(/two/)).rejects.toThrow(stale);
      await expect(app.until((screen) => screen.text().includes('two'))).rejects.toThrow(/was already true/);
      await expect(app.until((screen) => !screen.text().includes('three'))).rejects.toThrow(
        /was already true/,
      );
      await app.until('more');
    });

    it('counts output before a key as earlier, even if it was not read yet', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-pty-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const file = path.join(folder, 'written');
      const app = await openTerminal(shell(`echo one; sleep 0.05; echo two; touch '${file}'; read line`));
      await app.until('one');
      // Blocks the event loop, so that nothing is read.
      while (!existsSync(file)) execFileSync('sleep', ['0.01']);
      app.press('enter');
      await expect(app.until('two')).rejects.toThrow(/was already true/);
    });

    it('counts several keys as one, from the screen before the first', async () => {
      const app = await answering('echo "read $line"');
      await app.until('two');
      app.type('a');
      app.press('enter', 'enter');
      await app.until('read a');
    });

    it('notices a text that disappeared and came back', async () => {
      const app = await answering(`printf '\\033[2Jaway\\n'; read line; printf '\\033[2Jone two\\n'`);
      await app.until('two');
      app.press('enter');
      await app.until('away');
      app.reply('\r');
      await app.until('two');
    });

    it('may find any text before the first key', async () => {
      const app = await answering('echo more');
      await app.until('one');
      await app.until('two');
      await app.until('one');
    });

    it('does not count the rows that the emulator rewrapped after a resize', async () => {
      const app = await answering('echo more');
      await app.until('two');
      app.resize(40, 10);
      await expect(app.until('two')).rejects.toThrow(/was already true/);
    });

    it('with shows counts earlier text too', async () => {
      const app = await answering('echo more');
      await app.until('two');
      app.press('enter');
      await app.shows('two');
      await app.shows('more');
    });

    it('rejects a predicate that does not use the screen', async () => {
      const app = await answering('echo more');
      await expect(app.until(() => app.bytes() > 0)).rejects.toThrow(/use expect\.poll/);
    });
  });

  it('is killed by close, with its process group', async () => {
    const app = await openTerminal(shell('trap "" HUP; echo ready; while :; do sleep 1; done'));
    await app.until('ready');
    await app.close();
    expect(() => process.kill(app.pid, 0)).toThrow(/ESRCH/);
  });
});

describe('the screen', () => {
  it.each(['graphemes', 'codepoints'] as const)('measures by %s', async (clustering) => {
    const screen = new TerminalEmulator({ cols: 20, rows: 4, clustering });
    await screen.write('a😀日e\u0301x');
    expect(screen.cursor().x).toBe(7);
    expect(screen.cell(1, 0)).toMatchObject({ text: '😀', width: 2 });
    expect(screen.cell(5, 0)).toMatchObject({ text: 'e\u0301', width: 1 });
    await screen.write('\r\n👨‍👩‍👧x');
    expect(screen.cursor().x).toBe(clustering === 'graphemes' ? 3 : 7);
    await screen.write('\r\n🇩🇪🇩🇪x');
    expect(screen.cursor().x).toBe(clustering === 'graphemes' ? 5 : 5);
    await screen.write('\r\n👍🏽x');
    expect(screen.cursor().x).toBe(clustering === 'graphemes' ? 3 : 5);
  });
});
