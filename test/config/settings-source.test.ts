import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSettings } from '../../src/config/settings-source.ts';
import { defaultSettings, type Settings } from '../../src/domain/settings.ts';
import { temporaryDirectory } from '../support/local-server.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => temporary.remove());

const write = (settings: unknown): void =>
  writeFileSync(
    path.join(temporary.path, 'config.jsonc'),
    typeof settings === 'string' ? settings : JSON.stringify(settings),
  );
const open = (overrides: Partial<Settings> = {}) => openSettings(temporary.path, () => [], overrides);

test('a changed file changes the settings, and names those that need a restart apart', async () => {
  write({ notify: 'bell', allow: ['read'] });
  const settings = await open();
  write({ notify: 'off', ascii: true, poll: { list: 7 }, allow: ['read', 'edit'] });
  expect(await settings.reload()).toEqual({ applied: ['poll', 'notify', 'allow'], atNextStart: ['ascii'] });
  expect(settings.current).toMatchObject({ notify: 'off', ascii: true, poll: { list: 7, transcript: 1 } });
  expect(await settings.reload()).toEqual({ applied: [], atNextStart: [] });
});

test('a file with a fault leaves all settings as they were, until it is corrected', async () => {
  write({ notify: 'bell', title: false });
  const settings = await open();
  write('{\n  "notify": "off",\n  "title": 1\n}');
  expect(await settings.reload()).toEqual({ applied: [], atNextStart: [] });
  expect(settings.current).toMatchObject({ notify: 'bell', title: false });
  expect(settings.fault).toMatch(
    /config\.jsonc:3:3: title: must be true or false\. The settings from before apply\.$/,
  );
  write('{ "notify": "off" }');
  expect(await settings.reload()).toEqual({ applied: ['notify', 'title'], atNextStart: [] });
  expect(settings.fault).toBeNull();
});

test('a file with a fault from the start says what applies until it is corrected', async () => {
  write('{ "archive": tr');
  const settings = await open();
  write('{ "archive": fal');
  await settings.reload();
  expect(settings.fault).toMatch(/no conversation is stored on this machine\.$/);
  expect(settings.current.archive).toBe(false);
});

test('a deleted file means the defaults', async () => {
  write({ mouse: true });
  const settings = await open();
  rmSync(path.join(temporary.path, 'config.jsonc'));
  expect(await settings.reload()).toEqual({ applied: ['mouse'], atNextStart: [] });
  expect(settings.current).toEqual(defaultSettings);
});

test('the command line wins over the file, also after a change', async () => {
  const settings = await open({ readOnly: true });
  write({ readOnly: false });
  expect(await settings.reload()).toEqual({ applied: [], atNextStart: [] });
  expect(settings.current.readOnly).toBe(true);
});
