import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/domain/errors.ts';
import { safeJson } from '../../src/script/json.ts';
import { table } from '../../src/script/table.ts';
import { parseDuration } from '../../src/script/values.ts';

describe('a duration', () => {
  test.each([
    ['90', 90_000],
    ['0.5', 500],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    [' 2d ', 172_800_000],
    ['1000d', 2 ** 31 - 1],
  ])('%j is %i ms', (text, ms) => {
    expect(parseDuration(text, '--timeout')).toBe(ms);
  });

  test.each(['', 'soon', '10x', '-5s', '5 s', '1h 30m', 's', '1e3', '0', '0ms', 'Infinity'])(
    '%j is none',
    (text) => {
      expect(() => parseDuration(text, '--timeout')).toThrow(UsageError);
    },
  );
});

describe('JSON for a terminal', () => {
  test.each([
    'plain ascii \\ " \n',
    'C1 \u009b2J \u0085',
    'bidi \u202e \u2066 zero \u200b\u200d\ufeff soft \u00ad',
    'tags \u{e0041} emoji 👩‍👩‍👧 flags 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'line \u2028 \u2029 del \u007f nul \u0000 lone \ud800',
  ])('%j loses nothing and shows nothing that is not there', (text) => {
    const written = safeJson({ [text]: [text] });
    expect(JSON.parse(written)).toEqual({ [text]: [text] });
    expect(written).not.toMatch(/[\p{C}\u2028\u2029]/u);
  });
});

describe('a table', () => {
  test('makes one line of every cell and pads by width', () => {
    expect(
      table(
        ['A', 'B'],
        [
          ['修正', 'one\ntwo'],
          ['\u001b[31mx\u001b[0m', ''],
        ],
      ),
    ).toBe('A     B\n修正  one two\nx\n');
  });

  test('cuts its last column to the terminal, and nothing in a pipe', () => {
    const rows = [['name', 'a message that is rather long']];
    expect(table(['N', 'MESSAGE'], rows, 20)).toBe('N     MESSAGE\nname  a message tha…\n');
    expect(table(['N', 'MESSAGE'], rows)).toContain('rather long\n');
    expect(table(['N', 'MESSAGE'], rows, 3)).toContain('name  a message…\n');
  });
});
