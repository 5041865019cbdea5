import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { isPlausibleTime } from '../../domain/plausible-time.ts';
import type { FoundMessage } from '../../domain/ports/conversation-search.ts';
import {
  foldCase,
  marksIn,
  normaliseText,
  parseSearchTerms,
  type TextRange,
} from '../../domain/search-terms.ts';
import { titleOf } from '../../domain/task.ts';
import { counted } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { localDate, shortTime, timeOfDay } from '../../domain/text/time-of-day.ts';
import { displayWidth, padOrTruncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { selectedFoundIndex } from '../../store/slices/conversation-search.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import { type Extent, FRAME_SIZE } from '../layout/geometry.ts';
import { frame } from '../rows/frame.ts';
import { styledRow } from '../rows/styled-row.ts';
import type { Style, Theme } from '../theme.ts';

/** Rows of the field. */
const FIELD_ROWS = 1;
/** Rows of the selected message in full, with a blank row before them; only beside at least as many results. */
const DETAIL_ROWS = 6;
const MIN_RESULT_ROWS = 5;

const TIME_COLUMNS = 8;
const ROLE_COLUMNS = 5;
const MIN_TITLE_COLUMNS = 9;
const MAX_TITLE_COLUMNS = 32;
/** A narrower row has no sender, which is below the results. */
const MIN_COLUMNS_WITH_ROLE = 64;
/** Columns before the first match that stay in a row. */
const CONTEXT_COLUMNS = 12;

export const FIND_TITLE = 'Search all conversations';

/** The rows for results in an overlay of `height` rows with its frame. */
export function foundRows(height: number): number {
  const rows = height - FRAME_SIZE - FIELD_ROWS;
  return Math.max(1, rows - DETAIL_ROWS < MIN_RESULT_ROWS ? rows : rows - DETAIL_ROWS);
}

/** The first visible result: the selected one stays in sight. */
export const foundTop = (state: State, height: number): number =>
  Math.max(0, selectedFoundIndex(state) - foundRows(height) + 1);

/** The overlay as rows of exactly `width` columns; the row of the field is blank. */
export function findFrame(state: State, { width, height }: Extent, theme: Theme): string[] {
  const inside = width - FRAME_SIZE;
  const { messages } = state.conversationSearch.results;
  const rows = foundRows(height);
  const top = foundTop(state, height);
  const index = selectedFoundIndex(state);
  const results = messages
    .slice(top, top + rows)
    .map((message, at) => resultRow(state, message, top + at === index, inside, theme));
  const note = findNote(state);
  const detail =
    rows < height - FRAME_SIZE - FIELD_ROWS ? detailLines(state, messages[index], inside - 4, theme) : [];
  const lines = [
    '',
    ...(results.length === 0 && note !== ''
      ? wrap(note, Math.max(1, inside - 2)).map((line) => ` ${theme.dim(line)}`)
      : results),
  ];
  const padded = [
    ...lines,
    ...Array.from({ length: Math.max(0, FIELD_ROWS + rows + 1 - lines.length) }, () => ''),
  ];
  return frame(
    [...padded, ...detail.map((line) => `  ${line}`)],
    { title: FIND_TITLE, status: findStatus(state), focused: true, width, height },
    theme,
  );
}

function resultRow(
  state: State,
  message: FoundMessage,
  isSelected: boolean,
  width: number,
  theme: Theme,
): string {
  const titleColumns = Math.max(MIN_TITLE_COLUMNS, Math.min(MAX_TITLE_COLUMNS, Math.floor(width / 4)));
  const role = message.role === 'user' ? 'you' : 'agent';
  const pointer = isSelected ? theme.glyphs.pointer : ' ';
  const cells = [
    padOrTruncate(shortTime(message.at, state.now), TIME_COLUMNS),
    padOrTruncate(titleWords(state, message), titleColumns),
    ...(width < MIN_COLUMNS_WITH_ROLE ? [] : [padOrTruncate(role, ROLE_COLUMNS)]),
  ];
  const head = `${pointer}${cells.join('  ')}  `;
  const room = Math.max(1, width - displayWidth(head) - 1);
  // A single style: others inside an inverse row would leave gaps. An underline does not.
  const style = isSelected ? theme.text.link : theme.text.hit;
  const row = `${head}${padOrTruncate(marked(excerptWithin(message, room), style), room)} `;
  return isSelected ? theme.selected(row) : row;
}

/** A task that is not in any list has a star. */
function titleWords(state: State, message: FoundMessage): string {
  const title = foundTitle(state, message);
  return isListed(state, message) ? title : `* ${title}`;
}

const isListed = (state: State, { taskId }: FoundMessage): boolean => knownTask(state, taskId) !== null;

/** The title of the task as it is now, else as it was stored; sanitised. */
function foundTitle(state: State, { taskId, taskTitle, taskName }: FoundMessage): string {
  const task = knownTask(state, taskId);
  return sanitiseLine(task === null ? taskTitle || taskName : titleOf(task)) || 'unnamed task';
}

interface MarkedText {
  readonly text: string;
  readonly marks: readonly TextRange[];
}

/** The excerpt from shortly before its first mark on, if that does not fit otherwise. */
function excerptWithin({ excerpt: { text, marks } }: FoundMessage, columns: number): MarkedText {
  const [first] = marks;
  if (first === undefined || displayWidth(text.slice(0, first.end)) <= columns) return { text, marks };
  const points = [...text.slice(0, first.start)];
  let start = first.start;
  for (let width = 0; points.length > 0; ) {
    const point = points.pop() ?? '';
    width += displayWidth(point);
    if (width > Math.min(CONTEXT_COLUMNS, Math.max(0, columns - 4) / 3)) break;
    start -= point.length;
  }
  return {
    text: `…${text.slice(start)}`,
    marks: marks.map((mark) => ({ start: mark.start - start + 1, end: mark.end - start + 1 })),
  };
}

const marked = ({ text, marks }: MarkedText, style: Style): string =>
  styledRow({ text, spans: marks.map((mark) => ({ ...mark, style: 'hit' as const })) }, { hit: style });

/** The selected message: its task, time and sender in full, and the excerpt in several rows. */
function detailLines(
  state: State,
  message: FoundMessage | undefined,
  width: number,
  theme: Theme,
): readonly string[] {
  if (message === undefined) return [];
  const { text } = message.excerpt;
  const terms = parseSearchTerms(state.conversationSearch.results.text);
  return [
    theme.strong(padOrTruncate(foundTitle(state, message), width).trimEnd()),
    theme.dim(padOrTruncate(aboutWords(state, message), width).trimEnd()),
    ...wrap(text, Math.max(1, width))
      .slice(0, DETAIL_ROWS - 3)
      .map((line) => marked({ text: line, marks: marksIn(foldCase(line), terms) }, theme.text.hit)),
  ];
}

/** The sender, the time, the owner of the task and whether it is listed. */
function aboutWords(state: State, message: FoundMessage): string {
  const { at, role, owner, user, isRetracted } = message;
  return [
    role === 'user' ? 'you' : 'agent',
    isPlausibleTime(at) ? `${localDate(at)} ${timeOfDay(at)}` : 'unknown time',
    owner === '' || owner === user ? '' : `owner ${sanitiseLine(owner)}`,
    isRetracted ? 'retracted later' : '',
    isListed(state, message) ? '' : `* ${unlistedWords(state, message)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Why a message opens in the pager, and how to list its task. */
function unlistedWords({ deployment, keyNames }: State, { goneAt, owner, user }: FoundMessage): string {
  const words =
    deployment.local || goneAt !== null || owner === '' || owner === user
      ? 'not in the list: opens in the pager'
      : `opens in the pager; ${keyFor('owner')} lists tasks of ${sanitiseLine(owner)}`;
  return withKeyNames(words, keyNames);
}

/** Shown instead of results. */
function findNote({ conversationSearch: { text, results } }: State): string {
  if (results.problem !== null) return sanitiseLine(results.problem);
  if (normaliseText(text).trim() === '')
    return 'Type words. All must be in one message; "two words" is a phrase.';
  if (results.isRunning || results.text !== text) return 'Searching …';
  return results.unindexed > 0 ? 'No match yet.' : 'No stored message has all of these words.';
}

/** The number of results, and the progress of the index; longest first. */
function findStatus(state: State): readonly string[] {
  const { results } = state.conversationSearch;
  const { messages, hasMore, unindexed, isRunning } = results;
  const count =
    messages.length === 0
      ? ''
      : `${selectedFoundIndex(state) + 1} of ${messages.length}${hasMore ? ', the newest' : isRunning ? ' …' : ''}`;
  const index = unindexed === 0 ? '' : `${counted(unindexed, 'older message')} still to prepare`;
  const short = unindexed === 0 ? '' : 'preparing …';
  return [[count, index].filter(Boolean).join(' · '), [count, short].filter(Boolean).join(' · '), count];
}

/** The selected result for screen readers, or why there is none. */
export function foundWords(state: State): string {
  const { messages } = state.conversationSearch.results;
  const index = selectedFoundIndex(state);
  const message = messages[index];
  if (message === undefined) return findNote(state);
  const { at, role, excerpt } = message;
  return [
    `${foundTitle(state, message)}${isListed(state, message) ? '' : ', not in the list'},`,
    `${role === 'user' ? 'you' : 'agent'}, ${isPlausibleTime(at) ? `${localDate(at)} ${timeOfDay(at)}` : 'unknown time'}:`,
    `${excerpt.text.replace(/[.\s]+$/u, '')}.`,
    `${index + 1} of ${messages.length}.`,
  ].join(' ');
}
