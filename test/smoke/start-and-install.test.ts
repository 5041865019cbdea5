import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openShellForm } from '../support/shell-form.ts';
import { openTerminal } from '../support/terminal-app.ts';

const START = 'npm ci && npm start';

/** A temporary folder, and an environment without the developer's settings. */
function freshHome() {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-smoke-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const home = {
    HOME: folder,
    TASKDECK_CONFIG_DIR: path.join(folder, 'config'),
    TASKDECK_STATE_DIR: path.join(folder, 'state'),
    SHELL: '/bin/sh',
  };
  return { folder, home };
}

/** Creates a task on the screen, waits for its output, and quits. */
async function tryScreen(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const app = await openTerminal({ command, args, env, cols: 80, rows: 24 });
  await app.until('Press n to start one', { timeout: 60_000 });
  await openShellForm(app);
  app.type('echo smoke $((40 + 2))\r');
  await app.until(/smoke 42/, { timeout: 30_000 });
  app.press('q');
  expect((await app.exit()).code).toBe(0);
  expect(app.modes().alternateScreen).toBe(false);
}

it("the README's start command opens the screen on the local server", async () => {
  expect(readFileSync('README.md', 'utf8')).toContain(START);
  const { home } = freshHome();
  await tryScreen('npm', ['start'], home);
  execFileSync(process.execPath, ['bin/taskdeck.js', 'serve', '--stop'], {
    env: { ...process.env, ...home },
  });
});

it('ctrl+z stops all processes of npm start, and fg restores the screen', async () => {
  const { home } = freshHome();
  const shell = await openTerminal({
    command: '/bin/bash',
    args: ['--norc', '--noprofile', '-i'],
    env: { ...home, PS1: 'shell$ ' },
    cols: 80,
    rows: 24,
  });
  await shell.until('shell$');
  shell.type('npm start\r');
  await shell.until('Press n to start one', { timeout: 60_000 });
  shell.press('ctrl+z');
  await shell.until(/Stopped .*npm start/);
  expect(shell.modes().alternateScreen).toBe(false);
  // npm, its shell, and taskdeck.
  shell.type('echo $((6 * 7)) stopped; ps -o stat= | grep -c "^T"\r');
  await shell.until(/42 stopped\s+3\b/);
  shell.type('fg\r');
  await shell.until('Press n to start one');
  shell.press('q');
  await shell.until((screen) => !screen.modes().alternateScreen);
  shell.type('node_modules/.bin/node bin/taskdeck.js serve --stop; exit\r');
  await shell.exit();
});

it('the packed file installs without any dependency and runs', async () => {
  const { folder, home } = freshHome();
  const packed: unknown = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' }),
  );
  // An array; since npm 12 an object by package name.
  const [pack] = Object.values(packed as Record<string, { filename: string; files: { path: string }[] }>);
  const files = pack?.files.map((file) => file.path) ?? [];
  const wanted = ['bin/taskdeck.js', 'dist/current', 'README.md', 'LICENSE'];
  expect(files).toEqual(expect.arrayContaining(wanted));
  for (const bundle of ['cli', 'tui', 'local'])
    expect(files.filter((file) => new RegExp(`^dist/[0-9a-f]{16}/${bundle}\\.cjs$`).test(file))).toHaveLength(
      1,
    );
  expect(files.filter((file) => /^(?:src|test|scripts)\//.test(file))).toEqual([]);

  const prefix = path.join(folder, 'prefix');
  const tarball = path.join(folder, pack?.filename ?? '');
  execFileSync('npm', ['i', '-g', '--prefix', prefix, '--offline', tarball]);

  const installed = path.join(prefix, 'bin', 'taskdeck');
  const env = { ...home, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` };
  const run = (...args: readonly string[]): string =>
    execFileSync(installed, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(run('--version').trim()).toBe(version);
  await tryScreen(installed, ['--local'], env);
  expect(run('list', '--local')).toContain('smoke');
  run('serve', '--stop');
});

it('an old Node gets one sentence', () => {
  const own = spawnSync('node', ['bin/taskdeck.js', '--version'], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    encoding: 'utf8',
  });
  const [major = 0, minor = 0] = spawnSync('node', ['-p', 'process.versions.node'], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    encoding: 'utf8',
  })
    .stdout.split('.')
    .map(Number);
  const isOld = major < 22 || (major === 22 && minor < 13);
  expect(own.status).toBe(isOld ? 1 : 0);
  if (isOld) expect(own.stderr).toMatch(/^taskdeck requires Node\.js 22\.16 or newer; this is \S+\.\n$/);
});
