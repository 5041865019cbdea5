import type { Token, Tokens } from 'marked';
import { parseWebUrl } from '../web-link.ts';
import { LineBuilder, type SpanStyle, type StyledRow } from './styled-text.ts';

/** Renders inline tokens; line breaks in the source start new rows. */
export function inlineRows(tokens: readonly Token[], styles: readonly SpanStyle[]): readonly StyledRow[] {
  const lines = new MultilineBuilder();
  putTokens(lines, tokens, styles);
  return lines.rows;
}

/** Builds several rows from text with line breaks. */
class MultilineBuilder {
  readonly #builders = [new LineBuilder()];

  /** The address of the link that the tokens belong to. */
  address: string | undefined;

  put(text: string, styles: readonly SpanStyle[]): void {
    const [first = '', ...others] = text.split('\n');
    this.#builders.at(-1)?.put(first, styles, this.address);
    for (const other of others) {
      const builder = new LineBuilder();
      builder.put(other, styles, this.address);
      this.#builders.push(builder);
    }
  }

  get rows(): readonly StyledRow[] {
    return this.#builders.map(({ row }) => row);
  }
}

function putTokens(lines: MultilineBuilder, tokens: readonly Token[], styles: readonly SpanStyle[]): void {
  for (const token of tokens) putToken(lines, token, styles);
}

function putToken(lines: MultilineBuilder, token: Token, styles: readonly SpanStyle[]): void {
  switch (token.type) {
    case 'strong':
      return putEmphasis(lines, token as Tokens.Strong, [...styles, 'strong']);
    case 'em':
      return putEmphasis(lines, token as Tokens.Em, [...styles, 'emphasis']);
    case 'del': {
      // Few terminals show strikethrough, so the tildes stay.
      const sign = token.raw.startsWith('~~') ? '~~' : '~';
      lines.put(sign, [...styles, 'mark']);
      putTokens(lines, token.tokens ?? [], [...styles, 'struck']);
      return lines.put(sign, [...styles, 'mark']);
    }
    case 'codespan':
      // The backticks stay, so that code is recognisable without colour.
      return lines.put(token.raw, [...styles, 'code']);
    case 'link':
    case 'image':
      return putLink(lines, token as Tokens.Link | Tokens.Image, styles);
    case 'br':
      return lines.put(`\n${token.raw.split('\n').at(-1) ?? ''}`, styles);
    case 'escape':
      return lines.put((token as Tokens.Escape).text, styles);
    case 'checkbox':
      return lines.put(token.raw, [...styles, 'strong']);
    default:
      return 'tokens' in token && token.tokens !== undefined && token.tokens.length > 0
        ? putTokens(lines, token.tokens, styles)
        : lines.put(token.raw, styles);
  }
}

/** Underscores around a single word stay: it may be a name such as __init__. */
function putEmphasis(
  lines: MultilineBuilder,
  { raw, tokens }: Tokens.Strong | Tokens.Em,
  styles: readonly SpanStyle[],
): void {
  if (raw.startsWith('_') && !/\s/u.test(raw)) lines.put(raw, styles);
  else putTokens(lines, tokens, styles);
}

/** The text and the URL, which appears once when both are equal. Both are links to it. */
function putLink(
  lines: MultilineBuilder,
  { raw, href, title, text, tokens }: Tokens.Link | Tokens.Image,
  styles: readonly SpanStyle[],
): void {
  const address = parseWebUrl(href) ?? undefined;
  const putLinked = (put: () => void): void => {
    lines.address = address;
    put();
    lines.address = undefined;
  };
  if (!raw.startsWith('[') && !raw.startsWith('!['))
    return putLinked(() => lines.put(raw.replace(/^<(.*)>$/su, '$1'), [...styles, 'address']));
  if (text === href) return putLinked(() => lines.put(href, [...styles, 'address']));
  putLinked(() => putTokens(lines, tokens, [...styles, 'link']));
  const named = title === null || title === undefined || title === '' ? '' : ` "${title}"`;
  lines.put(' (', [...styles, 'address']);
  putLinked(() => lines.put(href, [...styles, 'address']));
  lines.put(`${named})`, [...styles, 'address']);
}
