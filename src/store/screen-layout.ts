import { layoutText } from '../domain/edit/layout.ts';
import { type KeyNames, keyFor, withKeyNames } from '../domain/key-placeholder.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { visibleBulkOperations } from './bulk-progress.ts';
import { type ConnectionProblem, connectionProblem } from './connection-problem.ts';
import { type Geometry, geometry, maxNoticeRows, promptWidth } from './geometry.ts';
import { memoize } from './memoize.ts';
import { activePromptSearch, visibleDraft } from './prompt-history-search.ts';
import type { Notice, Size, State } from './state.ts';
import type { Pane } from './view-state.ts';

/** A notice may take so many rows, and a trouble that lasts so many; what does not fit is cut. */
const MAX_NOTICE_ROWS = 3;
const MAX_PROBLEM_ROWS = 2;

/** Where everything is at the moment. */
export function screenLayout(state: State): Geometry {
  const { size, view } = state;
  const noticeRows = bulkProgressRows(state) + noticeLines(state).length;
  return memoizedGeometry(size, visiblePane(state), promptRows(state), noticeRows, view.zoomed);
}

function promptRows(state: State): number {
  const { size, view } = state;
  // A form has a prompt of its own; a question stands below it.
  if (view.openForm !== null) return view.overlay === null ? 0 : 1;
  if (view.focus !== 'prompt') return 1;
  // A search, the title of the task whose prompt is edited, and a question have a row of their own above the text.
  const isHeaded =
    activePromptSearch(state) !== null || view.initialPromptTaskId !== null || hasQuestionOverDraft(state);
  return layoutText(visibleDraft(state), promptWidth(size)).rows.length + (isHeaded ? 1 : 0);
}

/** Whether a question is open while a text is written: both are shown, where there is room. */
export const hasQuestionOverDraft = (state: State): boolean =>
  state.view.focus === 'prompt' &&
  state.view.overlay?.kind.startsWith('confirm-') === true &&
  visibleDraft(state).text !== '';

const memoizedGeometry = memoize(
  (size: Size, pane: Pane, promptRows: number, noticeRows: number, alone: boolean) =>
    geometry(size, pane, promptRows, noticeRows, alone),
);

/** The pane that a narrow screen shows: whoever writes wants to see what the task said, or what the new one is made from. */
const visiblePane = ({ view }: State): Pane => (view.focus === 'prompt' ? 'transcript' : view.pane);

export interface NoticeLine {
  /** Safe to show; no wider than the screen. */
  readonly text: string;
  readonly tone: Notice['tone'];
}

/** What went wrong and still does, then what happened last, as lines that fit. */
export const noticeLines = (state: State): readonly NoticeLine[] =>
  layoutNotices(state.notice, connectionProblem(state), state.size, bulkProgressRows(state), state.keyNames);

/** What is being done to several tasks has a row above them. */
const bulkProgressRows = (state: State): number => (visibleBulkOperations(state).length === 0 ? 0 : 1);

const layoutNotices = memoize(
  (
    notice: Notice | null,
    trouble: ConnectionProblem | null,
    size: Size,
    taken: number,
    names: KeyNames,
  ): readonly NoticeLine[] => {
    const room = maxNoticeRows(size) - taken;
    const more = withKeyNames(`${keyFor('messages')} reads all`, names);
    if (room <= 0) return [];
    // Where there is room for one of them only, what has just happened is what a key was pressed for.
    const lasting = room === 1 && notice !== null ? null : trouble;
    const happened =
      notice === null
        ? []
        : wrapToRows(
            withKeyNames(notice.text, names),
            size.columns,
            Math.min(MAX_NOTICE_ROWS, lasting === null ? room : Math.max(1, room - 1)),
            more,
          );
    const wrong =
      lasting === null
        ? []
        : wrapProblem(
            lasting,
            size.columns,
            Math.min(MAX_PROBLEM_ROWS, Math.max(1, room - happened.length)),
            more,
          );
    return [
      ...wrong.map((text) => ({ text, tone: 'bad' as const })),
      ...happened.map((text) => ({ text, tone: notice?.tone ?? 'plain' })),
    ];
  },
);

/** Untrusted text in at most `rows` rows; one blank column on either side. Of a text that is cut `more` says where to read on. */
function wrapToRows(text: string, columns: number, rows: number, more: string): readonly string[] {
  const width = Math.max(1, columns - 2);
  const all = wrap(sanitiseLine(text), width);
  if (all.length <= rows) return all;
  const rest = all.slice(rows - 1).join(' ');
  const room = width - displayWidth(more) - 2;
  const last = room < MIN_CUT_TEXT ? truncate(rest, width) : `${truncate(rest, room)}  ${more}`;
  return [...all.slice(0, rows - 1), last];
}

/** What is left of a row by a word that goes to the next one, about. */
const WRAP_SLACK = 10;
/** And less than this of a text that is cut is worth less than where to read on. */
const MIN_CUT_TEXT = 10;
/** Less than this of what is wrong is worth less than what to do about it. */
const MIN_PROBLEM_TEXT = 20;

/** What to do is what a user needs most: what is wrong is cut before it. */
function wrapProblem(
  { text, problem, advice }: ConnectionProblem,
  columns: number,
  rows: number,
  more: string,
): readonly string[] {
  const all = wrap(sanitiseLine(text), Math.max(1, columns - 2));
  if (all.length <= rows) return all;
  const room = rows * (columns - 2 - WRAP_SLACK) - displayWidth(sanitiseLine(advice));
  if (advice === '' || room < MIN_PROBLEM_TEXT) return wrapToRows(problem, columns, rows, more);
  const withHint = room - displayWidth(more) - 2;
  const [left, hint] = withHint < MIN_PROBLEM_TEXT ? [room, ''] : [withHint, `  ${more}`];
  return wrapToRows(`${truncate(sanitiseLine(problem), left)} ${advice}${hint}`, columns, rows, more);
}
