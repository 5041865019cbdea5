import { describe, expect, it } from 'vitest';
import { notificationRoute } from '../../src/terminal/notification-protocol.ts';
import { createNotifier, notificationSequence } from '../../src/terminal/notifier.ts';
import type { TmuxSettings } from '../../src/terminal/tmux.ts';

const words = { title: 'Fix login', body: 'idle: Which branch?' };
const direct = (protocol: 'osc-9' | 'osc-777' | 'osc-99') => ({ protocol, tmuxLevels: 0 });

const tmux = (about: Partial<TmuxSettings> = {}): TmuxSettings => ({
  version: '3.4',
  allowPassthrough: 'on',
  setClipboard: 'on',
  focusEvents: '1',
  escapeTime: '10',
  clientType: '',
  clientTerm: 'xterm-256color',
  ...about,
});

describe('the protocol', () => {
  it.each([
    [{ TERM: 'xterm-kitty' }, 'osc-99'],
    [{ TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }, 'osc-99'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'osc-9'],
    [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2', SSH_TTY: '/dev/pts/1' }, 'osc-9'],
    [{ TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' }, 'osc-777'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, 'osc-777'],
    [{ TERM: 'foot-extra' }, 'osc-777'],
    [{ TERM: 'rxvt-unicode-256color' }, 'osc-777'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WarpTerminal' }, 'osc-777'],
    [{ TERM: 'xterm-256color', WT_SESSION: 'a-b' }, 'osc-777'],
    [{ TERM: 'xterm-256color', VTE_VERSION: '7600' }, 'osc-777'],
    // VTE printed the sequence then.
    [{ TERM: 'xterm-256color', VTE_VERSION: '4205' }, null],
    [{ TERM: 'xterm-256color' }, null],
    [{ TERM: 'linux' }, null],
    [{}, null],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, null],
    // Started from another terminal, with inherited variables.
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'vscode', VTE_VERSION: '7600' }, null],
    [{ TERM: 'xterm-kitty', TERM_PROGRAM: 'iTerm.app', WT_SESSION: 'a' }, 'osc-99'],
    // These forward nothing.
    [{ TERM: 'screen', STY: '1.pts', KITTY_WINDOW_ID: '1' }, null],
    [{ TERM: 'xterm-kitty', ZELLIJ: '0' }, null],
  ] as const)('%j: %s', (env, protocol) => {
    expect(notificationRoute(env, null)).toEqual({ protocol, tmuxLevels: 0 });
  });

  const inside = { TMUX: '/tmp/tmux-0/default,1,0', TERM: 'tmux-256color', TERM_PROGRAM: 'tmux' };

  it.each([
    ['kitty(0.35.2)', 'osc-99'],
    ['iTerm2 3.5.0', 'osc-9'],
    ['WezTerm 20240203', 'osc-777'],
    ['ghostty 1.1.3', 'osc-777'],
    ['foot(1.16.2)', 'osc-777'],
    ['VTE(7600)', 'osc-777'],
    ['XTerm(390)', null],
  ] as const)('tmux says that %s is attached: %s', (clientType, protocol) => {
    // The terminal in which tmux was started does not matter.
    expect(notificationRoute({ ...inside, LC_TERMINAL: 'iTerm2' }, tmux({ clientType }))).toEqual({
      protocol,
      tmuxLevels: 1,
    });
  });

  it('comes from tmux’s client type, else from the environment', () => {
    expect(notificationRoute(inside, tmux({ clientTerm: 'xterm-kitty' }))).toEqual({
      protocol: 'osc-99',
      tmuxLevels: 1,
    });
    expect(notificationRoute({ ...inside, KITTY_WINDOW_ID: '1' }, tmux())).toEqual({
      protocol: 'osc-99',
      tmuxLevels: 1,
    });
    expect(notificationRoute({ ...inside, KITTY_WINDOW_ID: '1' }, null)).toEqual({
      protocol: 'osc-99',
      tmuxLevels: 1,
    });
    expect(notificationRoute(inside, null)).toEqual({ protocol: null, tmuxLevels: 1 });
  });

  it('is the bell without tmux’s allow-passthrough', () => {
    expect(
      notificationRoute(inside, tmux({ clientType: 'kitty(1)', allowPassthrough: '0' })).protocol,
    ).toBeNull();
  });

  it('is wrapped twice for tmux in tmux', () => {
    const env = { ...inside, KITTY_WINDOW_ID: '1' };
    for (const about of [{ clientType: 'tmux 3.4' }, { clientTerm: 'screen-256color' }])
      expect(notificationRoute(env, tmux(about))).toEqual({ protocol: 'osc-99', tmuxLevels: 2 });
  });
});

describe('the bytes', () => {
  it('are those of each protocol', () => {
    expect(notificationSequence(words, direct('osc-9'), 'n')).toBe(
      '\x1b]9;taskdeck: Fix login: idle: Which branch?\x1b\\',
    );
    expect(notificationSequence(words, direct('osc-777'), 'n')).toBe(
      '\x1b]777;notify;Fix login;idle: Which branch?\x1b\\',
    );
    expect(notificationSequence(words, direct('osc-99'), 'n')).toBe(
      '\x1b]99;i=n:d=0;Fix login\x1b\\\x1b]99;i=n:p=body;idle: Which branch?\x1b\\',
    );
    expect(notificationSequence(words, { protocol: null, tmuxLevels: 1 }, 'n')).toBe('');
  });

  it('are wrapped for each tmux', () => {
    const once = '\x1bPtmux;\x1b\x1b]777;notify;a;b\x1b\x1b\\\x1b\\';
    expect(notificationSequence({ title: 'a', body: 'b' }, { protocol: 'osc-777', tmuxLevels: 1 }, 'n')).toBe(
      once,
    );
    expect(notificationSequence({ title: 'a', body: 'b' }, { protocol: 'osc-777', tmuxLevels: 2 }, 'n')).toBe(
      `\x1bPtmux;${once.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`,
    );
  });

  it.each(['osc-9', 'osc-777', 'osc-99'] as const)(
    'hold nothing of %s that a task could break out with',
    (protocol) => {
      const evil = { title: '4;1;50\x07\x1b]0;x\x1b\\', body: 'a\x9c\x1b]52;c;aGk=\x07\nb;c\x1b[31m' };
      const sequence = notificationSequence(evil, direct(protocol), 'n');
      const own = sequence.replaceAll(/\x1b\](?:9;taskdeck: |777;notify;|99;i=n:[\w=]+;)|\x1b\\/g, '');
      expect(own).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      expect(sequence).not.toMatch(/\]9;\d/);
      expect(own.match(/;/g) ?? []).toHaveLength(protocol === 'osc-777' ? 1 : 0);
      expect(own).toContain('b,c');
    },
  );

  it.each([
    ['long', 'x'.repeat(1_000_000)],
    ['wide', '漢'.repeat(100_000)],
    ['tall', 'e\u0301\u0301\u0301\u0301\u0301\u0301'.repeat(10_000)],
    ['joined', '👩‍👩‍👧‍👦'.repeat(10_000)],
  ])('are few, however %s the words', (_, text) => {
    const sequence = notificationSequence({ title: text, body: text }, direct('osc-99'), 'n');
    expect(Buffer.byteLength(sequence)).toBeLessThan(2_200);
    expect(sequence).toContain('…');
  });
});

describe('the notifier', () => {
  const notifier = (mode: 'off' | 'bell' | 'full', env: Record<string, string> = { TERM: 'xterm-kitty' }) => {
    const sent: string[] = [];
    const ending = new AbortController();
    const send = (sequence: string) => sent.push(sequence);
    return {
      sent,
      ending,
      ...createNotifier({ env, mode: () => mode, send: (text) => void send(text), signal: ending.signal }),
    };
  };

  it('is silent, rings, or rings and notifies, by its setting', () => {
    for (const mode of ['off', 'bell', 'full'] as const) {
      const { notify, sent } = notifier(mode);
      notify(words);
      expect(sent.join('')).toMatch(
        { off: /^$/, bell: /^\x07$/, full: /^\x07\x1b\]99;i=taskdeck-\d+-1:d=0;Fix login/ }[mode],
      );
    }
  });

  it('only rings on other terminals', () => {
    const { notify, sent } = notifier('full', { TERM: 'xterm-256color' });
    notify(words);
    expect(sent).toEqual(['\x07']);
  });

  it('wraps for a tmux that does not answer', async () => {
    const { notify, sent } = notifier('full', {
      TMUX: '/nowhere,1,0',
      KITTY_WINDOW_ID: '1',
      PATH: '/nowhere',
    });
    notify(words);
    await expect.poll(() => sent.join('')).toMatch(/^\x07\x1bPtmux;\x1b\x1b\]99;/);
  });

  it('is silent after the abort', async () => {
    const { notify, sent, ending } = notifier('full', { TMUX: '/nowhere,1,0', PATH: '/nowhere' });
    notify(words);
    ending.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).toEqual([]);
  });
});
