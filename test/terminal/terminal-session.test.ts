import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INITIAL_MODES } from '../support/emulator.ts';
import { openTerminal, type TerminalApp, type TerminalOptions } from '../support/terminal-app.ts';
import { untilProcessEnds } from './process-ended.ts';

const FIXTURE = path.resolve('test/terminal/fixtures/app.mts');

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
    args: [FIXTURE],
    cols: 60,
    rows: 12,
    ...options,
    env: { ...environment(), ...options.env },
  });
  await app.until(/ready 60x12/);
  return app;
}

/** The same under an interactive shell with job control, as a user has it. */
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
  // A shell in between, as npm puts one there: all of the group must stop.
  app.type(`sh -c '"${process.execPath}" "${FIXTURE}"; true'; echo "code=$?"\r`);
  await app.until(/ready 60x12/);
  return app;
}

describe('the terminal is left as it was found (see also ways-out.test.ts)', () => {
  it('after the ordinary end', async () => {
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

  it('after a component that throws, with a report', async () => {
    const app = await start({ kitty: true });
    await app.until((screen) => screen.modes().kittyFlags === 1);
    app.press('R');
    expect(await app.exit()).toEqual({ code: 1, signal: null });
    expect(app.modes()).toEqual(INITIAL_MODES);
    const crashes = path.join(directory, 'crashes');
    const [file = ''] = readdirSync(crashes);
    // The path is longer than a row.
    expect(app.text().replaceAll('\n', '')).toContain(`Crash report: ${path.join(crashes, file)}`);
    const report = readFileSync(path.join(crashes, file), 'utf8');
    expect(report).toMatch(/Error: a component broke/);
    expect(report).not.toContain('\x1b');
  });

  it('although the last work does not end in time', async () => {
    const app = await start({ env: { SLOW_END: '1' } });
    app.kill('SIGTERM');
    expect((await app.exit()).code).toBe(143);
    expect(app.modes()).toEqual(INITIAL_MODES);
  });
});

describe('a terminal that takes nothing', () => {
  /** Runs the fixture, floods its screen, and reads nothing more until far more was drawn than any buffer holds. */
  async function stalled(): Promise<TerminalApp> {
    const file = path.join(directory, 'flood');
    const app = await start({ env: { FLOOD_FILE: file } });
    await app.until((screen) => screen.modes().bracketedPaste);
    app.press('F');
    await expect.poll(() => frames(file), { timeout: 15_000 }).toBeGreaterThan(0);
    app.stall();
    const before = frames(file);
    await expect.poll(() => frames(file), { timeout: 15_000 }).toBeGreaterThan(before + 300);
    return app;
  }

  const frames = (file: string): number => {
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      return 0;
    }
  };

  it('does not keep the program from ending', async () => {
    const app = await stalled();
    app.kill('SIGTERM');
    await untilProcessEnds(app.pid);
    app.resume();
    expect((await app.exit()).code).toBe(143);
  });

  it('is drawn right again when it takes something', async () => {
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
  it('stops the whole group, gives the terminal back, and takes it again', async () => {
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
    // The shell's own title is back meanwhile.
    const mark = app.bytes();
    expect(app.output()).toContain('\x1b[23;2t');
    app.type('echo the shell is "here"\r');
    await app.until(/^the shell is here$/m);
    app.type('fg\r');
    await app.until(/keys=ab$/m);
    await app.until(/ready 60x12/);
    expect(app.modes()).toEqual(before);
    expect(app.output(mark)).toMatch(/\x1b\[22;2t\x1b\]2;a +title\x1b\\/);
    app.type('c\x1b[A');
    await app.until('keys=abc↑');
    app.press('q');
    await app.until(/goodbye\n\$/);
    expect(app.modes()).toMatchObject({ alternateScreen: false, cursorVisible: true });
  });

  it('notices that the window changed meanwhile', async () => {
    const app = await startInShell();
    app.press('ctrl+z');
    await app.until(/Stopped/);
    app.resize(50, 10);
    app.type('fg\r');
    await app.until(/ready 50x10/);
    expect(app.screen().at(-1)).toMatch(/^bottom/);
  });

  it('carries on where nothing can be stopped', async () => {
    // A session leader of its own is an orphaned group: the kernel does not stop it.
    const app = await start();
    app.press('ctrl+z');
    await app.until((screen) => !screen.modes().alternateScreen);
    await app.until((screen) => screen.modes().alternateScreen && /ready 60x12/.test(screen.text()));
    app.press('k');
    await app.until('keys=k');
  });
});

it('paints again when it was stopped and continued from outside', async () => {
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

it('lends the terminal, whose ctrl+c is then not ours', async () => {
  const app = await start();
  app.press('L');
  await app.until(/another program/);
  expect(app.modes().alternateScreen).toBe(false);
  app.press('ctrl+c');
  app.type('done\r');
  await app.until(/lent=1/);
  // Nothing of ours reached it meanwhile, not even a bell; now it may again.
  expect(app.emulator.bells()).toBe(0);
  app.press('B');
  await app.until((screen) => screen.bells() === 1);
  app.press('q');
  await app.until(/goodbye/);
});

it('paints everything again on ctrl+l', async () => {
  const app = await start();
  await app.emulator.write('\x1b[2J\x1b[Hgarbage from elsewhere');
  app.press('ctrl+l');
  await app.until((screen) => /ready 60x12/.test(screen.text()) && !/garbage/.test(screen.text()));
  expect(app.screen().at(-1)).toMatch(/^bottom/);
});

it('is whole after a window that changed and changed back before anybody looked', async () => {
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

it('tells focus and keeps pastes whole', async () => {
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

describe('a terminal that answers late, and in pieces', () => {
  /** Draws all the time, so that the terminal is asked all the time. Resolves to how keys are typed: none gets into an answer. */
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
    await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(3);
    return (keys) => {
      typed += keys;
    };
  }

  it('types nothing by that', async () => {
    const app = await start();
    const type = await flooded(app, 20);
    type('ab');
    await app.until(/keys=ab$/m);
    type('\x1b[A');
    await app.until(/keys=ab↑$/m);
  });

  it('leaves nothing behind for the shell', async () => {
    const app = await startInShell();
    const type = await flooded(app, 200);
    type('q');
    await app.until(/code=0/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(app.text()).not.toMatch(/0n|\^\[/);
  });

  it('nor for another program', async () => {
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

  it('nor when a signal ends us', async () => {
    const app = await startInShell();
    const pid = Number(/pid=(\d+)/.exec(app.text())?.[1]);
    await flooded(app, 100);
    process.kill(pid, 'SIGTERM');
    await app.until(/code=/);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(app.text()).not.toMatch(/0n|\^\[/);
  });
});
