import { describe, expect, test } from 'vitest';
import { allowRulesFrom } from '../../src/config/allow-rules.ts';
import { parseConfig } from '../../src/config/config-file.ts';

const rules = (text: string) => allowRulesFrom(parseConfig('/c/config.jsonc', text));

describe('the setting allow', () => {
  test('holds kinds of tools and beginnings of commands', () => {
    expect(rules('{"allow": ["read", "execute: npm  test", "execute:git status", " fetch "]}')).toEqual([
      { kind: 'read', words: [] },
      { kind: 'execute', words: ['npm', 'test'] },
      { kind: 'execute', words: ['git', 'status'] },
      { kind: 'fetch', words: [] },
    ]);
  });

  test('is optional', () => {
    expect(rules('{}')).toEqual([]);
    expect(allowRulesFrom(null)).toEqual([]);
  });

  test.each([
    ['{\n"allow": "read"}', '/c/config.jsonc:2:1: allow: must be a list of rules.'],
    ['{"allow": ["read",\n1]}', '/c/config.jsonc:2:1: allow.1: must be a string.'],
    ['{"allow": [\n"reed"]}', '2:1: allow.0: must begin with one of read, edit, '],
    ['{"allow": [\n""]}', '2:1: allow.0: must begin with one of read, edit, '],
    ['{"allow": [\n"execute npm"]}', '2:1: allow.0: must have a colon after execute.'],
    ['{"allow": [\n"edit: src"]}', '2:1: allow.0: must be edit alone: only execute takes words.'],
    ['{"allow": [\n"execute: "]}', '2:1: allow.0: must have words after the colon.'],
    ['{"allow": [\n"execute: a && b"]}', '2:1: allow.0: must not contain any of ; &'],
    ['{"allow": [\n"execute: a\\nb"]}', '2:1: allow.0: must not contain any of ; &'],
  ])('%j is rejected with line and column', (text, message) => {
    expect(() => rules(text)).toThrow(message);
  });
});
