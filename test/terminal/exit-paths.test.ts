import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment, signedIn } from '../e2e/deployment.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { openHome } from '../support/home.ts';
import { openTerminal, type TerminalApp } from '../support/terminal-app.ts';
import { untilProcessEnds } from './process-ended.ts';

const FAULT = path.resolve('test/terminal/fixtures/crash-on-signal.mts');

/** A shell with job control, which leaves the terminal as a job left it: interactive ones tidy up behind others. */
const SHELL = `
  # Other ptys of this test, which would keep them open.
  for own in /proc/$$/fd/*; do
    number=\${own##*/}
    [ "$number" -gt 2 ] && [ "$number" -lt 255 ] && eval "exec $number>&-"
  done
  printf '\\033]2;the title before\\007a line before\\n'
  stty -a > before
  RUN
  code=$?
  while [ $code = 148 ]; do
    stty -a > stopped
    echo stopped
    read word
    fg > fg
    code=$?
  done
  stty -a > after
  echo "left with $code"
  read word
`;

interface Setting {
  /** What the signal SIGUSR2 does to it. */
  readonly fault?: 'throw' | 'reject' | 'exit';
  /** Run before the program, such as `ulimit`. */
  readonly before?: string;
  /** Put behind the program, such as where its stderr goes. */
  readonly behind?: string;
  /** Where its screen is, when that is not where its keys come from. */
  readonly screen?: TerminalApp;
}

interface Opened {
  readonly app: TerminalApp;
  /** Of taskdeck itself. */
  readonly pid: number;
  /** What the shell wrote down. */
  readonly file: (name: string) => string;
}

let home: ReturnType<typeof openHome>['home'];
let dispose: () => Promise<void>;
beforeAll(() => {
  ({ home, dispose } = openHome());
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.jsonc'), '{ "mouse": true }');
});
afterAll(() => dispose());

/** taskdeck on a deployment with one task, under that shell, when its screen is up. */
async function open({ fault = 'exit', before = ':', behind = '', screen }: Setting = {}): Promise<Opened> {
  const server = await deployment();
  const run = `sh -c 'echo $$ > pid; ${before}; exec taskdeck' ${behind}`;
  const app = await home.open([], {
    command: '/bin/bash',
    cols: 120,
    kitty: true,
    args: ['--norc', '--noprofile', '-m', '-c', SHELL.replace('RUN', () => run)],
    env: { ...signedIn(server).env, NODE_OPTIONS: `--import=${FAULT}`, FAULT: fault },
  });
  // A screen of another terminal answers there, where taskdeck reads nothing.
  await up(screen ?? app, screen === undefined ? 1 : 0);
  const file = (name: string): string => readFileSync(path.join(home.folder, name), 'utf8');
  return { app, pid: Number(file('pid')), file };
}

/** Waits until the screen is whole, and everything that is asked of the terminal has reached it. */
async function up(app: TerminalApp, flags = 1): Promise<void> {
  await app.until('● Fix login');
  await app.until((screen) => {
    const { focusReports, bracketedPaste, mouse, kittyFlags } = screen.modes();
    const isAsked = focusReports && bracketedPaste && mouse !== 'none' && kittyFlags === flags;
    return isAsked && screen.title().startsWith('taskdeck');
  });
}

/** The terminal is the shell's again, as it was. */
function expectAsBefore({ app, file }: Opened, terminalModes: 'after' | 'stopped' = 'after'): void {
  expect(app.modes()).toEqual(INITIAL_MODES);
  expect(app.emulator.title()).toBe('the title before');
  expect(app.text()).toMatch(/^a line before\n/);
  expect(file(terminalModes)).toBe(file('before'));
  const { x, y } = app.cursor();
  expect([x, app.cell(0, y - 1).style]).toEqual([0, []]);
}

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const;

interface WayOut extends Setting {
  readonly code: number;
  readonly go: (opened: Opened) => void;
  /** What stands on the screen afterwards between what was there before and the shell's own words. */
  readonly says?: RegExp;
}

const press =
  (...keys: readonly string[]) =>
  ({ app }: Opened): void =>
    app.press(...keys);
const send =
  (signal: NodeJS.Signals) =>
  ({ pid }: Opened): void =>
    void process.kill(pid, signal);

const WAYS_OUT: Readonly<Record<string, WayOut>> = {
  q: { code: 0, go: press('q') },
  'ctrl+c': { code: 0, go: press('ctrl+c') },
  ...Object.fromEntries(signals.map(([name, code]) => [name, { code, go: send(name) }])),
  'process.exit in the middle': { code: 9, fault: 'exit', go: send('SIGUSR2') },
  'a fault that nobody caught': {
    code: 1,
    fault: 'throw',
    go: send('SIGUSR2'),
    says: /^taskdeck crashed: a fault of its own\nCrash report: \S+\n$/,
  },
  'a fault when the disk is full': {
    code: 1,
    fault: 'throw',
    // The limit on a file's size is the one full disk that everybody can have, root too.
    before: 'ulimit -f 0',
    go: send('SIGUSR2'),
    says: /^taskdeck crashed: a fault of its own\nCannot write the crash report\.\n$/,
  },
  'q when the disk is full': { code: 0, before: 'ulimit -f 0', go: press('q') },
  'a fault when nobody reads its errors': {
    code: 1,
    fault: 'throw',
    behind: '2> >(true)',
    go: send('SIGUSR2'),
  },
  'a rejection that nobody handled': {
    code: 1,
    fault: 'reject',
    go: send('SIGUSR2'),
    says: /^taskdeck crashed: a rejected promise\nCrash report: \S+\n$/,
  },
};

describe('the terminal is left as it was found by', () => {
  it.each(Object.entries(WAYS_OUT))('%s', async (_, { code, go, says = /^$/, ...setting }) => {
    const opened = await open(setting);
    const { app } = opened;
    go(opened);
    await app.until(`left with ${code}`);
    expectAsBefore(opened);
    const [, between] = /^a line before\n([\s\S]*)left with \d+\n/.exec(app.text()) ?? [];
    expect(between).toMatch(says);
  });

  it('ctrl+z, and again by q after fg', async () => {
    const opened = await open();
    const { app } = opened;
    const modes = app.modes();
    app.press('ctrl+z');
    await app.until(/^stopped/m);
    expectAsBefore(opened, 'stopped');
    app.press('enter');
    await up(app);
    await app.until((screen) => isDeepStrictEqual(screen.modes(), modes));
    app.press('q');
    await app.until('left with 0');
    expectAsBefore(opened);
  });

  it('a screen that breaks, where the keys come from another terminal', async () => {
    const screen = await openTerminal({ command: '/bin/sh', args: ['-c', 'tty; read word'] });
    await screen.until(/^\/dev\//);
    const opened = await open({ behind: `> ${screen.text().trim()}`, screen });
    await screen.close();
    // A quiet screen writes nothing: now it has something to say.
    opened.app.press('?');
    await opened.app.until('left with 129');
    expectAsBefore(opened);
  });
});

it('a crash report is for the user alone, and tells what happened', async () => {
  const { app, pid } = await open({ fault: 'reject' });
  process.kill(pid, 'SIGUSR2');
  await app.until('left with 1');
  const [, report = ''] = /^Crash report: (\S+)$/m.exec(app.text()) ?? [];
  expect(path.dirname(report)).toBe(home.stateDir);
  expect(statSync(report).mode & 0o777).toBe(0o600);
  expect(readFileSync(report, 'utf8')).toMatch(/^taskdeck \d\S*$[\s\S]*^Error: a rejected promise$/m);
});

it('a terminal that is closed ends it', async () => {
  const { app, pid } = await open();
  // With the first process of its session the system takes a terminal away.
  app.kill('SIGKILL');
  await untilProcessEnds(pid);
});
