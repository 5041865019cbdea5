import { webLinksIn } from '../web-link.ts';
import type { Span, SpanStyle, StyledLine } from './styled-text.ts';

/** Prefixes of code lines and of their continuation rows. */
const BAR = '│ ';
const CONTINUATION = '↳ ';

/** Code lines, verbatim after a bar. `indent` precedes the bar. */
export function codeLines(
  lines: readonly string[],
  { language, indent = '' }: { readonly language: string; readonly indent?: string },
): readonly StyledLine[] {
  const style = isDiff(language, lines) ? diffStyle : () => 'code' as const;
  return lines.map((text) => codeLine(text, style(text), indent));
}

/** The web addresses of a text that is shown as it is. */
export const linkSpans = (text: string): readonly Span[] =>
  webLinksIn(text).map((link) => ({ ...link, style: 'plain' }));

/** The line with the language of a code block. */
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
    spans: [...wholeLineSpan(text, style), ...linkSpans(text)],
    firstPrefix: text === '' ? `${indent}${BAR}`.trimEnd() : `${indent}${BAR}`,
    nextPrefix: `${indent}${CONTINUATION}`,
    wrapMode: 'anywhere',
  };
}

/** A diff outside of a code block. */
export const diffLines = (lines: readonly string[]): readonly StyledLine[] =>
  lines.map((text) => ({
    text,
    spans: [...wholeLineSpan(text, diffStyle(text)), ...linkSpans(text)],
    firstPrefix: '',
    nextPrefix: CONTINUATION,
    wrapMode: 'anywhere',
  }));

const wholeLineSpan = (text: string, style: SpanStyle | null): readonly Span[] =>
  style === null || text === '' ? [] : [{ start: 0, end: text.length, style }];

const isDiff = (language: string, [first = '']: readonly string[]): boolean =>
  /^(?:diff|patch)\b/iu.test(language) || (language === '' && /^(?:diff --git |@@ -\d)/u.test(first));

/** The style of a diff line by its first characters, which stay visible: colour only repeats them. */
function diffStyle(line: string): SpanStyle | null {
  if (line.startsWith('@@')) return 'hunk';
  if (/^(?:diff |index |\+\+\+ |--- )/u.test(line)) return 'strong';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : null;
}
