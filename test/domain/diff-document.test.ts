import { describe, expect, it } from 'vitest';
import {
  type DiffDocument,
  diffDocument,
  documentText,
  fileAt,
  patchText,
  samePlace,
} from '../../src/domain/diff-document.ts';
import type { Diff } from '../../src/domain/ports/source.ts';

const diffOf = (...texts: readonly string[]): Diff => ({
  repositories: texts.map((text, index) => ({ name: `/repo${index}`, branch: `branch${index}`, text })),
  url: '',
  reason: '',
});

const documentOf = (...texts: readonly string[]): DiffDocument => diffDocument(diffOf(...texts), 'base');

const textsOf = (document: DiffDocument): readonly string[] =>
  document.lines.map((_, index) => documentText(document, index));

const file = (name: string, from: number, ...lines: readonly string[]): string =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -${from},${lines.length} +${from},${lines.length} @@\n${lines.join('\n')}\n`;

describe('a document', () => {
  it('of one file has a line about it, the heading of the file, and its changes', () => {
    expect(textsOf(documentOf(file('x.go', 3, ' a', '-b', '+c')))).toEqual([
      'Changes against the base · branch branch0 · 1 file · +1 -1',
      '',
      'x.go · +1 -1',
      '@@ -3,3 +3,3 @@',
      ' a',
      '-b',
      '+c',
    ]);
  });

  it('lists several files, and names the repositories', () => {
    const texts = textsOf(documentOf(file('a', 1, '+x') + file('b', 1, '-y'), '', file('c', 1, '+z')));
    expect(texts.slice(0, 7)).toEqual([
      'Changes against the base · branch branch0, branch2 · 3 files · +2 -1',
      '  a · +1 -0',
      '  b · +0 -1',
      '  c · +1 -0',
      '',
      '/repo0 · branch0',
      '',
    ]);
    expect(texts).toContain('/repo2 · branch2');
  });

  it('describes renames, modes and binary files', () => {
    const texts = textsOf(
      documentOf(
        [
          'diff --git a/old b/new',
          'rename from old',
          'rename to new',
          'diff --git a/run.sh b/run.sh',
          'old mode 100644',
          'new mode 100755',
          'diff --git a/i.png b/i.png',
          'deleted file mode 100644',
          'Binary files a/i.png and /dev/null differ',
        ].join('\n'),
      ),
    );
    expect(texts.slice(1, 4)).toEqual([
      '  new · renamed from old',
      '  run.sh · mode 100644 to 100755',
      '  i.png · deleted · binary',
    ]);
  });

  it('shows a text that is no diff as plain lines', () => {
    expect(textsOf(documentOf('fatal: not a git repository\n'))).toContain('fatal: not a git repository');
  });
});

describe('the lines', () => {
  it.each([
    ['escape sequences', '+a\u001b[31mb\u001b]0;x\u0007c', '+abc'],
    ['a CR, which would hide the text before it', '+safe\rhidden', '+safe hidden'],
    ['other line breaks, which would add lines', '+a\u2028+b\u0085c', '+a +b c'],
    ['tabs', '+\tx', `+${' '.repeat(8)}x`],
    ['text that reorders others', '+a\u202eb', '+ab'],
  ])('are safe: %s', (_, line, shown) => {
    expect(textsOf(documentOf(file('x', 1, line)))).toContain(shown);
  });

  it('show CR at their ends where only some lines have it', () => {
    expect(textsOf(documentOf(file('x', 1, '-a\r', '+a', ' b\r')))).toEqual(
      expect.arrayContaining(['-a^M', '+a', ' b^M']),
    );
    expect(textsOf(documentOf(file('x', 1, '-a\r', '+b\r')))).toEqual(expect.arrayContaining(['-a', '+b']));
  });

  it('of any length are cut, but not in the patch', () => {
    const document = documentOf(file('x', 1, `+${'y'.repeat(50_000)}`));
    expect(textsOf(document).at(-1)?.length).toBeLessThan(21_000);
    expect(patchText(document, null)).toContain('y'.repeat(50_000));
  });
});

it('gives the patch of one file or of all, safe to show', () => {
  const [one, two] = [file('a', 1, '+x\u001b[1m'), file('b', 1, '+y')];
  const document = documentOf(one + two);
  expect(patchText(document, document.files[1]?.key ?? '')).toBe(two);
  expect(patchText(document, null)).toBe(one.replace('\u001b[1m', '') + two);
  expect(patchText(documentOf(file('a', 1, '+safe\rhidden')), null)).toContain('+safe hidden\n');
});

describe('after the changes are loaded again', () => {
  const lineOf = (document: DiffDocument, text: string): number => textsOf(document).indexOf(text);
  const before = documentOf(file('a', 1, '+1') + file('b', 10, ' x', '+place', ' y'));

  it.each([
    ['a new file before it', file('0', 1, '+0') + file('a', 1, '+1') + file('b', 10, ' x', '+place', ' y')],
    [
      'a new hunk before it',
      file('b', 10, ' x', '+place', ' y').replace('@@ -10', '@@ -1,1 +1,1 @@\n-z\n+z\n@@ -10'),
    ],
    ['the same changes', file('a', 1, '+1') + file('b', 10, ' x', '+place', ' y')],
  ])('the same line is found behind %s', (_, text) => {
    const after = documentOf(text);
    expect(samePlace(before, after, lineOf(before, '+place'))).toBe(lineOf(after, '+place'));
  });

  it('the nearest line before it stands for one that is gone', () => {
    const after = documentOf(file('b', 5, ' early'));
    expect(samePlace(before, after, lineOf(before, '+place'))).toBe(lineOf(after, ' early'));
  });

  it('a place above the files stays there, and one in a file that is gone is in the document', () => {
    const after = documentOf(file('c', 1, '+new'));
    expect(samePlace(before, after, 0)).toBe(0);
    expect(samePlace(before, after, before.lines.length - 1)).toBeLessThan(after.lines.length);
    expect(samePlace(before, documentOf(''), before.lines.length - 1)).toBe(0);
  });
});

it('finds the file of each line', () => {
  const document = documentOf(file('a', 1, '+1') + file('b', 1, '+2'));
  expect(
    document.lines
      .map((_, line) => fileAt(document, line)?.file.path ?? '')
      .join(' ')
      .trim(),
  ).toBe('a a a a b b b');
});
