import { describe, expect, test } from 'vitest';
import { Output } from '../../src/local/output.ts';

const written = (parts: readonly (string | Buffer)[], limit?: number): Output => {
  const output = new Output(limit);
  for (const part of parts) output.push(Buffer.from(part));
  return output;
};

describe('characters', () => {
  const text = 'naïve 漢字 👩‍👩‍👧 end';

  test('come out whole wherever the bytes are cut', () => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(written([bytes.subarray(0, cut), bytes.subarray(cut)]).text(true)).toBe(text);
    }
  });

  test('that are not there as a whole are not shown while the command runs', () => {
    const bytes = Buffer.from('é👩');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const shown = written([bytes.subarray(0, cut)]).text(false);
      expect('é👩'.startsWith(shown)).toBe(true);
      expect(shown).not.toContain('\ufffd');
    }
  });

  test('that never become whole show as such at the end', () => {
    expect(written([Buffer.from([0x61, 0xc3])]).text(true)).toBe('a\ufffd');
    expect(written([Buffer.from([0xff, 0xfe, 0x62])]).text(false)).toBe('\ufffd\ufffdb');
  });
});

describe('carriage returns', () => {
  test.each([
    ['10%\r20%\r30%\n', '30%\n'],
    ['long text\rshort\n', 'shorttext\n'],
    ['dos\r\nlines\r\n', 'dos\nlines\n'],
    ['kept\n50%\r', 'kept\n50%'],
    ['\u001b[31mred text\r\u001b[Kok\n', '\u001b[Kok\n'],
  ])('%j shows as %j', (bytes, shown) => {
    expect(written([bytes]).text(true)).toBe(shown);
  });

  test('a progress bar does not push out the lines before it', () => {
    const output = written(['first line\n'], 1_000);
    for (let step = 0; step < 10_000; step += 1) output.push(Buffer.from(`step ${step}\r`));
    expect(output.text(true)).toBe('first line\nstep 9999');
    expect(output.dropped).toBe(0);
  });

  test('a line that goes on after a cut goes on where it was', () => {
    const output = written([`${'x'.repeat(990)}\n`], 1_000);
    for (const part of ['10%', '\r20', '%', `\r${'30%'.padEnd(9)}`, '\r4', '0%']) {
      output.push(Buffer.from(part));
      output.text(false);
    }
    expect(output.text(true).split('\n').at(-1)?.trim()).toBe('40%');
  });
});

describe('a flood', () => {
  test('keeps its end, from the beginning of a line, and says what is missing', () => {
    const output = new Output(1_000);
    for (let line = 0; line < 5_000; line += 1) output.push(Buffer.from(`line ${line}\n`));
    const [first, second, ...rest] = output.text(true).split('\n');
    expect(first).toMatch(/^\[\d+ KiB of earlier output dropped\]$/);
    expect(second).toMatch(/^line \d+$/);
    expect(rest.at(-2)).toBe('line 4999');
    expect(Buffer.byteLength(output.text(true))).toBeLessThan(1_100);
  });

  test('of one endless line keeps whole characters', () => {
    const output = new Output(1_000);
    for (let count = 0; count < 2_000; count += 1) output.push(Buffer.from('漢'));
    const [, line = ''] = output.text(true).split('\n');
    expect(line).toMatch(/^漢+$/);
  });

  test('takes no more memory than twice what is kept, saved or not', () => {
    const output = new Output(1_000);
    for (let count = 0; count < 1_000; count += 1) output.push(Buffer.alloc(100, 0x61));
    expect(output.size).toBeLessThanOrEqual(2_000);
    expect(output.takeUnsaved().length).toBeLessThanOrEqual(2_100);
    expect(output.takeUnsaved().length).toBe(0);
  });
});
