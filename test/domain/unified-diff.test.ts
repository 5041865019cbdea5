import { describe, expect, it } from 'vitest';
import { type FileDiff, parseUnifiedDiff } from '../../src/domain/unified-diff.ts';

const parse = (...lines: readonly string[]) => parseUnifiedDiff(`${lines.join('\n')}\n`);

/** What the table compares. */
const facts = ({ path, from, change, modes, isBinary, additions, deletions }: FileDiff) =>
  [
    path,
    from,
    change,
    modes?.join(' ') ?? '',
    isBinary ? 'binary' : '',
    `+${additions} -${deletions}`,
  ] as const;

const CASES: readonly (readonly [
  what: string,
  lines: readonly string[],
  files: readonly (readonly unknown[])[],
])[] = [
  [
    'a change',
    [
      'diff --git a/x.go b/x.go',
      'index 1..2 100644',
      '--- a/x.go',
      '+++ b/x.go',
      '@@ -1,2 +1,2 @@ func x',
      ' a',
      '-b',
      '+c',
    ],
    [['x.go', null, 'changed', '', '', '+1 -1']],
  ],
  [
    'a new file',
    [
      'diff --git a/n b/n',
      'new file mode 100644',
      'index 0..1',
      '--- /dev/null',
      '+++ b/n',
      '@@ -0,0 +1 @@',
      '+n',
    ],
    [['n', null, 'added', '', '', '+1 -0']],
  ],
  [
    'a deleted file',
    ['diff --git a/o b/o', 'deleted file mode 100644', '--- a/o', '+++ /dev/null', '@@ -1 +0,0 @@', '-o'],
    [['o', null, 'deleted', '', '', '+0 -1']],
  ],
  [
    'an empty new file, which has no hunk',
    ['diff --git a/e b/e', 'new file mode 100644', 'index 0..e'],
    [['e', null, 'added', '', '', '+0 -0']],
  ],
  [
    'a rename with a change',
    [
      'diff --git a/old name.go b/new name.go',
      'similarity index 90%',
      'rename from old name.go',
      'rename to new name.go',
      '--- a/old name.go\t',
      '+++ b/new name.go\t',
      '@@ -1 +1 @@',
      '-a',
      '+b',
    ],
    [['new name.go', 'old name.go', 'renamed', '', '', '+1 -1']],
  ],
  [
    'a copy',
    ['diff --git a/a b/b', 'similarity index 100%', 'copy from a', 'copy to b'],
    [['b', 'a', 'copied', '', '', '+0 -0']],
  ],
  [
    'another mode',
    ['diff --git a/run.sh b/run.sh', 'old mode 100644', 'new mode 100755'],
    [['run.sh', null, 'changed', '100644 100755', '', '+0 -0']],
  ],
  [
    'a binary file, and a text after it',
    [
      'diff --git a/i.png b/i.png',
      'index 1..2',
      'Binary files a/i.png and b/i.png differ',
      'diff --git a/t b/t',
      '--- a/t',
      '+++ b/t',
      '@@ -1 +1 @@',
      '-1',
      '+2',
    ],
    [
      ['i.png', null, 'changed', '', 'binary', '+0 -0'],
      ['t', null, 'changed', '', '', '+1 -1'],
    ],
  ],
  [
    'a binary patch, of which the data is left out',
    ['diff --git a/i b/i', 'GIT binary patch', 'literal 3', 'Kc${NkU|;|M00aO5', '', 'delta 2', '+x', ''],
    [['i', null, 'changed', '', 'binary', '+0 -0']],
  ],
  [
    'quoted paths with UTF-8 and escapes',
    [
      'diff --git "a/\\303\\244\\t\\"x\\".go" "b/\\303\\244\\t\\"x\\".go"',
      'new mode 100755',
      'old mode 100644',
    ],
    [['ä\t"x".go', null, 'changed', '100644 100755', '', '+0 -0']],
  ],
  [
    'a path with blanks and no other header',
    ['diff --git a/a b c b/a b c', 'old mode 100644', 'new mode 100755'],
    [['a b c', null, 'changed', '100644 100755', '', '+0 -0']],
  ],
  [
    'the prefixes of diff.mnemonicPrefix',
    ['diff --git i/x w/x', '--- i/x', '+++ w/x', '@@ -1 +1 @@', '-a', '+b'],
    [['x', null, 'changed', '', '', '+1 -1']],
  ],
  [
    'files without the lines of git',
    [
      '--- one.txt',
      '+++ one.txt',
      '@@ -1 +1 @@',
      '-a',
      '+b',
      '--- two.txt',
      '+++ two.txt',
      '@@ -1 +1 @@',
      '-a',
      '+b',
    ],
    [
      ['one.txt', null, 'changed', '', '', '+1 -1'],
      ['two.txt', null, 'changed', '', '', '+1 -1'],
    ],
  ],
  [
    'removed and added lines that look like headers',
    [
      'diff --git a/q.sql b/q.sql',
      '--- a/q.sql',
      '+++ b/q.sql',
      '@@ -1,2 +1,2 @@',
      '--- a comment',
      '-@@ x',
      '+++ b/evil',
      '+diff --git a/x b/x',
    ],
    [['q.sql', null, 'changed', '', '', '+2 -2']],
  ],
  [
    'headers with CR LF',
    [
      'diff --git a/w b/w\r',
      'new file mode 100644\r',
      '--- /dev/null\r',
      '+++ b/w\r',
      '@@ -0,0 +1 @@\r',
      '+w\r',
    ],
    [['w', null, 'added', '', '', '+1 -0']],
  ],
  [
    'a hunk that ends too early, and the next file',
    ['diff --git a/a b/a', '@@ -1,9 +1,9 @@', '-x', 'diff --git a/b b/b', '@@ -1 +1 @@', '+y'],
    [
      ['a', null, 'changed', '', '', '+0 -1'],
      ['b', null, 'changed', '', '', '+1 -0'],
    ],
  ],
];

it.each(CASES)('parses %s', (_, lines, files) => {
  const parsed = parse(...lines);
  expect(parsed.preamble).toEqual([]);
  expect(parsed.files.map(facts)).toEqual(files);
});

/** The lines of the only file with their numbers. */
const numbered = (...lines: readonly string[]) =>
  parse(...lines).files.flatMap(({ hunks }) =>
    hunks.flatMap((hunk) =>
      hunk.lines.map(({ kind, text, oldLine, newLine }) => `${kind} ${oldLine} ${newLine} ${text}`),
    ),
  );

describe('the lines of hunks', () => {
  it('have their numbers in both files', () => {
    expect(
      numbered(
        'diff --git a/x b/x',
        '@@ -3,3 +3,3 @@',
        ' a',
        '-b',
        '+c',
        ' d',
        '@@ -20 +20,2 @@',
        ' e',
        '+f',
      ),
    ).toEqual([
      'context 3 3 a',
      'removed 4 0 b',
      'added 0 4 c',
      'context 5 5 d',
      'context 20 20 e',
      'added 0 21 f',
    ]);
  });

  it('keep the remark about a missing line break at the end', () => {
    expect(numbered('diff --git a/x b/x', '@@ -1 +1 @@', '-a', '\\ No newline at end of file', '+a')).toEqual(
      ['removed 1 0 a', 'plain 0 0 \\ No newline at end of file', 'added 0 1 a'],
    );
  });

  it('may lack the blank of an empty line', () => {
    expect(numbered('diff --git a/x b/x', '@@ -1,2 +1,2 @@', '', ' b')).toEqual([
      'context 1 1 ',
      'context 2 2 b',
    ]);
  });

  it('beyond the length of their hunk are plain', () => {
    expect(numbered('diff --git a/x b/x', '@@ -1 +1 @@', '-a', '+b', '+c', 'noise')).toEqual([
      'removed 1 0 a',
      'added 0 1 b',
      'plain 0 0 +c',
      'plain 0 0 noise',
    ]);
  });

  it('of a merge are plain', () => {
    const [file] = parse(
      'diff --cc x.go',
      'index 1,2..3',
      '--- a/x.go',
      '+++ b/x.go',
      '@@@ -1,1 -1,1 +1,1 @@@',
      '--a',
      '++b',
    ).files;
    expect(file?.path).toBe('x.go');
    expect(file?.hunks.flatMap(({ lines }) => lines.map(({ kind, text }) => `${kind} ${text}`))).toEqual([
      'plain --a',
      'plain ++b',
    ]);
  });

  it('know whether the ends of lines are mixed', () => {
    const mixed = (...lines: readonly string[]) =>
      parse('diff --git a/x b/x', '@@ -1,2 +1,2 @@', ...lines).files[0]?.hasMixedLineEnds;
    expect(mixed('-a\r', '+b\r', ' c\r')).toBe(false);
    expect(mixed('-a', '+a\r', ' c\r')).toBe(true);
  });
});

it.each([
  '',
  '\n',
  'no diff at all\nsecond line\n',
  '@@ -1 +1 @@\n-a\n',
  '--- a\nnot a header\n',
  '\r\r\n\0',
])('keeps the lines of %j, which is no diff', (text) => {
  const { preamble, files } = parseUnifiedDiff(text);
  expect(files).toEqual([]);
  expect(preamble.join('\n')).toBe(text.replace(/\n$/, ''));
});

it.each([
  ['diff --git ', ''],
  ['diff --git "a/x', '"a/x'],
  ['diff --git a/x b/y z', 'x b/y z'],
  ['diff --cc \\', '\\'],
])('names the file of the broken header %j', (header, path) => {
  expect(parse(header).files.map((file) => file.path)).toEqual([path]);
});

it('gives each file its part of the text', () => {
  const [one, two] = ['diff --git a/a b/a\n@@ -1 +1 @@\n-x\n', 'diff --git a/b b/b\n@@ -1 +1 @@\n+y\n'];
  expect(parseUnifiedDiff(`${one}${two}`).files.map(({ text }) => text)).toEqual([one, two]);
});

it('loses no line of a diff of 10 MB', () => {
  const hunk = `@@ -1,2 +1,2 @@\n ${'context '.repeat(12)}\n-${'old '.repeat(20)}\n+${'new '.repeat(20)}\n`;
  const file = (name: number) =>
    `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n${hunk.repeat(100)}`;
  const text = Array.from({ length: 370 }, (_, index) => file(index)).join('');
  expect(text.length).toBeGreaterThan(10_000_000);
  const { files } = parseUnifiedDiff(text);
  expect(files).toHaveLength(370);
  expect(files.every(({ additions, deletions }) => additions === 100 && deletions === 100)).toBe(true);
});

it('is linear in hostile headers', () => {
  for (const text of [
    `diff --git ${'a/x '.repeat(500_000)}`,
    `diff --git "${'\\'.repeat(1_000_000)}`,
    '@@ -'.repeat(500_000),
  ])
    expect(parseUnifiedDiff(text).files.length).toBeLessThanOrEqual(1);
});
