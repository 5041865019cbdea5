import { expect, it } from 'vitest';
import { makeHome } from '../support/deck.ts';
import type { App } from '../support/pty.ts';
import { UNTOUCHED } from '../support/screen.ts';
import { hasTmux, ownTmux } from '../support/tmux.ts';
import { hasEnded } from '../terminal/has-ended.ts';
import { deployment, signedIn } from './deployment.ts';

it.skipIf(!hasTmux())(
  'a screen in tmux is whole again after a detach, and after a connection that broke, at another size',
  async () => {
    const server = await deployment();
    const home = makeHome();
    const tmux = ownTmux(
      'set -g status off\nset -g focus-events on\nset -g set-titles on\nset -g window-size latest\n',
    );
    const client = (cols: number, rows: number, ...args: readonly string[]) =>
      home.open([], { command: 'tmux', args: [...tmux, ...args], cols, rows, env: signedIn(server).env });
    const whole = (app: App): Promise<void> =>
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
    expect(first.modes()).toEqual(UNTOUCHED);

    const second = await client(80, 24, 'attach-session');
    await whole(second);
    second.press('?');
    await second.until('Pause: its processes end');
    // As when the connection below an ssh breaks: nobody says goodbye.
    second.kill('SIGKILL');
    await second.exit();
    await hasEnded(second.pid);

    const third = await client(120, 40, 'attach-session');
    await third.until('Pause: its processes end');
    third.press('esc');
    await whole(third);
    third.resize(60, 20);
    await third.until((screen) => /q quit/.test(screen.rows()[19] ?? ''));
    third.press('q');
    expect((await third.exit()).code).toBe(0);
    expect(third.modes()).toEqual(UNTOUCHED);
  },
);
