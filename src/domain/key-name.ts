const NAMED_KEYS = [
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
  'enter',
  'esc',
  'tab',
  'backspace',
  'delete',
] as const;

export type NamedKey = (typeof NAMED_KEYS)[number];

const MODIFIED = /^((?:ctrl\+)?(?:alt\+)?(?:shift\+)?)(.+)$/su;

/** Whether this is the name of a key: `p`, `P`, `f`, `space`, `ctrl+k`, `alt+left`, `shift+tab`. */
export function isKeyName(name: string): boolean {
  const [, modifiers = '', key = ''] = MODIFIED.exec(name) ?? [];
  if ((NAMED_KEYS as readonly string[]).includes(key)) return true;
  // Terminals report `shift+a` as `A`, and `ctrl+A` as `ctrl+a`.
  if (modifiers.includes('shift+')) return false;
  if (key === 'space') return modifiers === '';
  if (modifiers.includes('ctrl+')) return modifiers === 'ctrl+' && /^[a-z\\\]^_]$/u.test(key);
  return [...key].length === 1 && !/[\p{Cc}\s]/u.test(key);
}

/** Whether the key types a character in a text field. */
export const isPrintableKey = (name: string): boolean => name === 'space' || [...name].length === 1;

/** The keys of a US keyboard row by row from the left, and the characters of the same keys on a Russian one. */
const US = "`qwertyuiop[]asdfghjkl;'zxcvbnm,." + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>#';
const RUSSIAN = 'ёйцукенгшщзхъфывапролджэячсмитьбю' + 'ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ№';
/**
 * Ukrainian and Belarusian letters at the positions of Russian ones, and the punctuation of Chinese and Japanese input
 * methods.
 */
const OTHERS: readonly (readonly [typed: string, us: string])[] = [
  ['іІїЇєЄґҐўЎ', `sS]}'"\`~oO`],
  ['【】「」。、', '[][]./'],
];
/** Full-width forms follow the order of ASCII at this offset. */
const FULL_WIDTH = /^[\uff01-\uff5e]$/u;
const FULL_WIDTH_OFFSET = 0xff01 - 0x21;

const KEYS: ReadonlyMap<string, string> = new Map(
  [[RUSSIAN, US] as const, ...OTHERS].flatMap(([typed, us]) =>
    [...typed].map((character, index) => [character, us[index] ?? ''] as const),
  ),
);

const MODIFIED_CHARACTER = /^((?:ctrl\+|alt\+)*)(.)$/su;

/**
 * The name of the same physical key on a US keyboard, for a key named after its Cyrillic or full-width character: `p`
 * for `з`, `ctrl+c` for `ctrl+с`. Other names are returned unchanged.
 */
export function latinKey(name: string): string {
  const [, modifiers = '', typed = ''] = MODIFIED_CHARACTER.exec(name) ?? [];
  if (typed === '\u3000') return modifiers === '' ? 'space' : name;
  const latin = FULL_WIDTH.test(typed)
    ? String.fromCharCode(typed.charCodeAt(0) - FULL_WIDTH_OFFSET)
    : KEYS.get(typed);
  if (latin === undefined) return name;
  // Terminals report `ctrl+C` as `ctrl+c`.
  return `${modifiers}${modifiers.includes('ctrl+') ? latin.toLowerCase() : latin}`;
}
