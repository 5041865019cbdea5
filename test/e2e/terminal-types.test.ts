import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs taskdeck after a line for `sh` that may change the terminal. */
const openAfter = (home: Home, line: string, env: Environment): Promise<TerminalApp> =>
  home.open([], { command: '/bin/sh', args: ['-c', `${line}; exec taskdeck`], env });

const isDrawn = (screen: ScreenSnapshot): boolean =>
  /q quit/.test(screen.rows().at(-1) ?? '') && /● Fix login/.test(screen.text());

const hasColors = ({ emulator }: TerminalApp): boolean =>
  emulator.cells().some((row) => row.includes('{fg:'));

describe('variables of CI change nothing in a terminal', () => {
  // Each of the first four alone would make Ink or chalk draw otherwise; the others have the remaining names.
  it.each<Environment>([
    { CI: '' },
    { CI: 'true' },
    { CONTINUOUS_INTEGRATION: 'true' },
    { TEAMCITY_VERSION: '8.1' },
    {
      CI: 'woodpecker',
      CONTINUOUS_INTEGRATION: '',
      GITHUB_ACTIONS: 'true',
      GITLAB_CI: 'true',
      BUILDKITE: 'true',
      TRAVIS: 'true',
      CIRCLECI: 'true',
      APPVEYOR: 'True',
      DRONE: 'true',
      VERCEL: '1',
    },
    {
      CI_NAME: 'codeship',
      CI_APP_ID: '1',
      CI_BUILD_ID: '2',
      CI_BUILD_NUMBER: '3',
      BUILD_NUMBER: '7',
      BUILD_ID: '7',
      RUN_ID: '7',
      JENKINS_URL: 'http://127.0.0.1/',
      TF_BUILD: 'True',
      AGENT_NAME: 'one',
      CODEBUILD_BUILD_ARN: 'arn',
    },
  ])('%j', async (variables) => {
    const server = await deployment();
    const app = await makeHome().open([], { env: { ...signedIn(server).env, ...variables } });
    await app.until(isDrawn);
    expect(app.modes().alternateScreen).toBe(true);
    expect(hasColors(app)).toBe(true);
    app.press('?');
    await app.until('Pause the task; messages stay');
    app.press('esc');
    await app.until(isDrawn);
    app.press('q');
    expect((await app.exit()).code).toBe(0);
  });
});

describe('an impossible size counts as 80 columns and 24 rows', () => {
  // test/terminal/capabilities.test.ts has more sizes.
  const sizes = ['cols 0 rows 0', 'cols 65535 rows 65535'];

  it.each(sizes)('on the screen: %s', async (size) => {
    const server = await deployment();
    const app = await openAfter(makeHome(), `stty ${size}`, signedIn(server).env);
    await app.until(isDrawn);
    expect(app.screen()[0]).toMatch(/^ taskdeck .* live $/);
    app.press('q');
    expect((await app.exit()).code).toBe(0);
  });

  it.each(sizes)('for lines of a screen reader: %s', async (size) => {
    const server = await deployment();
    const env = { ...signedIn(server).env, INK_SCREEN_READER: 'true' };
    const app = await openAfter(makeHome(), `stty ${size}`, env);
    await app.until(/1 task, 1 needs you\.\nFix login redirect: idle for .*, needs you/);
    app.press('q');
    expect((await app.exit()).code).toBe(0);
  });

  it.each(sizes)('in tables: %s', async (size) => {
    const server = await deployment();
    const message = 'word '.repeat(60);
    const long = task({
      current_state: { state: 'idle', message, timestamp: new Date().toISOString(), uri: '' },
    });
    server.on('GET', TASKS, json(200, { tasks: [long], count: 1 }));
    const app = await makeHome().open([], {
      command: '/bin/sh',
      args: ['-c', `stty ${size}; exec taskdeck list`],
      ...signedIn(server),
    });
    expect((await app.exit()).code).toBe(0);
    const rows = app.output().split('\r\n');
    expect(rows.filter((row) => row !== '').length).toBe(2);
    expect(rows[1]).toMatch(/word.*…$/);
    expect(rows[1]?.length).toBeLessThanOrEqual(80);
    expect(rows[1]?.length).toBeGreaterThan(60);
  });
});

describe('a dumb terminal gets the lines of the screen reader, and no sequence', () => {
  it.each<Environment>([
    { TERM: 'dumb' },
    { TERM: 'dumb', CI: '1', LANG: 'C', LC_ALL: 'C' },
    { TERM: 'dumb', INSIDE_EMACS: '30.1,comint', COLUMNS: '80', COLORTERM: 'truecolor', FORCE_COLOR: '1' },
  ])('%j', async (variables) => {
    const server = await deployment();
    const app = await makeHome().open([], { env: { ...signedIn(server).env, ...variables } });
    await app.until(/1 task, 1 needs you\.\nFix login redirect: idle for .*, needs you/);
    app.press('enter');
    await app.until('message>');
    app.type('main');
    await app.until('message> main');
    app.press('esc');
    await app.until(/message> main\nFix login redirect: idle/);
    app.press('q');
    expect((await app.exit()).code).toBe(0);
    expect(app.output()).not.toContain('\x1b');
  });
});

describe('the characters follow the locale: the first of LC_ALL, LC_CTYPE and LANG that is not empty', () => {
  const none = { LC_ALL: undefined, LC_CTYPE: undefined, LANG: undefined };

  // test/terminal/capabilities.test.ts has more locales.
  it.each<readonly [Environment, 'ASCII' | 'all characters']>([
    [{}, 'ASCII'],
    [{ LANG: 'C', TMUX: '/tmp/none,1,0', TERM: 'tmux-256color' }, 'ASCII'],
    [{ LANG: 'C', LC_CTYPE: 'UTF-8' }, 'all characters'],
  ])('%j: %s', async (locale, expected) => {
    const server = await deployment();
    const app = await makeHome().open([], { env: { ...signedIn(server).env, ...none, ...locale } });
    const drawn = expected === 'ASCII' ? /\* Fix login[\s\S]*q quit/ : /● Fix login[\s\S]*q quit/;
    await app.until(drawn);
    app.press('?');
    await app.until('Pause the task; messages stay');
    if (expected === 'ASCII') expect(app.output()).toMatch(/^[\x00-\x7f]*$/);
    else expect(app.text()).toContain('┌');
  });
});

describe('warnings of Node stay off the screen', () => {
  /** Warns repeatedly, like libraries that are loaded late. */
  const WARNING = `
    const { appendFileSync } = require('node:fs');
    const warn = () => {
      process.emitWarning('This is on its way out.', 'DeprecationWarning', 'DEP9999');
      process.emitWarning('An old way of things.');
      new Buffer(1);
      appendFileSync(process.env.WARNED, 'x');
    };
    if (!/serve/.test(process.argv.join())) { warn(); setInterval(warn, 50).unref(); }
  `;

  it.each([
    'NODE_PENDING_DEPRECATION=1',
    'NODE_OPTIONS="$NODE_OPTIONS --trace-warnings"',
    'NODE_OPTIONS="$NODE_OPTIONS --trace-deprecation"',
    'NODE_TLS_REJECT_UNAUTHORIZED=0',
    'NODE_EXTRA_CA_CERTS=/nowhere/ca.pem',
    'NO_COLOR=1 FORCE_COLOR=1',
  ])('%s', async (variables) => {
    const home = makeHome();
    writeFileSync(path.join(home.folder, 'warn.cjs'), WARNING);
    const app = await home.open([], {
      command: '/bin/sh',
      args: ['-c', `export ${variables}; exec taskdeck`],
      env: {
        NODE_OPTIONS: `--require ${path.join(home.folder, 'warn.cjs')}`,
        WARNED: path.join(home.folder, 'warned'),
        // Nothing listens there, but taskdeck still starts a TLS connection.
        CODER_URL: 'https://127.0.0.1:1',
        CODER_SESSION_TOKEN: 'abcdefghij-abcdefghijklmnopqrstuv',
      },
    });
    await app.until('q quit');
    await app.until(/cannot reach|refused|retry/i);
    app.press('?');
    await app.until('Next task that needs you');
    app.press('esc');
    await app.until('q quit');
    app.press('q');
    expect((await app.exit()).code).toBe(0);
    const [before = '', screen = ''] = app.output().split('\x1b[?1049h');
    expect(screen).not.toMatch(/Warning|--trace-/);
    // Warnings before the first frame stay.
    if (before.includes('Warning')) expect(app.emulator.history()).toContain('Warning');
  });
});
