import { describe, expect, test } from 'vitest';
import { taskNameError } from '../../src/domain/task-name.ts';
import {
  displayNameFromPrompt,
  isDisplayNameTooLong,
  taskNameFromPrompt,
} from '../../src/local/task-names.ts';

const PROMPTS = [
  'Fix the login redirect on the settings page of the new application',
  'ls -la',
  'Grüße aus Köln',
  '漢字だけ',
  '',
  '---',
  'a'.repeat(500),
  'x\n\ny',
];

describe('a name made from a prompt', () => {
  test.each(PROMPTS)('%j gives one that is allowed', (prompt) => {
    const name = taskNameFromPrompt(prompt);
    expect(taskNameError(name)).toBeNull();
    expect(name).toMatch(/-[0-9a-f]{4}$/);
  });

  test('begins with the first words, not with half of one', () => {
    expect(taskNameFromPrompt(PROMPTS[0] ?? '')).toMatch(/^fix-the-login-redirect-on-[0-9a-f]{4}$/);
    expect(taskNameFromPrompt('Grüße aus Köln')).toMatch(/^gru-e-aus-koln-/);
  });
});

describe('a name that was asked for', () => {
  test.each(['a', 'Fix-1', 'a'.repeat(32)])('%j can be had', (name) =>
    expect(taskNameError(name)).toBeNull(),
  );
  test.each([
    ['a'.repeat(33), 'must be <= 32 characters'],
    ['two words', 'must be alphanumeric with hyphens'],
    ['-x', 'must be alphanumeric with hyphens'],
    ['x--y', 'must be alphanumeric with hyphens'],
    ['NEW', 'reserved'],
    ['create', 'reserved'],
  ])('%j cannot: %s', (name, fault) => expect(taskNameError(name)).toContain(fault));
});

describe('a display name', () => {
  test.each(PROMPTS)('made from %j fits', (prompt) => {
    expect(isDisplayNameTooLong(displayNameFromPrompt(prompt))).toBe(false);
  });

  test('is the first line with anything on it, in one line, without escapes', () => {
    expect(displayNameFromPrompt('\n  \n\u001b[31mFix\tit\u001b[0m \nmore')).toBe('Fix it');
  });

  test('is cut between characters', () => {
    const name = displayNameFromPrompt('👩‍👩‍👧'.repeat(10));
    expect(name).toMatch(/^(👩‍👩‍👧)+…$/u);
  });

  test('has a limit in bytes', () => {
    expect(isDisplayNameTooLong('a'.repeat(64))).toBe(false);
    expect(isDisplayNameTooLong('ä'.repeat(33))).toBe(true);
  });
});
