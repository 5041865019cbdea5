import { describe, expect, test } from 'vitest';
import { taskNameError } from '../../src/domain/task-name.ts';
import {
  displayNameFromPrompt,
  isDisplayNameTooLong,
  taskNameFromPrompt,
} from '../../src/local/tasks/task-names.ts';

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

describe('a name from a prompt', () => {
  test.each(PROMPTS)('%j gives an allowed name', (prompt) => {
    const name = taskNameFromPrompt(prompt);
    expect(taskNameError(name)).toBeNull();
    expect(name).toMatch(/-[0-9a-f]{4}$/);
  });

  test('begins with the first complete words', () => {
    expect(taskNameFromPrompt(PROMPTS[0] ?? '')).toMatch(/^fix-the-login-redirect-on-[0-9a-f]{4}$/);
    expect(taskNameFromPrompt('Grüße aus Köln')).toMatch(/^gru-e-aus-koln-/);
  });
});

describe('a requested name', () => {
  test.each(['a', 'Fix-1', 'a'.repeat(32)])('%j is allowed', (name) =>
    expect(taskNameError(name)).toBeNull(),
  );
  test.each([
    ['a'.repeat(33), 'must be <= 32 characters'],
    ['two words', 'must be alphanumeric with hyphens'],
    ['-x', 'must be alphanumeric with hyphens'],
    ['x--y', 'must be alphanumeric with hyphens'],
    ['NEW', 'reserved'],
    ['create', 'reserved'],
  ])('%j is not allowed: %s', (name, fault) => expect(taskNameError(name)).toContain(fault));
});

describe('a display name', () => {
  test.each(PROMPTS)('from %j is within the limit', (prompt) => {
    expect(isDisplayNameTooLong(displayNameFromPrompt(prompt))).toBe(false);
  });

  test('is the first line with text, without escape sequences', () => {
    expect(displayNameFromPrompt('\n  \n\u001b[31mFix\tit\u001b[0m \nmore')).toBe('Fix it');
  });

  test('is truncated between characters', () => {
    const name = displayNameFromPrompt('👩‍👩‍👧'.repeat(10));
    expect(name).toMatch(/^(👩‍👩‍👧)+…$/u);
  });

  test('has a limit in bytes', () => {
    expect(isDisplayNameTooLong('a'.repeat(64))).toBe(false);
    expect(isDisplayNameTooLong('ä'.repeat(33))).toBe(true);
  });
});
