import { Lexer, type Token, type Tokens } from 'marked';
import { codeLines, languageLine } from './code.ts';
import { fitLine } from './fit.ts';
import { inlineRows } from './inline.ts';
import { plainRow, type RichLine, type Row } from './rich.ts';
import { tableRows } from './table.ts';

/** Reads lines as markdown, for a width in columns that may be infinite. */
export type ProseReader = (lines: readonly string[], columns: number) => readonly Row[];

/**
 * marked's lexer, and rows of our own: a line of the source is a line of the result, blank ones included, and of
 * its characters only markup goes. What marked makes no sense of stays as it was written.
 */
export const readProse: ProseReader = (lines, columns) => {
  const source = lines.join('\n').normalize('NFC');
  const end = source.trimEnd().length;
  const rows = blocks(new Lexer({ gfm: true, breaks: true }).lex(source.slice(0, end)), NOTHING, columns);
  const blank = source.slice(end).split('\n').length - 1;
  return [...rows, ...Array.from({ length: blank }, () => plainRow(''))];
};

/** What stands before the lines of a block that lies in others: before its first one, and before the rest. */
interface Place {
  readonly lead: string;
  readonly follow: string;
}

const NOTHING: Place = { lead: '', follow: '' };

function blocks(tokens: readonly Token[], place: Place, columns: number): readonly Row[] {
  const rows: Row[] = [];
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
    rows.push(...block(token, here, columns));
    breaks = newlines(/\s*$/u.exec(token.raw)?.[0] ?? '');
  }
  return rows;
}

const newlines = (text: string): number => text.split('\n').length - 1;

function block(token: Token, place: Place, columns: number): readonly Row[] {
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return fitted(inlineRows(token.tokens ?? [], []), place, columns);
    case 'heading':
      return heading(token as Tokens.Heading, place, columns);
    case 'code':
      return code(token as Tokens.Code, place, columns);
    case 'list':
      return (token as Tokens.List).items.flatMap((item, index, items) =>
        listItem(item, index === 0 ? place : rest(place), columns, items[index + 1] !== undefined),
      );
    case 'blockquote':
      return blocks(token.tokens ?? [], inside(place, '> ', '> '), columns);
    case 'table':
      return (
        tableRows(token as Tokens.Table, columns - place.follow.length)?.map(under(place)) ??
        verbatim(token.raw, place, columns)
      );
    default:
      return verbatim(token.raw, place, columns);
  }
}

const rest = ({ follow }: Place): Place => ({ lead: follow, follow });

const inside = ({ lead, follow }: Place, first: string, others: string): Place => ({
  lead: lead + first,
  follow: follow + others,
});

const under =
  ({ lead, follow }: Place) =>
  (row: Row, index: number): Row =>
    fitLine(
      { ...row, lead: index === 0 ? lead : follow, follow, breaks: 'anywhere' },
      Number.POSITIVE_INFINITY,
    )[0] ?? row;

/** Rows of inline text in their place, each in as many rows as it takes. */
const fitted = (rows: readonly Row[], { lead, follow }: Place, columns: number): readonly Row[] =>
  rows.flatMap((row, index) =>
    fitLine({ ...row, lead: index === 0 ? lead : follow, follow, breaks: 'words' }, columns),
  );

const verbatim = (raw: string, place: Place, columns: number): readonly Row[] =>
  fitted(raw.trimEnd().split('\n').map(plainRow), place, columns);

/** Its sign stays: it says how deep the heading is, and no colour has to. */
function heading({ raw, tokens }: Tokens.Heading, place: Place, columns: number): readonly Row[] {
  const sign = /^ {0,3}(#{1,6})/u.exec(raw)?.[1];
  if (sign !== undefined)
    return fitted(
      inlineRows(tokens, ['heading']),
      inside(place, `${sign} `, ' '.repeat(sign.length + 1)),
      columns,
    );
  const underline = raw.trimEnd().split('\n').at(-1) ?? '';
  const line = { text: underline, spans: [{ start: 0, end: underline.length, style: 'mark' as const }] };
  return fitted([...inlineRows(tokens, ['heading']), line], place, columns);
}

function code(
  { raw, text, lang = '', codeBlockStyle }: Tokens.Code,
  place: Place,
  columns: number,
): readonly Row[] {
  if (codeBlockStyle === 'indented') return verbatim(raw, place, columns);
  const label: readonly RichLine[] = lang === '' ? [] : [languageLine(lang)];
  return [...label, ...codeLines(text.split('\n'), { language: lang })].flatMap((line, index) =>
    fitLine(
      {
        ...line,
        lead: (index === 0 ? place.lead : place.follow) + line.lead,
        follow: place.follow + line.follow,
      },
      columns,
    ),
  );
}

/** A bullet, or the number as it was written, with the text beside it; the box of a task item stays a box. */
function listItem(item: Tokens.ListItem, place: Place, columns: number, more: boolean): readonly Row[] {
  const [, blanks = '', marker = '-'] = /^(\s*)([-*+]|\d{1,9}[.)])/u.exec(item.raw) ?? [];
  const sign = /\d/u.test(marker) ? marker : '•';
  const [head, ...others] = item.tokens;
  const box = head?.type === 'checkbox' ? `${head.raw.trim()} ` : '';
  const lead = `${blanks}${sign} ${box}`;
  const rows = blocks(
    box === '' ? item.tokens : others,
    inside(place, lead, ' '.repeat(lead.length)),
    columns,
  );
  const shown = rows.length === 0 ? [plainRow(`${place.lead}${lead}`.trimEnd())] : rows;
  if (!more) return shown;
  const between = newlines(/\s*$/u.exec(item.raw)?.[0] ?? '') - 1;
  return [...shown, ...Array.from({ length: Math.max(0, between) }, () => plainRow(place.follow.trimEnd()))];
}
