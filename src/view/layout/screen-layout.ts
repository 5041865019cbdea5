import { layoutText } from '../../domain/edit/layout.ts';
import { type KeyNames, keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { LayoutSetting, PaneLayout } from '../../domain/pane-layout.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { matchingCommands } from '../../store/agent-commands.ts';
import { attachedFiles } from '../../store/attachments.ts';
import { visibleBulkOperations } from '../../store/bulk-progress.ts';
import { memoize } from '../../store/memoize.ts';
import { activePromptSearch, visibleDraft } from '../../store/prompt-history-search.ts';
import type { Notice } from '../../store/slices/notices.ts';
import type { Pane, Size } from '../../store/slices/screen.ts';
import type { State } from '../../store/state.ts';
import { type ConnectionProblem, connectionProblem } from './connection-problem.ts';
import { type Geometry, geometry, maxNoticeRows, promptWidth } from './geometry.ts';

/** Maximum rows of a notice and of a connection problem; longer text is cut. */
const MAX_NOTICE_ROWS = 3;
const MAX_PROBLEM_ROWS = 2;

export function screenLayout(state: State): Geometry {
  const { size, view } = state;
  const noticeRows = bulkProgressRows(state) + noticeLines(state).length;
  return memoizedGeometry(
    size,
    visiblePane(state),
    promptRows(state),
    noticeRows,
    view.panes,
    layoutSetting(state),
  );
}

function promptRows(state: State): number {
  const { size, view } = state;
  // A form has its own prompt, and a diff has one only for comments; a question needs a row below it.
  const hasNoPrompt = view.openForm !== null || (view.openDiff !== null && view.focus !== 'prompt');
  if (hasNoPrompt) return view.overlay === null ? 0 : 1;
  if (view.focus !== 'prompt') return 1;
  // The field for a file takes the place of the text.
  if (view.overlay?.kind === 'attach') return attachedFiles(state).length === 0 ? 1 : 2;
  const head = hasHeadRow(state) || hasQuestionOverDraft(state) ? 1 : 0;
  return layoutText(visibleDraft(state), promptWidth(size)).rows.length + head;
}

/**
 * A search, the title of the task whose prompt is edited, an answered question, the line of a comment, collected
 * comments, attached files and commands of the agent each need a row above the text.
 */
export const hasHeadRow = (state: State): boolean =>
  activePromptSearch(state) !== null ||
  state.view.initialPromptTaskId !== null ||
  state.view.answeredQuestion !== null ||
  state.view.editedComment !== null ||
  state.view.collectedComments !== null ||
  attachedFiles(state).length > 0 ||
  matchingCommands(state).length > 0;

/** Whether a question is open while the prompt has text: the screen shows both if there is room. */
export const hasQuestionOverDraft = (state: State): boolean =>
  state.view.focus === 'prompt' &&
  state.view.overlay?.kind.startsWith('confirm-') === true &&
  visibleDraft(state).text !== '';

const memoizedGeometry = memoize(
  (
    size: Size,
    pane: Pane,
    promptRows: number,
    noticeRows: number,
    panes: PaneLayout,
    layout: LayoutSetting | null,
  ) => paneGeometry(size, pane, promptRows, noticeRows, panes, layout),
);

/** The setting; null for a screen reader, which has no panes. */
export const layoutSetting = ({
  hasPanes,
  settings,
}: Pick<State, 'hasPanes' | 'settings'>): LayoutSetting | null => (hasPanes ? settings.layout : null);

/** The geometry for the user's panes; both side by side for a screen reader, which has no panes. */
export const paneGeometry = (
  size: Size,
  pane: Pane,
  promptRows: number,
  noticeRows: number,
  panes: PaneLayout,
  layout: LayoutSetting | null,
): Geometry =>
  layout === null
    ? geometry(size, pane, promptRows, noticeRows)
    : geometry(size, pane, promptRows, noticeRows, panes, layout);

/** The pane on a narrow screen. A user who writes needs the transcript, or the form; one who chooses needs the options. */
export const visiblePane = ({ view }: State): Pane =>
  view.focus === 'prompt' || view.overlay?.kind === 'options' ? 'transcript' : view.pane;

export interface NoticeLine {
  /** Safe to show; no wider than the screen. */
  readonly text: string;
  readonly tone: Notice['tone'];
}

/** The connection problem, then the notice, cut to the rows that are left. */
export const noticeLines = (state: State): readonly NoticeLine[] =>
  layoutNotices(state.notice, connectionProblem(state), state.size, bulkProgressRows(state), state.keyNames);

/** Bulk progress has a row above the notices. */
const bulkProgressRows = (state: State): number => (visibleBulkOperations(state).length === 0 ? 0 : 1);

const layoutNotices = memoize(
  (
    notice: Notice | null,
    connection: ConnectionProblem | null,
    size: Size,
    usedRows: number,
    names: KeyNames,
  ): readonly NoticeLine[] => {
    const room = maxNoticeRows(size) - usedRows;
    const more = withKeyNames(`${keyFor('messages')} shows all`, names);
    if (room <= 0) return [];
    // In a single row the notice wins, since it can be the response to a key.
    const problem = room === 1 && notice !== null ? null : connection;
    const noticeRows =
      notice === null
        ? []
        : wrapToRows(
            withKeyNames(notice.text, names),
            size.columns,
            Math.min(MAX_NOTICE_ROWS, problem === null ? room : Math.max(1, room - 1)),
            more,
          );
    const problemRows =
      problem === null
        ? []
        : wrapProblem(
            problem,
            size.columns,
            Math.min(MAX_PROBLEM_ROWS, Math.max(1, room - noticeRows.length)),
            more,
          );
    return [
      ...problemRows.map((text) => ({ text, tone: 'bad' as const })),
      ...noticeRows.map((text) => ({ text, tone: notice?.tone ?? 'plain' })),
    ];
  },
);

/** Untrusted text in at most `rows` rows with a blank column on either side. A cut text ends with `more`. */
function wrapToRows(text: string, columns: number, rows: number, more: string): readonly string[] {
  const width = Math.max(1, columns - 2);
  const all = wrap(sanitiseLine(text), width);
  if (all.length <= rows) return all;
  const rest = all.slice(rows - 1).join(' ');
  const room = width - displayWidth(more) - 2;
  const last = room < MIN_CUT_TEXT ? truncate(rest, width) : `${truncate(rest, room)}  ${more}`;
  return [...all.slice(0, rows - 1), last];
}

/** Estimated columns that wrapping leaves empty per row. */
const WRAP_SLACK = 10;
/** Minimum columns of a cut text next to `more`; with less, the text gets the whole row. */
const MIN_CUT_TEXT = 10;
/** Minimum columns of a cut problem next to its advice. */
const MIN_PROBLEM_TEXT = 20;

/** Cuts the problem before the advice, which the user needs most. */
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
