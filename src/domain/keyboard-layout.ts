/** The keys of a US keyboard, row by row from the left, and what the same keys type on others. */
const US = "`qwertyuiop[]asdfghjkl;'zxcvbnm,." + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>#';
const RUSSIAN = 'ёйцукенгшщзхъфывапролджэячсмитьбю' + 'ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ№';
/** Letters of Ukrainian and Belarusian in the place of Russian ones, and what is typed among Chinese and Japanese. */
const OTHERS: readonly (readonly [typed: string, us: string])[] = [
  ['іІїЇєЄґҐўЎ', `sS]}'"\`~oO`],
  ['【】「」。、', '[][]./'],
];
/** Full-width forms stand in the order of ASCII, this much further on. */
const FULL_WIDTH = /^[\uff01-\uff5e]$/u;
const FULL_WIDTH_OFFSET = 0xff01 - 0x21;

const KEYS: ReadonlyMap<string, string> = new Map(
  [[RUSSIAN, US] as const, ...OTHERS].flatMap(([typed, us]) =>
    [...typed].map((character, index) => [character, us[index] ?? ''] as const),
  ),
);

const MODIFIED = /^((?:ctrl\+|alt\+)*)(.)$/su;

/**
 * The name of the key that sits in the same place on a US keyboard, for a key named by what it types on a Cyrillic one or in
 * full width: `p` for `з`, `ctrl+c` for `ctrl+с`. Any other name as it is.
 */
export function latinKey(name: string): string {
  const [, modifiers = '', typed = ''] = MODIFIED.exec(name) ?? [];
  if (typed === '\u3000') return modifiers === '' ? 'space' : name;
  const latin = FULL_WIDTH.test(typed)
    ? String.fromCharCode(typed.charCodeAt(0) - FULL_WIDTH_OFFSET)
    : KEYS.get(typed);
  if (latin === undefined) return name;
  // A terminal does not tell `ctrl+C` from `ctrl+c`.
  return `${modifiers}${modifiers.includes('ctrl+') ? latin.toLowerCase() : latin}`;
}
