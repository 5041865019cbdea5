import { describe, expect, it } from 'vitest';
import { reportLine } from '../../src/domain/agent-report.ts';
import { HOSTILE } from '../support/hostile-text.ts';
import { makeReport } from './builders.ts';

const lineOf = (message: string): string => reportLine({ state: makeReport({ message }) });

describe('a report on one line', () => {
  it.each([
    ['plain words', 'Which branch?', 'Which branch?'],
    ['bold', '**Done**: the tests pass.', 'Done: the tests pass.'],
    ['emphasis', 'I am *really* _quite sure_ (*yes*).', 'I am really quite sure (yes).'],
    ['bold emphasis', '***All*** green', 'All green'],
    ['a heading', '## Summary\n\nAll green.', 'Summary All green.'],
    ['a list', '- one\n* two\n+ [x] three', 'one two three'],
    ['a quotation', '> as you said', 'as you said'],
    ['a link', 'See [the PR](https://example.com/1 "PR 1").', 'See the PR.'],
    ['code keeps its ticks', 'Ran `a **b** c`, **fine**', 'Ran `a **b** c`, fine'],
    ['paths and products', 'src/**/*.ts has 2 * 3 * 4', 'src/**/*.ts has 2 * 3 * 4'],
    ['names between underscores', 'in __init__ and snake_case_name', 'in __init__ and snake_case_name'],
    ['a star without a partner', '* 5 stars*', '5 stars*'],
    ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
    ['a window title', '\x1b]0;evil\x07done', 'done'],
    ['a hyperlink', '\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\', 'here'],
    ['eight-bit sequences', '\x9b31mred\x9c', 'red'],
    ['control characters', 'a\x00b\x07c', 'abc'],
    ['a line that was drawn over', '10%\r50%\r100%', '100%'],
    ['text from right to left', 'abc\u202edef', 'abcdef'],
    ['line breaks', 'one\r\ntwo\u2028three', 'one two three'],
    ['nothing', '\x1b[0m \n', ''],
  ])('%s', (_, message, shown) => {
    expect(lineOf(message)).toBe(shown);
  });

  it.each(Object.entries(HOSTILE))('of %s is safe', (_, message) => {
    expect(lineOf(message)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  });

  it('is empty without a report', () => {
    expect(reportLine({ state: null })).toBe('');
  });

  it('is limited, and fast for a long report', () => {
    expect(lineOf('*a'.repeat(1_000_000)).length).toBeLessThan(4_100);
    expect(lineOf(`${'['.repeat(100_000)}x`).length).toBeLessThan(4_100);
  });
});
