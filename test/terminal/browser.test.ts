import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBrowser, systemOpenCommand } from '../../src/terminal/browser.ts';
import { hyperlink, showsLinks } from '../../src/terminal/hyperlink.ts';

const ADDRESS = 'https://example.com/a?b=$(touch%20x)&c=`d`;e';
let directory: string;
let copied: string[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-browser-'));
  copied = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A program that records its arguments and exits with this code. */
function program(name: string, end = 'exit 0'): string {
  const file = path.join(directory, name);
  const log = path.join(directory, 'called');
  writeFileSync(
    file,
    `#!/bin/sh\nprintf '%s\\n' "$@" "token=$CODER_SESSION_TOKEN" > '${log}.part'\nmv '${log}.part' '${log}'\n${end}\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

const called = (): string => readFileSync(path.join(directory, 'called'), 'utf8');

const open = (env: Readonly<Record<string, string>>, address = ADDRESS, command: readonly string[] = []) =>
  createBrowser({
    env: { PATH: `${directory}:${process.env.PATH}`, ...env },
    platform: 'linux',
    command,
    clipboard: {
      async copy(text) {
        copied.push(text);
        return { done: true, words: 'Copied.' };
      },
    },
  }).open(address);

describe('a page', () => {
  it('is opened where there is a screen, without a shell and without secrets', async () => {
    program('xdg-open');
    expect(await open({ DISPLAY: ':0', CODER_SESSION_TOKEN: 'secret' })).toEqual({
      done: true,
      words: `Opened with xdg-open: ${ADDRESS}`,
    });
    expect(called()).toBe(`${ADDRESS}\ntoken=\n`);
    expect(copied).toEqual([]);
  });

  it.each([
    ['over SSH', { DISPLAY: ':10', SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22' }],
    ['without a screen', {}],
  ] as const)('is copied %s, and its address is shown', async (_, env) => {
    program('xdg-open');
    expect(await open(env)).toEqual({
      done: true,
      words: `${ADDRESS}  No browser is available on this machine. Copied.`,
    });
    expect(copied).toEqual([ADDRESS]);
    expect(existsSync(path.join(directory, 'called'))).toBe(false);
  });

  it('is copied if the program fails or is missing, with the reason', async () => {
    program('xdg-open', 'exit 3');
    expect((await open({ WAYLAND_DISPLAY: 'w' })).words).toBe(
      `${ADDRESS}  xdg-open could not open it (exit code 3). Set BROWSER, or "open" in the settings. Copied.`,
    );
    const missing = path.join(directory, 'missing');
    expect((await open({}, ADDRESS, [missing])).words).toBe(
      `${ADDRESS}  ${missing} cannot be run. Set BROWSER, or "open" in the settings. Copied.`,
    );
    expect(copied).toEqual([ADDRESS, ADDRESS]);
  });

  it('opens with the user’s BROWSER, over SSH too', async () => {
    const own = program('mine');
    expect((await open({ SSH_TTY: '/dev/pts/1' }, ADDRESS, [own, '--tab'])).done).toBe(true);
    expect(called()).toBe(`--tab\n${ADDRESS}\ntoken=\n`);
  });

  it.each<readonly [string, string, string]>([
    ['one program', 'mine', ADDRESS],
    ['with arguments', 'mine --tab', `--tab\n${ADDRESS}`],
    [
      'with the place of the address',
      'mine --url=%s \'a word\' "another one"',
      `--url=${ADDRESS}\na word\nanother one`,
    ],
    ['in the background', 'mine %s &', ADDRESS],
    ['the first that is there', 'missing:mine', ADDRESS],
    ['the first that can', 'failing %s:mine --second %s', `--second\n${ADDRESS}`],
    ['with nothing between colons', '::mine:', ADDRESS],
  ])('is opened by BROWSER, over SSH too: %s', async (_, BROWSER, args) => {
    program('failing', 'exit 3');
    program('mine');
    program('xdg-open');
    const { done, words } = await open({ BROWSER, SSH_TTY: '/dev/pts/1' });
    expect({ done, words }).toEqual({ done: true, words: `Opened with mine: ${ADDRESS}` });
    expect(called()).toBe(`${args}\ntoken=\n`);
    expect(copied).toEqual([]);
  });

  it('is opened by "open" in the settings before BROWSER, and by BROWSER before xdg-open', async () => {
    const own = program('mine');
    program('other');
    program('xdg-open');
    const env = { BROWSER: 'other', DISPLAY: ':0' };
    expect((await open(env, ADDRESS, [own])).words).toBe(`Opened with ${own}: ${ADDRESS}`);
    expect((await open(env)).words).toBe(`Opened with other: ${ADDRESS}`);
    expect((await open({ BROWSER: 'missing', DISPLAY: ':0' })).words).toBe(
      `Opened with xdg-open: ${ADDRESS}`,
    );
    expect((await open({ BROWSER: 'missing:absent %s' })).words).toBe(
      `${ADDRESS}  missing cannot be run, absent cannot be run. Set BROWSER, or "open" in the settings. Copied.`,
    );
  });

  describe.each(['w3m', 'lynx', 'links', 'links2', 'elinks', 'www-browser', 'browsh'])(
    'is not opened with %s, which needs a terminal,',
    (name) => {
      beforeEach(() => void program(name));

      it.each([
        ['by its name', () => name],
        ['by its path', () => path.join(directory, name)],
        ['with arguments', () => `${name} -x %s &`],
      ])('given %s in BROWSER: its address is copied', async (_, command) => {
        const BROWSER = command();
        const shown = BROWSER.split(' ')[0];
        expect(await open({ BROWSER })).toEqual({
          done: true,
          words: `${ADDRESS}  ${shown} is a text browser. Set BROWSER, or "open" in the settings. Copied.`,
        });
        expect(copied).toEqual([ADDRESS]);
        expect(existsSync(path.join(directory, 'called'))).toBe(false);
      });

      it('opens with the next one of BROWSER, or with xdg-open', async () => {
        program('mine');
        program('xdg-open');
        expect((await open({ BROWSER: `${name}:mine` })).words).toBe(`Opened with mine: ${ADDRESS}`);
        expect((await open({ BROWSER: name, DISPLAY: ':0' })).words).toBe(`Opened with xdg-open: ${ADDRESS}`);
        expect(copied).toEqual([]);
      });

      it('set as "open" in the settings: the URL is copied', async () => {
        program('xdg-open');
        expect((await open({ DISPLAY: ':0' }, ADDRESS, [name])).words).toContain(
          `${name} is a text browser. `,
        );
        expect(copied).toEqual([ADDRESS]);
        expect(existsSync(path.join(directory, 'called'))).toBe(false);
      });
    },
  );

  it.each([
    ['w3m', ''],
    ['w3m:/usr/bin/lynx %s:mine', 'mine'],
    ['mine --tab %s', 'mine --tab %s'],
  ])(
    'with BROWSER=%j is not opened with a text browser by xdg-open, which gets %j',
    async (BROWSER, rest) => {
      program('mine', 'exit 3');
      program('xdg-open', `printf '%s' "$BROWSER" >'${directory}/browser'`);
      expect((await open({ BROWSER, DISPLAY: ':0' })).words).toBe(`Opened with xdg-open: ${ADDRESS}`);
      expect(readFileSync(path.join(directory, 'browser'), 'utf8')).toBe(rest);
    },
  );

  it.each(['x-www-browser', 'links -g', 'mine w3m'])('is opened with %s, in a window', async (BROWSER) => {
    const [name = ''] = BROWSER.split(' ');
    program(name);
    expect((await open({ BROWSER })).words).toBe(`Opened with ${name}: ${ADDRESS}`);
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)', '--help', 'https://example.com/\x1b[2J'])(
    'is never %j',
    async (address) => {
      program('xdg-open');
      expect(await open({ DISPLAY: ':0' }, address)).toEqual({
        done: false,
        words: 'Cannot open the link: it is not a web address.',
      });
      expect(existsSync(path.join(directory, 'called'))).toBe(false);
      expect(copied).toEqual([]);
    },
  );
});

it('macOS has an opener; other systems need a desktop', () => {
  expect(systemOpenCommand({}, 'darwin')).toEqual(['open']);
  expect(systemOpenCommand({ SSH_CLIENT: 'x' }, 'darwin')).toBeNull();
  expect(systemOpenCommand({ DISPLAY: '' }, 'linux')).toBeNull();
  expect(systemOpenCommand({ DISPLAY: ':0' }, 'win32')).toBeNull();
});

describe('a hyperlink', () => {
  it('contains only a URL without control characters', () => {
    expect(hyperlink('here', 'https://example.com/')).toBe(
      '\x1b]8;;https://example.com/\x1b\\here\x1b]8;;\x1b\\',
    );
    for (const bad of ['file:///x', 'https://example.com/\x1b\\', 'https://example.com/ x'])
      expect(hyperlink('here', bad)).toBe('here');
  });

  it.each([
    [{ TERM: 'xterm-256color' }, true],
    [{ TERM: 'tmux-256color', TMUX: '/tmp/x' }, true],
    [{ TERM: 'xterm', VTE_VERSION: '7000' }, true],
    [{ TERM: 'xterm', VTE_VERSION: '4800' }, false],
    [{ TERM: 'linux' }, false],
    [{ TERM: 'screen', STY: '1.pts' }, false],
    [{}, false],
  ])('on a terminal with %j: %s', (env, shows) => {
    expect(showsLinks(env)).toBe(shows);
  });
});
