/** No file system has longer paths; UTF-16 units. */
const MAX_LENGTH = 16_384;

/** The path in a line `--- …` or `+++ …`, without the prefix of its side; null for no file. */
export function pathOf(text: string): string | null {
  // Git puts a tab behind a path with blanks.
  const path = text.startsWith('"') ? unquoted(text) : (text.slice(0, MAX_LENGTH).split('\t', 1)[0] ?? '');
  return path === '/dev/null' ? null : withoutPrefix(path);
}

/**
 * The old and the new path in a line `diff --git a/… b/…`; null when it has none, or when blanks make it ambiguous. Paths
 * in the lines that follow are exact.
 */
export function headerPaths(header: string): readonly [old: string | null, new_: string | null] {
  const [, kind = '', rest = ''] = /^diff --(\w+) (.*?)\r?$/su.exec(header.slice(0, MAX_LENGTH)) ?? [];
  if (kind === '') return [null, null];
  if (kind !== 'git') return [unquoted(rest), unquoted(rest)];
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/u.exec(rest);
  if (quoted !== null)
    return [withoutPrefix(unquoted(quoted[1] ?? '')), withoutPrefix(unquoted(quoted[2] ?? ''))];
  const middle = (rest.length - 1) / 2;
  const [one, other] = [withoutPrefix(rest.slice(0, middle)), withoutPrefix(rest.slice(middle + 1))];
  return rest[middle] === ' ' && one === other ? [one, other] : [null, withoutPrefix(rest)];
}

/** The prefixes of both sides, also those of `diff.mnemonicPrefix`. */
const withoutPrefix = (path: string): string => path.replace(/^[abciow]\//u, '');

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
};

/** A path without the quotes and escapes that git writes around unusual characters. */
export function unquoted(path: string): string {
  const text = path.slice(0, MAX_LENGTH);
  if (!text.startsWith('"')) return text;
  const bytes: number[] = [];
  const end = text.lastIndexOf('"');
  for (let at = 1; at < (end === 0 ? text.length : end); ) {
    const [escaped = '', octal, letter = ''] =
      /^\\(?:([0-7]{1,3})|([\s\S]))/u.exec(text.slice(at, at + 5)) ?? [];
    if (escaped === '') {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...new TextEncoder().encode(character));
      at += character.length;
    } else {
      if (octal === undefined) bytes.push(ESCAPES[letter] ?? letter.charCodeAt(0) & 0xff);
      else bytes.push(Number.parseInt(octal, 8) & 0xff);
      at += escaped.length;
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
