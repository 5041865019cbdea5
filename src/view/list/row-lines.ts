import type { Phase } from '../../domain/phase.ts';
import { displayWidth, padOrTruncate, truncate } from '../../domain/text/width.ts';
import { fitRow } from '../rows/fit.ts';
import type { Style, Theme } from '../theme.ts';
import { type Cells, type ColumnLayout, cellText, type PlacedColumn } from './column-layout.ts';

/** A row of the list. All texts are safe to show. */
export interface Row {
  readonly title: string;
  /** Parts of the title that match the filter, UTF-16 offsets. */
  readonly matches: readonly (readonly [start: number, end: number])[];
  readonly pinned: boolean;
  /** Null while no task has sub-agents: there is no column then. */
  readonly tree: string | null;
  readonly cells: Cells;
  /** The question of the task with its sign; null for none, and if it is on the second line. */
  readonly question: string | null;
  /** The second line; null in rows of one line. */
  readonly second: SecondLine | null;
  readonly phase: Phase;
  /** Whether the task is snoozed. */
  readonly quiet: boolean;
  readonly needsYou: boolean;
  readonly unseen: boolean;
  /** Null while no row is marked: there is no column then. */
  readonly marked: boolean | null;
  readonly selected: 'no' | 'focused' | 'elsewhere';
}

interface SecondLine {
  /** One column below the sign of the phase. */
  readonly sign: string;
  readonly text: string;
  /** At its end; empty for none. */
  readonly activity: string;
}

/** The mark and a blank, if any task is marked; the same for the sign of the tree, which is two columns wide. */
const SIGN_COLUMNS = 2;
/** Pointer, sign of the phase and a blank before the title, and a blank at the end. */
const EDGES = 4;
/** The minimum columns of title and question for the phase beside them. */
const MIN_COLUMNS_FOR_WORD = 24;
/** Minimum columns of a title beside a question. */
const MIN_TITLE = 8;

/** The columns of a row of `width` columns for its title and its columns. */
export const roomInRow = ({ tree, marked }: Pick<Row, 'tree' | 'marked'>, width: number): number =>
  width - EDGES - (tree === null ? 0 : SIGN_COLUMNS) - (marked === null ? 0 : SIGN_COLUMNS);

/** The title with the sign of a pin. */
export const namedTitle = ({ title, pinned }: Pick<Row, 'title' | 'pinned'>, { glyphs }: Theme): string =>
  pinned ? `${glyphs.pin} ${title}` : title;

/** A row of exactly `width` columns, in one line or two. */
export function rowLines(row: Row, layout: ColumnLayout, theme: Theme, width: number): readonly string[] {
  const texts = columnTexts(row, layout, theme);
  if (row.second === null) return [firstLine(row, layout, texts, theme, width)];
  const { named, room, beside } = titlePart(row, layout, texts, theme);
  const next = leadingEmpty(texts);
  const isCut = displayWidth(named) + displayWidth(beside) > room;
  // The phase moves to the second line, so that the title has its columns.
  const word = isCut && layout.columns[next]?.column === 'phase' ? (texts[next] ?? '') : '';
  const first = word === '' ? texts : texts.with(next, '');
  return [
    firstLine(row, layout, first, theme, width),
    // The sign of a question says that the task asks.
    secondLine(row, row.second.sign === '?' && !row.quiet ? '' : word, row.second, theme, width),
  ];
}

/** The title, the columns for it, and what stands beside it. `texts`: of the row in the columns. */
function titlePart(
  row: Row,
  { title, columns, hasChangesBesideTitle }: ColumnLayout,
  texts: readonly string[],
  theme: Theme,
) {
  // Empty cells beside the title are free for it.
  const room = title + columnsOf(columns.slice(0, leadingEmpty(texts)));
  const named = namedTitle(row, theme);
  const changes = hasChangesBesideTitle ? (row.cells.get('changes') ?? []) : [];
  const beside =
    row.question === null
      ? changesThatFit(changes, displayWidth(named), room)
      : ` ${questionThatFits(row.question, displayWidth(named), room)}`;
  return { named, room, beside };
}

function firstLine(
  row: Row,
  layout: ColumnLayout,
  texts: readonly string[],
  theme: Theme,
  width: number,
): string {
  const { tree, phase, needsYou, unseen, marked, selected } = row;
  const { named, room, beside } = titlePart(row, layout, texts, theme);
  const empty = leadingEmpty(texts);
  const name = fitRow(named, room - displayWidth(beside));
  const cells = layout.columns.slice(empty).map((placed, index) => {
    const text = texts[index + empty] ?? '';
    const cell = placed.column === 'age' ? text.padStart(placed.width) : padOrTruncate(text, placed.width);
    return { column: placed.column, text: ` ${cell}` };
  });
  const glyph = theme.glyphs.phase[phase];
  const sign = marked === null ? '' : `${marked ? theme.glyphs.marked : ' '} `;
  const hits = matchesIn(row, name, named);
  // A single style: others inside an inverse row would leave gaps. An underline does not.
  if (selected === 'focused') {
    const shown = withMatches(name, hits, theme.text.link);
    const end = `${beside}${cells.map(({ text }) => text).join('')} `;
    const line = fitRow(`${theme.glyphs.pointer}${sign}${glyph} ${tree ?? ''}${shown}${end}`, width);
    return theme.selected(needsYou ? theme.strong(line) : line);
  }
  const color = row.quiet ? theme.dim : theme.phase(phase);
  const loud: Style = needsYou ? theme.strong : (text) => text;
  const mark = unseen ? theme.attention(theme.glyphs.unseen) : ' ';
  const branch = tree === null ? '' : (tree.endsWith('!') ? theme.attention : theme.dim)(tree);
  const pointer = selected === 'elsewhere' ? theme.accent(theme.glyphs.pointer) : mark;
  const columns = cells.map(({ column, text }) =>
    (column === 'phase' || column === 'activity' ? color : theme.dim)(text),
  );
  const shown = loud(withMatches(name, hits, theme.text.hit));
  return `${pointer}${marked ? theme.accent(sign) : sign}${color(glyph)} ${branch}${shown}${beside === '' ? '' : theme.dim(beside)}${columns.join('')} `;
}

/** Columns of these columns with the blanks before them. */
const columnsOf = (columns: readonly PlacedColumn[]): number =>
  columns.reduce((sum, { width }) => sum + width + 1, 0);

const leadingEmpty = (texts: readonly string[]): number => {
  const first = texts.findIndex((text) => text !== '');
  return first === -1 ? texts.length : first;
};

/** The texts of the row in the columns. A question in the same line takes the place of what says less. */
function columnTexts(row: Row, { title, columns }: ColumnLayout, theme: Theme): readonly string[] {
  const { cells, question } = row;
  const texts = columns.map((placed) =>
    question !== null && (placed.column === 'activity' || placed.column === 'changes')
      ? ''
      : cellText(cells.get(placed.column), placed),
  );
  const first = leadingEmpty(texts);
  const room = title + columnsOf(columns.slice(0, first));
  if (question === null) {
    // A title that would be cut says more than the activity beside it.
    const isCut = displayWidth(namedTitle(row, theme)) > room;
    return isCut && columns[first]?.column === 'activity' ? texts.with(first, '') : texts;
  }
  // In a narrow list the question says more than the word.
  return columns[first]?.column === 'phase' && room < MIN_COLUMNS_FOR_WORD ? texts.with(first, '') : texts;
}

/** `word`: the phase, in front of the text; empty if the first line has it. */
function secondLine(
  { tree, marked, needsYou, phase, quiet, selected }: Row,
  word: string,
  { sign, text, activity }: SecondLine,
  theme: Theme,
  width: number,
): string {
  const margin = marked === null ? ' ' : ' '.repeat(1 + SIGN_COLUMNS);
  const { glyphs } = theme;
  const branch = tree === null ? '' : tree.startsWith(glyphs.tree.child) ? `${glyphs.vertical} ` : '  ';
  const room = Math.max(0, width - displayWidth(margin) - displayWidth(branch) - 3);
  const all = [word, text].filter(Boolean).join(' · ');
  // The last words of a task that does not work say more than how active it was.
  const hasActivity =
    activity !== '' && (phase === 'working' || displayWidth(all) + displayWidth(activity) < room);
  const end = hasActivity ? ` ${activity} ` : ' ';
  const words = fitRow(all, room + 1 - displayWidth(end));
  if (selected === 'focused')
    return theme.selected(fitRow(`${margin}${sign} ${branch}${words}${end}`, width));
  const loud = needsYou ? theme.attention : theme.dim;
  const color = quiet ? theme.dim : theme.phase(phase);
  const start = color(words.slice(0, word.length)) + theme.dim(words.slice(word.length));
  return `${margin}${sign === ' ' ? sign : loud(sign)} ${theme.dim(branch)}${start}${color(end)}`;
}

/** The matches in the visible part of the title. */
function matchesIn({ matches, title }: Row, shown: string, named: string): Row['matches'] {
  if (matches.length === 0) return matches;
  const before = named.length - title.length;
  let end = 0;
  while (end < shown.length && shown[end] === named[end]) end++;
  return matches
    .map(([from, to]) => [from + before, Math.min(to + before, end)] as const)
    .filter(([from, to]) => from < to);
}

function withMatches(text: string, matches: Row['matches'], style: Style): string {
  let result = '';
  let at = 0;
  for (const [from, to] of matches) {
    result += text.slice(at, from) + style(text.slice(from, to));
    at = to;
  }
  return result + text.slice(at);
}

/** A title with a question gets no more of the row than this, if the question needs the rest. */
const TITLE_SHARE = 0.45;

/** The question, or its beginning, beside the title. */
function questionThatFits(question: string, titleWidth: number, columns: number): string {
  const forTitle = Math.min(titleWidth, Math.max(MIN_TITLE, Math.floor(columns * TITLE_SHARE)));
  return truncate(question, Math.max(1, columns - forTitle - 1));
}

/** Minimum columns of a title beside the variants of the changes, shortest first. A shorter title needs only its own. */
const MIN_TITLES = [9, 12];
/** The same for all longer variants. */
const MIN_TITLE_BESIDE_LONG = 24;

/** `place`: of the variant, from the shortest, which has 1. */
const minTitle = (place: number): number => MIN_TITLES[place - 1] ?? MIN_TITLE_BESIDE_LONG;

/** The longest variant that leaves the title enough columns, with a blank before it; empty for none. */
function changesThatFit(variants: readonly string[], titleWidth: number, columns: number): string {
  const fits = variants.find(
    (variant, index) =>
      columns - displayWidth(variant) - 1 >= Math.min(titleWidth, minTitle(variants.length - index)),
  );
  return fits === undefined ? '' : ` ${fits}`;
}
