import type { RichLine, Span, SpanStyle } from './rich.ts';

/** Stands before every line of code, and before the rows that a long one goes on in. */
const BAR = '│ ';
const GOES_ON = '↳ ';

/** Lines of code, verbatim behind a bar. `indent` is what stands before the bar. */
export function codeLines(
  lines: readonly string[],
  { language, indent = '' }: { readonly language: string; readonly indent?: string },
): readonly RichLine[] {
  const style = isDiff(language, lines) ? diffStyle : () => 'code' as const;
  return lines.map((text) => codeLine(text, style(text), indent));
}

/** What a block of code calls its language, on a line of its own. */
export const languageLine = (language: string, indent = ''): RichLine => ({
  text: language,
  spans: [{ start: 0, end: language.length, style: 'mark' }],
  lead: `${indent}╭ `,
  follow: `${indent}${BAR}`,
  breaks: 'words',
});

function codeLine(text: string, style: SpanStyle | null, indent: string): RichLine {
  return {
    text,
    spans: spanning(text, style),
    lead: text === '' ? `${indent}${BAR}`.trimEnd() : `${indent}${BAR}`,
    follow: `${indent}${GOES_ON}`,
    breaks: 'anywhere',
  };
}

/** A diff that stands by itself, outside of any block. */
export const diffLines = (lines: readonly string[]): readonly RichLine[] =>
  lines.map((text) => ({
    text,
    spans: spanning(text, diffStyle(text)),
    lead: '',
    follow: GOES_ON,
    breaks: 'anywhere',
  }));

const spanning = (text: string, style: SpanStyle | null): readonly Span[] =>
  style === null || text === '' ? [] : [{ start: 0, end: text.length, style }];

const isDiff = (language: string, [first = '']: readonly string[]): boolean =>
  /^(?:diff|patch)\b/iu.test(language) || (language === '' && /^(?:diff --git |@@ -\d)/u.test(first));

/** What a line of a diff is by its first characters, which stay: the colour only repeats them. */
function diffStyle(line: string): SpanStyle | null {
  if (line.startsWith('@@')) return 'hunk';
  if (/^(?:diff |index |\+\+\+ |--- )/u.test(line)) return 'strong';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : null;
}
