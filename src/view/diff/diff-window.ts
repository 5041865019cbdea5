import { type DiffDocument, diffTitle, fileAt, isEmptyDiff } from '../../domain/diff-document.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { ReviewComment } from '../../domain/review/review-comment.ts';
import { chatFacts, titleOf } from '../../domain/task.ts';
import { counted } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { commentsOf, NO_LINES, shownComments } from '../../store/review.ts';
import {
  type DiffAnchor,
  type DiffCursor,
  type LoadedDiff,
  type OpenDiff,
  shownDiff,
} from '../../store/slices/diff.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
import { FRAME_SIZE } from '../layout/geometry.ts';
import { screenLayout } from '../layout/screen-layout.ts';
import { styledRow } from '../rows/styled-row.ts';
import type { Theme } from '../theme.ts';
import { hitsBefore } from '../transcript/transcript-search.ts';
import { anchorShowing, withinComments } from './diff-cursor.ts';
import { type DiffLayout, layoutOf, visibleRows, withinDocument } from './diff-rows.ts';
import { hitSpans, searchDiff } from './diff-search.ts';

/** The open diff and its place on the screen. */
export interface DiffWindow {
  readonly open: OpenDiff;
  readonly loaded: LoadedDiff;
  /** Null while there are no changes to show. */
  readonly document: DiffDocument | null;
  readonly layout: DiffLayout;
  readonly anchor: DiffAnchor;
  /** Always on screen. */
  readonly cursor: DiffCursor;
  /** All comments of the task, also those that are not in this diff. */
  readonly comments: readonly ReviewComment[];
  /** Rows of changes, without the search field. */
  readonly height: number;
}

/** Null when no diff is open, or the screen is too small. */
export function diffWindow(state: State): DiffWindow | null {
  const where = screenLayout(state);
  const { openDiff: open, overlay } = state.view;
  if (open === null || where.kind === 'tiny') return null;
  const loaded = shownDiff(open);
  const height = Math.max(0, where.body.height - FRAME_SIZE - (overlay?.kind === 'diff-search' ? 1 : 0));
  const document = loaded.document === null || isEmptyDiff(loaded.document.diff) ? null : loaded.document;
  const shown = document === null ? NO_LINES : shownComments(state, open.taskId, document);
  const layout = layoutOf(open, Math.max(1, where.body.width - FRAME_SIZE - 2), shown);
  const common = { open, loaded, layout, height, comments: commentsOf(state, open.taskId) };
  if (document === null) return { ...common, document, anchor: loaded.anchor, cursor: loaded.cursor };
  const room = { document, layout, height };
  const cursor = withinComments(room, loaded.cursor);
  const anchor = anchorShowing(room, { anchor: withinDocument(document, loaded.anchor), cursor });
  return { ...common, document, anchor, cursor };
}

/** The visible rows, or the reason why there are none. */
export function diffLines(state: State, window: DiffWindow, theme: Theme): string[] {
  const { document, anchor, cursor, layout, height, open } = window;
  if (document === null)
    return wrap(emptyDiffWords(state, window), layout.width)
      .slice(0, height)
      .map((row) => ` ${theme.dim(row)}`);
  const hitsOn = (line: number) => hitSpans(document, open.search, line);
  // The sign of the selected row of the list: the cursor needs no colour.
  const pointer = theme.accent(theme.glyphs.pointer);
  return visibleRows(document, anchor, layout, height, hitsOn).map(
    ({ row, line, comment }) =>
      `${line === cursor.line && comment === cursor.comment ? pointer : ' '}${styledRow(row, theme.text)}`,
  );
}

/** The title of the task whose diff is open. Safe to show. */
export function diffHeading(state: State, { taskId }: OpenDiff): string {
  const task = knownTask(state, taskId);
  return `Diff: ${task === null ? 'a task that is no longer listed' : sanitiseLine(titleOf(task))}`;
}

/** The reason for an empty screen. Safe to show. */
export function emptyDiffWords(state: State, { open: { of, taskId }, loaded }: DiffWindow): string {
  const other = of === 'base' ? 'uncommitted' : 'base';
  const keys = withKeyNames(
    `${keyFor('diff-reload')} loads again, ${keyFor('diff-switch')} shows the ${diffTitle(other)}.`,
    state.keyNames,
  );
  if (loaded.isLoading)
    return of === 'base'
      ? 'Loading the changes against the base. The server asks the git host, which can take some seconds…'
      : 'Loading the uncommitted changes from the workspace…';
  if (loaded.error !== '') return `${sanitiseLine(loaded.error)} ${keys}`;
  const reason = sanitiseLine(loaded.document?.diff.reason ?? '');
  if (reason !== '') return `${reason} ${keys}`;
  const task = knownTask(state, taskId);
  const hasWorkspace = task === null || (chatFacts(task)?.workspaceId ?? null) !== null;
  return `No ${diffTitle(of)}${of === 'uncommitted' && !hasWorkspace ? ': the chat has no workspace' : ''}. ${keys}`;
}

/** The place and the state of the data for the corner of the frame; longest variant first. */
export function diffStatus(window: DiffWindow): readonly string[] {
  const { open, loaded, document, cursor, comments } = window;
  const fresh = loaded.isLoading
    ? 'loading…'
    : loaded.error !== '' && document !== null
      ? `not loaded again: ${sanitiseLine(loaded.error)}`
      : '';
  const join = (...parts: readonly string[]): string => parts.filter(Boolean).join(' · ');
  const count = comments.length === 0 ? '' : counted(comments.length, 'comment');
  if (document === null) return [join(count, fresh), fresh];
  const hits = diffHitWords(open, document);
  const file = fileAt(document, cursor.line);
  const number = file === null ? 0 : document.files.indexOf(file) + 1;
  const place =
    number === 0 ? counted(document.files.length, 'file') : `file ${number} of ${document.files.length}`;
  const share = `${Math.round((100 * (cursor.line + 1)) / Math.max(1, document.lines.length))} %`;
  const short = loaded.isLoading ? 'loading…' : fresh === '' ? '' : 'not loaded again';
  const kind = open.of;
  return [
    join(hits, file === null ? '' : sanitiseLine(file.file.path), place, share, count, kind, fresh),
    join(hits, place, share, count, kind, fresh),
    join(hits, place, share, count, short),
    join(hits, place, count, short),
    join(hits || place, short),
    short || hits || place,
  ];
}

/** The place among the hits; empty without a search. */
export function diffHitWords({ search }: OpenDiff, document: DiffDocument): string {
  if (search === null || search.text === '') return '';
  const hits = searchDiff(document, search.text);
  if (hits.total === 0) return 'no hits';
  return search.hit === null
    ? counted(hits.total, 'hit')
    : `${hitsBefore(hits, { message: 0, ...search.hit }) + 1} of ${hits.total}`;
}
