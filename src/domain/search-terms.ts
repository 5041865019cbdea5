/** The terms that a message must have: all of them. Folded, without duplicates; never empty texts. */
export type SearchTerms = readonly string[];

/** The longest term and the most terms that count. */
const MAX_TERM_LENGTH = 300;
const MAX_TERMS = 20;

/**
 * The words of a search, and the phrases between double quotes. An open quote ends with the text. No terms for a text
 * without words.
 */
export function parseSearchTerms(text: string): SearchTerms {
  const terms = [...text.matchAll(/"([^"]*)(?:"|$)|([^\s"]+)/gu)]
    .map(([, phrase, word]) => foldText(phrase ?? word ?? '').trim())
    .map((term) => term.slice(0, MAX_TERM_LENGTH).replace(/[\ud800-\udbff]$/u, ''))
    .filter((term) => term !== '');
  return [...new Set(terms)].slice(0, MAX_TERMS);
}

/** One blank for each run of blanks and line breaks, so that a phrase is found across lines; NFC. */
export const normaliseText = (text: string): string =>
  text
    .replaceAll(/[^\S ]\s*| \s+/gu, ' ')
    .replaceAll('\0', '')
    .normalize('NFC');

/**
 * Normalised text in lower case. As long as the normalised text, so that offsets hold for both: a letter whose lower
 * case is longer stays.
 */
export function foldText(text: string): string {
  const normalised = normaliseText(text);
  return foldCase(normalised);
}

/** The same for text that is normalised already. */
export function foldCase(normalised: string): string {
  const lower = normalised.toLowerCase();
  const folded =
    lower.length === normalised.length
      ? lower
      : Array.from(normalised, (letter) => {
          const small = letter.toLowerCase();
          return small.length === letter.length ? small : letter;
        }).join('');
  // The lower case of a sigma depends on its place in the word.
  return folded.replaceAll('\u03c2', '\u03c3');
}

/** A range of UTF-16 units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A line of a found message with the terms in it. */
export interface Excerpt {
  readonly text: string;
  readonly marks: readonly TextRange[];
}

/** How much of the text before the first mark an excerpt has, and its length; UTF-16 units. */
const CONTEXT_BEFORE = 30;
const EXCERPT_LENGTH = 300;

/** Whether all terms occur in the folded text. */
export const containsTerms = (folded: string, terms: SearchTerms): boolean =>
  terms.every((term) => folded.includes(term));

/** The surroundings of the first term that occurs in the text, which is normalised; `folded` is its folded form. */
export function excerptOf(text: string, folded: string, terms: SearchTerms): Excerpt {
  const first = Math.min(...terms.map((term) => folded.indexOf(term)).filter((at) => at !== -1), text.length);
  const start = first <= CONTEXT_BEFORE ? 0 : wordStart(text, first - CONTEXT_BEFORE, first);
  const end = wholeCharacterEnd(text, start + EXCERPT_LENGTH);
  const ellipsis = start === 0 ? '' : '…';
  return {
    text: `${ellipsis}${text.slice(start, end)}`,
    marks: marksIn(folded.slice(start, end), terms).map((mark) => ({
      start: mark.start + ellipsis.length,
      end: mark.end + ellipsis.length,
    })),
  };
}

/** The first word that begins between `from` and `to`; `from` without one, but never within a character. */
function wordStart(text: string, from: number, to: number): number {
  const blank = text.indexOf(' ', from);
  return blank !== -1 && blank < to ? blank + 1 : wholeCharacterEnd(text, from);
}

const wholeCharacterEnd = (text: string, at: number): number =>
  /[\udc00-\udfff]/u.test(text[at] ?? '') ? at + 1 : at;

/** The ranges of all terms in order; ranges that overlap are one. */
export function marksIn(folded: string, terms: SearchTerms): readonly TextRange[] {
  const all = terms
    .flatMap((term) => {
      const found: TextRange[] = [];
      for (let at = folded.indexOf(term); at !== -1; at = folded.indexOf(term, at + term.length))
        found.push({ start: at, end: at + term.length });
      return found;
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: { start: number; end: number }[] = [];
  for (const range of all) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else joined.push({ ...range });
  }
  return joined;
}
