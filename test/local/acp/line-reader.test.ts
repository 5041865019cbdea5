import { expect, it } from 'vitest';
import { LineReader } from '../../../src/local/acp/line-reader.ts';

/** The lines of a text that arrives in pieces of `size` bytes; too long ones as `too long: BEGINNING`. */
function read(text: string, size: number, maxBytes = 1_000): readonly string[] {
  const lines: string[] = [];
  const reader = new LineReader({
    maxBytes,
    onLine: (line) => lines.push(line),
    onTooLong: (beginning) => lines.push(`too long: ${beginning}`),
  });
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
  return lines;
}

it.each([1, 2, 3, 7, 1_000])('lines and characters arrive in pieces of %i bytes', (size) => {
  expect(read('one\n\n😀 zwei – drei\r\nunfinished', size)).toEqual(['one', '', '😀 zwei – drei\r']);
});

it.each([1, 4, 1_000])('a line that is too long is skipped, and the next ones are read (%i)', (size) => {
  const lines = read(`short\n${'x'.repeat(30)}\nnext\n`, size, 10);
  expect(lines).toEqual(['short', expect.stringMatching(/^too long: x{11,30}$/), 'next']);
});

it('a line of exactly the limit is read', () => {
  expect(read(`${'x'.repeat(10)}\n`, 4, 10)).toEqual(['x'.repeat(10)]);
});
