import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { openTerminal, type TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

const WORDS = 'taskdeck was updated: restart it.';

/** A copy of taskdeck as npm installs it. */
function installedIn({ folder }: Home) {
  const place = path.join(folder, 'installed');
  cpSync(path.dirname(path.dirname(inject('taskdeck'))), place, { recursive: true });
  const dist = path.join(place, 'dist');
  const current = path.join(dist, 'current');
  const build = (): string => path.join(dist, readFileSync(current, 'utf8').trim());
  return {
    program: path.join(place, 'bin', 'taskdeck.js'),
    build,
    remove: (): void => rmSync(place, { recursive: true }),
    /** Replaces it by another version. */
    replace(): void {
      const other = '0123456789abcdef';
      renameSync(build(), path.join(dist, other));
      writeFileSync(current, `${other}\n`);
    },
    removeBundles(): void {
      rmSync(build(), { recursive: true });
    },
  };
}

type Installed = ReturnType<typeof installedIn>;

const UPDATES: Readonly<Record<string, (installed: Installed) => void>> = {
  'the package is removed': ({ remove }) => remove(),
  'the package is replaced by another version': ({ replace }) => replace(),
  'the bundles are removed': ({ removeBundles }) => removeBundles(),
};

const started = (
  home: Home,
  { program }: Installed,
  env: Home['env'],
  args: readonly string[] = [],
): Promise<TerminalApp> =>
  openTerminal({
    command: process.execPath,
    args: [program, ...args],
    cwd: home.folder,
    env: { ...home.env, ...env },
    cols: 120,
    rows: 40,
  });

describe.each(Object.entries(UPDATES))('when %s while taskdeck runs', (_, update) => {
  it('the palette shows a notice, and still runs commands', async () => {
    const server = await deployment();
    const home = makeHome();
    const installed = installedIn(home);
    const app = await started(home, installed, signedIn(server).env);
    await app.until('Which branch?');
    update(installed);
    app.press(':');
    await app.until(WORDS);
    app.type('all keys');
    await app.until((screen) => !screen.text().includes('Pause the task; messages stay'));
    app.press('enter');
    await app.until('Keys');
    app.press('q');
    await app.until((screen) => !screen.text().includes('Keys'));
    app.press('q');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
  });

  it('the new-task form shows a notice, and keeps its text', async () => {
    const server = await deployment();
    const home = makeHome();
    const installed = installedIn(home);
    server.on('GET', '/api/v2/templates', json(200, [TEMPLATE]));
    const app = await started(home, installed, signedIn(server).env);
    await app.until('Which branch?');
    update(installed);
    app.press('n');
    await app.until(WORDS);
    app.type('Fix the parser');
    await app.until('Fix the parser');
    app.press('ctrl+c');
    expect(await app.exit()).toEqual({ code: 0, signal: null });

    const again = await home.open([], signedIn(server));
    await again.until('Which branch?');
    again.press('n');
    await again.until('Fix the parser');
  });

  it('a transcript is shown without markdown, with a notice', async () => {
    const server = await deployment();
    const home = makeHome();
    const installed = installedIn(home);
    let release = (): void => {};
    const requested = new Promise<void>((resolve) => {
      server.on('GET', TASKS, async (...call) => {
        resolve();
        await new Promise<void>((go) => {
          release = go;
        });
        return json(200, { tasks: [task()], count: 1 })(...call);
      });
    });
    const app = await started(home, installed, signedIn(server).env);
    await requested;
    update(installed);
    release();
    await app.until(WORDS);
    await app.until('Which branch?');
    app.press('q');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
  });

  it('a local server that must be started fails with a hint', async () => {
    const home = makeHome();
    const installed = installedIn(home);
    const app = await started(home, installed, {}, ['--local']);
    await app.until('Press n to start one');
    update(installed);
    await home.run('serve', '--stop');
    app.press('ctrl+l');
    await app.until(WORDS);
    app.press('q');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
  });
});

const TEMPLATE = {
  id: '5e8f8b1a-0000-4000-8000-000000000001',
  name: 'docker',
  display_name: '',
  description: '',
  icon: '',
  active_version_id: '5e8f8b1a-0000-4000-8000-000000000002',
  organization_id: '5e8f8b1a-0000-4000-8000-000000000003',
  organization_name: 'coder',
  build_time_stats: { start: { P50: null, P95: null }, stop: { P50: null, P95: null } },
};

const files = readdirSync(path.join(path.dirname(path.dirname(inject('taskdeck'))), 'dist'), {
  recursive: true,
  encoding: 'utf8',
})
  .map((file) => path.basename(file))
  // Without its sockets, taskdeck polls.
  .filter((file) => /\.(?:cjs|wasm)$|^current$/.test(file) && file !== 'web-socket.cjs');

describe('a start', () => {
  it.each(files)('without %s shows a sentence, never a stack trace', async (file) => {
    const server = await deployment();
    const home = makeHome();
    const installed = installedIn(home);
    // Makes taskdeck load the settings.
    mkdirSync(home.env.TASKDECK_CONFIG_DIR ?? '', { recursive: true });
    writeFileSync(path.join(home.env.TASKDECK_CONFIG_DIR ?? '', 'config.jsonc'), '{}');
    rmSync(path.join(file === 'current' ? path.dirname(installed.build()) : installed.build(), file));
    const isLocal = file === 'local.cjs';
    const env = isLocal ? {} : signedIn(server).env;
    const app = await started(home, installed, env, [
      ...(isLocal ? ['--local'] : []),
      // Loads cli.cjs.
      ...(file === 'cli.cjs' ? ['--ascii'] : []),
    ]);
    if (file === 'fuzzy.cjs') {
      await app.until('Which branch?');
      app.press(':');
    }
    await app.until((screen) => /was updated: restart it\.|installation is missing/.test(screen.text()));
    expect(app.output()).not.toMatch(/\n\s+at /);
  });
});
