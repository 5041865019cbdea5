/** The meaning of a piece of text; the UI decides about its look. */
export type SpanStyle =
  | 'strong'
  | 'emphasis'
  | 'struck'
  | 'code'
  | 'link'
  | 'address'
  | 'heading'
  /** Decoration that is not part of the text: bullets, bars of code and quotes, heading signs. */
  | 'mark'
  | 'added'
  | 'removed'
  | 'hunk'
  /** No look of its own: a link in text that is shown as it is. */
  | 'plain'
  /** Search matches, and the current one. */
  | 'hit'
  | 'current-hit';

/** A styled part of a line; offsets are UTF-16 units. Spans may be nested. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly style: SpanStyle;
  /** Makes the text a link to this web URL, where the terminal has links. */
  readonly address?: string;
  /** The rest of the link is on another row. */
  readonly isPartial?: true;
}

/** One row on the screen: text without escape sequences. */
export interface StyledRow {
  readonly text: string;
  readonly spans: readonly Span[];
  /** Continues the row before it. */
  readonly isContinuation?: boolean;
}

export const NO_SPANS: readonly Span[] = [];

export const plainRow = (text: string): StyledRow => ({ text, spans: NO_SPANS });

/** A line before wrapping. */
export interface StyledLine extends StyledRow {
  /** The prefixes of the line and of its continuation rows. */
  readonly firstPrefix: string;
  readonly nextPrefix: string;
  /** `anywhere` breaks at the last column, for text whose blanks all matter. */
  readonly wrapMode: 'words' | 'anywhere';
}

export class LineBuilder {
  #text = '';
  readonly #spans: Span[] = [];

  /** `address` makes the text a link. */
  put(text: string, styles: readonly SpanStyle[] = [], address?: string): void {
    if (text === '') return;
    const start = this.#text.length;
    this.#text += text;
    const end = this.#text.length;
    for (const style of styles) {
      const last = this.#spans.findLast((span) => span.style === style);
      if (last?.end === start && last.address === address)
        this.#spans[this.#spans.indexOf(last)] = { ...last, end };
      else this.#spans.push({ start, end, style, ...(address !== undefined && { address }) });
    }
  }

  get row(): StyledRow {
    return { text: this.#text, spans: this.#spans };
  }
}

/** The part of a row between two offsets, after `prefix`. */
export function sliceRow({ text, spans }: StyledRow, start: number, end: number, prefix = ''): StyledRow {
  const shift = prefix.length - start;
  const sliced = spans.flatMap((span): Span[] => {
    const from = Math.max(span.start, start);
    const to = Math.min(span.end, end);
    if (from >= to) return [];
    const isCut = span.address !== undefined && (from > span.start || to < span.end);
    return [{ ...span, start: from + shift, end: to + shift, ...(isCut && { isPartial: true }) }];
  });
  const mark: Span[] =
    prefix.trim() === '' ? [] : [{ start: 0, end: prefix.trimEnd().length, style: 'mark' }];
  return { text: prefix + text.slice(start, end), spans: [...mark, ...sliced] };
}
