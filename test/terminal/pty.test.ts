import { describe, expect, it } from 'vitest';
import { openTerminal } from '../support/pty.ts';
import { Screen, UNTOUCHED } from '../support/screen.ts';

const shell = (script?: string) => ({
  command: '/bin/sh',
  args: script === undefined ? ['-i'] : ['-c', script],
  env: { PS1: '$ ', ENV: undefined },
});

describe('the pty', () => {
  it('runs a shell, types into it, and sees what the user would see', async () => {
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
    expect(app.modes()).toEqual(UNTOUCHED);
    expect(app.bytes()).toBe(Buffer.byteLength(app.output()));
  });

  it('reads modes, styles and the cursor', async () => {
    const app = await openTerminal(
      shell(`printf '\\033[?1049h\\033[?25l\\033[?2004h\\033[H\\033[1;31mred\\033[0m 日\\033[3;5H'; read x`),
    );
    await app.until((screen) => screen.cursor().y === 2);
    expect(app.cell(0, 0)).toEqual({ text: 'r', width: 1, style: ['bold', 'fg:1'] });
    expect(app.cell(4, 0)).toEqual({ text: '日', width: 2, style: [] });
    expect(app.cell(5, 0)).toEqual({ text: '', width: 0, style: [] });
    expect(app.cursor()).toEqual({ x: 4, y: 2, visible: false });
    expect(app.modes()).toEqual({
      ...UNTOUCHED,
      alternateScreen: true,
      cursorVisible: false,
      bracketedPaste: true,
    });
    app.paste('a\nb');
    await app.until(/\^\[\[200~a/);
    app.press('enter');
    await app.exit();
  });

  it('says how a program ended', async () => {
    expect(await (await openTerminal(shell('exit 7'))).exit()).toEqual({ code: 7, signal: null });
    const app = await openTerminal(shell('echo ready; read x'));
    await app.until('ready');
    app.kill('SIGTERM');
    expect((await app.exit()).signal).toBe('SIGTERM');
  });

  it('fails with the screen in the message', async () => {
    const app = await openTerminal(shell('echo here I am; read x'));
    await app.until('here');
    await expect(app.until(/never/, { timeout: 20 })).rejects.toThrow(
      /20 ms passed before \/never\/ came[\s\S]*│here I am/,
    );
    app.press('enter');
    await app.exit();
    await expect(app.until(/never/)).rejects.toThrow(/the program ended/);
  });

  it('leaves nothing behind', async () => {
    const app = await openTerminal(shell('trap "" HUP; echo ready; while :; do sleep 1; done'));
    await app.until('ready');
    await app.close();
    expect(() => process.kill(app.pid, 0)).toThrow(/ESRCH/);
  });
});

describe('the screen', () => {
  it.each(['graphemes', 'codepoints'] as const)('measures by %s', async (clustering) => {
    const screen = new Screen({ cols: 20, rows: 4, clustering });
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
