import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config-file.ts';
import { DEFAULT_WORKTREE_SETTINGS, worktreeSettingsFrom } from '../../src/config/worktree-settings.ts';

const settings = (text: string) => worktreeSettingsFrom(parseConfig('/c/config.jsonc', text));

describe('the setting worktree', () => {
  test('holds where and how worktrees are made', () => {
    const text = `{"worktree": {"default": true, "directory": "/w", "branchPrefix": "me/",
      "setUp": "npm ci", "setUpMinutes": 2.5}}`;
    expect(settings(text)).toEqual({
      isDefault: true,
      directory: '/w',
      branchPrefix: 'me/',
      setUp: 'npm ci',
      setUpMinutes: 2.5,
    });
  });

  test('is optional, and so is each field', () => {
    expect(worktreeSettingsFrom(null)).toEqual(DEFAULT_WORKTREE_SETTINGS);
    expect(settings('{}')).toEqual(DEFAULT_WORKTREE_SETTINGS);
    expect(settings('{"worktree": {}}')).toEqual(DEFAULT_WORKTREE_SETTINGS);
    expect(settings('{"worktree": {"setUp": "make"}}')).toEqual({
      ...DEFAULT_WORKTREE_SETTINGS,
      setUp: 'make',
    });
  });

  test.each(['', 'wip', 'team/me/', 'a_b-'])('takes the branch prefix %j', (prefix) => {
    expect(settings(JSON.stringify({ worktree: { branchPrefix: prefix } })).branchPrefix).toBe(prefix);
  });

  test.each([
    ['{\n"worktree": true}', '/c/config.jsonc:2:1: worktree: must be an object: { … }.'],
    ['{"worktree": {\n"default": "yes"}}', '2:1: worktree.default: must be true or false.'],
    ['{"worktree": {\n"directory": "~/w"}}', '2:1: worktree.directory: must be an absolute path'],
    ['{"worktree": {\n"directory": 1}}', '2:1: worktree.directory: must be a string.'],
    ['{"worktree": {\n"branchPrefix": "-x/"}}', '2:1: worktree.branchPrefix: must be letters, digits'],
    ['{"worktree": {\n"branchPrefix": "a//"}}', '2:1: worktree.branchPrefix: must be letters, digits'],
    ['{"worktree": {\n"branchPrefix": "a..b/"}}', '2:1: worktree.branchPrefix: must be letters, digits'],
    ['{"worktree": {\n"setUp": " "}}', '2:1: worktree.setUp: must be a command, such as "npm ci".'],
    ['{"worktree": {\n"setUp": ["npm"]}}', '2:1: worktree.setUp: must be a string, such as "npm ci".'],
    ['{"worktree": {\n"setUpMinutes": 0}}', '2:1: worktree.setUpMinutes: must be a number of minutes'],
    ['{"worktree": {\n"setup": "x"}}', '2:1: worktree.setup: is not a setting. Did you mean "setUp"?'],
  ])('%j is rejected with line and column', (text, message) => {
    expect(() => settings(text)).toThrow(message);
  });
});
