import type { Message } from '../../domain/message.ts';
import type { FoundMessage } from '../../domain/ports/conversation-search.ts';
import type { EntryPosition } from '../../domain/stored-conversation.ts';
import type { SliceReducer } from './slice.ts';

/** The search through all stored conversations. The text and the results stay when its overlay closes. */
export interface ConversationSearchState {
  readonly conversationSearch: {
    /** The text of the field. */
    readonly text: string;
    readonly results: SearchResults;
    /** The key of the selected message; null for the first one. */
    readonly selected: number | null;
  };
  /** The found message that the transcript shows as soon as it is loaded; null for none. */
  readonly messageToShow: MessageToShow | null;
}

export interface SearchResults {
  /** The text of the field to which they belong. */
  readonly text: string;
  /** Newest first. */
  readonly messages: readonly FoundMessage[];
  /** Whether more messages may be found; only while it runs, the rest of the results is complete. */
  readonly isRunning: boolean;
  /** There are more messages than are shown. */
  readonly hasMore: boolean;
  /** The number of stored messages that cannot be found yet. */
  readonly unindexed: number;
  /** Why the search failed, as a sentence; null if it did not. */
  readonly problem: string | null;
}

export interface MessageToShow extends EntryPosition {
  readonly taskId: string;
  readonly role: Message['role'];
  readonly isRetracted: boolean;
  /** The text to highlight. */
  readonly text: string;
}

export const NO_RESULTS: SearchResults = {
  text: '',
  messages: [],
  isRunning: false,
  hasMore: false,
  unindexed: 0,
  problem: null,
};

export const INITIAL_CONVERSATION_SEARCH: ConversationSearchState = {
  conversationSearch: { text: '', results: NO_RESULTS, selected: null },
  messageToShow: null,
};

export type ConversationSearchEvent =
  | { readonly type: 'conversation-search-typed'; readonly text: string }
  | { readonly type: 'conversation-search-progressed'; readonly results: SearchResults }
  | { readonly type: 'found-message-selected'; readonly key: number }
  /** Null: it is shown, or cannot be. */
  | { readonly type: 'message-to-show-changed'; readonly message: MessageToShow | null };

export const conversationSearchReducer = {
  'conversation-search-typed': ({ conversationSearch }, { text }) => ({
    conversationSearch: { ...conversationSearch, text, selected: null },
  }),
  'conversation-search-progressed': ({ conversationSearch }, { results }) => ({
    conversationSearch: { ...conversationSearch, results },
  }),
  'found-message-selected': ({ conversationSearch }, { key }) => ({
    conversationSearch: { ...conversationSearch, selected: key },
  }),
  'message-to-show-changed': (_, { message }) => ({ messageToShow: message }),
} satisfies SliceReducer<ConversationSearchState, ConversationSearchEvent>;

/** The index of the selected message among the results; 0 without one. */
export function selectedFoundIndex({
  conversationSearch: { results, selected },
}: ConversationSearchState): number {
  return Math.max(
    0,
    results.messages.findIndex(({ key }) => key === selected),
  );
}
