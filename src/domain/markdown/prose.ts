import { Lexer, type Token, type Tokens } from 'marked';
import { codeLines, languageLine } from './code.ts';
import { inlineRows } from './inline.ts';
import { plainRow, type StyledLine, type StyledRow } from './styled-text.ts';
import { tableRows } from './table.ts';
import { wrapStyledLine } from './wrap-line.ts';

/** Reads lines as markdown, for a width in columns that may be infinite. */
export type ProseRenderer = (lines: readonly string[], columns: number) => readonly StyledRow[];

/**
 * marked's lexer, and rows of our own: a line of the source is a line of the result, blank ones included, and of
 * its characters only markup goes. What marked makes no sense of stays as it was written.
 */
export const renderProse: ProseRenderer = (lines, columns) => {
  const source = lines.join('\n').normalize('NFC');
  const end = source.trimEnd().length;
  const rows = renderBlocks(
    new Lexer({ gfm: true, breaks: true }).lex(source.slice(0, end)),
    NO_PREFIX,
    columns,
  );
  const blank = source.slice(end).split('\n').length - 1;
  return [...rows, ...Array.from({ length: blank }, () => plainRow(''))];
};

/** What stands before the lines of a block that lies in others: before its first one, and before the rest. */
interface BlockPrefix {
  readonly lead: string;
  readonly follow: string;
}

const NO_PREFIX: BlockPrefix = { lead: '', follow: '' };

function renderBlocks(tokens: readonly Token[], place: BlockPrefix, columns: number): readonly StyledRow[] {
  const rows: StyledRow[] = [];
  /** Line breaks between the last block and the next. */
  let breaks = 0;
  for (const token of tokens) {
    const body = token.raw.replace(/^\n+/u, '').trimEnd();
    if (body === '') {
      breaks += newlines(token.raw);
      continue;
    }
    if (rows.length > 0) {
      breaks += newlines(/^\n*/u.exec(token.raw)?.[0] ?? '');
      for (let blank = 1; blank < breaks; blank++) rows.push(plainRow(place.follow.trimEnd()));
    }
    const here = rows.length === 0 ? place : { lead: place.follow, follow: place.follow };
    rows.push(...renderBlock(token, here, columns));
    breaks = newlines(/\s*$/u.exec(token.raw)?.[0] ?? '');
  }
  return rows;
}

const newlines = (text: string): number => text.split('\n').length - 1;

function renderBlock(token: Token, place: BlockPrefix, columns: number): readonly StyledRow[] {
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return wrapRows(inlineRows(token.tokens ?? [], []), place, columns);
    case 'heading':
      return headingRows(token as Tokens.Heading, place, columns);
    case 'code':
      return codeRows(token as Tokens.Code, place, columns);
    case 'list':
      return (token as Tokens.List).items.flatMap((item, index, items) =>
        listItemRows(
          item,
          index === 0 ? place : continuationPrefix(place),
          columns,
          items[index + 1] !== undefined,
        ),
      );
    case 'blockquote':
      return renderBlocks(token.tokens ?? [], nestedPrefix(place, '> ', '> '), columns);
    case 'table':
      return (
        tableRows(token as Tokens.Table, columns - place.follow.length)?.map(withPrefix(place)) ??
        verbatimRows(token.raw, place, columns)
      );
    default:
      return verbatimRows(token.raw, place, columns);
  }
}

const continuationPrefix = ({ follow }: BlockPrefix): BlockPrefix => ({ lead: follow, follow });

const nestedPrefix = ({ lead, follow }: BlockPrefix, first: string, others: string): BlockPrefix => ({
  lead: lead + first,
  follow: follow + others,
});

const withPrefix =
  ({ lead, follow }: BlockPrefix) =>
  (row: StyledRow, index: number): StyledRow =>
    wrapStyledLine(
      { ...row, firstPrefix: index === 0 ? lead : follow, nextPrefix: follow, wrapMode: 'anywhere' },
      Number.POSITIVE_INFINITY,
    )[0] ?? row;

/** Rows of inline text in their place, each in as many rows as it takes. */
const wrapRows = (
  rows: readonly StyledRow[],
  { lead, follow }: BlockPrefix,
  columns: number,
): readonly StyledRow[] =>
  rows.flatMap((row, index) =>
    wrapStyledLine(
      { ...row, firstPrefix: index === 0 ? lead : follow, nextPrefix: follow, wrapMode: 'words' },
      columns,
    ),
  );

const verbatimRows = (raw: string, place: BlockPrefix, columns: number): readonly StyledRow[] =>
  wrapRows(raw.trimEnd().split('\n').map(plainRow), place, columns);

/** Its sign stays: it says how deep the heading is, and no colour has to. */
function headingRows(
  { raw, tokens }: Tokens.Heading,
  place: BlockPrefix,
  columns: number,
): readonly StyledRow[] {
  const sign = /^ {0,3}(#{1,6})/u.exec(raw)?.[1];
  if (sign !== undefined)
    return wrapRows(
      inlineRows(tokens, ['heading']),
      nestedPrefix(place, `${sign} `, ' '.repeat(sign.length + 1)),
      columns,
    );
  const underline = raw.trimEnd().split('\n').at(-1) ?? '';
  const line = { text: underline, spans: [{ start: 0, end: underline.length, style: 'mark' as const }] };
  return wrapRows([...inlineRows(tokens, ['heading']), line], place, columns);
}

function codeRows(
  { raw, text, lang = '', codeBlockStyle }: Tokens.Code,
  place: BlockPrefix,
  columns: number,
): readonly StyledRow[] {
  if (codeBlockStyle === 'indented') return verbatimRows(raw, place, columns);
  const label: readonly StyledLine[] = lang === '' ? [] : [languageLine(lang)];
  return [...label, ...codeLines(text.split('\n'), { language: lang })].flatMap((line, index) =>
    wrapStyledLine(
      {
        ...line,
        firstPrefix: (index === 0 ? place.lead : place.follow) + line.firstPrefix,
        nextPrefix: place.follow + line.nextPrefix,
      },
      columns,
    ),
  );
}

/** A bullet, or the number as it was written, with the text beside it; the box of a task item stays a box. */
function listItemRows(
  item: Tokens.ListItem,
  place: BlockPrefix,
  columns: number,
  more: boolean,
): readonly StyledRow[] {
  const [, blanks = '', marker = '-'] = /^(\s*)([-*+]|\d{1,9}[.)])/u.exec(item.raw) ?? [];
  const sign = /\d/u.test(marker) ? marker : '•';
  const [head, ...others] = item.tokens;
  const box = head?.type === 'checkbox' ? `${head.raw.trim()} ` : '';
  const lead = `${blanks}${sign} ${box}`;
  const rows = renderBlocks(
    box === '' ? item.tokens : others,
    nestedPrefix(place, lead, ' '.repeat(lead.length)),
    columns,
  );
  const shown = rows.length === 0 ? [plainRow(`${place.lead}${lead}`.trimEnd())] : rows;
  if (!more) return shown;
  const between = newlines(/\s*$/u.exec(item.raw)?.[0] ?? '') - 1;
  return [...shown, ...Array.from({ length: Math.max(0, between) }, () => plainRow(place.follow.trimEnd()))];
}
