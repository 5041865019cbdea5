import type { Clock } from '../domain/ports/clock.ts';
import type { ConversationSearch, FoundMessage } from '../domain/ports/conversation-search.ts';
import { parseSearchTerms, type SearchTerms } from '../domain/search-terms.ts';
import { NO_RESULTS, type SearchResults } from '../store/slices/conversation-search.ts';
import type { Store } from '../store/store.ts';

/** A search begins after this pause of typing, ms. */
const TYPING_PAUSE_MS = 120;
/** The most messages that are shown. */
const MAX_FOUND = 200;
/** While the index grows, the screen shows its progress and new results this often, ms. */
const PROGRESS_MS = 400;

export interface ConversationSearchOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** The search of the current user; null when conversations are not stored. Saves pending messages first. */
  readonly open: () => Promise<ConversationSearch> | null;
  /** The current problem of the storage, as a sentence; null without one. */
  readonly problem: () => string | null;
}

/**
 * Searches stored conversations while the overlay is open, in steps between which keys are handled. Completes the index
 * meanwhile. Returns a function that stops it.
 */
export function searchConversations({ store, clock, open, problem }: ConversationSearchOptions): () => void {
  /** Null while the overlay is closed. */
  let search: ConversationSearch | null = null;
  let isOpen = false;
  let text = '';
  let terms: SearchTerms = [];
  /** Where the search goes on: `undefined` at the end, null at the newest message. */
  let next: number | null | undefined;
  let found: readonly FoundMessage[] = [];
  let unindexed = 0;
  let progressAt = 0;
  let cancel = (): void => {};

  const schedule = (ms: number): void => {
    cancel();
    cancel = clock.after(ms, step);
  };

  function report(about: Partial<SearchResults> = {}): void {
    store.dispatch({
      type: 'conversation-search-progressed',
      results: {
        text,
        messages: found,
        isRunning: next !== undefined,
        hasMore: found.length >= MAX_FOUND,
        unindexed,
        problem: problem(),
        ...about,
      },
    });
  }

  /** Starts from the newest message. The earlier results stay on the screen until there are new ones. */
  function restart(): void {
    ({ text } = store.getState().conversationSearch);
    terms = parseSearchTerms(text);
    found = [];
    next = terms.length === 0 ? undefined : null;
  }

  function fail(): void {
    next = undefined;
    report({ problem: problem() ?? 'The stored conversations cannot be read.' });
  }

  function step(): void {
    if (search === null) return;
    if (next !== undefined) return findMore(search);
    if (unindexed > 0) return indexMore(search);
  }

  function findMore(search: ConversationSearch): void {
    const page = search.find(terms, next ?? null, MAX_FOUND - found.length);
    if (page === null) return fail();
    found = [...found, ...page.messages];
    next = found.length >= MAX_FOUND || page.next === null ? undefined : page.next;
    if (page.messages.length > 0 || next === undefined) report();
    schedule(0);
  }

  function indexMore(search: ConversationSearch): void {
    const count = search.indexMore();
    if (count === null) return fail();
    unindexed = count === 0 ? 0 : Math.max(1, unindexed - count);
    if (unindexed === 0 || clock.now() - progressAt >= PROGRESS_MS) {
      progressAt = clock.now();
      // The added messages may be anywhere in the order.
      if (found.length < MAX_FOUND || unindexed === 0) restart();
      report({ messages: store.getState().conversationSearch.results.messages });
    }
    schedule(0);
  }

  async function start(): Promise<void> {
    const opened = await open();
    if (!isOpen || opened === null) return;
    search = opened;
    unindexed = opened.unindexed() ?? 0;
    progressAt = clock.now();
    restart();
    report(next === undefined ? {} : { messages: store.getState().conversationSearch.results.messages });
    schedule(0);
  }

  function handleStateChange(): void {
    const state = store.getState();
    const nowOpen = state.view.overlay?.kind === 'find';
    if (nowOpen !== isOpen) {
      isOpen = nowOpen;
      cancel();
      search = null;
      if (isOpen) start().catch((error: unknown) => store.report(error));
      return;
    }
    if (!isOpen || search === null || state.conversationSearch.text === text) return;
    restart();
    if (terms.length === 0)
      store.dispatch({ type: 'conversation-search-progressed', results: { ...NO_RESULTS, text, unindexed } });
    schedule(next === undefined ? 0 : TYPING_PAUSE_MS);
  }

  const unsubscribe = store.subscribe(handleStateChange);
  return () => {
    unsubscribe();
    cancel();
  };
}
