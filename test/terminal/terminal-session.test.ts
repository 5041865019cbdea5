import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INITIAL_MODES } from '../support/emulator.ts';
import { openTerminal, type TerminalApp, type TerminalOptions } from '../support/terminal-app.ts';
import { untilProcessEnds } from './process-ended.ts';

/** The bundled program: with Ink from node_modules, a start takes five times as long. */
let program: string;
let programDirectory: string;

beforeAll(async () => {
  programDirectory = mkdtempSync(path.join(tmpdir(), 'taskdeck-session-program-'));
  program = path.join(programDirectory, 'app.mjs');
  await build({
    entryPoints: [path.resolve('test/terminal/fixtures/app.mts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    define: { 'process.env.NODE_ENV': '"production"' },
    // Some packages require Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    // Needed only for React's developer tools.
    alias: { 'react-devtools-core': path.resolve('test/bench/stock/no-devtools.ts') },
    logLevel: 'warning',
  });
});

afterAll(() => rmSync(programDirectory, { recursive: true, force: true }));

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-session-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const environment = () => ({ CRASH_DIR: path.join(directory, 'crashes'), NODE_NO_WARNINGS: '1', PS1: '$ ' });

async function start(options: Partial<TerminalOptions> = {}): Promise<TerminalApp> {
  const app = await openTerminal({
    command: process.execPath,
    args: [program],
    cols: 60,
    rows: 12,
    ...options,
    env: { ...environment(), ...options.env },
  });
  await app.until(/ready 60x12/);
  return app;
}

/** The same in an interactive shell with job control. */
async function startInShell(options: Partial<TerminalOptions> = {}): Promise<TerminalApp> {
  const app = await openTerminal({
    command: '/bin/bash',
    args: ['--norc', '--noprofile', '-i'],
    cols: 60,
    rows: 12,
    ...options,
    env: { ...environment(), HISTFILE: undefined },
  });
  await app.until('$');
  // A shell in between, like npm's: the whole group must stop.
  app.type(`sh -c '"${process.execPath}" "${program}"; true'; echo "code=$?"\r`);
  await app.until(/ready 60x12/);
  return app;
}

describe('the terminal is restored (see also exit-paths.test.ts)', () => {
  it('after a normal exit', async () => {
    const app = await start({ kitty: true });
    await app.until((screen) => screen.modes().kittyFlags === 1 && screen.modes().bracketedPaste);
    expect(app.modes()).toMatchObject({ alternateScreen: true, cursorVisible: false });
    app.press('N');
    await app.until((screen) => screen.title() === 'a title' || screen.title() === 'a  title');
    app.press('q');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
    expect(app.modes()).toEqual(INITIAL_MODES);
    expect(app.text()).toMatch(/^goodbye\s*$/);
    expect(app.output()).toContain('\x1b[23;2t');
  });

  it('after a signal, with the flags of the keyboard', async () => {
    const app = await start({ kitty: true });
    await app.until((screen) => screen.modes().kittyFlags === 1);
    app.kill('SIGTERM');
    expect(await app.exit()).toEqual({ code: 143, signal: null });
    expect(app.modes()).toEqual(INITIAL_MODES);
    expect(app.text()).toMatch(/^saved after signal\s*$/);
  });

  it('after a component throws, with a crash report', async () => {
    const app = await start({ kitty: true });
    await app.until((screen) => screen.modes().kittyFlags === 1);
    app.press('R');
    expect(await app.exit()).toEqual({ code: 1, signal: null });
    expect(app.modes()).toEqual(INITIAL_MODES);
    const crashes = path.join(directory, 'crashes');
    const [file = ''] = readdirSync(crashes);
    // The path wraps.
    expect(app.text().replaceAll('\n', '')).toContain(`Crash report: ${path.join(crashes, file)}`);
    const report = readFileSync(path.join(crashes, file), 'utf8');
    expect(report).toMatch(/Error: a component broke/);
    expect(report).not.toContain('\x1b');
  });

  it('even if `onEnd` does not finish in time', async () => {
    const app = await start({ env: { SLOW_END: '1' } });
    app.kill('SIGTERM');
    expect((await app.exit()).code).toBe(143);
    expect(app.modes()).toEqual(INITIAL_MODES);
  });
});

describe('a terminal that reads nothing', () => {
  /** Runs the fixture, floods its screen, and reads nothing more until far more was drawn than any buffer holds. */
  async function stalled(): Promise<TerminalApp> {
    const file = path.join(directory, 'flood');
    const app = await start({ env: { FLOOD_FILE: file } });
    await app.until((screen) => screen.modes().bracketedPaste);
    app.press('F');
    await expect.poll(() => frames(file)).toBeGreaterThan(0);
    app.stall();
    const before = frames(file);
    await expect.poll(() => frames(file)).toBeGreaterThan(before + 300);
    return app;
  }

  const frames = (file: string): number => {
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      return 0;
    }
  };

  it('does not stop the program from ending', async () => {
    const app = await stalled();
    app.kill('SIGTERM');
    await untilProcessEnds(app.pid);
    app.resume();
    expect((await app.exit()).code).toBe(143);
  });

  it('is drawn correctly when it reads again', async () => {
    const app = await stalled();
    const before = app.bytes();
    app.resume();
    await expect.poll(() => app.bytes()).toBeGreaterThan(before);
    await app.shows((screen) => /ready 60x12/.test(screen.text()) && /^bottom/.test(screen.rows()[11] ?? ''));
    app.press('q');
    expect((await app.exit()).code).toBe(0);
    expect(app.modes()).toEqual(INITIAL_MODES);
  });
});

describe('ctrl+z', () => {
  it('stops the whole group, restores the terminal, and redraws after fg', async () => {
    const app = await startInShell({ kitty: true });
    await app.until((screen) => screen.modes().kittyFlags === 1);
    app.type('ab');
    await app.until('keys=ab');
    const before = app.modes();
    expect(before.focusReports).toBe(true);
    app.press('N');
    await app.until((screen) => /^a +title$/.test(screen.title()));
    app.press('ctrl+z');
    await app.until(/Stopped/);
    expect(app.modes()).toMatchObject({
      alternateScreen: false,
      cursorVisible: true,
      focusReports: false,
      kittyFlags: 0,
      kittyFlagsOfOtherScreen: 0,
    });
    // The shell's title is restored meanwhile.
    const mark = app.bytes();
    expect(app.output()).toContain('\x1b[23;2t');
    app.type('echo the shell is "here"\r');
    await app.until(/^the shell is here$/m);
    app.type('fg\r');
    await app.until(/keys=ab$/m);
    await app.until(/ready 60x12/);
    // The terminal answers the query for its keyboard after the screen is drawn.
    await app.shows((screen) => screen.modes().kittyFlags === 1);
    expect(app.modes()).toEqual(before);
    expect(app.output(mark)).toMatch(/\x1b\[22;2t\x1b\]2;a +title\x1b\\/);
    app.type('c\x1b[A');
    await app.until('keys=abc↑');
    app.press('q');
    await app.until(/goodbye\n\$/);
    expect(app.modes()).toMatchObject({ alternateScreen: false, cursorVisible: true });
  });

  it('uses the new window size after fg', async () => {
    const app = await startInShell();
    app.press('ctrl+z');
    await app.until(/Stopped/);
    app.resize(50, 10);
    app.type('fg\r');
    await app.until(/ready 50x10/);
    expect(app.screen().at(-1)).toMatch(/^bottom/);
  });

  it('continues if the group cannot be stopped', async () => {
    // A session leader of its own is an orphaned group: the kernel does not stop it.
    const app = await start();
    app.press('ctrl+z');
    await app.until((screen) => !screen.modes().alternateScreen);
    await app.until((screen) => screen.modes().alternateScreen && /ready 60x12/.test(screen.text()));
    app.press('k');
    await app.until('keys=k');
  });
});

it('redraws after SIGSTOP and SIGCONT', async () => {
  const app = await startInShell({ kitty: true });
  await app.until((screen) => screen.modes().kittyFlags === 1);
  const pid = Number(/pid=(\d+)/.exec(app.text())?.[1]);
  app.type('ab');
  await app.until('keys=ab');
  process.kill(pid, 'SIGSTOP');
  // The shell in between still waits, so nothing else happens on this terminal.
  await app.emulator.write('\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[2J');
  expect(app.text()).not.toContain('keys');
  process.kill(pid, 'SIGCONT');
  await app.until('keys=ab');
  expect(app.modes()).toMatchObject({ alternateScreen: true, cursorVisible: false, bracketedPaste: true });
  app.press('c');
  await app.until('keys=abc');
  expect(app.modes()).toMatchObject({ kittyFlags: 1, kittyFlagsOfOtherScreen: 0 });
  app.press('q');
  await app.until('code=0');
  expect(app.modes()).toMatchObject({ alternateScreen: false, kittyFlags: 0, kittyFlagsOfOtherScreen: 0 });
});

it('ignores ctrl+c while the terminal is lent', async () => {
  const app = await start();
  app.press('L');
  await app.until(/another program/);
  expect(app.modes().alternateScreen).toBe(false);
  app.press('ctrl+c');
  app.type('done\r');
  await app.until(/lent=1/);
  // No output reached it meanwhile, not even a bell; now it may.
  expect(app.emulator.bells()).toBe(0);
  app.press('B');
  await app.until((screen) => screen.bells() === 1);
  app.press('q');
  await app.until(/goodbye/);
});

it('redraws everything on ctrl+l', async () => {
  const app = await start();
  await app.emulator.write('\x1b[2J\x1b[Hgarbage from elsewhere');
  app.press('ctrl+l');
  await app.until((screen) => /ready 60x12/.test(screen.text()) && !/garbage/.test(screen.text()));
  expect(app.screen().at(-1)).toMatch(/^bottom/);
});

it('is complete after two resizes that cancel each other out', async () => {
  const app = await start();
  for (const [cols, rows] of [
    [1, 1],
    [30, 5],
    [100, 40],
  ] as const) {
    const before = app.bytes();
    app.resize(cols, rows);
    app.resize(60, 12);
    await expect.poll(() => app.bytes()).toBeGreaterThan(before);
    await app.shows(
      (screen) => /^ready 60x12/.test(screen.text()) && /^bottom {54}$/.test(screen.rows()[11] ?? ''),
    );
  }
});

it('reports the focus and delivers whole pastes', async () => {
  const app = await start();
  app.send('\x1b[I');
  await app.until('focused=true');
  app.send('\x1b[O');
  await app.until('focused=false');
  app.paste('line one\nline two\n'.repeat(60_000));
  await app.until(/keys=<1080000>/);
  app.send('j'.repeat(200));
  await app.until((screen) =>
    screen
      .text()
      .replaceAll('\n', '')
      .includes(`<1080000>${'j'.repeat(200)}`),
  );
});

describe('a terminal that replies late and in pieces', () => {
  /** Draws continuously, so that queries are always pending. Resolves to a typing function: no key gets into a reply. */
  async function flooded(app: TerminalApp, delay: number): Promise<(keys: string) => void> {
    let asked = 0;
    let typed = '';
    app.emulator.onReply = (bytes) => {
      asked++;
      setTimeout(() => app.reply(bytes.slice(0, 1)), delay);
      setTimeout(() => {
        app.reply(bytes.slice(1) + typed);
        typed = '';
      }, delay + 80);
    };
    app.press('F');
    await expect.poll(() => asked).toBeGreaterThan(3);
    return (keys) => {
      typed += keys;
    };
  }

  it('types nothing', async () => {
    const app = await start();
    const type = await flooded(app, 20);
    type('ab');
    await app.until(/keys=ab$/m);
    type('\x1b[A');
    await app.until(/keys=ab↑$/m);
  });

  it('leaves no reply for the shell', async () => {
    const app = await startInShell();
    const type = await flooded(app, 200);
    type('q');
    await app.until(/code=0/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(app.text()).not.toMatch(/0n|\^\[/);
  });

  it('leaves no reply for another program', async () => {
    const app = await start();
    const type = await flooded(app, 100);
    type('L');
    await app.until(/another program/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(app.text()).not.toMatch(/0n|\^\[/);
    app.type('done\r');
    await app.until(/lent=1/);
    expect(app.text()).toMatch(/keys=$/m);
  });

  it('leaves no reply after a signal', async () => {
    const app = await startInShell();
    const pid = Number(/pid=(\d+)/.exec(app.text())?.[1]);
    await flooded(app, 100);
    process.kill(pid, 'SIGTERM');
    await app.until(/code=/);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(app.text()).not.toMatch(/0n|\^\[/);
  });
});
