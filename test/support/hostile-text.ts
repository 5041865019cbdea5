/**
 * Hostile texts by kind. Most contain the letters `honest`, so that tests can look for them on the screen. NUL and lone
 * surrogates are included because JSON can carry them.
 */
export const HOSTILE: Readonly<Record<string, string>> = {
  colours: '\x1b[5;41;38;5;9mhonest\x1b[48;2;1;2;3m',
  'cursor and erasing': '\x1b[2J\x1b[1;1Hhonest\x1b[999Bx\x1b[3J\x1b[K',
  modes: '\x1b[?1049l\x1b[?25h\x1b[?1000h\x1b[?1006h\x1b[4h\x1b[20h\x1b[?2026hhonest',
  'scroll region': '\x1b[2;3r\x1b[?6h\x1b[9S\x1b[9Lhonest',
  'queries that terminals answer': '\x1b[c\x1b[6n\x1b[>q\x1b[21t\x1b[?u\x05\x1bZhonest\x1bP$qm\x1b\\',
  'window operations': '\x1b[8;10;10t\x1b[2t\x1b[22;2thonest\x1b[23;2t',
  'other CSI': '\x1b[!p\x1b[3;1 q\x1b[>4;2m\x1b[99"phonest\x1b[1;2\'}',
  'OSC 0': '\x1b]0;owned title\x07honest',
  'OSC 2': '\x1b]2;owned title\x1b\\honest',
  'OSC 4': '\x1b]4;1;rgb:ff/00/00\x1b\\\x1b]10;?\x07honest',
  'OSC 8': '\x1b]8;;https://evil.example/owned\x1b\\honest\x1b]8;;\x1b\\',
  'OSC 9': '\x1b]9;owned notice\x07\x1b]9;4;1;50\x07honest',
  'OSC 52': '\x1b]52;c;b3duZWQ=\x07honest\x1b]52;c;?\x1b\\',
  'OSC 777': '\x1b]777;notify;owned;owned\x1b\\honest',
  'OSC 99': '\x1b]99;i=1:d=0;owned\x1b\\honest',
  'OSC 1337': '\x1b]1337;File=name=b3duZWQ=;inline=1:b3duZWQ=\x07honest',
  DCS: '\x1bP+q544e\x1b\\\x1bPq#0;2;0;0;0#0~~\n~~\x1b\\honest\x1bPtmux;\x1b\x1b]52;c;b3duZWQ=\x07\x1b\\',
  'APC, PM, SOS': '\x1b_Gi=1,a=T;AAAA\x1b\\hon\x1b^owned\x1b\\est\x1bXowned\x1b\\',
  'C1 as characters':
    '\x9b31m\x9d0;owned\x9chon\x90q\x9c\x98s\x9c\x9ep\x9c\x9fa\x9cest\x84\x85\x8d\x8e\x8f\x9a',
  'single shifts and character sets': '\x1b(0\x1b)0\x0e\x0fhonest\x1bNx\x1bOP\x1b~\x1bn',
  'resets and the rest': '\x1bchonest\x1b7\x1b8\x1b#8\x1b=\x1b>\x1bM\x1bE\x1bD\x1bH\x1b6',
  'a CSI without an end': 'honest\x1b[31',
  'an OSC without an end': 'honest\x1b]0;owned',
  'a DCS without an end': 'honest\x1bPq\n#0~~',
  'an APC without an end': 'honest\x1b_G',
  'a lone ESC': 'honest\x1b',
  'an ESC before an ESC': '\x1b\x1b[31mhonest\x1b\x1b]0;owned\x07',
  'sequences out of sequences': '\x1b[\x1b[2J2Jhonest\x1b]\x1b]0;owned\x070;\x07\x1b\x18[2J\x1b[3\x1a1m',
  'bidi overrides': '\u202ehonest\u202d\u202a\u202b\u202c',
  'bidi isolates and marks': '\u2066hon\u2067est\u2068\u2069\u200e\u200f\u061c',
  'zero width': 'h\u200bo\u200cn\u200de\u2060s\ufefft\u00ad\u180e\u034f',
  'a flood of zero width': `hon${'\u200b\u2060\u200d'.repeat(400)}est`,
  'a flood of marks': `hones${'\u0301\u0489\u20dd\u0e49'.repeat(400)}t`,
  'marks without a base': '\u0301\u0489\u0e49honest\n\u0301',
  'joiners without an end': `${'👩\u200d'.repeat(200)}honest`,
  'flags without an end': `${'🇩'.repeat(51)}honest`,
  'skins without an end': `${'\u{1f3fb}'.repeat(40)}honest`,
  'variation selectors': `a\ufe0fb\ufe0e1\ufe0f#\ufe0f日\ufe0f☺\ufe0f☺\ufe0e${'\ufe0f'.repeat(50)}honest\u{e0100}\u{e01ef}`,
  'tag characters': `honest${Array.from('ignore', (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}\u{e0001}\u{e007f}🏴\u{e0067}`,
  'Hangul in pieces': `honest\u1100\u1161\u11a8${'\u1100'.repeat(9)}${'\u1161'.repeat(9)}\u115f\u1160\u3164\uffa0`,
  'Indic in pieces': 'honest क्‍षि \u0d4e\u0d15 \u0e33\u0e33 \u0f71\u0f71 \u17d2\u1780 \u{11f02}\u0915',
  'one very wide character': 'honest ﷽ ꧁ 𒐫 𒈙 ⸻ ༺ ㋿ \u{1f1e6} ｈｏｎｅｓｔ ﾞ ｶﾞ',
  'noncharacters and private use':
    'honest\ufdd0\ufdef\ufffe\uffff\u{1fffe}\u{10ffff}\ue000\u{f0000}\ufff9a\ufffab\ufffb\ufffc',
  'visible format characters': '\u0600\u06dd12\u070fhonest\u08e2\u{110bd}\u{13430}',
  'lone surrogates': 'hon\ud83dest\udc68\udc68\ud83d',
  NUL: 'hon\0est\0',
  'CR and BS': 'wrong\rhonest\x08\x08\x08\x7f\x7f\r\n',
  'a CR at the end': 'honest\r',
  'tabs, VT, FF': '\thon\vest\f\t\ttab\t',
  'line separators': 'hon\u2028e\u2029s\x85t',
  'bells and others': '\x07\x07honest\x05\x06\x11\x13\x14\x16\x17\x19\x1c\x1d\x1e\x1f',
  'blanks of every kind': '\u00a0\u1680\u2000\u2003\u200a\u202f\u205f\u3000honest\u2800',
};

export const ALL_HOSTILE: readonly string[] = Object.values(HOSTILE);

export const ALL_HOSTILE_TEXT = ALL_HOSTILE.join(' ');

const FRAGMENTS: readonly string[] = [
  ...ALL_HOSTILE,
  ...'\x1b\x1b\x1b[]P_^X\\N;:?<>=0123456789mhlHJKrtqucn \n\r\t\b\x07\x18\x1a\0\x7f\x80\x85\x90\x98\x9b\x9c\x9d\x9e\x9f'.split(
    '',
  ),
  ...['a', 'bc', 'word ', ' ', '  ', '日', '本語', '한', 'é', 'e\u0301', '…', '│', '─', '●', 'ﬁ', 'ß', 'Ω'],
  ...[
    '👩',
    '\u200d',
    '\ufe0f',
    '\ufe0e',
    '\u20e3',
    '🇩',
    '🇪',
    '\u{1f3fb}',
    '🏴',
    '\u{e0067}',
    '\u{e007f}',
    '❤',
    '☺',
  ],
  ...[
    '\u0301',
    '\u0489',
    '\u0e33',
    '\u0e49',
    '\u0915',
    '\u094d',
    '\u0937',
    '\u0647',
    '\u200c',
    '\u1100',
    '\u1161',
    '\u11a8',
  ],
  ...[
    '\ud83d',
    '\udc68',
    '\u202e',
    '\u2066',
    '\u2069',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u2028',
    '\ufff9',
    '\ufdd0',
  ],
  ...[
    '**',
    '__',
    '`',
    '```\n',
    '~~',
    '[',
    '](',
    ')',
    '](javascript:alert(1))',
    '<http://x.y/\x1b[2J>',
    '# ',
    '> ',
    '- ',
    '1. ',
  ],
  ...[
    '| a | b |\n|---|---|\n| ',
    '&#27;',
    '&#x9b;',
    '\\',
    '\\\x1b',
    '![x](',
    '---\n',
    '+++ b\n',
    '@@ -1 +1 @@\n',
    '    ',
  ],
];

/** Random text of up to `size` pieces. `next(n)` returns an integer from 0 to n - 1. */
export function hostileText(next: (below: number) => number, size = 12): string {
  let text = '';
  for (let count = next(size + 1); count > 0; count--) {
    // One piece in eight is any character of Unicode.
    const piece = next(8) === 0 ? anyCharacter(next) : (FRAGMENTS[next(FRAGMENTS.length)] ?? '');
    text += next(30) === 0 && piece.length < 20 ? piece.repeat(1 + next(80)) : piece;
  }
  return text;
}

const PLANES = [0x100, 0x800, 0x3000, 0x10000, 0x20000, 0xf0000, 0x110000] as const;

const anyCharacter = (next: (below: number) => number): string =>
  String.fromCodePoint(next(PLANES[next(PLANES.length)] ?? 0x100));
