import { describe, expect, test } from 'vitest';
import { OUTPUT_LIMIT, OutputBuffer } from '../../src/local/tasks/output-buffer.ts';
import { renderText } from '../../src/local/tasks/rendered-text.ts';

const written = (parts: readonly (string | Buffer)[], limit?: number): OutputBuffer => {
  const output = new OutputBuffer(limit);
  for (const part of parts) output.push(Buffer.from(part));
  return output;
};

describe('characters', () => {
  const text = 'naïve 漢字 👩‍👩‍👧 end';

  test('are complete, wherever the bytes are split', () => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(written([bytes.subarray(0, cut), bytes.subarray(cut)]).text(true)).toBe(text);
    }
  });

  test('that are incomplete are not rendered while the command runs', () => {
    const bytes = Buffer.from('é👩');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const rendered = written([bytes.subarray(0, cut)]).text(false);
      expect('é👩'.startsWith(rendered)).toBe(true);
      expect(rendered).not.toContain('\ufffd');
    }
  });

  test('that stay incomplete become U+FFFD at the end', () => {
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
    ['\u001b[31mred text\r\u001b[Kok\n', 'ok\n'],
  ])('%j is rendered as %j', (bytes, rendered) => {
    expect(written([bytes]).text(true)).toBe(rendered);
  });

  test.each([
    ['backspace over a digit', '10%\b\b\b20%\n', '20%\n'],
    ['a spinner', 'wait |\b/\b-\b\\\b done\n', 'wait  done\n'],
    ['more backspaces than there is', 'ab\b\b\b\b\bX\n', 'Xb\n'],
    ['a manual page in bold and underlined', 'N\bNA\bA _\bx_\by\n', 'NA xy\n'],
    [
      'cargo: one line, erased to its end',
      '\x1b[1mBuilding\x1b[0m 1/9: a-long-name\r\x1b[K\x1b[1mDone\x1b[0m\n',
      '\x1b[1mDone\x1b[0m\n',
    ],
    [
      'docker: a line for each layer',
      'a: Waiting\nb: Waiting\n\x1b[2A\x1b[2K\ra: Pulled\n\x1b[2K\rb: 5%\n\x1b[1A\x1b[2K\rb: Pulled\r\x1b[1BDigest: x\n',
      'a: Pulled\nb: Pulled\nDigest: x\n',
    ],
    [
      'npm and Ink: all lines erased from the last one up',
      'one\ntwo\nthree\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2K\x1b[GONE\nTWO\n',
      'ONE\nTWO\n',
    ],
    ['lines that were erased below the cursor', 'a\nb\nc\x1b[2F\x1b[Jdone', 'done'],
    ['an offset to the right', 'name\x1b[20Gsize\r\x1b[5Cx\n', `name x${' '.repeat(13)}size\n`],
    ['wide characters', '漢字 50%\r漢字 60%\n', '漢字 60%\n'],
    ['half of a wide character', '漢字\r\x1b[Cx\n', ' x字\n'],
    ['a jump that no terminal has room for', `a\x1b[999999999Cb\x1b[999999999A\rc`, `c${' '.repeat(999)}b`],
    [
      'colours that stay where they are',
      '\x1b[32mok\x1b[0m\n\x1b[1A\x1b[1B\rnext\n',
      '\x1b[32mok\x1b[0m\nnext\n',
    ],
    ['sequences that move nothing', 'a\x1b[?25lb\x1b]0;title\x07c\n', 'a\x1b[?25lb\x1b]0;title\x07c\n'],
  ])('%s', (_, bytes, rendered) => {
    expect(written([bytes]).text(true)).toBe(rendered);
    // For any chunks of bytes.
    expect(written([...bytes]).text(true)).toBe(rendered);
  });

  test('an incomplete escape sequence is not rendered', () => {
    expect(written(['50%\x1b']).text(false)).toBe('50%');
    expect(written(['50%\x1b[2']).text(false)).toBe('50%');
  });

  test('several progress bars with many updates drop no lines and keep their cursor', () => {
    const output = written(['first line\none 0\ntwo 0\n'], 1_000);
    for (let step = 1; step <= 2_000; step += 1) {
      for (const part of ['\x1b[2', 'A', `\x1b[2Kone ${step}\n`, `\x1b[2Ktwo ${step}`, '\n']) {
        output.push(Buffer.from(part));
      }
      if (step % 100 === 0) output.text(false);
    }
    expect(output.text(true)).toBe('first line\none 2000\ntwo 2000\n');
    expect(output.droppedBytes).toBe(0);
    expect(output.size).toBeLessThanOrEqual(2_000);
  });

  test.each([
    ['nothing', '', '[ended]'],
    ['a whole line', 'done\n', 'done\n[ended]'],
    ['an open line', 'done', 'done\n[ended]'],
    ['a bar', '50%\r', '50%\n[ended]'],
    ['bars with the cursor above them', 'one\ntwo\x1b[1A', 'one\ntwo\n[ended]'],
    ['a bar that was erased', 'one\n50%\r\x1b[K', 'one\n[ended]'],
  ])('a remark after %s has its own line', (_, bytes, rendered) => {
    const output = written([bytes]);
    output.pushLine('[ended]');
    expect(output.text(true)).toBe(rendered);
  });

  test('overwriting a line of half a MiB repeatedly takes linear time', () => {
    const output = written(['x'.repeat(500_000), '\ry'.repeat(100_000)]);
    expect(output.text(true).slice(0, 3)).toBe('yxx');
  });

  test.each([
    ['to a column', '\x1b[999Gx\n'],
    ['by cells', '\r\x1b[999Cx\n'],
    ['by cells, again and again', `\r${'\x1b[999C'.repeat(10)}x\n`],
    ['by tabs', `\r${'\t'.repeat(100)}x\n`],
  ])('cursor moves to the right %s stay within the output limit', (_, line) => {
    const text = line.repeat(OUTPUT_LIMIT / line.length);
    expect(renderText(text).text.length).toBeLessThan(text.length + OUTPUT_LIMIT);
    const rendered = written([text]).text(true);
    expect(Buffer.byteLength(rendered)).toBeLessThan(OUTPUT_LIMIT + 100);
    expect(rendered).toMatch(/^\[\d+ KiB of earlier output dropped\]\n +x\n/);
    expect(rendered.endsWith(' x\n')).toBe(true);
  });

  test('all column offsets of a table of 6,000 lines are rendered', () => {
    const text = written(['name\x1b[60Gsize\n'.repeat(6_000)]).text(true);
    expect(text).toBe(`${'name'.padEnd(59)}size\n`.repeat(6_000));
  });

  test('a progress bar does not drop the lines before it', () => {
    const output = written(['first line\n'], 1_000);
    for (let step = 0; step < 10_000; step += 1) output.push(Buffer.from(`step ${step}\r`));
    expect(output.text(true)).toBe('first line\nstep 9999');
    expect(output.droppedBytes).toBe(0);
  });

  test('a line continues at its position after a truncation', () => {
    const output = written([`${'x'.repeat(990)}\n`], 1_000);
    for (const part of ['10%', '\r20', '%', `\r${'30%'.padEnd(9)}`, '\r4', '0%']) {
      output.push(Buffer.from(part));
      output.text(false);
    }
    expect(output.text(true).split('\n').at(-1)?.trim()).toBe('40%');
  });
});

describe('a flood', () => {
  test('keeps its end, from the start of a line, and reports the dropped size', () => {
    const output = new OutputBuffer(1_000);
    for (let line = 0; line < 5_000; line += 1) output.push(Buffer.from(`line ${line}\n`));
    const [first, second, ...rest] = output.text(true).split('\n');
    expect(first).toMatch(/^\[\d+ KiB of earlier output dropped\]$/);
    expect(second).toMatch(/^line \d+$/);
    expect(rest.at(-2)).toBe('line 4999');
    expect(Buffer.byteLength(output.text(true))).toBeLessThan(1_100);
  });

  test('of one endless line is cut between characters', () => {
    const output = new OutputBuffer(1_000);
    for (let count = 0; count < 2_000; count += 1) output.push(Buffer.from('漢'));
    const [, line = ''] = output.text(true).split('\n');
    expect(line).toMatch(/^漢+$/);
  });

  test('uses at most twice the memory of the limit, saved or not', () => {
    const output = new OutputBuffer(1_000);
    for (let count = 0; count < 1_000; count += 1) output.push(Buffer.alloc(100, 0x61));
    expect(output.size).toBeLessThanOrEqual(2_000);
    expect(output.takeUnsaved()).toBeNull();
    expect(output.retainedBytes().length).toBeLessThanOrEqual(1_000);
    expect(output.takeUnsaved()).toEqual(Buffer.alloc(0));
  });
});
