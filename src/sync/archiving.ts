import { compareEntries, type Entry, NOTHING_SEEN, type Place } from '../domain/history.ts';
import type { Archive, Archived } from '../domain/ports/archive.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { scopeKey } from '../domain/scope.ts';
import { conversationOf } from '../store/conversation.ts';
import { knownTask } from '../store/selectors.ts';
import type { Conversation, State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** While a key is held down the selection runs through the list; what is kept is read where it comes to rest, ms. */
const RECALL_AFTER_MS = 120;
/** What has not changed for this long is written; what goes on changing is at least this often: ms. */
const SETTLED_MS = 1_000;
const AT_LEAST_EVERY_MS = 5_000;
/** A list is looked through for tasks that are gone this long after it changed, ms. */
const NOTE_AFTER_MS = 2_000;
/** So often a write is tried again with what another taskdeck wrote meanwhile. */
const ATTEMPTS = 3;
/** A write that failed is tried again after this long; ms. Each try may block the screen for a second. */
const TRY_AGAIN_MS = 10_000;

/** What is known of one conversation on disk. */
interface OnDisk {
  readonly entries: readonly Entry[];
  readonly revision: number;
  /** What stands before was not read; null when all was. */
  readonly floor: Place | null;
  readonly read: Archived['read'];
}

const NOTHING: OnDisk = { entries: [], revision: 0, floor: null, read: null };

export interface Archiving {
  /** Writes what was seen and is not on disk yet. */
  flush(): void;
  /** Writes it and ends. */
  stop(): void;
}

/**
 * Keeps what is seen of conversations, and brings it back when a task is selected. Two taskdecks may do so at once:
 * whoever finds that the other wrote reads it and writes what is new to both.
 */
export function startArchiving(store: Store, archive: Archive, clock: Clock): Archiving {
  const onDisk = new Map<string, OnDisk>();
  /** The saves to come. `last`: the conversation of a task that is gone, whose save failed. */
  const saves = new Map<
    string,
    { readonly cancel: () => void; readonly since: number; readonly last?: Conversation }
  >();
  let selected: string | null = null;
  let conversations = store.getState().conversations;
  let listed: State['tasks'] | null = null;
  let noted: readonly string[] = [];
  let cancelRecall = (): void => {};
  let cancelNote: (() => void) | null = null;

  function recall(taskId: string, before?: Place): OnDisk {
    const known = onDisk.get(taskId) ?? NOTHING;
    const part = archive.recall(taskId, before);
    if (part === null) {
      onDisk.set(taskId, known);
      // What was there has been purged.
      const nothing = { history: NOTHING_SEEN, hasOlder: false, read: null };
      if (before !== undefined) store.dispatch({ type: 'conversation-recalled', taskId, part: nothing });
      return known;
    }
    const { history, hasOlder, read, revision } = part;
    const now: OnDisk = {
      entries: before === undefined ? history.entries : [...history.entries, ...known.entries],
      floor: hasOlder ? (history.entries[0] ?? null) : null,
      revision: before === undefined ? revision : known.revision,
      read,
    };
    onDisk.set(taskId, now);
    store.dispatch({ type: 'conversation-recalled', taskId, part: { history, hasOlder, read } });
    return now;
  }

  /** `last` is how a conversation was that is gone with its task. A save that fails is tried again. */
  function save(taskId: string, last = saves.get(taskId)?.last): void {
    saves.get(taskId)?.cancel();
    saves.delete(taskId);
    let known = onDisk.get(taskId) ?? recall(taskId);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const state = store.getState();
      const conversation = state.conversations.get(taskId) ?? last;
      if (conversation === undefined) return;
      const { history, read } = conversation;
      const put = added(history.entries, known.entries);
      const drop = added(known.entries, history.entries).filter((entry) => !hasPlaceOf(put, entry));
      const moved = sameRead(read, known.read) ? null : read;
      if (put.length === 0 && drop.length === 0 && moved === null) return;
      const task = knownTask(state, taskId);
      const kept = archive.keep(taskId, {
        name: task?.name ?? '',
        owner: task?.ownerName ?? '',
        put,
        drop,
        read: moved,
        revision: known.revision,
        floor: known.floor,
        now: clock.wall(),
      });
      if (kept === 'failed') return saveAgain(taskId, last);
      if (kept === 'changed') {
        known = recall(taskId);
        continue;
      }
      // What was purged stays purged; what is seen from now on is kept again.
      const revision = kept === 'purged' ? 0 : kept.revision;
      known = { entries: history.entries, floor: known.floor, revision, read };
      onDisk.set(taskId, known);
      return;
    }
    saveAgain(taskId, last);
  }

  function saveAgain(taskId: string, last: Conversation | undefined): void {
    const cancel = clock.after(TRY_AGAIN_MS, () => save(taskId));
    saves.set(taskId, { cancel, since: clock.now(), ...(last !== undefined && { last }) });
  }

  function saveSoon(taskId: string): void {
    const waiting = saves.get(taskId);
    if (waiting !== undefined && clock.now() - waiting.since > AT_LEAST_EVERY_MS - SETTLED_MS) return;
    waiting?.cancel();
    const cancel = clock.after(SETTLED_MS, () => save(taskId));
    saves.set(taskId, { cancel, since: waiting?.since ?? clock.now() });
  }

  function flush(): void {
    store.dispatch({ type: 'left' });
    for (const taskId of [...saves.keys()]) save(taskId);
  }

  /** Tasks that have left the list, as the server tells it. */
  function noteTasks(): void {
    const state = store.getState();
    if (!isTold(state) || cancelNote !== null || state.tasks === listed) return;
    cancelNote = clock.after(NOTE_AFTER_MS, () => {
      cancelNote = null;
      const now = store.getState();
      const owners = ownersListed(now);
      if (!isTold(now) || owners === undefined) return;
      listed = now.tasks;
      const ids = [scopeKey(now.listed), ...listed.map(({ id }) => id)];
      if (noted.length === ids.length && noted.every((id, index) => id === ids[index])) return;
      const isNoted = archive.noteTasks(ids.slice(1), owners, clock.wall());
      noted = isNoted ? ids : [];
      if (isNoted) return;
      cancelNote = clock.after(TRY_AGAIN_MS, () => {
        cancelNote = null;
        listed = null;
        noteTasks();
      });
    });
  }

  function look(): void {
    const state = store.getState();
    const before = conversations;
    conversations = state.conversations;
    if (conversations !== before) {
      for (const [taskId, conversation] of conversations) {
        const was = before.get(taskId);
        if (was?.history !== conversation.history || was.read !== conversation.read) saveSoon(taskId);
      }
      for (const [taskId, { cancel, last }] of [...saves]) {
        if (conversations.has(taskId) || last !== undefined) continue;
        // What is on disk of it cannot be joined any more where it was never read.
        if (onDisk.has(taskId)) save(taskId, before.get(taskId));
        else {
          cancel();
          saves.delete(taskId);
        }
      }
    }
    const { selected: now } = state.view;
    if (now !== selected) {
      selected = now;
      cancelRecall();
      if (now !== null && !onDisk.has(now))
        cancelRecall = clock.after(RECALL_AFTER_MS, () => void recall(now));
    } else if (now !== null && conversationOf(state, now).older === 'asked') {
      const floor = onDisk.get(now)?.floor ?? null;
      cancelRecall();
      cancelRecall = clock.after(0, () => void recall(now, floor ?? undefined));
    }
    noteTasks();
  }

  const unsubscribe = store.subscribe(look);
  // What was seen before anybody knew whose it is has not been kept yet.
  for (const taskId of conversations.keys()) saveSoon(taskId);
  look();

  return {
    flush,
    stop() {
      unsubscribe();
      cancelRecall();
      cancelNote?.();
      flush();
    },
  };
}

/** What was brought back from before promises nothing. */
const isTold = ({ list }: State): boolean => list.at !== null && list.promised > 0;

/** Whose tasks the list would name if there were any more; undefined while that is not known. */
function ownersListed({ listed, user }: State): readonly string[] | null | undefined {
  switch (listed.kind) {
    case 'everyone':
      return null;
    case 'owner':
      return [listed.name];
    case 'mine':
      // What was kept before owners were noted is the user's own: nothing else was listed then.
      return user === null ? undefined : [user.username, ''];
  }
}

/** Those of `now` that are not among the ones before. */
function added(now: readonly Entry[], before: readonly Entry[]): readonly Entry[] {
  const known = new Set(before);
  return now.filter((entry) => !known.has(entry));
}

/** What is put in its place drops an entry by itself. */
const hasPlaceOf = (put: readonly Entry[], entry: Entry): boolean =>
  put.some((other) => compareEntries(other, entry) === 0);

const sameRead = (a: Archived['read'], b: Archived['read']): boolean =>
  a === b || (a !== null && b !== null && a.run === b.run && a.id === b.id && a.length === b.length);
