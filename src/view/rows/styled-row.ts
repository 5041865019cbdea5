import type { Style } from '../theme.ts';

/**
 * The row with styled spans. No style reaches the next row.
 * @param link makes a text a link to a web address; without it spans with addresses are only styled
 */
export function styledRow<Name extends string>(
  { text, spans }: { readonly text: string; readonly spans: readonly NamedSpan<Name>[] },
  styles: Readonly<Record<Name, Style>>,
  link: (text: string, address: string, isPartial?: boolean) => string = (words) => words,
): string {
  if (spans.length === 0) return text;
  const edges = new Set([0, text.length]);
  for (const { start, end } of spans) edges.add(start).add(end);
  const sorted = [...edges].sort((a, b) => a - b);
  let out = '';
  for (let index = 1; index < sorted.length; index++) {
    const start = sorted[index - 1] ?? 0;
    const end = sorted[index] ?? start;
    let piece = text.slice(start, end);
    let linked: NamedSpan<Name> | undefined;
    for (const span of spans) {
      if (span.start > start || span.end < end || piece === '') continue;
      piece = styles[span.style](piece);
      if (span.address !== undefined) linked ??= span;
    }
    if (linked?.address !== undefined) piece = link(piece, linked.address, linked.isPartial);
    out += piece;
  }
  return out;
}

export interface NamedSpan<Name extends string> {
  readonly start: number;
  readonly end: number;
  readonly style: Name;
  readonly address?: string;
  readonly isPartial?: boolean;
}
