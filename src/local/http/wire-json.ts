/** Characters that Coder's encoder escapes (contract, section 4). */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** JSON as Coder writes it, with a newline at the end. */
export const wireJson = (value: unknown): string =>
  `${JSON.stringify(value).replace(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

/** RFC 3339 in UTC with trailing zeros dropped; `at` is Unix time in ms. */
export const wireTime = (at: number): string => new Date(at).toISOString().replace(/\.?0*Z$/, 'Z');
