import { scopeKey } from '../domain/owner-scope.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { ConversationStorage, LoadedConversation } from '../domain/ports/conversation-storage.ts';
import {
  type ConversationEntry,
  compareEntries,
  EMPTY_CONVERSATION,
  type EntryPosition,
} from '../domain/stored-conversation.ts';
import { mergedTranscriptOf } from '../store/merged-transcript.ts';
import { knownTask } from '../store/selectors.ts';
import type { MergedTranscript, State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** While a key is held down the selection runs through the list; what is kept is read where it comes to rest, ms. */
const LOAD_DELAY_MS = 120;
/** What has not changed for this long is written; what goes on changing is at least this often: ms. */
const SAVE_DELAY_MS = 1_000;
const MAX_SAVE_DELAY_MS = 5_000;
/** A list is looked through for tasks that are gone this long after it changed, ms. */
const RECORD_TASKS_DELAY_MS = 2_000;
/** So often a write is tried again with what another taskdeck wrote meanwhile. */
const MAX_SAVE_ATTEMPTS = 3;
/** A write that failed is tried again after this long; ms. Each try may block the screen for a second. */
const RETRY_MS = 10_000;

/** What is known of one conversation on disk. */
interface DiskConversation {
  readonly entries: readonly ConversationEntry[];
  readonly revision: number;
  /** What stands before was not read; null when all was. */
  readonly oldestLoaded: EntryPosition | null;
  readonly readUpTo: LoadedConversation['readUpTo'];
}

const NOTHING_STORED: DiskConversation = { entries: [], revision: 0, oldestLoaded: null, readUpTo: null };

export interface ConversationPersistence {
  /** Writes what was seen and is not on disk yet. */
  flush(): void;
  /** Writes it and ends. */
  stop(): void;
}

/**
 * Keeps what is seen of conversations, and brings it back when a task is selected. Two taskdecks may do so at once:
 * whoever finds that the other wrote reads it and writes what is new to both.
 */
export function persistConversations(
  store: Store,
  storage: ConversationStorage,
  clock: Clock,
): ConversationPersistence {
  const diskConversations = new Map<string, DiskConversation>();
  /** The saves to come. `last`: the conversation of a task that is gone, whose save failed. */
  const pendingSaves = new Map<
    string,
    { readonly cancel: () => void; readonly since: number; readonly last?: MergedTranscript }
  >();
  let selected: string | null = null;
  let conversations = store.getState().mergedTranscripts;
  let recordedTasks: State['tasks'] | null = null;
  let recordedIds: readonly string[] = [];
  let cancelLoad = (): void => {};
  let cancelRecording: (() => void) | null = null;

  function load(taskId: string, before?: EntryPosition): DiskConversation {
    const known = diskConversations.get(taskId) ?? NOTHING_STORED;
    const part = storage.load(taskId, before);
    if (part === null) {
      diskConversations.set(taskId, known);
      // What was there has been purged.
      const nothing = { conversation: EMPTY_CONVERSATION, hasOlder: false, readUpTo: null };
      if (before !== undefined) store.dispatch({ type: 'stored-conversation-loaded', taskId, part: nothing });
      return known;
    }
    const { conversation, hasOlder, readUpTo, revision } = part;
    const now: DiskConversation = {
      entries: before === undefined ? conversation.entries : [...conversation.entries, ...known.entries],
      oldestLoaded: hasOlder ? (conversation.entries[0] ?? null) : null,
      revision: before === undefined ? revision : known.revision,
      readUpTo,
    };
    diskConversations.set(taskId, now);
    store.dispatch({
      type: 'stored-conversation-loaded',
      taskId,
      part: { conversation, hasOlder, readUpTo },
    });
    return now;
  }

  /** `last` is how a conversation was that is gone with its task. A save that fails is tried again. */
  function save(taskId: string, last = pendingSaves.get(taskId)?.last): void {
    pendingSaves.get(taskId)?.cancel();
    pendingSaves.delete(taskId);
    let known = diskConversations.get(taskId) ?? load(taskId);
    for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt++) {
      const state = store.getState();
      const conversation = state.mergedTranscripts.get(taskId) ?? last;
      if (conversation === undefined) return;
      const { conversation: history, readUpTo } = conversation;
      const put = entriesMissingIn(history.entries, known.entries);
      const drop = entriesMissingIn(known.entries, history.entries).filter(
        (entry) => !hasSamePosition(put, entry),
      );
      const changedReadUpTo = isSameReadPosition(readUpTo, known.readUpTo) ? null : readUpTo;
      if (put.length === 0 && drop.length === 0 && changedReadUpTo === null) return;
      const task = knownTask(state, taskId);
      const result = storage.save(taskId, {
        name: task?.name ?? '',
        owner: task?.ownerName ?? '',
        put,
        remove: drop,
        readUpTo: changedReadUpTo,
        revision: known.revision,
        oldestLoaded: known.oldestLoaded,
        now: clock.wall(),
      });
      if (result === 'failed') return retrySave(taskId, last);
      if (result === 'changed') {
        known = load(taskId);
        continue;
      }
      // What was purged stays purged; what is seen from now on is kept again.
      const revision = result === 'purged' ? 0 : result.revision;
      known = { entries: history.entries, oldestLoaded: known.oldestLoaded, revision, readUpTo };
      diskConversations.set(taskId, known);
      return;
    }
    retrySave(taskId, last);
  }

  function retrySave(taskId: string, last: MergedTranscript | undefined): void {
    const cancel = clock.after(RETRY_MS, () => save(taskId));
    pendingSaves.set(taskId, { cancel, since: clock.now(), ...(last !== undefined && { last }) });
  }

  function saveSoon(taskId: string): void {
    const waiting = pendingSaves.get(taskId);
    if (waiting !== undefined && clock.now() - waiting.since > MAX_SAVE_DELAY_MS - SAVE_DELAY_MS) return;
    waiting?.cancel();
    const cancel = clock.after(SAVE_DELAY_MS, () => save(taskId));
    pendingSaves.set(taskId, { cancel, since: waiting?.since ?? clock.now() });
  }

  function flush(): void {
    store.dispatch({ type: 'transcript-left' });
    for (const taskId of [...pendingSaves.keys()]) save(taskId);
  }

  /** Tasks that have left the list, as the server tells it. */
  function scheduleTaskRecording(): void {
    const state = store.getState();
    if (!isListReceived(state) || cancelRecording !== null || state.tasks === recordedTasks) return;
    cancelRecording = clock.after(RECORD_TASKS_DELAY_MS, () => {
      cancelRecording = null;
      const now = store.getState();
      const owners = listedOwners(now);
      if (!isListReceived(now) || owners === undefined) return;
      recordedTasks = now.tasks;
      const ids = [scopeKey(now.listedScope), ...recordedTasks.map(({ id }) => id)];
      if (recordedIds.length === ids.length && recordedIds.every((id, index) => id === ids[index])) return;
      const isNoted = storage.recordTasks(ids.slice(1), owners, clock.wall());
      recordedIds = isNoted ? ids : [];
      if (isNoted) return;
      cancelRecording = clock.after(RETRY_MS, () => {
        cancelRecording = null;
        recordedTasks = null;
        scheduleTaskRecording();
      });
    });
  }

  function handleStateChange(): void {
    const state = store.getState();
    const before = conversations;
    conversations = state.mergedTranscripts;
    if (conversations !== before) {
      for (const [taskId, conversation] of conversations) {
        const was = before.get(taskId);
        if (was?.conversation !== conversation.conversation || was.readUpTo !== conversation.readUpTo)
          saveSoon(taskId);
      }
      for (const [taskId, { cancel, last }] of [...pendingSaves]) {
        if (conversations.has(taskId) || last !== undefined) continue;
        // What is on disk of it cannot be joined any more where it was never read.
        if (diskConversations.has(taskId)) save(taskId, before.get(taskId));
        else {
          cancel();
          pendingSaves.delete(taskId);
        }
      }
    }
    const { selected: now } = state.view;
    if (now !== selected) {
      selected = now;
      cancelLoad();
      if (now !== null && !diskConversations.has(now))
        cancelLoad = clock.after(LOAD_DELAY_MS, () => void load(now));
    } else if (now !== null && mergedTranscriptOf(state, now).older === 'requested') {
      const floor = diskConversations.get(now)?.oldestLoaded ?? null;
      cancelLoad();
      cancelLoad = clock.after(0, () => void load(now, floor ?? undefined));
    }
    scheduleTaskRecording();
  }

  const unsubscribe = store.subscribe(handleStateChange);
  // What was seen before anybody knew whose it is has not been kept yet.
  for (const taskId of conversations.keys()) saveSoon(taskId);
  handleStateChange();

  return {
    flush,
    stop() {
      unsubscribe();
      cancelLoad();
      cancelRecording?.();
      flush();
    },
  };
}

/** What was brought back from before promises nothing. */
const isListReceived = ({ listFreshness }: State): boolean =>
  listFreshness.requestedAt !== null && listFreshness.refreshMs > 0;

/** Whose tasks the list would name if there were any more; undefined while that is not known. */
function listedOwners({ listedScope, user }: State): readonly string[] | null | undefined {
  switch (listedScope.kind) {
    case 'everyone':
      return null;
    case 'owner':
      return [listedScope.name];
    case 'mine':
      // What was kept before owners were noted is the user's own: nothing else was listed then.
      return user === null ? undefined : [user.username, ''];
  }
}

/** Those of `now` that are not among the ones before. */
function entriesMissingIn(
  now: readonly ConversationEntry[],
  before: readonly ConversationEntry[],
): readonly ConversationEntry[] {
  const known = new Set(before);
  return now.filter((entry) => !known.has(entry));
}

/** What is put in its place drops an entry by itself. */
const hasSamePosition = (put: readonly ConversationEntry[], entry: ConversationEntry): boolean =>
  put.some((other) => compareEntries(other, entry) === 0);

const isSameReadPosition = (a: LoadedConversation['readUpTo'], b: LoadedConversation['readUpTo']): boolean =>
  a === b || (a !== null && b !== null && a.run === b.run && a.id === b.id && a.length === b.length);
