import { type DiffDocument, diffTitle, documentText, fileText } from '../../domain/diff-document.ts';
import { capitalize, counted } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { ShownComment } from '../../store/review.ts';
import type { DiffCursor } from '../../store/slices/diff.ts';
import type { State } from '../../store/state.ts';
import { commentHead } from '../diff/comment-rows.ts';
import { visibleRows } from '../diff/diff-rows.ts';
import {
  type DiffWindow,
  diffHeading,
  diffHitWords,
  diffWindow,
  emptyDiffWords,
} from '../diff/diff-window.ts';

/** The rows that were not visible before, for a screen reader. `before`: null when the diff has just appeared. */
export function diffWords(state: State, before: State | null): readonly string[] {
  const window = diffWindow(state);
  if (window === null) return [];
  const { document, anchor, cursor, layout, height, open, loaded } = window;
  const old = before === null ? null : diffWindow(before);
  const isSame = old !== null && old.open.taskId === open.taskId && old.open.of === open.of;
  const head = old === null ? [`${diffHeading(state, open)}. ${capitalize(diffTitle(open.of))}.`] : [];
  if (document === null) {
    const words = emptyDiffWords(state, window);
    return isSame && old.document === null && emptyDiffWords(before ?? state, old) === words
      ? []
      : [...head, words];
  }
  if (isSame && old.loaded.isLoading !== loaded.isLoading && old.document !== null)
    return [
      loaded.isLoading ? 'Loading again.' : loaded.error === '' ? 'Loaded.' : sanitiseLine(loaded.error),
    ];
  const { search } = open;
  if (isSame && search !== null && search !== old.open.search) {
    if (search.text !== old.open.search?.text && search.hit === null)
      return search.text === '' ? [] : ['No hits.'];
    if (search.hit !== null && search.hit !== old.open.search?.hit)
      return [`Hit ${diffHitWords(open, document)}:`, ...lineWords(document, search.hit.line)];
  }
  const isCursorAlone =
    isSame && old.document === document && isNeighbour(old.cursor, cursor) && old.layout.wrap === layout.wrap;
  if (isCursorAlone) {
    const isEnd = cursor.line === document.lines.length - 1;
    return [...itemWords(window, document), ...(isEnd ? ['End of the diff.'] : [])];
  }
  if (isSame && old.document === document && old.layout.comments !== layout.comments)
    return itemWords(window, document);
  const seen = new Set(
    isSame && old.document === document
      ? visibleRows(document, old.anchor, old.layout, old.height).map(({ line }) => line)
      : [],
  );
  const rows = visibleRows(document, anchor, layout, height);
  const fresh = [...new Set(rows.map(({ line }) => line))].filter((line) => !seen.has(line));
  const words = fresh.flatMap((line) => [...lineWords(document, line), ...commentsWords(window, line)]);
  // A jump within the screen, such as to the next hunk.
  if (words.length === 0 && old !== null && !isSameCursor(old.cursor, cursor))
    return itemWords(window, document);
  const isEnd = (rows.at(-1)?.line ?? 0) >= document.lines.length - 1;
  return words.length === 0 ? [] : [...head, ...words, ...(isEnd ? ['End of the diff.'] : [])];
}

const isSameCursor = (one: DiffCursor, other: DiffCursor): boolean =>
  one.line === other.line && one.comment === other.comment;

/** Whether the cursor moved to the line or comment next to it: blank lines between files are no stop. */
const isNeighbour = (one: DiffCursor, other: DiffCursor): boolean =>
  !isSameCursor(one, other) && Math.abs(one.line - other.line) <= 2;

/** The line or the comment at the cursor. */
function itemWords({ cursor, layout }: DiffWindow, document: DiffDocument): readonly string[] {
  if (cursor.comment > 0) {
    const shown = layout.comments.get(cursor.line)?.[cursor.comment - 1];
    return shown === undefined ? [] : [commentWords(shown)];
  }
  const count = layout.comments.get(cursor.line)?.length ?? 0;
  return [
    ...lineWords(document, cursor.line),
    ...(count === 0 ? [] : [`${counted(count, 'comment')} below.`]),
  ];
}

const commentsWords = ({ layout }: DiffWindow, line: number): readonly string[] =>
  (layout.comments.get(line) ?? []).map(commentWords);

const commentWords = (shown: ShownComment): string =>
  `${capitalize(commentHead(shown))}: ${sanitiseLine(shown.text)}`;

function lineWords(document: DiffDocument, index: number): readonly string[] {
  const line = document.lines[index];
  if (line === undefined || line.kind === 'blank') return [];
  const text = documentText(document, index).trim();
  if (line.kind === 'file') return [`File ${fileText(line.file)}.`];
  if (line.kind !== 'line') return [text];
  const { kind } = line.line;
  const content = text.slice(kind === 'added' || kind === 'removed' ? 1 : 0).trim();
  return kind === 'added' || kind === 'removed'
    ? [`${capitalize(kind)}: ${content || 'an empty line'}`]
    : content === ''
      ? []
      : [content];
}
