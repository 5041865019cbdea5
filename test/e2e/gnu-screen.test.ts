import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { hasGnuScreen, isolatedGnuScreen } from '../support/gnu-screen.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn } from './deployment.ts';

/** A shell in GNU screen. `open` runs taskdeck in it and returns the process id. */
async function shellInScreen(
  settings: string,
): Promise<{ app: TerminalApp; open: () => Promise<number>; history: () => string }> {
  const server = await deployment();
  const { args, env, history } = isolatedGnuScreen(settings);
  const home = makeHome();
  const pager = 'sh -c "echo in the pager; sleep 1; read line </dev/tty"';
  const app = await home.open([], {
    command: 'screen',
    args: [...args, 'sh'],
    env: { ...signedIn(server).env, ...env, PS1: 'shell> ', PAGER: pager },
  });
  await app.until('shell>');
  return {
    app,
    history,
    async open() {
      app.type(`sh -c 'echo $$ >pid; exec taskdeck'\r`);
      await app.until(/● Fix login[\s\S]*q quit/);
      return Number(readFileSync(path.join(home.folder, 'pid'), 'utf8'));
    },
  };
}

/** The last two rows without trailing spaces. */
const lastTwo = (rows: readonly string[]): readonly string[] => rows.slice(-2).map((row) => row.trimEnd());
const lastRows = (app: TerminalApp): readonly string[] => lastTwo(app.screen());

/** Whether the shell's prompt is on the last row. GNU screen draws row by row, so it may be elsewhere for a moment. */
const promptBelow = (screen: ScreenSnapshot): boolean => lastTwo(screen.rows())[1] === 'shell>';

describe.skipIf(!hasGnuScreen())('in GNU screen', () => {
  describe('without an alternate screen (the default), the prompt is below taskdeck’s last picture', () => {
    it('after q', async () => {
      const { app, open } = await shellInScreen('');
      await open();
      app.press('q');
      await app.until(promptBelow);
      expect(lastRows(app)).toEqual([expect.stringContaining('q quit'), 'shell>']);
      expect(app.cursor()).toMatchObject({ x: 'shell> '.length, y: 23, visible: true });
      expect(app.text()).toContain('● Fix login');
    });

    it('and the earlier screen is in the scrollback', async () => {
      const { app, open, history } = await shellInScreen('');
      app.type('echo before it all\r');
      await app.until(/^before it all$/m);
      await open();
      app.press('q');
      await app.until(/shell>$/m);
      await expect.poll(history).toContain('before it all');
    });

    it('after a signal', async () => {
      const { app, open } = await shellInScreen('');
      process.kill(await open(), 'SIGTERM');
      await app.until(promptBelow);
      expect(app.text()).toContain('● Fix login');
    });

    it('while a pager has the terminal, and while taskdeck is stopped', async () => {
      const { app, open } = await shellInScreen('');
      await open();
      await app.shows('Please fix the login redirect');
      app.press('tab', 'v');
      await app.until('in the pager');
      expect(lastRows(app)[0]).toBe('in the pager');
      app.press('enter');
      await app.until(/^ taskdeck .*live/m);
      app.press('ctrl+z');
      await app.until(promptBelow);
      app.type('fg\r');
      await app.until(/^ taskdeck .*live/m);
    });
  });

  it('with the alternate screen, nothing of taskdeck is left', async () => {
    const { app, open } = await shellInScreen('altscreen on\n');
    await open();
    app.press('q');
    await app.until(/shell>$/m);
    expect(app.text().trim()).toMatch(/^shell> sh -c .*\nshell>$/);
  });
});
