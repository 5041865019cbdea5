import type { BackendError } from '../../domain/errors.ts';
import type { ProseRenderer } from '../../domain/markdown/prose.ts';
import { mergePage } from '../../domain/merge-page.ts';
import type { Message } from '../../domain/message.ts';
import type { OlderMessages } from '../../domain/ports/source.ts';
import type { SavedScrollPosition } from '../../domain/saved-layout.ts';
import { reuseUnchangedMessages, type Transcript, withLiveTurnOf } from '../../domain/transcript.ts';
import { DEFAULT_TRANSCRIPT_OPTIONS, type TranscriptOptions } from '../../domain/transcript-options.ts';
import { type Freshness, failedRefresh, freshAt, NEVER_LOADED } from '../freshness.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import {
  type MergedTranscript,
  mergedTranscriptOf,
  readToEnd,
  type StoredPart,
  withLastFollowed,
  withOlderNearStart,
  withOlderRequested,
} from '../merged-transcript.ts';
import { isPaged, mergeReceived, mergeStored, withOlderPage } from '../older-pages.ts';
import type { Change, SliceReducer } from './slice.ts';

/** The conversations, and the user's position in each. */
export interface ConversationsState {
  /** The server's last transcripts, by task id. The status of a delivery depends on these alone. */
  readonly transcripts: ReadonlyMap<string, FetchedTranscript>;
  /** All messages ever received, which the transcript shows, by task id. */
  readonly mergedTranscripts: ReadonlyMap<string, MergedTranscript>;
  /** The task whose changes a healthy stream pushes; null for none. */
  readonly followedTaskId: string | null;
  /** Null until it is loaded, after the first frame. */
  readonly proseRenderer: ProseRenderer | null;
  readonly view: {
    /** By task id. A transcript without one follows the end. */
    readonly scrollAnchors: ReadonlyMap<string, ScrollAnchor>;
    /** Scroll positions of the last run that are not restored yet, by task id. */
    readonly savedScrolls: ReadonlyMap<string, SavedScrollPosition>;
    readonly transcriptOptions: TranscriptOptions;
    readonly messageCursor: MessageCursor | null;
    readonly transcriptSearch: TranscriptSearch | null;
    /** The first visible column of a transcript without wrapping. */
    readonly scrollColumn: number;
  };
}

export interface FetchedTranscript extends Freshness {
  /** Null until the first response. */
  readonly transcript: Transcript | null;
}

/** A search whose hits the transcript highlights. */
interface TranscriptSearch {
  readonly taskId: string;
  readonly text: string;
  /** The current hit; null without hits. */
  readonly hit: HitPosition | null;
  /** The key of the part that the search opened for the current hit. */
  readonly openedPart?: string | null;
}

/** The start of a hit: block index, row of its text, offset in UTF-16 units. */
export interface HitPosition {
  readonly message: number;
  readonly line: number;
  readonly start: number;
}

export interface MessageCursor {
  readonly taskId: string;
  /** The index among the transcript's items and deliveries. */
  readonly message: number;
  /** The key of the selected part; null or missing: the message as a whole. */
  readonly part?: string | null;
}

/**
 * The first line on screen: block index and line in the block, negative for a line before the block. Valid at every
 * width.
 */
export interface ScrollAnchor {
  readonly message: number;
  readonly line: number;
}

export const INITIAL_CONVERSATIONS: ConversationsState = {
  transcripts: new Map(),
  mergedTranscripts: new Map(),
  followedTaskId: null,
  proseRenderer: null,
  view: {
    scrollAnchors: new Map(),
    savedScrolls: new Map(),
    transcriptOptions: DEFAULT_TRANSCRIPT_OPTIONS,
    messageCursor: null,
    transcriptSearch: null,
    scrollColumn: 0,
  },
};

export type ConversationsEvent =
  /**
   * Ignored when the known transcript was requested later. `pushed`: a stream sent it, and so it has the live turn, if
   * there is one.
   */
  | {
      readonly type: 'transcript-received';
      readonly taskId: string;
      readonly transcript: Transcript;
      readonly startedAt: number;
      readonly refreshMs: number;
      readonly pushed?: true;
      readonly now: number;
    }
  | {
      readonly type: 'transcript-failed';
      readonly taskId: string;
      readonly error: BackendError;
      readonly retryAt: number;
      readonly now: number;
    }
  /** The stream of this task is healthy; null: the last one has ended. */
  | { readonly type: 'transcript-followed'; readonly taskId: string | null }
  /** A stream that pushed the transcript ended: a response is due `refreshMs` after `now`. */
  | {
      readonly type: 'transcript-push-ended';
      readonly taskId: string;
      readonly refreshMs: number;
      readonly now: number;
    }
  /** The transcript cannot change, or cannot be read, in the task's phase. It does not become stale. */
  | { readonly type: 'transcript-polling-stopped'; readonly taskId: string }
  | { readonly type: 'stored-conversation-loaded'; readonly taskId: string; readonly part: StoredPart }
  /** The user leaves taskdeck. The visible transcript counts as read. */
  | { readonly type: 'transcript-left' }
  | { readonly type: 'transcript-scrolled'; readonly taskId: string; readonly anchor: ScrollAnchor | null }
  /** Scrolls to the position of the last run, which is then no longer a saved one. */
  | { readonly type: 'scroll-restored'; readonly taskId: string; readonly anchor: ScrollAnchor }
  /** The answer to `MergedTranscript.olderPage`. Ignored when another page is requested. */
  | {
      readonly type: 'older-page-received';
      readonly taskId: string;
      readonly before: Message['id'];
      readonly page: OlderMessages;
    }
  | {
      readonly type: 'older-page-failed';
      readonly taskId: string;
      readonly before: Message['id'];
      readonly error: BackendError;
    }
  /** The view needs messages before the loaded ones. */
  | { readonly type: 'older-messages-requested'; readonly taskId: string }
  | { readonly type: 'markdown-loaded'; readonly proseRenderer: ProseRenderer }
  | { readonly type: 'transcript-options-changed'; readonly change: Partial<TranscriptOptions> }
  | { readonly type: 'message-cursor-changed'; readonly at: MessageCursor | null }
  | { readonly type: 'transcript-search-changed'; readonly search: TranscriptSearch | null }
  | { readonly type: 'scroll-column-changed'; readonly column: number };

/** The selected task, whose new messages arrive on screen. */
interface Reads {
  readonly view: { readonly selected: string | null };
}

export const conversationsReducer = {
  'transcript-received': receiveTranscript,
  'transcript-failed'({ transcripts }, event) {
    const entry = transcripts.get(event.taskId) ?? { ...NEVER_LOADED, transcript: null };
    return {
      transcripts: withEntry(transcripts, event.taskId, { ...entry, ...failedRefresh(entry, event) }),
    };
  },
  'transcript-followed': (_, { taskId }) => ({ followedTaskId: taskId }),
  'transcript-push-ended'({ transcripts }, { taskId, refreshMs, now }) {
    const entry = transcripts.get(taskId);
    if (entry === undefined || entry.requestedAt === null) return {};
    const due = now - entry.requestedAt + refreshMs;
    return { transcripts: withEntry(transcripts, taskId, { ...entry, refreshMs: due }) };
  },
  'transcript-polling-stopped'({ transcripts }, { taskId }) {
    const entry = transcripts.get(taskId);
    if (entry === undefined) return {};
    return {
      transcripts:
        entry.transcript === null
          ? withoutEntries(transcripts, (id) => id === taskId)
          : withEntry(transcripts, taskId, { ...entry, ...NOT_POLLED }),
    };
  },
  'stored-conversation-loaded': (state, { taskId, part }) =>
    changeMerged(state, taskId, (merged) =>
      mergeStored(merged, part, state.transcripts.get(taskId)?.transcript ?? null),
    ),
  'older-page-received': (state, { taskId, before, page }) =>
    changeMerged(state, taskId, (merged) =>
      merged.olderPage?.before === before
        ? { ...merged, olderPage: null, conversation: mergePage(merged.conversation, page, before) }
        : merged,
    ),
  'older-page-failed': (state, { taskId, before, error }) =>
    changeMerged(state, taskId, (merged) =>
      merged.olderPage?.before === before ? { ...merged, olderPage: { before, error } } : merged,
    ),
  'transcript-left': () => ({}),
  'transcript-scrolled': (state, { taskId, anchor }) => ({
    ...changeMerged(state, taskId, (merged) => {
      const next = withOlderNearStart(withLastFollowed(merged, anchor), anchor);
      return anchor !== null && isPaged(state.transcripts.get(taskId)?.transcript)
        ? withOlderPage(next, anchor.message)
        : next;
    }),
    view: scrolledTo(state, taskId, anchor),
  }),
  'scroll-restored': (state, { taskId, anchor }) => ({
    ...changeMerged(state, taskId, (merged) => withLastFollowed(merged, anchor)),
    view: scrolledTo(state, taskId, anchor),
  }),
  'older-messages-requested': (state, { taskId }) =>
    changeMerged(state, taskId, (merged) => {
      const next = withOlderRequested(merged);
      return next === merged && isPaged(state.transcripts.get(taskId)?.transcript)
        ? withOlderPage(merged, null)
        : next;
    }),
  'markdown-loaded': (_, { proseRenderer }) => ({ proseRenderer }),
  'transcript-options-changed': ({ view }, { change }) => ({
    view: { transcriptOptions: { ...view.transcriptOptions, ...change }, scrollColumn: 0 },
  }),
  'message-cursor-changed': (_, { at }) => ({ view: { messageCursor: at } }),
  'transcript-search-changed': (_, { search }) => ({ view: { transcriptSearch: search } }),
  'scroll-column-changed': (_, { column }) => ({ view: { scrollColumn: column } }),
} satisfies SliceReducer<ConversationsState, ConversationsEvent, Reads>;

/** No response is due, so the data does not become stale. */
const NOT_POLLED = { refreshMs: Number.POSITIVE_INFINITY, error: null, retryAt: null };

/** Merges the server's transcript into the task's conversation. */
function receiveTranscript(
  state: ConversationsState & Reads,
  {
    taskId,
    startedAt,
    refreshMs,
    pushed,
    transcript: answer,
  }: Extract<ConversationsEvent, { readonly type: 'transcript-received' }>,
): Change<ConversationsState> {
  const known = state.transcripts.get(taskId);
  if (known !== undefined && (known.requestedAt ?? 0) > startedAt) return {};
  const before = known?.transcript ?? null;
  const received = pushed ? answer : withLiveTurnOf(before, answer);
  const transcript = reuseUnchangedMessages(before, received);
  return {
    transcripts: withEntry(state.transcripts, taskId, { ...freshAt(startedAt, refreshMs), transcript }),
    ...changeMerged(state, taskId, (merged) => {
      const conversation = mergeReceived(merged.conversation, transcript, before);
      const polledInView = merged.polledInView || state.view.selected === taskId;
      return conversation === merged.conversation && polledInView === merged.polledInView
        ? merged
        : { ...merged, conversation, polledInView };
    }),
  };
}

/** Changes the conversation of a task. The rule in `transcript-positions.ts` keeps the user's positions in it. */
export function changeMerged(
  { mergedTranscripts }: Pick<ConversationsState, 'mergedTranscripts'>,
  taskId: string,
  change: (merged: MergedTranscript) => MergedTranscript,
): Pick<Change<ConversationsState>, 'mergedTranscripts'> {
  const merged = mergedTranscriptOf({ mergedTranscripts }, taskId);
  const changed = change(merged);
  return changed === merged ? {} : { mergedTranscripts: withEntry(mergedTranscripts, taskId, changed) };
}

/** Moves to `anchor`; null follows the end. The position of the last run is then forgotten. */
const scrolledTo = (
  { view: { scrollAnchors, savedScrolls } }: Pick<ConversationsState, 'view'>,
  taskId: string,
  anchor: ScrollAnchor | null,
): Pick<ConversationsState['view'], 'scrollAnchors' | 'savedScrolls'> => ({
  scrollAnchors:
    anchor === null
      ? withoutEntries(scrollAnchors, (id) => id === taskId)
      : withEntry(scrollAnchors, taskId, anchor),
  savedScrolls: withoutEntries(savedScrolls, (id) => id === taskId),
});

/** Marks the transcript as read to its end, unless it is scrolled away from there. */
export function markReadToEnd(state: ConversationsState, taskId: string | null): Change<ConversationsState> {
  if (taskId === null || !state.mergedTranscripts.has(taskId) || state.view.scrollAnchors.has(taskId))
    return {};
  return changeMerged(state, taskId, readToEnd);
}
