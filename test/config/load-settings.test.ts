import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isReadOnlyConfigured, type LoadedSettings, loadSettings } from '../../src/config/load-settings.ts';
import type { FindKeyFaults } from '../../src/config/settings.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { temporaryDirectory } from '../support/local-server.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  temporary = temporaryDirectory();
});
afterEach(() => temporary.remove());

const file = (): string => path.join(temporary.path, 'config.jsonc');
const read = (keyFaults: FindKeyFaults = () => []) =>
  loadSettings(temporary.path, keyFaults).then(inSentences);
const inSentences = ({ settings, fault }: LoadedSettings) => ({
  settings,
  fault: fault && `${fault.message} ${fault.consequence}`,
});

test('a missing file is no fault', async () => {
  expect(await read()).toEqual({ settings: defaultSettings, fault: null });
});

test('an invalid field uses its default, and the others apply', async () => {
  writeFileSync(
    file(),
    '{\n  "notify": "loud",\n  "poll": { "list": 7 },\n  "colour": 1,\n  "archive": false,\n  "worktree": 1\n}',
  );
  const { settings, fault } = await read();
  expect(fault).toMatch(
    /config\.jsonc has 3 errors\. 2:3: notify: must be .+\. 4:3: colour: is not a setting\. Did you mean "colors"\? 6:3: worktree: must be an object: \{ … \}\. The other settings apply\.$/,
  );
  expect(settings).toEqual({
    ...defaultSettings,
    archive: false,
    poll: { ...defaultSettings.poll, list: 7 },
  });
});

test.each([
  ['no JSON', '{ "archive": tr'],
  ['no object', '[1, 2]'],
  ['an invalid archive setting', '{ "archive": "no", "notify": "bell" }'],
])('%s stores no conversation', async (_, text) => {
  writeFileSync(file(), text);
  const { settings, fault } = await read();
  expect(fault).toMatch(
    /config\.jsonc:1:\d+: .+ Until you correct this, no conversation is stored on this machine\.$/,
  );
  expect(settings.archive).toBe(false);
});

test('a directory in place of the file is reported', async () => {
  mkdirSync(file());
  const { settings, fault } = await read();
  expect(fault).toMatch(/Cannot read .*config\.jsonc: it is a directory\./);
  expect(fault).toMatch(/no conversation is stored on this machine, and nothing is sent\.$/);
  expect(settings).toEqual({ ...defaultSettings, archive: false, readOnly: true });
});

test('all faults are reported together, in file order', async () => {
  writeFileSync(
    file(),
    `{
      "notfy": "off",
      "poll": { "list": 0, "transcript": "1s", "speed": 2 },
      "keys": { "pause": ["r"], "resume": ["s"] },
      "views": { "1": { "filter": "phase:bored" }, "2": { "filter": "x" }, "ten": { "name": "x" }, "b": { "filter": "x", "key": "s" } },
      "agents": { "a": { "start": ["a"] }, "B": { "start": ["{prompt}"] } },
      "title": false
    }`,
  );
  const { settings, fault } = await read((keys, viewKeys) => [
    ...Object.entries(keys).map(([id, [key]]) => ({ path: ['keys', id], message: `"${key}" is in use` })),
    ...Object.entries(viewKeys).map(([id, key]) => ({
      path: ['views', id, 'key'],
      message: `"${key}" is in use`,
    })),
  ]);
  expect(fault?.match(/ \d+:\d+: \S+/gu)?.map((place) => place.trim())).toEqual([
    '2:7: notfy:',
    '3:17: poll.list:',
    '3:28: poll.transcript:',
    '3:48: poll.speed:',
    '4:17: keys.pause:',
    '4:33: keys.resume:',
    '5:25: views.1.filter:',
    '5:76: views.ten:',
    '5:122: views.b.key:',
    '6:26: agents.a.start:',
    '6:44: agents.B:',
  ]);
  expect(fault).toContain('notfy: is not a setting. Did you mean "notify"?');
  expect(settings).toEqual({
    ...defaultSettings,
    title: false,
    views: { 2: { filter: 'x' }, b: { filter: 'x' } },
  });
});

test('the filters of valid views are checked', async () => {
  writeFileSync(
    file(),
    '{ "notify": 1, "views": { "1": { "filter": "phase:bored" }, "2": { "filter": "age<x" } } }',
  );
  expect((await read()).fault).toMatch(/has 3 errors.* notify: .* views\.1\.filter: .* views\.2\.filter: /);
});

test.each([
  ['unfinished', '{ "readOnly": tr'],
  ['neither true nor false', '{ "readOnly": "yes" }'],
])('a readOnly setting that is %s counts as on', async (_, text) => {
  writeFileSync(file(), text);
  expect((await read()).settings.readOnly).toBe(true);
  expect((await read()).fault).toMatch(/nothing is sent\.$/);
  expect(await isReadOnlyConfigured(temporary.path)).toBe(true);
});

test('another fault does not turn read-only on', async () => {
  writeFileSync(file(), '{ "archive": tr');
  expect((await read()).settings.readOnly).toBe(false);
  expect(await isReadOnlyConfigured(temporary.path)).toBe(false);
});
