import { NO_OWN_FIELDS, type OwnFieldsById } from '../domain/own-fields.ts';
import type { SavedState } from '../domain/ports/saved-state.ts';
import type { OwnFields } from '../domain/task.ts';
import type { Store } from '../store/store.ts';

/**
 * Writes what changed, so that fields which another taskdeck wrote meanwhile stay. Returns the fields that are on disk
 * afterwards: `now` itself when no write failed.
 */
export function saveOwnFields(
  savedState: SavedState,
  before: OwnFieldsById,
  now: OwnFieldsById,
): OwnFieldsById {
  if (before === now) return now;
  const changes = new Map<string, Partial<OwnFields>>();
  for (const id of new Set([...before.keys(), ...now.keys()])) {
    const old = before.get(id) ?? NO_OWN_FIELDS;
    const { title, pinOrder } = now.get(id) ?? NO_OWN_FIELDS;
    const change = {
      ...(title !== old.title && { title }),
      ...(pinOrder !== old.pinOrder && { pinOrder }),
    };
    if (Object.keys(change).length > 0) changes.set(id, change);
  }
  return changes.size === 0 || savedState.saveOwnFields(changes) ? now : before;
}

/**
 * Reads the fields again with each response of the server if another process has written to the file. `flush` writes
 * pending changes, and `isSaved` says whether none is left; `onRead` is called before the state changes. Returns a
 * function that stops it.
 */
export function rereadOwnFields(
  store: Store,
  savedState: Pick<SavedState, 'newOwnFields'>,
  {
    flush,
    isSaved,
    onRead,
  }: {
    readonly flush: () => void;
    readonly isSaved: () => boolean;
    readonly onRead: (fields: OwnFieldsById) => void;
  },
): () => void {
  let { listFreshness } = store.getState();
  return store.subscribe(() => {
    const state = store.getState();
    if (state.listFreshness === listFreshness) return;
    listFreshness = state.listFreshness;
    if (!isSaved()) flush();
    if (!isSaved()) return;
    const read = savedState.newOwnFields();
    if (read === null) return;
    const known = store.getState().ownFields;
    // Equal fields keep their objects, and with them their tasks.
    const fields = new Map([...read].map(([id, own]) => [id, sameOr(known.get(id), own)] as const));
    if (fields.size === known.size && [...fields].every(([id, own]) => known.get(id) === own)) return;
    onRead(fields);
    store.dispatch({ type: 'own-fields-read', ownFields: fields });
  });
}

const sameOr = (known: OwnFields | undefined, read: OwnFields): OwnFields =>
  known?.title === read.title && known.pinOrder === read.pinOrder ? known : read;
