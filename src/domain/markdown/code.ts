import type { Span, SpanStyle, StyledLine } from './styled-text.ts';

/** Stands before every line of code, and before the rows that a long one goes on in. */
const BAR = '│ ';
const CONTINUATION = '↳ ';

/** Lines of code, verbatim behind a bar. `indent` is what stands before the bar. */
export function codeLines(
  lines: readonly string[],
  { language, indent = '' }: { readonly language: string; readonly indent?: string },
): readonly StyledLine[] {
  const style = isDiff(language, lines) ? diffStyle : () => 'code' as const;
  return lines.map((text) => codeLine(text, style(text), indent));
}

/** What a block of code calls its language, on a line of its own. */
export const languageLine = (language: string, indent = ''): StyledLine => ({
  text: language,
  spans: [{ start: 0, end: language.length, style: 'mark' }],
  firstPrefix: `${indent}╭ `,
  nextPrefix: `${indent}${BAR}`,
  wrapMode: 'words',
});

function codeLine(text: string, style: SpanStyle | null, indent: string): StyledLine {
  return {
    text,
    spans: wholeLineSpan(text, style),
    firstPrefix: text === '' ? `${indent}${BAR}`.trimEnd() : `${indent}${BAR}`,
    nextPrefix: `${indent}${CONTINUATION}`,
    wrapMode: 'anywhere',
  };
}

/** A diff that stands by itself, outside of any block. */
export const diffLines = (lines: readonly string[]): readonly StyledLine[] =>
  lines.map((text) => ({
    text,
    spans: wholeLineSpan(text, diffStyle(text)),
    firstPrefix: '',
    nextPrefix: CONTINUATION,
    wrapMode: 'anywhere',
  }));

const wholeLineSpan = (text: string, style: SpanStyle | null): readonly Span[] =>
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
