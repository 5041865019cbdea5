import type { DiffDocument } from '../domain/diff-document.ts';
import { type PlacedComment, placeComments } from '../domain/review/place-comments.ts';
import { commentDraftKey, commentKey, type ReviewComment } from '../domain/review/review-comment.ts';
import { memoize } from './memoize.ts';
import type { State } from './state.ts';

/** A comment as the diff shows it. */
export interface ShownComment extends PlacedComment {
  readonly key: string;
  /** Its draft if it has one. Sanitised. */
  readonly text: string;
  /** The user has not kept the text yet. */
  readonly isDraft: boolean;
}

/** The comments of a task, in the order in which they were written. */
export const commentsOf = (
  { comments }: Pick<State, 'comments'>,
  taskId: string,
): readonly ReviewComment[] => (comments.size === 0 ? NO_COMMENTS : ofTask(comments, taskId));

const NO_COMMENTS: readonly ReviewComment[] = [];

const ofTask = memoize((comments: State['comments'], taskId: string): readonly ReviewComment[] => {
  const found = [...comments.values()].filter((comment) => comment.taskId === taskId);
  return found.length === 0 ? NO_COMMENTS : found;
});

/**
 * The comments of the task in the document, by the index of their line. The one in the field has its kept text, or is
 * left out without one: a key writes only the field.
 */
export const shownComments = (
  state: Pick<State, 'comments' | 'drafts' | 'view'>,
  taskId: string,
  document: DiffDocument,
): CommentsByLine => {
  const own = commentsOf(state, taskId);
  const { focus, editedComment: key } = state.view;
  const edited = focus === 'prompt' ? key : null;
  return own === NO_COMMENTS ? NO_LINES : byLine(placedComments(document, own), state.drafts, edited);
};

export type CommentsByLine = ReadonlyMap<number, readonly ShownComment[]>;

export const NO_LINES: CommentsByLine = new Map();

export const placedComments = memoize(placeComments);

const byLine = memoize(
  (placed: readonly PlacedComment[], drafts: State['drafts'], edited: string | null): CommentsByLine => {
    const lines = new Map<number, ShownComment[]>();
    for (const each of placed) {
      const key = commentKey(each.comment);
      const { text } = each.comment;
      if (key === edited && text === '') continue;
      const draft = key === edited ? '' : (drafts.get(commentDraftKey(key))?.text ?? '');
      const shown = { ...each, key, text: draft === '' ? text : draft, isDraft: isDraftOf(draft, text) };
      const line = lines.get(each.index);
      if (line === undefined) lines.set(each.index, [shown]);
      else line.push(shown);
    }
    return lines;
  },
);

/** A comment without a kept text is a draft. */
const isDraftOf = (draft: string, text: string): boolean => text === '' || (draft !== '' && draft !== text);

/** Whether the text of the comment is not kept yet: no message takes it. */
export const isUnfinished = ({ drafts }: Pick<State, 'drafts'>, comment: ReviewComment): boolean =>
  isDraftOf(drafts.get(commentDraftKey(commentKey(comment)))?.text ?? '', comment.text);

/** The comment that the prompt edits; null when it edits none. */
export const editedComment = ({ view, comments }: State): ReviewComment | null =>
  view.editedComment === null || view.focus !== 'prompt' ? null : (comments.get(view.editedComment) ?? null);
