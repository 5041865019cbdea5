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

const MODIFIED = /^((?:ctrl\+|alt\+)*)(.)$/su;

/**
 * The name of the same physical key on a US keyboard, for a key named after its Cyrillic or full-width character: `p`
 * for `з`, `ctrl+c` for `ctrl+с`. Other names are returned unchanged.
 */
export function latinKey(name: string): string {
  const [, modifiers = '', typed = ''] = MODIFIED.exec(name) ?? [];
  if (typed === '\u3000') return modifiers === '' ? 'space' : name;
  const latin = FULL_WIDTH.test(typed)
    ? String.fromCharCode(typed.charCodeAt(0) - FULL_WIDTH_OFFSET)
    : KEYS.get(typed);
  if (latin === undefined) return name;
  // Terminals report `ctrl+C` as `ctrl+c`.
  return `${modifiers}${modifiers.includes('ctrl+') ? latin.toLowerCase() : latin}`;
}
