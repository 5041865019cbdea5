import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultSettings } from '../../src/config/default-settings.ts';
import { soundSettings } from '../../src/config/sound-settings.ts';
import { temporaryDirectory } from '../support/local-server.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => temporary.remove());

const file = (): string => path.join(temporary.path, 'config.jsonc');
const read = () => soundSettings(temporary.path, () => null);

test('without a file there is nothing to say', async () => {
  expect(await read()).toEqual({ settings: defaultSettings, fault: null });
});

test('a field with a fault is as if it were not there, and the others hold', async () => {
  writeFileSync(
    file(),
    '{\n  "notify": "loud",\n  "poll": { "list": 7 },\n  "colour": 1,\n  "archive": false\n}',
  );
  const { settings, fault } = await read();
  expect(fault).toMatch(/config\.jsonc:\d:\d+: .+ The rest of the file holds\.$/);
  expect(settings).toEqual({
    ...defaultSettings,
    archive: false,
    poll: { ...defaultSettings.poll, list: 7 },
  });
});

test.each([
  ['no JSON', '{ "archive": tr'],
  ['no object', '[1, 2]'],
  ['a wish about the archive that cannot be understood', '{ "archive": "no", "notify": "bell" }'],
])('%s keeps no conversation', async (_, text) => {
  writeFileSync(file(), text);
  const { settings, fault } = await read();
  expect(fault).toMatch(
    /config\.jsonc:1:\d+: .+ Until it is corrected, no conversation is kept on this machine\.$/,
  );
  expect(settings.archive).toBe(false);
});

test('a directory in its place is said', async () => {
  mkdirSync(file());
  const { settings, fault } = await read();
  expect(fault).toMatch(/config\.jsonc cannot be read: EISDIR/);
  expect(settings).toEqual({ ...defaultSettings, archive: false });
});
