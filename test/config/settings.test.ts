import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig, readConfigFile } from '../../src/config/config-file.ts';
import { settingsFrom } from '../../src/config/settings.ts';
import { UsageError } from '../../src/domain/errors.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

let place: TemporaryHome;
beforeEach(() => {
  place = temporaryHome();
});
afterEach(() => place.dispose());

const settings = (text: string) => settingsFrom(parseConfig('config.jsonc', text));

test('without a file the defaults apply', () => {
  expect(readConfigFile(place.config)).toBeNull();
  expect(settingsFrom(null)).toEqual(defaultSettings);
});

test('a file may have comments and trailing commas, and sets only its own fields', () => {
  mkdirSync(place.config, { recursive: true });
  writeFileSync(
    path.join(place.config, 'config.jsonc'),
    `{
      // quiet, please
      "notify": "bell",
      "poll": { "list": 10, },
      "keys": { "task.pause": "P", "task.resume": ["R", "ctrl+r"] },
      "views": { "1": { "filter": "status:active" }, "2": { "name": "mine", "filter": "owner:me" },
        "reviews": { "filter": "is:unread", "key": "alt+1" }, "paused": { "key": "alt+2" } },
      "agents": { "anything": ["is", "for", "others"] },
    }`,
  );
  expect(settingsFrom(readConfigFile(place.config))).toEqual({
    ...defaultSettings,
    notify: 'bell',
    poll: { list: 10, transcript: 1 },
    keys: { 'task.pause': ['P'], 'task.resume': ['R', 'ctrl+r'] },
    views: {
      1: { filter: 'status:active' },
      2: { name: 'mine', filter: 'owner:me' },
      reviews: { filter: 'is:unread', key: 'alt+1' },
      paused: { key: 'alt+2' },
    },
  });
});

test('the program for web pages may be a string or a list', () => {
  expect(settings('{ "open": "firefox" }').open).toEqual(['firefox']);
  expect(settings('{ "open": ["firefox", "--new-tab"] }').open).toEqual(['firefox', '--new-tab']);
  for (const wrong of ['5', '""', '[""]', '["a\\u0000b"]'])
    expect(() => settings(`{ "open": ${wrong} }`)).toThrow(/open.*must be a program, or a list/u);
});

test('rows and columns of the list', () => {
  expect(settings('{ "rows": 2, "columns": ["age", "template"] }')).toEqual({
    ...defaultSettings,
    rows: 2,
    columns: ['age', 'template'],
  });
  expect(settings('{ "rows": "auto", "columns": [] }').columns).toEqual([]);
});

test.each(['', '  \n', '{}', '// nothing yet'])('%j sets nothing', (text) => {
  expect(settings(text)).toEqual(defaultSettings);
});

describe('a fault is reported with file, line and field', () => {
  test.each([
    ['{\n  "notify": "loud"\n}', 'config.jsonc:2:3: notify: must be "off", "bell" or "full".'],
    ['{\n  "poll": {\n    "list": 0\n  }\n}', 'config.jsonc:3:5: poll.list: must be at least 0.5.'],
    ['{ "poll": { "list": "5s" } }', 'config.jsonc:1:13: poll.list: must be a number of seconds.'],
    ['{\n\n "archive": "no" }', 'config.jsonc:3:2: archive: must be true or false.'],
    [
      '{ "mouse": true,\n  "notfy": "off" }',
      'config.jsonc:2:3: notfy: is not a setting. Did you mean "notify"?',
    ],
    ['{ "poll": { "speed": 1 } }', 'config.jsonc:1:13: poll.speed: is not a setting.'],
    ['{ "poll": 5 }', 'config.jsonc:1:3: poll: must be an object: { … }.'],
    ['{ "views": { " ": { "filter": "x" } } }', 'config.jsonc:1:14: views. : must not be blank.'],
    ['{ "views": { "1": {} } }', 'config.jsonc:1:14: views.1: must have a "filter".'],
    ['{ "views": { "a": { "filter": 1 } } }', 'config.jsonc:1:21: views.a.filter: must be a string.'],
    ['{ "views": { "a": { "filer": "x" } } }', 'config.jsonc:1:21: views.a.filer: is not a setting.'],
    [
      '{ "keys": { "task.pause": 5 } }',
      'config.jsonc:1:13: keys.task.pause: must be a key or a list of keys.',
    ],
    ['{ "rows": 3 }', 'config.jsonc:1:3: rows: must be 1, 2 or "auto".'],
    ['{ "columns": "age" }', 'config.jsonc:1:3: columns: must be a list of columns: ["phase", "age"].'],
    [
      '{ "columns": [\n "age", "phse"] }',
      'config.jsonc:2:9: columns.1: is not a column. Did you mean "phase"?',
    ],
    [
      '{ "columns": ["model"] }',
      'config.jsonc:1:15: columns.0: is not a column. Columns: changes, owner, template, directory, link, created, activity, phase, age.',
    ],
    ['{ "columns": ["age", "age"] }', 'config.jsonc:1:22: columns.1: is listed twice.'],
    ['[]', 'config.jsonc:1:1: must be an object: { … }.'],
    ['{ "notify": off }', /^config\.jsonc:1:13: invalid symbol\.$/],
    ['{ "notify": "off"', /^config\.jsonc:1:18: close brace expected\.$/],
  ])('%j', (text, message) => {
    expect(() => settings(text)).toThrow(UsageError);
    expect(() => settings(text)).toThrow(message);
  });

  test('a file that cannot be read', () => {
    mkdirSync(path.join(place.config, 'config.jsonc'), { recursive: true });
    expect(() => readConfigFile(place.config)).toThrow(/Cannot read .*config\.jsonc/);
  });
});
