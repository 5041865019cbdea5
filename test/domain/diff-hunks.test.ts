import { expect, it } from 'vitest';
import { diffDocument, documentText } from '../../src/domain/diff-document.ts';
import { hunkFrom } from '../../src/domain/diff-hunks.ts';

const TEXT = [
  'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@ first\n-x\n+y\n@@ -9 +9 @@ second\n-x\n+y\n\\ No newline at end of file\n',
  'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
  'diff --git a/i.png b/j.png\nrename from i.png\nrename to j.png\nBinary files a/i.png and b/j.png differ\n',
  'diff --git a/b b/b\n--- a/b\n+++ b/b\n@@ -1 +1 @@ third\n-x\n+y\n',
].join('');

const documentOf = (text: string) =>
  diffDocument({ repositories: [{ name: '', branch: '', text }], url: '', reason: '' }, 'base');

it('steps through the hunks, and through files without one, in both directions', () => {
  const document = documentOf(TEXT);
  const stops = (start: number, step: -1 | 1): readonly (readonly [string, number])[] => {
    const hunk = hunkFrom(document, start, step);
    return hunk === null
      ? []
      : [[documentText(document, hunk.start), hunk.end - hunk.start], ...stops(hunk.change, step)];
  };
  const all = [
    ['@@ -1 +1 @@ first', 3],
    ['@@ -9 +9 @@ second', 4],
    ['run.sh · mode 100644 to 100755', 1],
    ['j.png · renamed from i.png · binary', 1],
    ['@@ -1 +1 @@ third', 3],
  ];
  expect(stops(0, 1)).toEqual(all);
  expect(stops(document.lines.length, -1)).toEqual(all.toReversed());
});

it('goes to the first changed line of a hunk, also from the lines before it', () => {
  const document = documentOf('diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n one\n two\n-x\n+y\n');
  const changeFrom = (text: string, step: -1 | 1): string => {
    const index = document.lines.findIndex((_, at) => documentText(document, at) === text);
    const hunk = hunkFrom(document, index, step);
    return hunk === null ? '' : documentText(document, hunk.change);
  };
  expect(changeFrom(' one', 1)).toBe('-x');
  expect(changeFrom('@@ -1,3 +1,3 @@', 1)).toBe('-x');
  expect(changeFrom('+y', -1)).toBe('-x');
  expect(changeFrom('-x', 1)).toBe('');
  expect(changeFrom('-x', -1)).toBe('');
});

it('a text that is no diff has none', () => {
  expect(hunkFrom(documentOf('no diff\nat all'), 0, 1)).toBeNull();
});
