import { Lexer, type Token, type Tokens } from 'marked';
import { codeLines, languageLine, linkSpans } from './code.ts';
import { inlineRows } from './inline.ts';
import { tableRows } from './markdown-table.ts';
import { plainRow, type StyledLine, type StyledRow } from './styled-text.ts';
import { wrapStyledLine } from './wrap-line.ts';

/** Renders lines as Markdown; `columns` may be infinite. */
export type ProseRenderer = (lines: readonly string[], columns: number) => readonly StyledRow[];

/**
 * Uses marked's lexer only. Each source line, blank ones included, becomes one line, and only markup is removed.
 * Unknown syntax stays as written.
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

/** The prefixes of a nested block: `lead` for its first line, `follow` for the others. */
interface BlockPrefix {
  readonly lead: string;
  readonly follow: string;
}

const NO_PREFIX: BlockPrefix = { lead: '', follow: '' };

function renderBlocks(tokens: readonly Token[], prefix: BlockPrefix, columns: number): readonly StyledRow[] {
  const rows: StyledRow[] = [];
  /** The number of line breaks since the last block. */
  let breaks = 0;
  for (const token of tokens) {
    const body = token.raw.replace(/^\n+/u, '').trimEnd();
    if (body === '') {
      breaks += newlines(token.raw);
      continue;
    }
    if (rows.length > 0) {
      breaks += newlines(/^\n*/u.exec(token.raw)?.[0] ?? '');
      for (let blank = 1; blank < breaks; blank++) rows.push(plainRow(prefix.follow.trimEnd()));
    }
    const here = rows.length === 0 ? prefix : { lead: prefix.follow, follow: prefix.follow };
    rows.push(...renderBlock(token, here, columns));
    breaks = newlines(/\s*$/u.exec(token.raw)?.[0] ?? '');
  }
  return rows;
}

const newlines = (text: string): number => text.split('\n').length - 1;

function renderBlock(token: Token, prefix: BlockPrefix, columns: number): readonly StyledRow[] {
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return wrapRows(inlineRows(token.tokens ?? [], []), prefix, columns);
    case 'heading':
      return headingRows(token as Tokens.Heading, prefix, columns);
    case 'code':
      return codeRows(token as Tokens.Code, prefix, columns);
    case 'list':
      return (token as Tokens.List).items.flatMap((item, index, items) =>
        listItemRows(
          item,
          index === 0 ? prefix : continuationPrefix(prefix),
          columns,
          items[index + 1] !== undefined,
        ),
      );
    case 'blockquote':
      return renderBlocks(token.tokens ?? [], nestedPrefix(prefix, '> ', '> '), columns);
    case 'table':
      return (
        tableRows(token as Tokens.Table, columns - prefix.follow.length)?.map(withPrefix(prefix)) ??
        verbatimRows(token.raw, prefix, columns)
      );
    default:
      return verbatimRows(token.raw, prefix, columns);
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

/** Adds the prefixes and wraps each row. */
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

const verbatimRows = (raw: string, prefix: BlockPrefix, columns: number): readonly StyledRow[] =>
  wrapRows(
    raw
      .trimEnd()
      .split('\n')
      .map((text) => ({ text, spans: linkSpans(text) })),
    prefix,
    columns,
  );

/** The `#` signs stay, since they show the level without colour. */
function headingRows(
  { raw, tokens }: Tokens.Heading,
  prefix: BlockPrefix,
  columns: number,
): readonly StyledRow[] {
  const sign = /^ {0,3}(#{1,6})/u.exec(raw)?.[1];
  if (sign !== undefined)
    return wrapRows(
      inlineRows(tokens, ['heading']),
      nestedPrefix(prefix, `${sign} `, ' '.repeat(sign.length + 1)),
      columns,
    );
  const underline = raw.trimEnd().split('\n').at(-1) ?? '';
  const line = { text: underline, spans: [{ start: 0, end: underline.length, style: 'mark' as const }] };
  return wrapRows([...inlineRows(tokens, ['heading']), line], prefix, columns);
}

function codeRows(
  { raw, text, lang = '', codeBlockStyle }: Tokens.Code,
  prefix: BlockPrefix,
  columns: number,
): readonly StyledRow[] {
  if (codeBlockStyle === 'indented') return verbatimRows(raw, prefix, columns);
  const label: readonly StyledLine[] = lang === '' ? [] : [languageLine(lang)];
  return [...label, ...codeLines(text.split('\n'), { language: lang })].flatMap((line, index) =>
    wrapStyledLine(
      {
        ...line,
        firstPrefix: (index === 0 ? prefix.lead : prefix.follow) + line.firstPrefix,
        nextPrefix: prefix.follow + line.nextPrefix,
      },
      columns,
    ),
  );
}

/** An item with its bullet or its original number; the box of a task item stays. */
function listItemRows(
  item: Tokens.ListItem,
  prefix: BlockPrefix,
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
    nestedPrefix(prefix, lead, ' '.repeat(lead.length)),
    columns,
  );
  const rowsOrLead = rows.length === 0 ? [plainRow(`${prefix.lead}${lead}`.trimEnd())] : rows;
  if (!more) return rowsOrLead;
  const between = newlines(/\s*$/u.exec(item.raw)?.[0] ?? '') - 1;
  return [
    ...rowsOrLead,
    ...Array.from({ length: Math.max(0, between) }, () => plainRow(prefix.follow.trimEnd())),
  ];
}
