import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { type Home, makeHome } from '../support/home.ts';
import { deployment, signedIn } from './deployment.ts';

const fileOf = (home: Home): string => path.join(home.env.TASKDECK_CONFIG_DIR ?? '', 'config.jsonc');

/** Replaces the file, as editors do. */
function save(home: Home, text: string): void {
  mkdirSync(path.dirname(fileOf(home)), { recursive: true });
  writeFileSync(`${fileOf(home)}~`, text);
  renameSync(`${fileOf(home)}~`, fileOf(home));
}

const onOneLine = (screen: ScreenSnapshot): string => screen.text().replaceAll(/\s*\n\s*/g, ' ');

it('a key and a view that are added to the config work at once, without a restart', async () => {
  const server = await deployment();
  const home = makeHome();
  const app = await home.open([], signedIn(server));
  await app.until('● Fix login');
  save(home, '{ "keys": { "help": "H" }, "views": { "1": { "name": "Waiting", "filter": "phase:idle" } } }');
  await app.shows('Settings applied: keys, views.');
  await app.shows(/H help/);
  app.press('V', '1');
  await app.until(/Saved views.*1 /s);
  app.press('enter');
  await app.until('Tasks · Waiting');
  app.press('H');
  await app.until('Pause the task; messages stay');
});

it('a bad config is reported with line and field, changes nothing, and its repair is reported', async () => {
  const server = await deployment();
  const home = makeHome();
  save(home, '{\n  "keys": { "help": "H" }\n}');
  const app = await home.open([], signedIn(server));
  await app.until(/H help/);
  save(home, '{\n  "keys": { "help": "J" },\n  "notify": "loud"\n}');
  await app.shows((screen) =>
    /config\.jsonc:3:3: notify: must be .+ The settings from before apply\./.test(onOneLine(screen)),
  );
  expect(app.text()).toMatch(/H help/);
  save(home, '{\n  "keys": { "help": "J" },\n  "notify": "off",\n  "ascii": true\n}');
  await app.shows((screen) =>
    onOneLine(screen).includes('Settings applied: notify, keys. Restart taskdeck to apply: ascii.'),
  );
  expect(app.text()).not.toContain('must be');
  await app.shows(/J help/);
  rmSync(fileOf(home));
  await app.shows(/\? help/);
});
