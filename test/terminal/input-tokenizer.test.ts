import { describe, expect, it } from 'vitest';
import { type InputToken, InputTokenizer } from '../../src/terminal/input-tokenizer.ts';
import { seededRandom } from '../support/seeded-random.ts';

const ESC_KEY = '\x1b[27u';

/** Tokens in a short form: keys as bytes, others as objects. */
const short = (tokens: readonly InputToken[]): unknown[] =>
  tokens.map((token) => (token.kind === 'key' ? token.bytes : token));
const paste = (text: string): InputToken => ({ kind: 'paste', text });
const mouse = (bytes: string): InputToken => ({ kind: 'mouse', bytes });
const reply = (bytes: string): InputToken => ({ kind: 'reply', bytes });

/** All tokens of these reads, with the expired rest. */
function tokensOf(...reads: string[]): unknown[] {
  const tokenizer = new InputTokenizer();
  const tokens = reads.flatMap((text) => tokenizer.push(text));
  while (tokenizer.waiting !== 'nothing') tokens.push(...tokenizer.expire());
  return short(tokens);
}

describe('one read', () => {
  it.each<[string, string, unknown[]]>([
    ['several keys', 'jjjj', ['j', 'j', 'j', 'j']],
    ['text and enter', 'hi\r', ['h', 'i', '\r']],
    ['controls', '\f\t', ['\f', '\t']],
    ['ctrl+space', '\0', ['\0']],
    ['text between controls', 'a\x03b\x7f\x7f', ['a', '\x03', 'b', '\x7f', '\x7f']],
    ['arrows', '\x1b[A\x1b[B\x1bOC', ['\x1b[A', '\x1b[B', '\x1bOC']],
    ['arrows between letters', 'a\x1b[Ab', ['a', '\x1b[A', 'b']],
    ['editing keys', '\x1b[3~\x1b[5~\x1b[H\x1b[Z', ['\x1b[3~', '\x1b[5~', '\x1b[H', '\x1b[Z']],
    ['modifiers', '\x1b[1;5D\x1b[13;2u', ['\x1b[1;5D', '\x1b[13;2u']],
    ['the Linux console', '\x1b[[A', ['\x1b[[A']],
    ['rxvt', '\x1b[3$\x1b[3^\x1b[a', ['\x1b[3$', '\x1b[3^', '\x1b[a']],
    ['alt', '\x1bb\x1b\r\x1b\x7f\x1bé', ['\x1bb', '\x1b\r', '\x1b\x7f', '\x1bé']],
    ['a lone escape', '\x1b', [ESC_KEY]],
    ['two escapes', '\x1b\x1b', [ESC_KEY, ESC_KEY]],
    ['escape and an arrow', '\x1b\x1b[A', [ESC_KEY, '\x1b[A']],
    ['escape and ctrl+c', '\x1b\x03', [ESC_KEY, '\x03']],
    ['alt+[ and alt+O', '\x1b[', ['\x1b[91;3u']],
    ['alt+O', '\x1bO', ['\x1b[79;3u']],
    ['alt+] and alt+P', '\x1b]\x1bPx', ['\x1b]', '\x1bP', 'x']],
    ['alt+[ and a letter beyond ASCII', '\x1b[é', ['\x1b[91;3u', 'é']],
    ["xterm's other keys", '\x1b[27;2;13~', ['\x1b[13;2u']],
    ['an emoji family is one', '👨‍👩‍👧‍👦x', ['👨‍👩‍👧‍👦', 'x']],
    ['CJK', '日本', ['日', '本']],
    ['kitty releases', '\x1b[97;1:3u\x1b[1;1:3A\x1b[3;1:3~', []],
    ['kitty presses and repeats', '\x1b[97;1:1u\x1b[97;1:2u', ['\x1b[97;1:1u', '\x1b[97;1:2u']],
    ['a kitty key held with ctrl on a Russian keyboard', '\x1b[1089::99;5u', ['\x1b[99;5u']],
    ['the same with shift', '\x1b[1089:1057:99;6u', ['\x1b[99;6u']],
    ['a kitty key held with alt on a Russian keyboard', '\x1b[1080::98;3u', ['\x1b[98;3u']],
    ['a kitty key on a French keyboard stays what is on it', '\x1b[97::113;5u', ['\x1b[97;5u']],
    ['a kitty key with alt and shift is what shift types', '\x1b[44:60;4u', ['\x1b[60;3u']],
    ['a kitty key with ctrl and shift', '\x1b[45:95;6u\x1b[99:67;6u', ['\x1b[95;5u', '\x1b[99;6u']],
    ['a kitty key that types text', '\x1b[1089:1057:99;2u', ['\x1b[1089:1057:99;2u']],
    [
      'focus',
      '\x1b[I\x1b[O',
      [
        { kind: 'focus', focused: true },
        { kind: 'focus', focused: false },
      ],
    ],
    ['device attributes', '\x1b[?64;1;2c\x1b[>41;370;0c', [reply('\x1b[?64;1;2c'), reply('\x1b[>41;370;0c')]],
    ['cursor position', '\x1b[12;40R', [reply('\x1b[12;40R')]],
    ['mode report', '\x1b[?2026;2$y', [reply('\x1b[?2026;2$y')]],
    ['window size', '\x1b[8;24;80t', [reply('\x1b[8;24;80t')]],
    [
      'colour by OSC',
      'a\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\b',
      ['a', reply('\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\'), 'b'],
    ],
    ['colour ended by BEL', '\x1b]11;rgb:0/0/0\x07', [reply('\x1b]11;rgb:0/0/0\x07')]],
    ['name by DCS', '\x1bP>|tmux 3.4\x1b\\', [reply('\x1bP>|tmux 3.4\x1b\\')]],
    ['flags of the kitty keyboard', '\x1b[?1u', [reply('\x1b[?1u')]],
    ['mouse', '\x1b[<0;10;5M\x1b[<0;10;5m', [mouse('\x1b[<0;10;5M'), mouse('\x1b[<0;10;5m')]],
    ['mouse among keys', 'a\x1b[<64;1;1Mb', ['a', mouse('\x1b[<64;1;1M'), 'b']],
    ['old mouse with letters in it', '\x1b[Mabcd', [reply('\x1b[Mabc'), 'd']],
    ['a broken sequence', '\x1b[1;\x03', ['\x03']],
    ['controls beyond ASCII', 'a\x9bb', ['a', 'b']],
    ['a paste', '\x1b[200~a\rb\r\nc\nd\x1b[201~e', [paste('a\nb\nc\nd'), 'e']],
    ['a paste with escapes in it', '\x1b[200~\x1b[31mred\x1b[201~', [paste('\x1b[31mred')]],
    ['two pastes', '\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~', [paste('a'), paste('b')]],
    ['an empty paste', '\x1b[200~\x1b[201~', []],
    ['the end of a paste without its start', '\x1b[201~', []],
  ])('%s', (_, read, tokens) => {
    expect(tokensOf(read)).toEqual(tokens);
  });
});

describe('several reads', () => {
  it.each<[string, string[], unknown[]]>([
    ['an arrow cut in two', ['\x1b', '[A'], ['\x1b[A']],
    ['an arrow cut in three', ['\x1b', '[', 'A'], ['\x1b[A']],
    ['a parameter cut', ['\x1b[1', ';5', 'D'], ['\x1b[1;5D']],
    [
      'an answer cut',
      ['\x1b]11;rgb:1e', '1e/1e1e/1e1e\x1b', '\\x'],
      [reply('\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\'), 'x'],
    ],
    ['the marks of a paste cut', ['\x1b[20', '0~ab', 'c\x1b[2', '01~', 'd'], [paste('abc'), 'd']],
    ['something like an end mark', ['\x1b[200~a\x1b[2', '01x\x1b[201~'], [paste('a\x1b[201x')]],
    ['ctrl+c in a paste whose end was lost', ['\x1b[200~abc', '\x03'], [paste('abc'), '\x03']],
    ['ctrl+c inside a paste', ['\x1b[200~ab\x03c\x1b[201~'], [paste('ab\x03c')]],
  ])('%s', (_, reads, tokens) => {
    expect(tokensOf(...reads)).toEqual(tokens);
  });

  it('gives the same keys for every split of the reads', () => {
    const whole =
      'jk\x1b[A\x1b[1;5Dé日\x1bOB\r\x03\x1b[200~pasted\rlines \x1b[31m日\x1b[201~\x1b[?64;1c\x1b[I\x1bb\x1b[13;2u' +
      '\x1b]11;rgb:1/2/3\x07x\x1b[97;1:3u\x1b[<0;12;3M\x1b[3~\t\x7f\x1b[<65;120;33M\x1b\x1b[Z';
    const wanted = tokensOf(whole);
    for (let cut = 1; cut < whole.length; cut++) {
      expect(tokensOf(whole.slice(0, cut), whole.slice(cut)), `cut at ${cut}`).toEqual(wanted);
    }
    expect(tokensOf(...whole.split(''))).toEqual(wanted);
    const next = seededRandom(1);
    for (let round = 0; round < 300; round++) {
      const reads: string[] = [];
      for (let at = 0; at < whole.length; ) {
        const size = 1 + next(9);
        reads.push(whole.slice(at, at + size));
        at += size;
      }
      expect(tokensOf(...reads)).toEqual(wanted);
    }
  });
});

describe('waiting', () => {
  it('reports the kind of pending input', () => {
    const tokenizer = new InputTokenizer();
    expect(tokenizer.waiting).toBe('nothing');
    tokenizer.push('\x1b');
    expect(tokenizer.waiting).toBe('escape');
    tokenizer.push('[');
    expect(tokenizer.waiting).toBe('sequence');
    tokenizer.push('A');
    expect(tokenizer.waiting).toBe('nothing');
    tokenizer.push('\x1b]11;');
    expect(tokenizer.waiting).toBe('string');
    tokenizer.push('\x07\x1b[200~');
    expect(tokenizer.waiting).toBe('paste');
    tokenizer.push('a\x1b[201~');
    expect(tokenizer.waiting).toBe('nothing');
    tokenizer.push('several\nlines\n');
    expect(tokenizer.waiting).toBe('burst');
  });

  it('joins the late rest of a sequence to its escape', () => {
    for (const reads of [['[A'], ['[', 'A'], ['OA'], ['[1;5A'], ['[1', ';5A']]) {
      const tokenizer = new InputTokenizer();
      tokenizer.push('\x1b');
      expect(short(tokenizer.expire())).toEqual([ESC_KEY]);
      const tokens = reads.flatMap((text) => tokenizer.push(text));
      expect(short(tokens)).toEqual([`\x1b${reads.join('')}`]);
    }
  });

  it.each([
    ['a bracket', ['['], ['[']],
    ['a bracket and more, by hand', ['[', 'x'], ['[', 'x']],
    ['a word', ['Order'], ['O', 'r', 'd', 'e', 'r']],
    ['a word, by hand', ['O', 'r'], ['O', 'r']],
    ['a letter', ['q'], ['q']],
  ])('still takes %s after Esc for what it is', (_, reads, keys) => {
    const tokenizer = new InputTokenizer();
    tokenizer.push('\x1b');
    tokenizer.expire();
    const tokens = reads.flatMap((text) => tokenizer.push(text));
    while (tokenizer.waiting !== 'nothing') tokens.push(...tokenizer.expire());
    expect(short(tokens)).toEqual(keys);
  });

  it('forgets a lone escape after a while', () => {
    const tokenizer = new InputTokenizer();
    tokenizer.push('\x1b');
    tokenizer.expire();
    expect(tokenizer.waiting).toBe('late');
    tokenizer.expire();
    expect(short(tokenizer.push('[A'))).toEqual(['[', 'A']);
  });

  it('ends a paste whose end was lost, then reads keys again', () => {
    const tokenizer = new InputTokenizer();
    expect(tokenizer.push('\x1b[200~lost\rend\x1b[2')).toEqual([]);
    expect(tokenizer.expire()).toEqual([paste('lost\nend\x1b[2')]);
    expect(short(tokenizer.push('q'))).toEqual(['q']);
  });

  it('drops a reply whose end was lost', () => {
    const tokenizer = new InputTokenizer();
    tokenizer.push('\x1b]11;rgb');
    expect(tokenizer.expire()).toEqual([]);
    expect(short(tokenizer.push('q'))).toEqual(['q']);
  });
});

describe('a mouse report is never text', () => {
  const report = '\x1b[<0;10;5M';

  it('even if the rest comes late', () => {
    for (let cut = 1; cut < report.length; cut++) {
      const tokenizer = new InputTokenizer();
      const tokens = [...tokenizer.push(report.slice(0, cut))];
      // Until two seconds have passed: see KEY_TIMES.
      if (tokenizer.waiting === 'escape') tokens.push(...tokenizer.expire());
      else if (tokenizer.waiting === 'sequence') continue;
      else expect(tokenizer.waiting).toBe('string');
      tokens.push(...tokenizer.push(report.slice(cut)));
      tokens.push(...tokenizer.push('j'));
      expect(short(tokens), `cut at ${cut}`).toEqual(
        cut === 1 ? [ESC_KEY, mouse(report), 'j'] : [mouse(report), 'j'],
      );
    }
  });

  it('even if the rest after a lone escape is split again', () => {
    const tokenizer = new InputTokenizer();
    expect(short([...tokenizer.push('\x1b'), ...tokenizer.expire()])).toEqual([ESC_KEY]);
    expect(tokenizer.push('[<0;1')).toEqual([]);
    expect(tokenizer.waiting).toBe('string');
    expect(short(tokenizer.push('0;5Mj'))).toEqual([mouse(report), 'j']);
  });

  it('even if the rest never comes', () => {
    expect(tokensOf('\x1b[<0;10')).toEqual([]);
    const torn = new InputTokenizer();
    torn.push('\x1b');
    torn.expire();
    torn.push('[<0;1');
    expect(torn.expire()).toEqual([]);
    expect(short(torn.push('jk'))).toEqual(['j', 'k']);
  });
});

describe('a paste without brackets', () => {
  const long = 'x y '.repeat(50);

  it.each<[string, string[], unknown[]]>([
    ['lines', ['first line\rsecond line\r'], [paste('first line\nsecond line\n')]],
    ['lines with tabs', ['if x:\n\treturn\n'], [paste('if x:\n\treturn\n')]],
    [
      'more of it in the next reads',
      ['one line\rtwo', ' lines\r', 'end\r'],
      [paste('one line\ntwo lines\nend\n')],
    ],
    ['a key behind it', ['one line\rtwo\r', '\x1b[A'], [paste('one line\ntwo\n'), '\x1b[A']],
    ['a long word is put in as a whole', [long], [paste(long)]],
    ['a program that types a long line and Enter', [`${long}\r`], [paste(long), '\r']],
    ['a very long line', [`${'ab'.repeat(600)}\r`], [paste(`${'ab'.repeat(600)}\n`)]],
    ['a held key', ['j'.repeat(100)], 'j'.repeat(100).split('')],
    ['a held Enter', ['\r'.repeat(20)], '\r'.repeat(20).split('')],
    ['typed ahead, with Enter', ['fix the login test\r'], [...'fix the login test\r']],
    ['Enter and a key', ['j\rj'], ['j', '\r', 'j']],
    ['a key, Enter, a line, Enter', ['j\rfix it\r'], [...'j\rfix it\r']],
    ['Enter, a line, Enter', ['\rfix it\r'], [...'\rfix it\r']],
    ['short lines', ['{\n a\n}'], [paste('{\n a\n}')]],
    ['CR LF typed', ['a\r\n'], ['a', '\r', '\n']],
  ])('%s', (_, reads, tokens) => {
    expect(tokensOf(...reads)).toEqual(tokens);
  });
});

it('reads a megabyte in small chunks in linear time', () => {
  const piece = 'pasted line of some length, with an é\r';
  const tokenizer = new InputTokenizer();
  const tokens = [...tokenizer.push('\x1b[200~')];
  let size = 0;
  for (; size < 4 << 20; size += piece.length) tokens.push(...tokenizer.push(piece));
  tokens.push(...tokenizer.push('\x1b[201~'));
  expect(tokens).toHaveLength(1);
  expect(tokens[0]?.kind === 'paste' && tokens[0].text.length).toBe(size);
});
