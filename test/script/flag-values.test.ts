import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/domain/errors.ts';
import { safeJson } from '../../src/domain/task-json.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import { parseDuration } from '../../src/script/flag-values.ts';
import { table } from '../../src/script/text-table.ts';

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
    '%j is not a duration',
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
  ])('%j is escaped without loss', (text) => {
    const written = safeJson({ [text]: [text] });
    expect(JSON.parse(written)).toEqual({ [text]: [text] });
    expect(written).not.toMatch(/[\p{C}\u2028\u2029]/u);
  });
});

describe('a table', () => {
  const whole = (heading: string) => ({ heading, elastic: false });
  const elastic = (heading: string) => ({ heading, elastic: true });

  test('puts every cell on one line, padded by width', () => {
    expect(
      table(
        [whole('A'), elastic('B')],
        [
          ['修正', 'one\ntwo'],
          ['\u001b[31mx\u001b[0m', ''],
        ],
      ),
    ).toBe('A     B\n修正  one two\nx\n');
  });

  test('truncates elastic columns on a terminal, and nothing in a pipe', () => {
    const columns = [whole('N'), elastic('MESSAGE')];
    const rows = [['name', 'a message that is rather long']];
    expect(table(columns, rows, 20)).toBe('N     MESSAGE\nname  a message tha…\n');
    expect(table(columns, rows)).toContain('rather long\n');
    expect(table(columns, rows, 3)).toContain('name  a messa…\n');
  });

  test('shrinks the widest column first', () => {
    const columns = [elastic('TITLE'), whole('N'), elastic('MESSAGE')];
    const long = 'x'.repeat(40);
    const widths = (title: string, message: string) =>
      table(columns, [[title, '1', message]], 40)
        .split('\n')[1]
        ?.split('  ')
        .map((cell) => cell.trim().length);
    expect(widths(long, long)).toEqual([17, 1, 18]);
    expect(widths('short', long)).toEqual([5, 1, 30]);
    expect(widths(long, 'short')).toEqual([28, 1, 5]);
  });

  test('fits at every possible width, with wide characters too', () => {
    const columns = [whole('PHASE'), whole('NAME'), elastic('TITLE'), whole('AGE'), elastic('MESSAGE')];
    const title = 'ログインのリダイレクトを修正する 👩‍👩‍👧 とても長い';
    const rows = [
      ['complete', 'fix-the-login-redirect-of-it-1a2b', title, '3m', title.repeat(3)],
      ['idle', 'b', '', '<1m', 'Which branch?'],
    ];
    for (let width = 70; width < 200; width += 1) {
      for (const line of table(columns, rows, width).trimEnd().split('\n')) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  });
});
