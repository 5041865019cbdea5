/** Fewer letters match nearly every title. */
const MIN_LETTERS = 3;
/** Letters behind this offset of the text are not looked at. */
const MAX_TEXT = 200;

const LETTER = /[\p{L}\p{N}]/u;
const SMALL_LETTER = /\p{Ll}/u;
const CAPITAL = /\p{Lu}/u;

/**
 * The offsets in `text`, UTF-16, of the letters of a word that was typed with letters left out: `flr` and `fixlog` find
 * `Fix login redirect`. The first letter begins a word of the text. Each other letter comes later in the same word, or
 * begins a later one. Null without a match, and for fewer than three letters. `letters` is in lower case.
 *
 * The palette's search (`fuzzy-find.ts`) accepts more, because it shows the best match first. The list keeps its order, so a
 * far-fetched match would stand among the good ones.
 */
export function fuzzyWord(letters: string, text: string): readonly number[] | null {
  if (letters.length < MIN_LETTERS) return null;
  const shown = text.slice(0, MAX_TEXT);
  const folded = foldCase(shown);
  if (!hasLettersInOrder(letters, folded)) return null;
  const starts = wordStarts(shown);
  if (!starts.some((at) => folded[at] === letters[0])) return null;
  const failed = new Set<number>();
  const found: number[] = [];

  /** Finds the letters from `index` on; the one before it was found right before offset `from`. */
  const find = (index: number, from: number): boolean => {
    if (index === letters.length) return true;
    const key = index * MAX_TEXT + from;
    if (failed.has(key)) return false;
    const endOfWord = index === 0 ? from : (starts.find((start) => start >= from) ?? folded.length);
    for (let at = from; at < endOfWord && kindAt(folded, at) !== 'none'; at++)
      if (continues(index, at)) return true;
    for (const start of starts) if (start >= from && continues(index, start)) return true;
    failed.add(key);
    return false;
  };
  /** Whether the letter at `index` is at offset `at`, and the others follow. */
  const continues = (index: number, at: number): boolean => {
    if (folded[at] !== letters[index]) return false;
    found[index] = at;
    return find(index + 1, at + 1);
  };
  return find(0, 0) ? found : null;
}

/** In lower case, with each letter at its offset. */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  }).join('');
}

/** The quick rejection of most texts. */
function hasLettersInOrder(letters: string, text: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}

type LetterKind = 'none' | 'small' | 'capital' | 'other';

/** The kind of the letter at an offset; most are ASCII, which needs no pattern. */
function kindAt(text: string, at: number): LetterKind {
  const code = text.charCodeAt(at);
  if (code >= 97 && code <= 122) return 'small';
  if (code >= 65 && code <= 90) return 'capital';
  if (code >= 48 && code <= 57) return 'other';
  if (code < 128) return 'none';
  const letter = text[at] ?? '';
  if (!LETTER.test(letter)) return 'none';
  return SMALL_LETTER.test(letter) ? 'small' : CAPITAL.test(letter) ? 'capital' : 'other';
}

/** The offsets at which words begin, ascending: at a letter after none, or at a capital after a small letter. */
function wordStarts(text: string): readonly number[] {
  const starts: number[] = [];
  let before: LetterKind = 'none';
  for (let at = 0; at < text.length; at++) {
    const kind = kindAt(text, at);
    if (kind !== 'none' && (before === 'none' || (before === 'small' && kind === 'capital'))) starts.push(at);
    before = kind;
  }
  return starts;
}
