import { describe, expect, it } from 'vitest';
import { renderProse } from '../../../src/domain/markdown/prose.ts';
import type { StyledRow } from '../../../src/domain/markdown/styled-text.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const read = (source: string, columns = 60): readonly StyledRow[] => renderProse(source.split('\n'), columns);
const texts = (source: string, columns?: number): readonly string[] =>
  read(source, columns).map(({ text }) => text);

/** The rows with their spans written around the styled text. */
const marked = (source: string, columns?: number): readonly string[] =>
  read(source, columns).map(({ text, spans }) => {
    const tags = (at: number): string =>
      spans
        .filter(({ end }) => end === at)
        .toSorted((a, b) => b.start - a.start)
        .map(({ style }) => `</${style}>`)
        .concat(
          spans
            .filter(({ start }) => start === at)
            .toSorted((a, b) => b.end - a.end)
            .map(({ style }) => `<${style}>`),
        )
        .join('');
    return Array.from({ length: text.length + 1 }, (_, at) => tags(at) + (text[at] ?? '')).join('');
  });

/** The texts that are links, with their addresses. */
const linked = (source: string, columns?: number) =>
  read(source, columns).flatMap(({ text, spans }) => {
    const edges = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].toSorted((a, b) => a - b);
    return edges.slice(1).flatMap((end, index) => {
      const start = edges[index] ?? 0;
      const link = spans.find((span) => span.address !== undefined && span.start <= start && span.end >= end);
      return link === undefined ? [] : [[text.slice(start, end), link.address]];
    });
  });

describe('inline markup', () => {
  it('of emphasis becomes style', () => {
    expect(marked('a **b** *c* _d e_ f')).toEqual([
      'a <strong>b</strong> <emphasis>c</emphasis> <emphasis>d e</emphasis> f',
    ]);
  });

  it('stays where style is not enough: code, struck text, and names between underscores', () => {
    expect(marked('`npm test` ~~gone~~ __init__')).toEqual([
      '<code>`npm test`</code> <mark>~~</mark><struck>gone</struck><mark>~~</mark> <strong>__init__</strong>',
    ]);
  });

  it('of a link becomes its text and its URL, once if they are equal', () => {
    expect(
      marked('[docs](https://x.y/z) https://a.b <https://c.d> [https://e.f](https://e.f) ![p](q.png)', 200),
    ).toEqual([
      '<link>docs</link><address> (</address><address>https://x.y/z</address><address>)</address> ' +
        '<address>https://a.b</address> ' +
        '<address>https://c.d</address> <address>https://e.f</address> <link>p</link><address> (q.png)</address>',
    ]);
  });

  it('of a link names its address, in its text, its URL and on each row', () => {
    const source = '[the **long** docs](https://x.y/z "t") https://a.b, ![p](q.png) [x](javascript:alert)';
    expect(linked(source, 200)).toEqual([
      ['the ', 'https://x.y/z'],
      ['long', 'https://x.y/z'],
      [' docs', 'https://x.y/z'],
      ['https://x.y/z', 'https://x.y/z'],
      ['https://a.b', 'https://a.b/'],
    ]);
    expect(read('> https://a.b/cdefghij', 12).flatMap(({ spans }) => spans)).toEqual([
      expect.objectContaining({ style: 'mark' }),
      { start: 2, end: 12, style: 'address', address: 'https://a.b/cdefghij', isPartial: true },
      expect.objectContaining({ style: 'mark' }),
      { start: 2, end: 12, style: 'address', address: 'https://a.b/cdefghij', isPartial: true },
    ]);
    expect(linked('```\ncurl http://localhost:1/a\n```')).toEqual([
      ['http://localhost:1/a', 'http://localhost:1/a'],
    ]);
  });

  it('does not include escapes, shell patterns, HTML and references', () => {
    expect(texts('\\*a\\* *.c *.h <b>c</b> &amp; [x][y] **d**')).toEqual([
      '*a* *.c *.h <b>c</b> &amp; [x][y] d',
    ]);
  });
});

describe('lines', () => {
  it('stay lines, with their indentation and blank lines', () => {
    expect(texts('one **a**\n  two\n\n\nthree\n')).toEqual(['one a', '  two', '', '', 'three', '']);
  });

  it('keep indented text verbatim', () => {
    expect(texts('    four **blanks**\n      six')).toEqual(['    four **blanks**', '      six']);
  });
});

describe('blocks', () => {
  it('headings keep their # signs', () => {
    expect(marked('## A *b*\ntext')).toEqual([
      '<mark>##</mark> <heading>A <emphasis>b</emphasis></heading>',
      'text',
    ]);
    expect(texts('Title\n=====\ntext')).toEqual(['Title', '=====', 'text']);
  });

  it('lists have bullets, original numbers, boxes and hanging indents', () => {
    expect(
      texts('- one two three\n  - four five six\n- [x] done\n- [ ] to do\n\n3. third\n4. fourth', 12),
    ).toEqual([
      '• one two',
      '  three',
      '  • four',
      '    five six',
      '• [x] done',
      '• [ ] to do',
      '',
      '3. third',
      '4. fourth',
    ]);
  });

  it('loose lists stay loose, with paragraphs and code inside', () => {
    expect(texts('- a\n\n  b\n\n- c\n\n  ```ts\n  d\n  ```')).toEqual([
      '• a',
      '',
      '  b',
      '',
      '• c',
      '',
      '  ╭ ts',
      '  │ d',
    ]);
  });

  it('quotes have their sign on every row', () => {
    expect(texts('> one two three\n> - four', 10)).toEqual(['> one two', '> three', '> • four']);
  });

  it('tables are aligned if they fit', () => {
    const table = '| name | n |\n|:--|--:|\n| 漢字 | 1 |\n| b | 222 |';
    expect(texts(table)).toEqual(['name │   n', '─────┼────', '漢字 │   1', 'b    │ 222']);
    expect(marked(table)[0]).toBe('<strong>name</strong><mark> │ </mark>  <strong>n</strong>');
  });

  it('tables that do not fit, or with more cells than columns, stay verbatim', () => {
    expect(texts('| name | n |\n|:--|--:|\n| b | 222 |', 9).join(' ')).toBe(
      '| name | n | |:--|--:| | b | 222 |',
    );
    expect(texts('| a |\n|---|\n| b | lost |')).toEqual(['| a |', '|---|', '| b | lost |']);
  });

  it('long code continues after a sign and keeps its blanks', () => {
    expect(texts('- x\n\n  ```\n  if (a)  { b }\n  ```', 12)).toEqual([
      '• x',
      '',
      '  │ if (a)  ',
      '  ↳ { b }',
    ]);
  });
});

describe('random text', () => {
  const PIECES = [
    'word',
    'two words',
    '漢字',
    '👨‍👩‍👧',
    'é',
    '**',
    '*',
    '_',
    '`',
    '```',
    '~~',
    '# ',
    '## ',
    '- ',
    '1. ',
    '> ',
    '| ',
    '|---|---|',
    '[a](b)',
    '[x]',
    '![',
    '](',
    '<b>',
    '&lt;',
    '\\',
    '---',
    '===',
    '\n',
    '\n',
    '\n\n',
    '    ',
    '  ',
    ' ',
  ];
  /** The text without anything that may be markup. */
  const words = (text: string): string =>
    text.normalize('NFC').replaceAll(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, '');
  const next = seededRandom(7);
  const SOURCES = Array.from({ length: 400 }, () =>
    Array.from({ length: 1 + next(30) }, () => PIECES[next(PIECES.length)]).join(''),
  );

  it.each([10, 40, Number.POSITIVE_INFINITY])('loses and adds no word in %d columns', (columns) => {
    for (const source of SOURCES) {
      // A link whose text equals its URL appears once; there is none of these here.
      expect(words(texts(source, columns).join('')), JSON.stringify(source)).toBe(words(source));
    }
  });

  it('fits the width, with spans inside their rows', () => {
    for (const source of SOURCES) {
      for (const { text, spans } of read(source, 24)) {
        expect(displayWidth(text), JSON.stringify(source)).toBeLessThanOrEqual(24);
        expect(text).not.toMatch(/[\n\x1b]/u);
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(start).toBeLessThan(end);
        }
      }
    }
  });
});
