const ESC = '\x1b';

const NAMED: Readonly<Record<string, string>> = {
  enter: '\r',
  return: '\r',
  esc: ESC,
  escape: ESC,
  tab: '\t',
  'shift+tab': `${ESC}[Z`,
  space: ' ',
  backspace: '\x7f',
  insert: `${ESC}[2~`,
  delete: `${ESC}[3~`,
  pageup: `${ESC}[5~`,
  pagedown: `${ESC}[6~`,
  'alt+enter': `${ESC}\r`,
  'alt+backspace': `${ESC}\x7f`,
  // Kitty keyboard protocol; other terminals send plain Enter.
  'shift+enter': `${ESC}[13;2u`,
  f1: `${ESC}OP`,
  f2: `${ESC}OQ`,
  f3: `${ESC}OR`,
  f4: `${ESC}OS`,
  f5: `${ESC}[15~`,
};

const CURSOR: Readonly<Record<string, string>> = {
  up: 'A',
  down: 'B',
  right: 'C',
  left: 'D',
  home: 'H',
  end: 'F',
};

const MODIFIERS: Readonly<Record<string, number>> = { shift: 1, alt: 2, ctrl: 4 };

/**
 * The bytes that xterm sends for a key: `up`, `ctrl+c`, `alt+b`, `ctrl+left`, `esc`, or any single character.
 * `application`: the program has enabled application cursor keys (DECCKM).
 */
export function keyBytes(name: string, application = false): string {
  if ([...name].length === 1) return name;
  const named = NAMED[name];
  if (named !== undefined) return named;
  const parts = name.split('+');
  const key = parts.pop() ?? '';
  const modifiers = parts.reduce((sum, part) => sum + (MODIFIERS[part] ?? Number.NaN), 0);
  const letter = CURSOR[key];
  if (letter !== undefined) {
    if (modifiers > 0) return `${ESC}[1;${modifiers + 1}${letter}`;
    return `${ESC}${application ? 'O' : '['}${letter}`;
  }
  if (parts.length === 1 && parts[0] === 'ctrl' && /^[a-z@[\\\]^_]$/.test(key)) {
    return String.fromCharCode(key.toUpperCase().charCodeAt(0) & 31);
  }
  if (parts.length === 1 && parts[0] === 'alt' && [...key].length === 1) return ESC + key;
  throw new Error(`no such key: ${name}`);
}
