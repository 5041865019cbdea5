import { bufferOf } from '../domain/edit/buffer.ts';
import {
  commentDraftKey,
  commentKey,
  commentPlaceAt,
  type ReviewComment,
} from '../domain/review/review-comment.ts';
import { reviewMessage } from '../domain/review/review-message.ts';
import { closedReason } from '../domain/rules.ts';
import { counted, plural } from '../domain/text/format.ts';
import { commentsOf, isUnfinished, placedComments, type ShownComment } from '../store/review.ts';
import type { State } from '../store/state.ts';
import { taskById } from '../store/task-index.ts';
import { type DiffWindow, diffWindow } from '../view/diff/diff-window.ts';
import type { Command, CommandContext } from './command.ts';
import { hasChanges } from './diff-cursor.ts';

/** The comment at the cursor: the one that it is on, else the first of its line that is not outdated. */
function commentAtCursor({ layout, cursor }: DiffWindow): ShownComment | null {
  const comments = layout.comments.get(cursor.line) ?? [];
  const found =
    cursor.comment > 0 ? comments[cursor.comment - 1] : comments.find(({ isOutdated }) => !isOutdated);
  return found ?? null;
}

/** Opens the field for the comment at the cursor, or for a new one. */
function writeComment({ store, clock }: CommandContext): void {
  const state = store.getState();
  const window = diffWindow(state);
  if (window === null || window.document === null) return;
  const known = commentAtCursor(window)?.comment;
  const place = known === undefined ? commentPlaceAt(window.document, window.cursor.line) : null;
  if (known === undefined && place === null)
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'plain', text: 'Choose a line of a file to comment on.', at: clock.now() },
    });
  const { taskId } = window.open;
  const comment: ReviewComment | undefined =
    known ??
    (place === null
      ? undefined
      : { ...place, taskId, id: `${clock.wall()} ${place.side} ${window.cursor.line}`, text: '' });
  if (comment === undefined) return;
  const draftKey = commentDraftKey(commentKey(comment));
  const hasDraft = state.drafts.has(draftKey);
  store.dispatch(
    { type: 'comment-opened', comment },
    ...(hasDraft || comment.text === ''
      ? []
      : [{ type: 'draft-changed', key: draftKey, buffer: bufferOf(comment.text) } as const]),
    { type: 'pane-focused', pane: 'prompt' },
  );
}

const hasComments = ({ view, comments }: State) =>
  (view.openDiff !== null && commentsOf({ comments }, view.openDiff.taskId).length > 0) || 'No comments.';

/** Asks before the comment at the cursor is deleted. */
function deleteComment({ store, clock }: CommandContext): void {
  const window = diffWindow(store.getState());
  const shown = window === null || window.document === null ? null : commentAtCursor(window);
  if (shown === null)
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'plain', text: 'No comment on this line.', at: clock.now() },
    });
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-comment', key: shown.key } });
}

/** Handles the answer to the question before a comment is deleted. */
export function answerDeleteComment({ store }: CommandContext, key: string, isYes: boolean): void {
  if (!isYes) return;
  store.dispatch(
    { type: 'comments-removed', keys: [key] },
    { type: 'draft-changed', key: commentDraftKey(key), buffer: bufferOf('') },
  );
}

/**
 * Puts all finished comments as one message before the draft of the task and opens the prompt: the user reads and edits
 * it before it is sent as any message. Leaving the prompt unchanged gives the comments back.
 */
function collectComments(context: CommandContext): void {
  const { store, clock } = context;
  const state = store.getState();
  const window = diffWindow(state);
  if (window === null) return;
  const notify = (text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
  const { taskId } = window.open;
  const task = taskById(state, taskId);
  if (task === null) return notify('The chat is no longer listed. The comments stay.');
  const closed = closedReason(task);
  if (closed !== null) return notify(`${closed} The comments stay.`);
  const all = window.comments;
  const comments = all.filter((comment) => !isUnfinished(state, comment));
  const unfinished = all.length - comments.length;
  if (comments.length === 0)
    return notify(
      `${counted(unfinished, 'comment')} ${plural(unfinished, 'is', 'are')} not finished. Open and keep ${plural(unfinished, 'it', 'them')} first.`,
    );
  const placed = window.document === null ? [] : placedComments(window.document, all);
  const message = reviewMessage(comments, placed);
  const draft = state.drafts.get(taskId) ?? bufferOf('');
  const text = draft.text === '' ? message : `${message}\n\n${draft.text}`;
  store.dispatch(
    { type: 'recipients-changed', writesToMarked: false },
    ...(state.view.selected === taskId ? [] : [{ type: 'task-selected', taskId } as const]),
    { type: 'comments-collected', collected: { taskId, comments, draft, text } },
    { type: 'draft-changed', key: taskId, buffer: bufferOf(text, message.length) },
    { type: 'pane-focused', pane: 'prompt' },
  );
  if (unfinished > 0)
    notify(`${counted(unfinished, 'unfinished comment')} ${plural(unfinished, 'stays', 'stay')}.`);
}

export const reviewCommands: readonly Command[] = [
  {
    id: 'comment',
    title: 'Comment on the line, or edit',
    hint: 'comment',
    keys: ['c', 'enter'],
    keyContext: 'diff',
    enabled: hasChanges,
    run: writeComment,
  },
  {
    id: 'delete-comment',
    title: 'Delete the comment',
    hint: 'delete comment',
    keys: ['x', 'delete'],
    keyContext: 'diff',
    enabled: hasComments,
    run: deleteComment,
  },
  {
    id: 'send-comments',
    title: 'Send the comments: to the prompt',
    hint: 'send comments',
    shortHint: 'send',
    keys: ['S'],
    keyContext: 'diff',
    enabled: (state) => {
      const has = hasComments(state);
      return has === true ? true : 'No comments to send.';
    },
    run: collectComments,
  },
];
