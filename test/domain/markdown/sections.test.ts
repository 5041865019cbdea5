import { describe, expect, it } from 'vitest';
import { codeLines } from '../../../src/domain/markdown/code.ts';
import { type Section, sectionRows, splitSections } from '../../../src/domain/markdown/sections.ts';
import { sliceRowColumns, wrapStyledLine } from '../../../src/domain/markdown/wrap-line.ts';

const sections = (text: string): readonly Section[] => splitSections(text.split('\n')).sections;
const kinds = (text: string): readonly string[] => sections(text).map(({ kind }) => kind);
const rowsOf = (text: string, columns = 30): readonly string[] =>
  sections(text).flatMap(
    (section) => sectionRows(section, columns, null)?.map((row) => row.text) ?? section.lines,
  );

describe('prose', () => {
  it.each([
    ['# heading', 'prose'],
    ['- item', 'prose'],
    ['12) item', 'prose'],
    ['some **bold** words', 'prose'],
    ['a `name` of code', 'prose'],
    ['see [here](there)', 'prose'],
    ['> said', 'prose'],
    ['| a |\n|---|\n| b |', 'prose'],
    ['plain words, 2 * 3 * 4, snake_case_name', 'plain'],
    ['total 12\ndrwxr-xr-x 2 ada ada 4096 .', 'plain'],
    ['   12:30  up 3 days', 'plain'],
  ])('%j is %s', (text, kind) => {
    expect(kinds(text)).toEqual([kind]);
  });

  it('does not include drawn screens', () => {
    const drawn = '⏺ I changed **two** files\n  ⎿  Read `a.ts`';
    const box = '╭──────╮\n│ > `x` │\n╰──────╯';
    expect(kinds(`${drawn}\n\n${box}\n\nand **then** this`)).toEqual(['plain', 'plain', 'prose']);
    expect(rowsOf(`${drawn}\n\n${box}`).join('\n')).toBe(`${drawn}\n\n${box}`);
  });

  it('ends with its blank line, but not inside a list or its indented parts', () => {
    expect(sections('**a**\n\n**b**').map(({ lines }) => lines)).toEqual([['**a**', ''], ['**b**']]);
    expect(sections('- a\n\n- b\n\n  c\n\n**d**').map(({ lines }) => lines)).toEqual([
      ['- a', '', '- b', '', '  c', ''],
      ['**d**'],
    ]);
  });

  it('is short enough to render between two keys', () => {
    const long = Array.from({ length: 2_000 }, (_, index) => `- item **${index}**\n`).join('\n');
    for (const { lines } of sections(long)) expect(lines.join('\n').length).toBeLessThan(17_000);
    expect(sections(long).flatMap(({ lines }) => lines)).toEqual(long.split('\n'));
  });
});

describe('code', () => {
  it('is shown verbatim after a bar, with its language', () => {
    expect(rowsOf('```ts\n**a**  b\n\n  - c\n```')).toEqual(['╭ ts', '│ **a**  b', '│', '│   - c']);
  });

  it('keeps its indentation in a list', () => {
    expect(rowsOf('   ```\n   a\n     b\n   ```')).toEqual(['   │ a', '   │   b']);
  });

  it('ends only with a matching fence, or at the end of the text', () => {
    expect(rowsOf('````\n```\na\n````\nb')).toEqual(['│ ```', '│ a', 'b']);
    expect(splitSections(['~~~', 'a']).open).toEqual({ marker: '~~~', language: '', indent: '' });
  });

  it('continues a fence that an earlier text left open', () => {
    const { open } = splitSections(['```sh', 'a']);
    expect(splitSections(['b', '```', 'c'], open).sections).toMatchObject([
      { kind: 'code', language: 'sh', opens: false, lines: ['b'] },
      { kind: 'plain', lines: ['c'] },
    ]);
  });

  it('breaks at the end of the row without splitting wide characters', () => {
    const [line] = codeLines(['漢字漢字 x'], { language: '' });
    expect(line && wrapStyledLine(line, 7).map(({ text }) => text)).toEqual(['│ 漢字', '↳ 漢字 ', '↳ x']);
  });
});

describe('a diff', () => {
  const diff = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n same\n-old **x**\n\n+new';
  const styles = (text: string) =>
    sections(text).flatMap((section) =>
      (sectionRows(section, 40, null) ?? []).map(
        (row) => row.spans.find(({ style }) => style !== 'mark')?.style,
      ),
    );

  it('is found without a fence, and ends with its last hunk', () => {
    expect(kinds(`before\n${diff}\n- an **item** behind it`)).toEqual(['plain', 'diff', 'prose']);
    expect(rowsOf(diff).join('\n')).toBe(diff);
  });

  it('has styled lines that keep their signs, also in a fence', () => {
    expect(styles(diff)).toEqual([
      'strong',
      'strong',
      'strong',
      'hunk',
      undefined,
      'removed',
      undefined,
      'added',
    ]);
    expect(styles('```diff\n-a\n+b\n c\n```')).toEqual([undefined, 'removed', 'added', undefined]);
  });

  it('needs more than lines that start with signs', () => {
    expect(kinds('+1 for that\n-1 for this')).toEqual(['plain']);
    expect(kinds('--- a\nno second line')).toEqual(['plain']);
  });
});

describe('a slice of a row', () => {
  const row = { text: 'a漢字b', spans: [{ start: 1, end: 3, style: 'strong' as const }] };

  it.each([
    [0, 6, 'a漢字b'],
    [1, 5, '漢字'],
    [2, 6, ' 字b'],
    [0, 2, 'a'],
    [6, 9, ''],
  ])('from %d to %d', (start, end, expected) => {
    expect(sliceRowColumns(row, start, end).text).toBe(expected);
  });

  it('keeps its spans', () => {
    expect(sliceRowColumns(row, 2, 6).spans).toEqual([{ start: 1, end: 2, style: 'strong' }]);
    expect(sliceRowColumns({ ...row, text: 'abcd' }, 2, 9).spans).toEqual([
      { start: 0, end: 1, style: 'strong' },
    ]);
  });
});
