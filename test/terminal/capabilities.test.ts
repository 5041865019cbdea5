import { expect, it } from 'vitest';
import { needsAscii, showsColors } from '../../src/terminal/capabilities.ts';
import { usableSize } from '../../src/terminal/terminal-size.ts';

it.each([
  ['linux', true],
  ['vt100', true],
  ['vt220', true],
  ['xterm-256color', false],
  ['screen', false],
  ['tmux-256color', false],
  ['vte-256color', false],
  ['', false],
])('TERM=%j shows nothing but ASCII: %j', (TERM, only) => {
  expect(needsAscii({ TERM, LANG: 'C.UTF-8' })).toBe(only);
});

it.each([
  ['linux', true],
  ['darwin', true],
  ['win32', false],
] as const)('without a locale %s shows nothing but ASCII: %j', (platform, only) => {
  expect(needsAscii({ TERM: 'xterm-256color' }, platform)).toBe(only);
});

it.each<readonly [Readonly<Record<string, string>>, boolean]>([
  [{ LANG: '' }, true],
  [{ LANG: 'C' }, true],
  [{ LANG: 'POSIX' }, true],
  [{ LANG: 'en_US.ISO-8859-1' }, true],
  [{ LANG: 'de_DE@euro' }, true],
  [{ LANG: 'C.UTF-8', LC_CTYPE: 'C' }, true],
  [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, true],
  [{ LC_CTYPE: 'C.UTF-8', LC_ALL: 'POSIX' }, true],
  [{ LANG: 'C', TMUX: '/tmp/none,1,0' }, true],
  [{ LANG: 'C.UTF-8' }, false],
  [{ LANG: 'en_GB.utf8' }, false],
  [{ LANG: 'C', LC_CTYPE: 'UTF-8' }, false],
  [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, false],
  [{ LANG: 'C.UTF-8', LC_CTYPE: '', LC_ALL: '' }, false],
])('the locale %j shows nothing but ASCII: %j', (locale, only) => {
  expect(needsAscii({ TERM: 'xterm-256color', ...locale }, 'linux')).toBe(only);
});

it.each([
  [undefined, undefined, 80, 24],
  [0, 0, 80, 24],
  [132, 0, 132, 24],
  [0, 50, 80, 50],
  [10_000, 10_000, 10_000, 10_000],
  [10_001, 65_535, 80, 24],
])('%j x %j cells count as %j x %j', (columns, rows, usedColumns, usedRows) => {
  const reported = { ...(columns !== undefined && { columns }), ...(rows !== undefined && { rows }) };
  expect(usableSize(reported)).toEqual({ columns: usedColumns, rows: usedRows });
});

it('colours need a terminal with colours and no NO_COLOR', () => {
  expect(showsColors({ TERM: 'xterm-256color' })).toBe(true);
  expect(showsColors({ TERM: 'screen' })).toBe(true);
  expect(showsColors({ TERM: 'xterm-256color', NO_COLOR: '1' })).toBe(false);
  expect(showsColors({ TERM: 'xterm-256color', NO_COLOR: '' })).toBe(true);
  expect(showsColors({ TERM: 'unknown' })).toBe(false);
});
