import { describe, expect, it } from 'vitest';
import { graphemesOf } from '../../../src/domain/text/graphemes.ts';
import { sanitise, sanitiseLine } from '../../../src/domain/text/sanitise.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const family = '👨‍👩‍👧‍👦';

describe('sanitise', () => {
  it.each([
    ['colours', '\x1b[31mred\x1b[0m', 'red'],
    ['colours with colons', '\x1b[38:2::1:2:3mx\x1b[m', 'x'],
    ['cursor movement and erasing', 'a\x1b[2J\x1b[1;1Hb\x1b[?1049hc', 'abc'],
    ['a CSI without an end', 'a\x1b[31', 'a'],
    ['a CSI cut by a line break', 'a\x1b[3\n1m', 'a\n1m'],
    ['OSC ended by BEL', 'a\x1b]0;title\x07b', 'ab'],
    ['OSC ended by ST', 'a\x1b]52;c;aGk=\x1b\\b', 'ab'],
    ['a hyperlink', '\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\', 'here'],
    ['OSC without an end takes its line only', 'a\x1b]0;title\nhonest\nlines', 'a\nhonest\nlines'],
    ['OSC cut by another sequence', 'a\x1b]0;t\x1b[31mb', 'ab'],
    ['DCS', 'a\x1bP+q544e\x1b\\b', 'ab'],
    ['DCS over lines', 'a\x1bPq#0\n#1\x1b\\b', 'ab'],
    ['DCS over lines without an end', 'a\x1bPq#0\nb', 'a\nb'],
    ['a sequence wrapped for tmux', 'a\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\b', 'ab'],
    ['APC, PM, SOS', 'a\x1b_Gf=1\x1b\\b\x1b^pm\x1b\\c\x1bXsos\x1b\\d', 'abcd'],
    ['BEL does not end an APC', 'a\x1b_x\x07y\x1b\\b', 'ab'],
    ['eight-bit CSI', 'a\x9b31mb', 'ab'],
    ['eight-bit OSC', 'a\x9d0;t\x9cb', 'ab'],
    ['eight-bit DCS, SOS, PM, APC', 'a\x90q\x9cb\x98s\x9cc\x9ep\x9cd\x9fa\x9ce', 'abcde'],
    ['other C1 controls', 'a\x84\x8d\x9cb', 'ab'],
    ['character sets', '\x1b(0lqk\x1b(B', 'lqk'],
    ['single shifts', 'a\x1bOPb\x1bNxc', 'abc'],
    ['full reset and others', 'a\x1bcb\x1b7c\x1b8d\x1b#8e\x1b=f', 'abcdef'],
    ['a lone ESC', 'a\x1b', 'a'],
    ['ESC before a letter beyond ASCII', 'a\x1béb', 'aéb'],
    ['sequences made of sequences', '\x1b[\x1b[31m31mx\x1b]\x1b]0;a\x07b', '31mxb'],
    ['NUL, BEL, BS, DEL', 'a\0b\x07c\x08d\x7fe', 'abcde'],
    ['CR LF', 'a\r\nb\r\r\nc', 'a\nb\nc'],
    ['a progress bar', '10%\r50%\r100%\r\ndone', '100%\ndone'],
    ['a CR that nothing follows', '50%\r', '50%'],
    ['nothing but CR', '\r\r', ''],
    ['form feed, vertical tab, NEL, separators', 'a\fb\vc\x85d\u2028e\u2029f', 'a\nb\nc\nd\ne\nf'],
    ['tabs', 'a\tb\n\tc\n1234567\td\n12345678\te', 'a       b\n        c\n1234567 d\n12345678        e'],
    ['tabs after wide characters', '日本\tx', '日本    x'],
    ['bidi overrides and isolates', 'a\u202eb\u202cc\u2066d\u2069e\u200ff\u061cg', 'abcdefg'],
    ['zero width', 'a\u200bb\u2060c\ufeffd\u00ade\u180ef', 'abcdef'],
    ['tags that hide a message', 'a\u{e0041}\u{e0042}b\u{e0100}c', 'abc'],
    ['lone surrogates', 'a\ud83db\udc68c', 'abc'],
    ['a joiner between letters', 'a\u200db\u200cc', 'abc'],
    ['a mark at the start of a line', '\u0301a\n\u0301b', 'a\nb'],
  ])('%s', (_, dirty, clean) => {
    expect(sanitise(dirty)).toBe(clean);
  });

  it.each([
    ['plain text', 'hello\nworld ~'],
    ['a family', `a ${family} b`],
    ['a heart on fire, with its variation selector', '❤️‍🔥'],
    ['skin tones', '👩🏽‍💻'],
    ['flags', '🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈'],
    ['keycaps', '1️⃣'],
    ['CJK', '日本語 한국어 中文'],
    ['decomposed letters', 'e\u0301 o\u0302\u0301'],
    ['Hindi with a joiner', 'क्‍ष'],
    ['Persian with a non-joiner', 'می\u200cخواهم'],
    ['box drawing', '┌─┐│█░'],
  ])('keeps %s', (_, text) => {
    expect(sanitise(text)).toBe(text);
  });

  it('takes no fast path around an unsafe character', () => {
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code);
      const clean = sanitise(`a${character}`);
      // A NUL forces the slow path, which checks every character.
      if (clean === `a${character}`) expect(sanitise(`\0a${character}`), code.toString(16)).toBe(clean);
    }
  });

  it('limits the marks per character', () => {
    expect(sanitise(`a${'\u0301'.repeat(500)}b\u0301`)).toBe(`a${'\u0301'.repeat(6)}b\u0301`);
  });

  it('limits the joiners per emoji', () => {
    const chain = sanitise(Array(20).fill('👩').join('\u200d'));
    expect(graphemesOf(chain).map((emoji) => emoji.split('\u200d').length)).toEqual([7, 7, 6]);
  });

  it('removes every control from random text, and changes nothing the second time', () => {
    const next = seededRandom(7);
    const pieces = [
      ...'\x1b\x1b[]P_^X\\;0m?h \n\r\t\x07\x18\x1a\x9b\x9c\x9d\x90\x9fa1é日👩\u200d\u0301\u202e\ud83d\0'.split(
        '',
      ),
      '👩',
      '\x1b[31m',
      '\x1b]0;t\x07',
    ];
    for (let round = 0; round < 2_000; round++) {
      let text = '';
      for (let n = next(40); n >= 0; n--) text += pieces[next(pieces.length)];
      const clean = sanitise(text);
      expect(clean).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]/);
      expect(clean.isWellFormed()).toBe(true);
      expect(sanitise(clean)).toBe(clean);
    }
  });

  it.each([
    '\x1b]',
    '\x1bP\n',
    '\x1b[',
    '\r',
    '\u0301',
    '\u200d',
    '👩\u200d',
    '\x1b',
    ' \r',
    '\u{e0041}',
    '🏴\u{e0041}',
  ])('takes linear time on a flood of %j', (piece) => {
    // A quadratic rule would take minutes.
    expect(sanitise(piece.repeat(300_000)).length).toBeGreaterThanOrEqual(0);
    expect(sanitiseLine(`${' '.repeat(300_000)}x\n`)).toBe('x');
  });
});

describe('sanitiseLine', () => {
  it.each([
    ['a\nb', 'a b'],
    ['  a  \n\n  b  \n', 'a b'],
    ['a\r\nb', 'a b'],
    ['  indented', '  indented'],
    ['\x1b[1mtitle\x1b[0m\n', 'title'],
  ])('%j becomes %j', (dirty, clean) => {
    expect(sanitiseLine(dirty)).toBe(clean);
  });
});
