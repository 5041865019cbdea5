import { describe, expect, it } from 'vitest';
import { message } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp, TerminalOptions } from '../support/terminal-app.ts';
import { hasTmux, isolatedTmux } from '../support/tmux.ts';
import { deployment, ONE, signedIn } from './deployment.ts';

/** The frame of a transcript that is scrolled up. */
const SCROLLED = /not following|lines? below|\d new lines?/;
const LINES = Array.from({ length: 60 }, (_, line) => `line ${line}.`).join('\n');

/** taskdeck with a prompt history and an open prompt below a long transcript. */
async function writing(
  wheelKeys: 'off' | 'on' | 'always',
  inside: Partial<TerminalOptions> = {},
): Promise<TerminalApp> {
  const server = await deployment();
  server.on('GET', `${ONE}/logs`, json(200, { logs: [message(1, 'output', LINES)] }));
  server.on('POST', `${ONE}/send`, (response) => void response.writeHead(204).end());
  const app = await makeHome().open([], { ...signedIn(server), ...inside, wheelKeys });
  await app.until('line 59.');
  app.press('i');
  await app.until('esc back');
  app.type('earlier');
  await app.until(/❯ earlier/);
  app.press('enter');
  await app.until('q quit');
  app.press('i');
  await app.until('esc back');
  app.type('draft');
  await app.until(/❯ draft/);
  return app;
}

describe('the wheel does not recall earlier prompts', () => {
  it.each(['off', 'on', 'always'] as const)(
    'if the terminal sends arrow keys for it: %s',
    async (wheelKeys) => {
      const app = await writing(wheelKeys);
      app.wheel('up');
      app.wheel('up');
      app.wheel('down');
      app.type('!');
      await app.until(/❯ draft!/);
      expect(app.text()).not.toContain('❯ earlier');
      // The arrow key does.
      app.press('up');
      await app.until(/❯ earlier/);
      app.press('down');
      await app.until(/❯ draft!/);
      app.press('esc');
      await app.until('q quit');
      app.press('q');
      expect((await app.exit()).code).toBe(0);
      expect(app.modes()).toEqual(INITIAL_MODES);
      expect(app.emulator.wheelSendsKeys).toBe(wheelKeys !== 'off');
    },
  );

  it.skipIf(!hasTmux())('in tmux without mouse mode', async () => {
    const args = [...isolatedTmux('set -g status off\n'), 'new-session', 'taskdeck'];
    const app = await writing('on', { command: 'tmux', args });
    for (const key of ['up', 'up', 'down', 'up'] as const) app.wheel(key);
    app.type('!');
    await app.until(/❯ draft!/);
    app.press('up');
    await app.until(/❯ earlier/);
  });

  it('it scrolls the transcript if it always sends keys', async () => {
    const app = await writing('always');
    app.wheel('up');
    await app.until(SCROLLED);
    expect(app.text()).toMatch(/❯ draft$/m);
    app.wheel('down');
    await app.until((screen) => !SCROLLED.test(screen.text()));
    expect(app.text()).toMatch(/❯ draft$/m);
  });

  it.each(['another program', 'the shell, after a signal'])(
    'what a terminal had on is on again for %s',
    async (other) => {
      const app = await writing('on');
      expect(app.emulator.wheelSendsKeys).toBe(false);
      if (other === 'another program') {
        const before = app.bytes();
        // Without a shell taskdeck continues by itself.
        app.press('ctrl+z');
        await expect
          .poll(() => app.output(before))
          .toMatch(/1049l[\s\S]*\x1b\[\?1007h[\s\S]*\x1b\[\?1007l[\s\S]*1049h/);
        await expect.poll(() => app.emulator.wheelSendsKeys).toBe(false);
      } else {
        app.kill('SIGTERM');
        await app.exit();
        expect(app.emulator.wheelSendsKeys).toBe(true);
      }
    },
  );
});
