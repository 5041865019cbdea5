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

/** A shell with job control that does not reset the terminal after a job, as interactive shells do. */
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
  /** The fault that SIGUSR2 causes. */
  readonly fault?: 'throw' | 'reject' | 'exit';
  /** A command before the program, such as `ulimit`. */
  readonly before?: string;
  /** Text after the program, such as a redirection of stderr. */
  readonly behind?: string;
  /** The terminal of its screen, if it is not that of its keys. */
  readonly screen?: TerminalApp;
}

interface Opened {
  readonly app: TerminalApp;
  /** The process of taskdeck, not of the shell. */
  readonly pid: number;
  /** A file that the shell wrote. */
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

/** Starts taskdeck in that shell, with one task, and waits for its screen. */
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
  // The other terminal replies there, where taskdeck does not read.
  await up(screen ?? app, screen === undefined ? 1 : 0);
  const file = (name: string): string => readFileSync(path.join(home.folder, name), 'utf8');
  return { app, pid: Number(file('pid')), file };
}

/** Waits until the screen is complete and all queries have reached the terminal. */
async function up(app: TerminalApp, flags = 1): Promise<void> {
  await app.until('● Fix login');
  await app.until((screen) => {
    const { focusReports, bracketedPaste, mouse, kittyFlags } = screen.modes();
    const isAsked = focusReports && bracketedPaste && mouse !== 'none' && kittyFlags === flags;
    return isAsked && screen.title().startsWith('taskdeck');
  });
}

/** Expects the shell's terminal settings from before. */
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
  /** The text between the old screen content and the shell's prompt. */
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
  'an uncaught error': {
    code: 1,
    fault: 'throw',
    go: send('SIGUSR2'),
    says: /^taskdeck crashed: a fault of its own\nCrash report: \S+\n$/,
  },
  'an uncaught error on a full disk': {
    code: 1,
    fault: 'throw',
    // A limit on file size simulates a full disk, also for root.
    before: 'ulimit -f 0',
    go: send('SIGUSR2'),
    says: /^taskdeck crashed: a fault of its own\nCannot write the crash report\.\n$/,
  },
  'q on a full disk': { code: 0, before: 'ulimit -f 0', go: press('q') },
  'an uncaught error with a closed stderr': {
    code: 1,
    fault: 'throw',
    behind: '2> >(true)',
    go: send('SIGUSR2'),
  },
  'an unhandled rejection': {
    code: 1,
    fault: 'reject',
    go: send('SIGUSR2'),
    says: /^taskdeck crashed: a rejected promise\nCrash report: \S+\n$/,
  },
};

describe('the terminal is restored after', () => {
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

  it('a broken screen on another terminal than the keys', async () => {
    const screen = await openTerminal({ command: '/bin/sh', args: ['-c', 'tty; read word'] });
    await screen.until(/^\/dev\//);
    const opened = await open({ behind: `> ${screen.text().trim()}`, screen });
    await screen.close();
    // A quiet screen writes nothing, so the list changes now.
    opened.app.press('?');
    await opened.app.until('left with 129');
    expectAsBefore(opened);
  });
});

it('a crash report is private and has the error', async () => {
  const { app, pid } = await open({ fault: 'reject' });
  process.kill(pid, 'SIGUSR2');
  await app.until('left with 1');
  const [, report = ''] = /^Crash report: (\S+)$/m.exec(app.text()) ?? [];
  expect(path.dirname(report)).toBe(home.stateDir);
  expect(statSync(report).mode & 0o777).toBe(0o600);
  expect(readFileSync(report, 'utf8')).toMatch(/^taskdeck \d\S*$[\s\S]*^Error: a rejected promise$/m);
});

it('a closed terminal ends taskdeck', async () => {
  const { app, pid } = await open();
  // The system closes the terminal with the first process of its session.
  app.kill('SIGKILL');
  await untilProcessEnds(pid);
});
