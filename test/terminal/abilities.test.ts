import { expect, it } from 'vitest';
import { showsColors, showsOnlyAscii } from '../../src/terminal/abilities.ts';

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
  expect(showsOnlyAscii({ TERM })).toBe(only);
});

it('there are colours where the terminal has some and nobody has turned them off', () => {
  expect(showsColors({ TERM: 'xterm-256color' })).toBe(true);
  expect(showsColors({ TERM: 'screen' })).toBe(true);
  expect(showsColors({ TERM: 'xterm-256color', NO_COLOR: '1' })).toBe(false);
  expect(showsColors({ TERM: 'xterm-256color', NO_COLOR: '' })).toBe(true);
  expect(showsColors({ TERM: 'unknown' })).toBe(false);
});
