import { describe, expect, it } from 'vitest';
import { type ProseRenderer, renderProse } from '../../../src/domain/markdown/prose.ts';
import { MAX_PROSE, spansAt, type TextBody, textBody } from '../../../src/view/transcript/text-body.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** Counts the rendered characters. */
function countingRenderer(): { readonly read: ProseRenderer; characters(): number; reset(): void } {
  let characters = 0;
  return {
    read(lines, columns) {
      characters += lines.join('\n').length;
      return renderProse(lines, columns);
    },
    characters: () => characters,
    reset() {
      characters = 0;
    },
  };
}

const rowsOf = (body: TextBody) => body.lines.map((text, line) => ({ text, spans: spansAt(body, line) }));

/** Fast, and marks the ends of sections. */
const plainRenderer: ProseRenderer = (lines) =>
  ['(', ...lines, ')'].map((text) => ({
    text,
    spans: text === '' ? [] : [{ start: 0, end: text.length, style: 'strong' }],
  }));

const BLOCKS = [
  'Some **words** of text.\n',
  '\n',
  '- item with `code`\n',
  '  more of it\n',
  '```ts\nconst a = 1;\n',
  '```\n',
  'diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n',
  '\x1b[31mred\x1b[0m\tplain line that is rather long and has to be wrapped somewhere\n',
  'progress 1%\rprogress 100%\n',
];

describe('a message that grows', () => {
  it('looks the same at every length as when laid out at once', () => {
    const next = seededRandom(11);
    for (let round = 0; round < 8; round++) {
      let content = '';
      let body: TextBody | null = null;
      const options = { width: 30, prose: plainRenderer };
      for (let step = 0; step < 12; step++) {
        const times = next(4) === 0 ? 400 : 1 + next(6);
        for (let time = 0; time < times; time++) content += BLOCKS[next(BLOCKS.length)];
        body = textBody(content, options, body);
        const whole = textBody(content, options);
        expect(rowsOf(body), JSON.stringify({ round, step })).toEqual(rowsOf(whole));
      }
    }
  });

  it('costs only the added text, however long it is', () => {
    const { read, characters, reset } = countingRenderer();
    const options = { width: 40, prose: read };
    const paragraph = 'A paragraph with **markup** in it.\n\n';
    let content = paragraph.repeat(1_500);
    expect(content.length).toBeLessThan(MAX_PROSE);
    let body = textBody(content, options);
    reset();
    for (let poll = 0; poll < 20; poll++) {
      content += paragraph;
      body = textBody(content, options, body);
    }
    expect(characters()).toBeLessThan(20 * 4 * paragraph.length);
  });

  it('is reused only for a text with the same beginning', () => {
    const options = { width: 40, prose: renderProse };
    const long = 'line **a**\n\n'.repeat(4_000);
    const before = textBody(long, options);
    const changed = `${long.slice(0, 20_000)}X${long.slice(20_001)} and more`;
    expect(rowsOf(textBody(changed, options, before))).toEqual(rowsOf(textBody(changed, options)));
    expect(rowsOf(textBody('short', options, before))).toEqual(rowsOf(textBody('short', options)));
    expect(rowsOf(textBody(long, { ...options, width: 20 }, before))).toEqual(
      rowsOf(textBody(long, { ...options, width: 20 })),
    );
    expect(rowsOf(textBody(long, { ...options, prose: null }, before))).toEqual(
      rowsOf(textBody(long, { ...options, prose: null })),
    );
  });
});

describe('a message of megabytes', () => {
  const CODE = '```\ncode\n```\n';

  it('is plain text', () => {
    const { read, characters } = countingRenderer();
    const body = textBody(`${'Some **bold** words.\n\n'.repeat(60_000)}${CODE}`, { width: 40, prose: read });
    expect(characters()).toBe(0);
    expect(body.lines[0]).toBe('Some **bold** words.');
    expect(body.lines.slice(-2)).toEqual(['code', '```']);
  });

  it('is plain text except for its code, when it is a little shorter', () => {
    const { read, characters } = countingRenderer();
    const body = textBody(`${'Some **bold** words.\n\n'.repeat(5_000)}${CODE}`, { width: 40, prose: read });
    expect(characters()).toBe(0);
    expect(body.lines[0]).toBe('Some **bold** words.');
    expect(body.lines.at(-1)).toBe('│ code');
  });
});

describe('a plain message', () => {
  it('has no trailing blanks, and no blank lines at its ends', () => {
    expect(textBody('   \n\n  **a**   \nb  \n   \n', { width: 40, prose: null }).lines).toEqual([
      '  **a**',
      'b',
    ]);
    expect(textBody('\n \n', { width: 40, prose: null }).lines).toEqual([]);
  });

  it('is not wrapped without a width', () => {
    const long = 'word '.repeat(100).trim();
    expect(textBody(`${long}\nb`, { width: Number.POSITIVE_INFINITY, prose: null }).lines).toEqual([
      long,
      'b',
    ]);
  });
});

describe('web addresses of plain text', () => {
  const linksOf = (body: TextBody) =>
    rowsOf(body).map(({ text, spans }) =>
      spans.map(({ start, end, address, isPartial }) => [text.slice(start, end), address, isPartial]),
    );

  it('are links, on each row of a wrapped one too', () => {
    const body = textBody('see\n\nLook at https://x.y/abcdefghijklmnop now\nand http://z.y', {
      width: 16,
      prose: null,
    });
    const whole = 'https://x.y/abcdefghijklmnop';
    expect(linksOf(body).flat()).toEqual([
      ['https://x.y/abcd', whole, true],
      ['efghijklmnop', whole, true],
      ['http://z.y', 'http://z.y/', undefined],
    ]);
  });

  it('stay links while the text grows', () => {
    const options = { width: 40, prose: plainRenderer };
    const before = textBody('a https://x.y/1\nb', options);
    expect(linksOf(textBody('a https://x.y/1\nb https://x.y/2', options, before)).flat()).toEqual([
      ['https://x.y/1', 'https://x.y/1', undefined],
      ['https://x.y/2', 'https://x.y/2', undefined],
    ]);
  });
});
