import { scopeKey } from '../domain/owner-scope.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { ConversationStorage, LoadedConversation } from '../domain/ports/conversation-storage.ts';
import { sharedPrefixLength } from '../domain/shared-prefix.ts';
import {
  type ConversationEntry,
  compareEntries,
  EMPTY_CONVERSATION,
  type EntryPosition,
} from '../domain/stored-conversation.ts';
import { titleOf } from '../domain/task.ts';
import { isListComplete } from '../store/list-freshness.ts';
import type { MergedTranscript } from '../store/merged-transcript.ts';
import { mergedTranscriptOf } from '../store/merged-transcript.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { knownTask } from '../store/task-index.ts';

/** While a key is held down, the selection moves on before this delay and nothing is loaded; ms. */
const LOAD_DELAY_MS = 120;
/** A conversation is saved when unchanged for this long, and at the latest after the maximum; ms. */
const SAVE_DELAY_MS = 1_000;
const MAX_SAVE_DELAY_MS = 5_000;
/** The delay after a list change before its tasks are recorded, ms. */
const RECORD_TASKS_DELAY_MS = 2_000;
/** How often a save merges changes by other instances before it waits. */
const MAX_SAVE_ATTEMPTS = 3;
/** The delay after a failed write, ms. Each try can block the screen for a second. */
const RETRY_MS = 10_000;

/** The known part of a stored conversation. */
interface DiskConversation {
  readonly entries: readonly ConversationEntry[];
  readonly revision: number;
  /** Entries before it are not loaded; null when all are. */
  readonly oldestLoaded: EntryPosition | null;
  readonly readUpTo: LoadedConversation['readUpTo'];
}

const NOTHING_STORED: DiskConversation = { entries: [], revision: 0, oldestLoaded: null, readUpTo: null };

export interface ConversationPersistence {
  /** Saves the changes that wait for a pause, so that a search finds them. */
  savePending(): void;
  /** Saves pending changes now. */
  flush(): void;
  /** Saves and stops. */
  stop(): void;
}

/**
 * Saves conversations that were received, and loads them when their task is selected. When another instance wrote
 * in between, it loads those changes, merges and saves again.
 */
export function persistConversations(
  store: Store,
  storage: ConversationStorage,
  clock: Clock,
): ConversationPersistence {
  const diskConversations = new Map<string, DiskConversation>();
  /** By task id. `last`: the conversation of a deleted task whose save failed. */
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
      // The conversation was purged.
      const emptyPart = { conversation: EMPTY_CONVERSATION, hasOlder: false, readUpTo: null };
      if (before !== undefined)
        store.dispatch({ type: 'stored-conversation-loaded', taskId, part: emptyPart });
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

  /** `last`: the conversation of a deleted task. Tries again after a failure. */
  function save(taskId: string, last = pendingSaves.get(taskId)?.last): void {
    pendingSaves.get(taskId)?.cancel();
    pendingSaves.delete(taskId);
    let known = diskConversations.get(taskId) ?? load(taskId);
    for (let attempt = 0; attempt < MAX_SAVE_ATTEMPTS; attempt++) {
      const state = store.getState();
      const merged = state.mergedTranscripts.get(taskId) ?? last;
      if (merged === undefined) return;
      const { conversation, readUpTo } = merged;
      const put = entriesMissingIn(conversation.entries, known.entries);
      const remove = entriesMissingIn(known.entries, conversation.entries).filter(
        (entry) => !hasSamePosition(put, entry),
      );
      const changedReadUpTo = isSameReadPosition(readUpTo, known.readUpTo) ? null : readUpTo;
      if (put.length === 0 && remove.length === 0 && changedReadUpTo === null) return;
      const task = knownTask(state, taskId);
      const result = storage.save(taskId, {
        name: task?.name ?? '',
        title: task === null ? '' : titleOf(task),
        owner: task?.ownerName ?? '',
        put,
        remove,
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
      // Purged entries stay purged; new ones are saved again.
      const revision = result === 'purged' ? 0 : result.revision;
      known = { entries: conversation.entries, oldestLoaded: known.oldestLoaded, revision, readUpTo };
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
    const pending = pendingSaves.get(taskId);
    if (pending !== undefined && clock.now() - pending.since > MAX_SAVE_DELAY_MS - SAVE_DELAY_MS) return;
    pending?.cancel();
    const cancel = clock.after(SAVE_DELAY_MS, () => save(taskId));
    pendingSaves.set(taskId, { cancel, since: pending?.since ?? clock.now() });
  }

  function savePending(): void {
    for (const taskId of [...pendingSaves.keys()]) save(taskId);
  }

  function flush(): void {
    store.dispatch({ type: 'transcript-left' });
    savePending();
  }

  /** Records the listed tasks, from which the storage knows which tasks are gone. */
  function scheduleTaskRecording(): void {
    const state = store.getState();
    if (!isListComplete(state) || cancelRecording !== null || state.tasks === recordedTasks) return;
    cancelRecording = clock.after(RECORD_TASKS_DELAY_MS, () => {
      cancelRecording = null;
      const now = store.getState();
      const owners = listedOwners(now);
      if (!isListComplete(now) || owners === undefined) return;
      recordedTasks = now.tasks;
      const ids = [scopeKey(now.listedScope), ...recordedTasks.map(({ id }) => id)];
      if (recordedIds.length === ids.length && recordedIds.every((id, index) => id === ids[index])) return;
      const isRecorded = storage.recordTasks(ids.slice(1), owners, clock.wall());
      recordedIds = isRecorded ? ids : [];
      if (isRecorded) return;
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
        // Without a load, the stored conversation cannot be merged any more.
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
      const oldestLoaded = diskConversations.get(now)?.oldestLoaded ?? null;
      cancelLoad();
      cancelLoad = clock.after(0, () => void load(now, oldestLoaded ?? undefined));
    }
    scheduleTaskRecording();
  }

  const unsubscribe = store.subscribe(handleStateChange);
  // Conversations from before the user was known are not saved yet.
  for (const taskId of conversations.keys()) saveSoon(taskId);
  handleStateChange();

  return {
    savePending,
    flush,
    stop() {
      unsubscribe();
      cancelLoad();
      cancelRecording?.();
      flush();
    },
  };
}

/** The owners whose tasks the list holds; null for all, undefined while unknown. */
function listedOwners({ listedScope, user }: State): readonly string[] | null | undefined {
  switch (listedScope.kind) {
    case 'everyone':
      return null;
    case 'owner':
      return [listedScope.name];
    case 'shared':
    case 'mine':
      // Conversations without an owner are from versions that listed only the user's own tasks.
      return user === null ? undefined : [user.username, ''];
  }
}

/** Returns the entries of `now` that `before` lacks. */
function entriesMissingIn(
  now: readonly ConversationEntry[],
  before: readonly ConversationEntry[],
): readonly ConversationEntry[] {
  const shared = sharedPrefixLength(now, before);
  const known = new Set(before.slice(shared));
  return now.slice(shared).filter((entry) => !known.has(entry));
}

/** Writing an entry at the same position replaces the old one. */
const hasSamePosition = (put: readonly ConversationEntry[], entry: ConversationEntry): boolean =>
  put.some((other) => compareEntries(other, entry) === 0);

const isSameReadPosition = (a: LoadedConversation['readUpTo'], b: LoadedConversation['readUpTo']): boolean =>
  a === b || (a !== null && b !== null && a.run === b.run && a.id === b.id && a.length === b.length);
