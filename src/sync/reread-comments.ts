import { commentDraftKey, storedComment } from '../domain/review/review-comment.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

export interface StoredComments {
  /** Writes pending changes and returns what is on disk then. */
  read(): State['comments'];
  /** Whether the comment was on disk: then a missing one was removed by another taskdeck. */
  isSaved(key: string): boolean;
  /** Called with what is on disk before the state changes. */
  onRead(comments: State['comments']): void;
}

/**
 * Reads the comments again when a diff is opened or loaded: another taskdeck may have added or sent some. A comment that
 * is being written, or has a draft, stays. Returns a function that stops it.
 */
export function rereadComments(store: Store, stored: StoredComments): () => void {
  let before = store.getState().view.openDiff;
  return store.subscribe(() => {
    const { openDiff } = store.getState().view;
    const isDue =
      openDiff !== null &&
      (openDiff.taskId !== before?.taskId ||
        (openDiff.base.isLoading && !before.base.isLoading) ||
        (openDiff.uncommitted.isLoading && !before.uncommitted.isLoading));
    before = openDiff;
    if (!isDue) return;
    const read = stored.read();
    const { comments, drafts, view } = store.getState();
    // Equal comments keep their objects.
    const onDisk = new Map(
      [...read].map(([key, comment]) => {
        const known = comments.get(key);
        const isEqual = known !== undefined && storedComment(known) === storedComment(comment);
        return [key, isEqual ? known : comment] as const;
      }),
    );
    const kept = [...comments].filter(
      ([key]) =>
        !onDisk.has(key) &&
        (!stored.isSaved(key) || key === view.editedComment || drafts.has(commentDraftKey(key))),
    );
    const merged = new Map([...onDisk, ...kept]);
    const isSame =
      merged.size === comments.size && [...merged].every(([key, comment]) => comments.get(key) === comment);
    stored.onRead(isSame && kept.length === 0 ? comments : onDisk);
    if (!isSame) store.dispatch({ type: 'stored-comments-read', comments: merged });
  });
}
