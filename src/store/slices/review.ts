import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { commentKey, type ReviewComment } from '../../domain/review/review-comment.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/** The comments on diffs that no message has taken yet. */
export interface ReviewState {
  /** By `commentKey`, in the order in which they were written. */
  readonly comments: ReadonlyMap<string, ReviewComment>;
  readonly view: {
    /** The key of the comment that the prompt edits while it has the focus. */
    readonly editedComment: string | null;
    /** Set while the prompt shows a message made of comments. */
    readonly collectedComments: CollectedComments | null;
  };
}

/** The comments that became the text of a prompt, to get them back when the user leaves it unchanged. */
interface CollectedComments {
  readonly taskId: string;
  readonly comments: readonly ReviewComment[];
  /** The draft of the task before. */
  readonly draft: EditBuffer;
  /** The text that the prompt got. */
  readonly text: string;
}

export const INITIAL_REVIEW: ReviewState = {
  comments: new Map(),
  view: { editedComment: null, collectedComments: null },
};

export type ReviewEvent =
  /** The prompt edits this comment, which is added unless it is there. */
  | { readonly type: 'comment-opened'; readonly comment: ReviewComment }
  /** Adds or replaces comments. */
  | { readonly type: 'comments-written'; readonly comments: readonly ReviewComment[] }
  | { readonly type: 'comments-removed'; readonly keys: readonly string[] }
  /** Removes comments that are now in the prompt. */
  | { readonly type: 'comments-collected'; readonly collected: CollectedComments }
  /** Replaces all by those on disk, which another taskdeck may have changed. */
  | { readonly type: 'stored-comments-read'; readonly comments: ReviewState['comments'] };

export const reviewReducer = {
  'comment-opened': ({ comments }, { comment }) => {
    const key = commentKey(comment);
    return {
      comments: comments.has(key) ? comments : withEntry(comments, key, comment),
      view: { editedComment: key },
    };
  },
  'comments-written': ({ comments }, { comments: written }) => ({
    comments: written.reduce((all, comment) => withEntry(all, commentKey(comment), comment), comments),
  }),
  'comments-removed': ({ comments }, { keys }) => ({ comments: without(comments, keys) }),
  'comments-collected': ({ comments }, { collected }) => ({
    comments: without(comments, collected.comments.map(commentKey)),
    view: { collectedComments: collected },
  }),
  'stored-comments-read': (_, { comments }) => ({ comments }),
} satisfies SliceReducer<ReviewState, ReviewEvent>;

const without = (comments: ReviewState['comments'], keys: readonly string[]): ReviewState['comments'] =>
  withoutEntries(comments, (key) => keys.includes(key));
