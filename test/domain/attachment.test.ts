import { describe, expect, it } from 'vitest';
import {
  attachmentLabel,
  checkAttachment,
  MAX_FILE_BYTES,
  parseAttachments,
  tooManyFiles,
  withAttachment,
} from '../../src/domain/attachment.ts';
import type { Attachment } from '../../src/domain/delivery.ts';
import { matchingNames, pathCandidates, splitPath } from '../../src/domain/typed-path.ts';

const bytes = (...values: readonly (number | string)[]): Uint8Array =>
  Buffer.concat(
    values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.from([value]))),
  );
const PNG = bytes(0x89, 'PNG\r\n', 0x1a, '\n', 0, 0);
const JPEG = bytes(0xff, 0xd8, 0xff, 0xe0);

const check = (path: string, head: Uint8Array, about: Partial<Parameters<typeof checkAttachment>[0]> = {}) =>
  checkAttachment({ path, kind: 'file', size: head.length, head, ...about });

describe('files that a chat takes', () => {
  it.each([
    ['a.png', PNG, 'image/png'],
    ['a.jpg', JPEG, 'image/jpeg'],
    ['A.JPEG', JPEG, 'image/jpeg'],
    ['a.gif', bytes('GIF89a...'), 'image/gif'],
    ['a.webp', bytes('RIFF', 1, 2, 3, 4, 'WEBPVP8 '), 'image/webp'],
    ['a.pdf', bytes('%PDF-1.7'), 'application/pdf'],
    ['a.txt', bytes('Hello'), 'text/plain'],
    ['notes.v2.md', bytes('# Hello'), 'text/markdown'],
    ['a.csv', bytes('a,b'), 'text/csv'],
    ['a.json', bytes('{}'), 'application/json'],
    ['a.svg', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'],
  ])('%s is taken by its name and its first bytes', (path, head, mediaType) => {
    expect(check(path, head)).toBe(mediaType);
  });

  it('takes a file of exactly 10 MiB', () => {
    expect(check('a.txt', bytes('x'), { size: MAX_FILE_BYTES })).toBe('text/plain');
  });
});

describe('files that a chat does not take', () => {
  it.each([
    [
      'a directory',
      'src',
      bytes(),
      { kind: 'directory' },
      'src is a directory. Attach its files one by one.',
    ],
    ['a device', '/dev/null', bytes(), { kind: 'other' }, '/dev/null is not a file.'],
    ['an empty file', 'a.txt', bytes(), {}, 'a.txt is empty.'],
    [
      'a byte too much',
      'a.txt',
      bytes('x'),
      { size: MAX_FILE_BYTES + 1 },
      'a.txt is too large: it has 10.1 MiB, and a chat takes files of at most 10 MiB.',
    ],
    [
      'another type',
      'a.zip',
      bytes('PK'),
      {},
      'a.zip cannot be attached: chats take only png, jpeg, gif, webp, txt, md, csv, json, pdf and svg files.',
    ],
    [
      'a name without an end',
      'Makefile',
      bytes('all:'),
      {},
      'Makefile cannot be attached: chats take only png, jpeg, gif, webp, txt, md, csv, json, pdf and svg files.',
    ],
    [
      'an image with the name of another type',
      'a.png',
      JPEG,
      {},
      'a.png is named like a PNG image, but it is a JPEG image. Rename it to .jpeg.',
    ],
    [
      'a program with the name of a text',
      'a.txt',
      bytes(0x7f, 'ELF', 2, 1, 1, 0),
      {},
      'a.txt is named like a text file, but its content is something else. Chats take only png, jpeg, gif, webp, txt, md, csv, json, pdf and svg files.',
    ],
  ] as const)('%s', (_, path, head, about, message) => {
    expect(() => check(path, head, about)).toThrow(message);
  });

  it('names a file without its control characters', () => {
    expect(() => check('a\u001b[2J.zip', bytes('x'))).toThrow(/^a.*\.zip cannot/u);
    expect(() => check('a\u001b[2J.zip', bytes('x'))).not.toThrow('\u001b');
  });
});

const file = (path: string, about: Partial<Attachment> = {}): Attachment => ({
  path,
  name: path.slice(1),
  mediaType: 'text/plain',
  size: 12_000,
  modifiedAt: 1,
  ...about,
});

describe('the files of a draft', () => {
  it('are labelled with name and size', () => {
    expect(attachmentLabel(file('/a.txt'))).toBe('a.txt 12 KB');
    expect(attachmentLabel(file('/a\u0007.txt'))).not.toContain('\u0007');
  });

  it('hold a file once, as it was attached last', () => {
    const files = withAttachment(withAttachment([], file('/a.txt')), file('/b.txt'));
    expect(withAttachment(files, file('/a.txt', { modifiedAt: 2 }))).toEqual([
      file('/a.txt', { modifiedAt: 2 }),
      file('/b.txt'),
    ]);
  });

  it('are at most 50', () => {
    expect(tooManyFiles(50)).toBeNull();
    expect(tooManyFiles(51)).toBe('A chat takes at most 50 files; these are 51.');
  });

  it('are read from JSON without what is no file', () => {
    const stored = JSON.parse(JSON.stringify([file('/a.txt'), { path: 3 }, null, 'x']));
    expect(parseAttachments(stored)).toEqual([file('/a.txt')]);
    expect(parseAttachments({})).toEqual([]);
  });
});

describe('typed paths', () => {
  it.each([
    ['a.txt', ['a.txt']],
    ['  /tmp/a.txt \n', ['/tmp/a.txt']],
    ['~/a.txt', ['/home/ada/a.txt']],
    ['~', ['/home/ada']],
    ['~ada/a.txt', ['~ada/a.txt']],
    ["'/tmp/my file.txt'", ["'/tmp/my file.txt'", '/tmp/my file.txt']],
    ['"/tmp/it\'s.txt"', ['"/tmp/it\'s.txt"', "/tmp/it's.txt"]],
    ['/tmp/my\\ file.txt', ['/tmp/my\\ file.txt', '/tmp/my file.txt']],
    ["'~/a b.txt'", ["'~/a b.txt'", '/home/ada/a b.txt']],
    ['file:///tmp/my%20file.txt', ['/tmp/my file.txt', 'file:///tmp/my%20file.txt']],
    ['file:///tmp/100%.txt', ['file:///tmp/100%.txt']],
    ['', []],
  ])('%j means %j', (typed, paths) => {
    expect(pathCandidates(typed, '/home/ada')).toEqual(paths);
  });

  it('split at the last slash', () => {
    expect(splitPath('~/src/ma')).toEqual({ directory: '~/src/', start: 'ma' });
    expect(splitPath('ma')).toEqual({ directory: '', start: 'ma' });
  });

  it('go on with names, hidden ones only after a dot', () => {
    const entries = ['b.md', '.env', 'a', '.git'].map((name) => ({
      name,
      isDirectory: !name.includes('e') && !name.includes('m'),
    }));
    expect(matchingNames(entries, '')).toEqual(['a/', 'b.md']);
    expect(matchingNames(entries, '.')).toEqual(['.env', '.git/']);
  });
});
