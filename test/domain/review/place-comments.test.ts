import { describe, expect, it } from 'vitest';
import { type DiffDocument, diffDocument, documentText } from '../../../src/domain/diff-document.ts';
import type { DiffOf } from '../../../src/domain/ports/source.ts';
import { type PlacedComment, placeComments } from '../../../src/domain/review/place-comments.ts';
import {
  commentKey,
  commentPlaceAt,
  parseComment,
  type ReviewComment,
  storedComment,
} from '../../../src/domain/review/review-comment.ts';
import { reviewMessage } from '../../../src/domain/review/review-message.ts';

/** A file whose only hunk begins at line `from` on both sides. */
function file(path: string, from: number, ...lines: readonly string[]): string {
  const count = (signs: string) => lines.filter((line) => signs.includes(line[0] ?? '')).length;
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${from},${count(' -')} +${from},${count(' +')} @@\n${lines.join('\n')}\n`;
}

const documentOf = (text: string, of: DiffOf = 'base', name = 'repo'): DiffDocument =>
  diffDocument({ repositories: [{ name, branch: '', text }], url: '', reason: '' }, of);

const BODY = [' one', '+two', '-old two', ' three', ' }'];

function commentOn(document: DiffDocument, text: string, words = 'Why?'): ReviewComment {
  const index = document.lines.findIndex((_, at) => documentText(document, at) === text);
  const place = commentPlaceAt(document, index);
  if (place === null) throw new Error(`No comment can be on “${text}”.`);
  return { ...place, taskId: 'c1', id: text, text: words };
}

/** The places as words. */
const placesIn = (document: DiffDocument, placed: readonly PlacedComment[]): readonly string[] =>
  placed.map(
    ({ index, line, isOutdated }) =>
      `${isOutdated ? 'outdated at' : 'at'} ${documentText(document, index)} (${line})`,
  );

describe('a comment on a line follows it', () => {
  const before = documentOf(file('src/a.ts', 10, ...BODY));

  it.each<[situation: string, line: string, after: string, place: string]>([
    ['nothing changes', '+two', file('src/a.ts', 10, ...BODY), 'at +two (11)'],
    ['lines above move it', '+two', file('src/a.ts', 30, ...BODY), 'at +two (31)'],
    [
      'the change is committed: the line is context',
      '+two',
      file('src/a.ts', 10, ' one', ' two'),
      'at  two (11)',
    ],
    [
      'it is unique, and all around it changes',
      '+two',
      file('src/a.ts', 50, ' x', '+two', ' y'),
      'at +two (51)',
    ],
    ['a removed line stays removed', '-old two', file('src/a.ts', 40, ...BODY), 'at -old two (41)'],
    [
      'the same text is there twice: the lines around it decide',
      '+two',
      file('src/a.ts', 1, '+two', ' other', ' one', '+two', ' three'),
      'at +two (4)',
    ],
    [
      'a bracket elsewhere is not the same bracket',
      ' }',
      file('src/a.ts', 90, ' nothing', ' }', ' like it'),
      'outdated at src/a.ts (13)',
    ],
    ['its line is gone', '+two', file('src/a.ts', 10, ' one', '+2'), 'outdated at src/a.ts · +1 -0 (11)'],
    [
      'a removed line is removed no more',
      '-old two',
      file('src/a.ts', 10, '+new'),
      'outdated at src/a.ts · +1 -0 (11)',
    ],
    [
      'its file is renamed',
      '+two',
      file('src/a.ts', 10, ...BODY)
        .replace('--- a/', 'rename from src/a.ts\nrename to src/b.ts\n--- a/')
        .replace('+++ b/src/a.ts', '+++ b/src/b.ts'),
      'at +two (11)',
    ],
    [
      'its file is gone',
      '+two',
      file('src/c.ts', 10, '+x'),
      'outdated at Changes against the base · 1 file · +1 -0 (11)',
    ],
    ['all is gone', '+two', '', 'outdated at Changes against the base · 0 files · +0 -0 (11)'],
  ])('%s', (_, line, text, place) => {
    const after = documentOf(text);
    expect(placesIn(after, placeComments(after, [commentOn(before, line)]))).toEqual([place]);
  });

  it('in the other diff of the task only where its line is', () => {
    const comment = commentOn(before, '+two');
    const same = documentOf(file('src/a.ts', 20, ...BODY), 'uncommitted', 'another name');
    expect(placesIn(same, placeComments(same, [comment]))).toEqual(['at +two (21)']);
    const other = documentOf(file('src/a.ts', 20, '+x'), 'uncommitted');
    expect(placeComments(other, [comment])).toEqual([]);
  });

  it('a comment on a file stays at its heading', () => {
    const binary = documentOf('diff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n');
    const comment = commentOn(binary, 'i.png · binary');
    expect(comment).toMatchObject({ line: 0, path: 'i.png' });
    const after = documentOf(`${file('a', 1, '+x')}${binary.diff.repositories[0]?.text}`);
    expect(placesIn(after, placeComments(after, [comment]))).toEqual(['at i.png · binary (0)']);
  });
});

it.each([
  ['the summary', 0],
  ['the heading of a hunk', 3],
  ['a blank line', 1],
  ['no line', 99],
])('no comment can be on %s', (_, index) => {
  expect(commentPlaceAt(documentOf(file('a', 1, '+x')), index)).toBeNull();
});

it('a comment is read as it was stored, and nothing else is', () => {
  const comment = commentOn(documentOf(file('a', 1, '+x')), '+x');
  const key = commentKey(comment);
  expect(parseComment(key, storedComment(comment))).toEqual(comment);
  for (const json of ['', 'null', '[]', '{}', storedComment({ ...comment, id: 'other' })])
    expect(parseComment(key, json)).toBeNull();
  expect(parseComment(key, storedComment(comment).replace('"line":1', '"line":-3'))?.line).toBe(0);
});

describe('the message', () => {
  const document = documentOf(
    file('src/b.ts', 7, ...BODY) + file('src/a.ts', 10, ...BODY, '+\x1b[31mred\x07\rhidden'),
  );
  const message = (...comments: readonly ReviewComment[]): string =>
    reviewMessage(comments, placeComments(document, comments));

  it('has file, line and quoted line of each comment, in order', () => {
    const on = (path: string, line: string, words: string) => {
      const [only] = [documentOf(file(path, path === 'src/b.ts' ? 7 : 10, ...BODY))];
      return commentOn(only, line, words);
    };
    expect(
      message(
        on('src/b.ts', ' three', 'Last.'),
        on('src/a.ts', '-old two', 'Why remove it?'),
        on('src/a.ts', '+two', '  Use a constant.\nIt is used twice.\n'),
      ),
    ).toBe(
      [
        '3 comments on your changes:',
        '',
        'src/a.ts:11 (removed line): Why remove it?',
        '> old two',
        '',
        'src/a.ts:11: Use a constant.',
        'It is used twice.',
        '> two',
        '',
        'src/b.ts:9: Last.',
        '> three',
      ].join('\n'),
    );
  });

  it('says that a line has changed, and has no quote of a file', () => {
    const gone = commentOn(documentOf(file('src/a.ts', 3, '+gone line')), '+gone line');
    const heading = commentOn(document, 'src/b.ts · +1 -1', 'Split it.');
    expect(message(gone, heading)).toBe(
      '2 comments on your changes:\n\nsrc/a.ts:3 (the line has changed since): Why?\n> gone line\n\nsrc/b.ts: Split it.',
    );
  });

  it('has the line number of the diff on screen', () => {
    const old = commentOn(documentOf(file('src/b.ts', 70, ...BODY)), '+two');
    expect(message(old)).toContain('src/b.ts:8: Why?');
    expect(reviewMessage([old], [])).toContain('src/b.ts:71: Why?');
  });

  it('is sanitised', () => {
    const hostile = document.lines.findIndex((_, at) => documentText(document, at).includes('red'));
    const place = commentPlaceAt(document, hostile);
    if (place === null) throw new Error('No place.');
    const text = message({ ...place, path: 'src/a.ts', taskId: 'c1', id: 'x', text: 'No\x1b[2J colours.' });
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/u);
    expect(text).toContain('> red hidden');
  });
});
