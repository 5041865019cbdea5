import { expect, it } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { countsCodePoints } from '../../src/terminal/capabilities.ts';
import { withPlainEmoji } from '../../src/terminal/plain-emoji.ts';

it.each([
  ['a sign that is shown as a picture', '⚠️!', '⚠ !'],
  ['a family', '👨‍👩‍👧‍👦!', '👨!'],
  ['a skin tone', '👍🏽!', '👍!'],
  ['a flag', '🇩🇪!', 'DE!'],
  ['a flag of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿!', '🏴!'],
  ['a rainbow flag', '🏳️‍🌈!', '🏳 !'],
  ['a keycap', 'x1️⃣!', 'x1 !'],
  ['behind a style', '\x1b[31m❤️\x1b[m', '\x1b[31m❤ \x1b[m'],
  ['pictures of one code point', '🚀✅🫠', '🚀✅🫠'],
  ['letters that are joined', 'क्‍ष नि é', 'क्‍ष नि é'],
])('%s', (_, line, plain) => {
  expect(withPlainEmoji(line)).toBe(plain);
  const shown = (text: string): string => text.replaceAll(/\x1b\[[\d;]*m/g, '');
  expect(displayWidth(shown(plain))).toBe(displayWidth(shown(line)));
});

it.each([
  [{ TERM: 'xterm-256color' }, false],
  [{ TERM: 'tmux-256color', TMUX: 's', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a' }, true],
  [{ TERM: 'screen-256color', TMUX: 's', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '2.9' }, true],
  [{ TERM: 'tmux-256color', TMUX: 's', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.4' }, false],
  [{ TERM: 'tmux-256color', TMUX: 's', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: 'next-3.6' }, false],
  [{ TERM: 'tmux-256color' }, true],
  [{ TERM: 'screen.xterm-256color', STY: '1.pts' }, true],
])('%j splits emoji: %j', (env, splits) => {
  expect(countsCodePoints(env)).toBe(splits);
});
