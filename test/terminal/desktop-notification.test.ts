import { describe, expect, it } from 'vitest';
import { desktopArguments, desktopProgram } from '../../src/terminal/desktop-notification.ts';
import { isShownByTerminal, notificationRoute } from '../../src/terminal/notification-protocol.ts';

describe('the program of the desktop', () => {
  it.each([
    ['linux', { DISPLAY: ':0' }, 'notify-send'],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'notify-send'],
    ['linux', {}, null],
    ['linux', { DISPLAY: ':10', SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22' }, null],
    ['darwin', {}, 'osascript'],
    ['darwin', { SSH_TTY: '/dev/ttys001' }, null],
    ['win32', {}, null],
  ] as const)('%s %j: %s', (platform, env, program) => {
    expect(desktopProgram(env, platform)).toBe(program);
  });

  it('is left alone where the terminal shows notifications itself', () => {
    const shown = (env: Record<string, string>) => isShownByTerminal(notificationRoute(env, null), env);
    expect(shown({ TERM: 'xterm-kitty' })).toBe(true);
    expect(shown({ TERM: 'foot', VTE_VERSION: '7600' })).toBe(true);
    expect(shown({ TERM: 'xterm-256color' })).toBe(false);
    // Only some distributions have the patch.
    expect(shown({ TERM: 'xterm-256color', VTE_VERSION: '7600' })).toBe(false);
  });
});

describe('a hostile text', () => {
  const hostile = { title: '-x $(id) `id`', body: '<a href="x">&b</a> \\033[31m "; do shell script "id' };

  it('is no option, markup or escape of notify-send', () => {
    expect(desktopArguments('notify-send', hostile)).toEqual([
      '--app-name=taskdeck',
      '--',
      'taskdeck: -x $(id) `id`',
      '&lt;a href="x"&gt;&amp;b&lt;/a&gt; \\\\033[31m "; do shell script "id',
    ]);
  });

  it('is no part of the script of osascript', () => {
    const args = desktopArguments('osascript', hostile);
    expect(args.slice(-2)).toEqual(['taskdeck: -x $(id) `id`', hostile.body]);
    expect(args.slice(0, -2).join(' ')).not.toContain('id"');
  });
});
