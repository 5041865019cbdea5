/** What a piece of text is; how that looks is for the screen to say. */
export type SpanStyle =
  | 'strong'
  | 'emphasis'
  | 'struck'
  | 'code'
  | 'link'
  | 'address'
  | 'heading'
  /** What frames the text and is none of it: bullets, bars of code and quotes, signs of headings. */
  | 'mark'
  | 'added'
  | 'removed'
  | 'hunk'
  /** Words that are searched for, and those of them that the window was moved to. */
  | 'hit'
  | 'current-hit';

/** A part of a line; offsets are UTF-16 units. Spans may lie inside each other. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly style: SpanStyle;
}

/** One row as it is shown: text without any escape sequence, and what its parts are. */
export interface StyledRow {
  readonly text: string;
  readonly spans: readonly Span[];
  /** It only goes on with the row before it. */
  readonly isContinuation?: boolean;
}

export const NO_SPANS: readonly Span[] = [];

export const plainRow = (text: string): StyledRow => ({ text, spans: NO_SPANS });

/** A line before it is fitted into a width. */
export interface StyledLine extends StyledRow {
  /** What stands before the line, and before the rows that it goes on in. */
  readonly firstPrefix: string;
  readonly nextPrefix: string;
  /** Whether it is broken between words, or wherever the row ends, because every blank of it counts. */
  readonly wrapMode: 'words' | 'anywhere';
}

/** Puts a line together piece by piece. */
export class LineBuilder {
  #text = '';
  readonly #spans: Span[] = [];

  put(text: string, styles: readonly SpanStyle[] = []): void {
    if (text === '') return;
    const start = this.#text.length;
    this.#text += text;
    const end = this.#text.length;
    for (const style of styles) {
      const last = this.#spans.findLast((span) => span.style === style);
      if (last?.end === start) this.#spans[this.#spans.indexOf(last)] = { ...last, end };
      else this.#spans.push({ start, end, style });
    }
  }

  get row(): StyledRow {
    return { text: this.#text, spans: this.#spans };
  }
}

/** The part of a row between two offsets, with `before` put in front of it. */
export function sliceRow({ text, spans }: StyledRow, start: number, end: number, prefix = ''): StyledRow {
  const shift = prefix.length - start;
  const kept = spans.flatMap((span): Span[] => {
    const from = Math.max(span.start, start);
    const to = Math.min(span.end, end);
    return from < to ? [{ start: from + shift, end: to + shift, style: span.style }] : [];
  });
  const mark: Span[] =
    prefix.trim() === '' ? [] : [{ start: 0, end: prefix.trimEnd().length, style: 'mark' }];
  return { text: prefix + text.slice(start, end), spans: [...mark, ...kept] };
}
