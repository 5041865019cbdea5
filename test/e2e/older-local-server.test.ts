import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Home, makeHome } from '../support/home.ts';
import { startDetachedServer } from '../support/local-server.ts';

/** A home whose local server belongs to an older taskdeck. The end of the home stops it. */
async function withOlderServer(): Promise<Home> {
  const home = makeHome();
  await startDetachedServer(home.stateDir);
  return home;
}

const serverOf = ({ stateDir }: Home): { readonly version: string; readonly pid: number } => {
  const file = path.join(stateDir, 'server.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { version: '', pid: 0 };
};
const OLDER = /taskdeck 0\.0\.0-test/;

it('an older local server on which nothing runs is restarted after a yes, and its tasks stay', async () => {
  const home = await withOlderServer();
  await home.run('create', '--local', '--template', 'shell', '--name', 'first', 'echo from before');
  await home.run('wait', '--local', 'first');
  const older = serverOf(home);
  const app = await home.open(['--local'], { cols: 160 });
  await app.until(/Restart the older local server .*\? Nothing runs\./);
  expect(app.text()).toMatch(OLDER);
  app.press('enter');
  await app.until('To restart the older local server later');
  expect(serverOf(home).pid).toBe(older.pid);

  app.press(':');
  app.type('restart the older');
  await app.until('Restart the older local server');
  app.press('enter');
  await app.until(/Restart the older local server .*\? Nothing runs\./);
  app.press('y');
  await app.until('The local server was restarted.');
  expect(serverOf(home)).not.toMatchObject({ pid: older.pid });
  expect(serverOf(home).version).not.toBe(older.version);
  await app.shows('echo from before');
  const status = JSON.parse(await home.run('serve', '--status', '--json'));
  expect(status).toMatchObject({ running: true, older: false });
});

it('an older local server is kept while a task runs: the screen names it, and offers the restart afterwards', async () => {
  const home = await withOlderServer();
  await home.run(
    'create',
    '--local',
    '--template',
    'shell',
    '--name',
    'busy',
    'while [ ! -e go ]; do sleep 0.1; done',
  );
  const app = await home.open(['--local'], { cols: 200 });
  await app.until(/It can restart when these have ended: “busy”/);
  expect(app.text()).toMatch(OLDER);
  expect(app.text()).not.toContain('Restart the older');
  writeFileSync(path.join(home.folder, 'go'), '');
  await app.until(/Restart the older local server .*\? Nothing runs\./);
  app.press('esc');
  await app.until('To restart the older local server later');
});

it('doctor and scripts say that the local server is older', async () => {
  const home = await withOlderServer();
  expect((await home.call(['doctor', '--local'])).out).toMatch(/it is older than this taskdeck/);
  const piped = await home.call(['list', '--local', '--json']);
  expect(piped).toMatchObject({ code: 0, err: '' });
  const app = await home.open(['list', '--local'], { cols: 200 });
  expect(await app.exit()).toMatchObject({ code: 0 });
  expect(app.text()).toMatch(OLDER);
  expect(app.text()).toContain('taskdeck serve --stop');
});
