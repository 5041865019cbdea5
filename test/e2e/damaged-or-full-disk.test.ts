import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import { openShellForm } from '../support/shell-form.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn } from './deployment.ts';

const SIZE = { cols: 200, rows: 30 };
const GARBAGE = 'Bread, milk, a pound of butter. '.repeat(300);

/** Matches a notice that is wrapped between words. */
const says =
  (expected: RegExp) =>
  (screen: ScreenSnapshot): boolean =>
    expected.test(screen.text().replaceAll(/\s*\n\s*/g, ' '));

async function quit(app: TerminalApp): Promise<void> {
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
}

it('starts with damaged files, reports them, and keeps copies', async () => {
  const home = makeHome();
  const config = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(config, { recursive: true });
  mkdirSync(home.stateDir);
  const inState = ['taskdeck.db', 'local.db', 'server.lock', 'server.json'];
  for (const name of inState) writeFileSync(path.join(home.stateDir, name), GARBAGE, { mode: 0o600 });
  const inConfig = ['config.jsonc', 'profiles.json'];
  for (const name of inConfig) writeFileSync(path.join(config, name), GARBAGE, { mode: 0o600 });

  const app = await home.open(['--local'], SIZE);
  await app.until(says(/config\.jsonc:1:1: /));
  app.press('esc');
  await app.until(says(/profiles\.json is invalid.*taskdeck\.db was damaged/));
  app.press('esc');
  await app.until(
    says(
      /local\.db was damaged\. It was renamed to \S+local\.db\.damaged, and the local server starts without tasks/,
    ),
  );
  await app.shows('Press n to start one');
  await openShellForm(app);
  app.type('echo works $((40 + 2))\r');
  await app.until('works 42');
  await quit(app);

  for (const name of inState) {
    const aside = readdirSync(home.stateDir).filter((file) => file.startsWith(`${name}.`));
    const kept = aside.map((file) => readFileSync(path.join(home.stateDir, file), 'utf8'));
    expect([name, kept]).toEqual([name, [GARBAGE]]);
  }
  // The user corrects config.jsonc.
  for (const name of inConfig) expect(readFileSync(path.join(config, name), 'utf8')).toBe(GARBAGE);

  const again = await home.open(['--local'], SIZE);
  await again.until(says(/config\.jsonc:1:1: .* no conversation is stored on this machine\./));
  again.press('esc');
  await again.until(says(/profiles\.json is invalid/));
  await again.shows('works 42');
  await quit(again);
});

it('works from memory if nothing can be written, and reports that the local server cannot start', async () => {
  const server = await deployment();
  const home = makeHome();
  // A file instead of the directory, which stops root too.
  const blocked = path.join(home.folder, 'blocked');
  writeFileSync(blocked, GARBAGE);
  const env = { ...signedIn(server).env, TASKDECK_STATE_DIR: blocked };
  const app = await home.open([], { env, ...SIZE });
  await app.until('● Fix login');
  await app.until(says(/Nothing is saved in this run\. Cannot use the directory \S+blocked: /));
  await quit(app);
  const local = await home.open(['--local'], { env, ...SIZE });
  await local.until(
    says(/Cannot connect with the settings of this machine .*Cannot use the directory \S+blocked: /),
  );
  await quit(local);
  expect(readFileSync(blocked, 'utf8')).toBe(GARBAGE);
});

it('reports a full disk if the local server cannot start', async () => {
  const home = makeHome();
  const app = await home.open(undefined, {
    ...SIZE,
    command: 'sh',
    args: ['-c', 'ulimit -f 0; exec taskdeck --local'],
  });
  await app.until(says(/Cannot start the local server|The local server did not start/));
  await quit(app);
});

it('prints after the exit what could not be saved', async () => {
  const server = await deployment();
  const home = makeHome();
  const app = await home.open([], { ...signedIn(server), ...SIZE });
  await app.until('Which branch?');
  // taskdeck may be writing.
  const other = new DatabaseSync(path.join(home.stateDir, 'taskdeck.db'), { timeout: 5_000 });
  other.exec("CREATE TRIGGER full BEFORE INSERT ON draft BEGIN SELECT RAISE(ABORT, 'no room is left'); END");
  other.close();
  app.press('i');
  app.send('half a thought\x03');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
  expect(app.modes().alternateScreen).toBe(false);
  expect(app.text()).toMatch(/taskdeck: Cannot save everything: .*no room is left/);
});
