/** Fewer letters match nearly every title. */
const MIN_LETTERS = 3;
/** Letters behind this offset of the text are not looked at. */
const MAX_TEXT = 200;

const IS_LETTER = /[\p{L}\p{N}]/u;
const IS_LOWER = /\p{Ll}/u;
const IS_UPPER = /\p{Lu}/u;

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
  const folded = foldCase(text.slice(0, MAX_TEXT));
  if (!hasLettersInOrder(letters, folded)) return null;
  const starts = wordStarts(text.slice(0, MAX_TEXT));
  const failed = new Set<number>();
  const found: number[] = [];

  /** Finds the letters from `index` on; the one before it was found right before offset `from`. */
  const find = (index: number, from: number): boolean => {
    if (index === letters.length) return true;
    const key = index * MAX_TEXT + from;
    if (failed.has(key)) return false;
    let isSameWord = index > 0;
    for (let at = from; at < folded.length; at++) {
      const isStart = starts[at] === true;
      if (isStart || !IS_LETTER.test(folded[at] ?? '')) isSameWord = false;
      if (folded[at] !== letters[index] || !(isSameWord || isStart)) continue;
      found[index] = at;
      if (find(index + 1, at + 1)) return true;
    }
    failed.add(key);
    return false;
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

/** Whether a word begins at each offset: after no letter, or with a capital after a small letter. */
function wordStarts(text: string): readonly boolean[] {
  return Array.from({ length: text.length }, (_, at) => {
    const [before = '', letter = ''] = [text[at - 1], text[at]];
    return (
      IS_LETTER.test(letter) && (!IS_LETTER.test(before) || (IS_UPPER.test(letter) && IS_LOWER.test(before)))
    );
  });
}
