import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeHome } from '../support/deck.ts';
import { deployment, signedIn } from './deployment.ts';

const FAULT = path.resolve('test/terminal/fixtures/listener-fault.mts');

it('goes on after a fault of its own, says so once, and writes a report', async () => {
  const server = await deployment();
  const home = makeHome();
  const { env } = signedIn(server);
  const app = await home.open([], {
    env: { ...env, NODE_OPTIONS: `--import=${FAULT}` },
    cols: 160,
    rows: 40,
  });
  await app.until('taskdeck has a fault of its own, and goes on: a listener broke. The report is in');
  // The transcript comes, and nothing is said against the server.
  await app.until('Which branch?');
  await app.until('live');
  expect(app.text()).not.toContain('failing');
  app.press('esc');
  await app.until((screen) => !screen.text().includes('fault of its own'));
  app.press('?');
  await app.until('Keys');
  app.press('esc');
  await app.until((screen) => !screen.text().includes('Keys'));
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });

  const reports = readdirSync(home.stateDir).filter((file) => file.startsWith('crash-'));
  expect(reports).toHaveLength(1);
  const report = path.join(home.stateDir, reports[0] ?? '');
  expect(readFileSync(report, 'utf8')).toContain('TypeError: a listener');
  expect(readFileSync(report, 'utf8')).not.toContain('\x1b');
  expect(statSync(report).mode & 0o777).toBe(0o600);
});
