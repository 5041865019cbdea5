import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { commentDraftKey, commentKey } from '../domain/review/review-comment.ts';
import type { StoreEvent } from '../store/event.ts';
import { editedComment } from '../store/review.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { anchorShowingComments } from '../view/diff/diff-cursor.ts';
import { diffWindow } from '../view/diff/diff-window.ts';
import type { CommandContext } from './command.ts';

/** Keeps the text of the field as the text of its comment and returns to the diff. */
export function keepComment({ store, clock }: CommandContext): void {
  const state = store.getState();
  const comment = editedComment(state);
  if (comment === null) return;
  const key = commentDraftKey(commentKey(comment));
  const text = (state.drafts.get(key)?.text ?? '').trim();
  if (text === '')
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'plain', text: 'The comment is empty.', at: clock.now() },
    });
  store.dispatch(
    { type: 'comments-written', comments: [{ ...comment, text }] },
    { type: 'draft-changed', key, buffer: EMPTY_BUFFER },
    { type: 'pane-focused', pane: state.view.pane },
  );
  showComments(store);
}

/** Scrolls the diff so far that it shows the comments at the cursor: the field was over them. */
export function showComments(store: Store): void {
  const window = diffWindow(store.getState());
  if (window === null || window.document === null) return;
  const { document, cursor } = window;
  store.dispatch({
    type: 'diff-scrolled',
    anchor: anchorShowingComments({ ...window, document }, window),
    cursor,
  });
}

/** Drops the draft of a comment that does not differ, and a comment without any text. Other drafts stay. */
export function closeCommentField(state: State): readonly StoreEvent[] {
  const comment = editedComment(state);
  if (comment === null) return [];
  const key = commentKey(comment);
  const draftKey = commentDraftKey(key);
  const draft = state.drafts.get(draftKey)?.text ?? '';
  if (draft.trim() !== '' && draft !== comment.text) return [];
  return [
    ...(comment.text === '' ? [{ type: 'comments-removed', keys: [key] } as const] : []),
    { type: 'draft-changed', key: draftKey, buffer: EMPTY_BUFFER },
  ];
}

/** Gives the collected comments back when the prompt still has exactly their text; else the text stays as the draft. */
export function returnCollectedComments(state: State): readonly StoreEvent[] {
  const collected = state.view.collectedComments;
  if (collected === null) return [];
  const { taskId, comments, draft, text } = collected;
  if (state.drafts.get(taskId)?.text !== text) return [];
  return [
    { type: 'comments-written', comments },
    { type: 'draft-changed', key: taskId, buffer: draft },
  ];
}
