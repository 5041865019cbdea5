/** A backward search in the prompt history, as in readline. */
export interface PromptHistorySearch {
  readonly query: string;
  /** The index of the match in the history; null before the first match. */
  readonly index: number | null;
  /** No older prompt matches: `index` stays the last match. */
  readonly isExhausted: boolean;
}

export const INITIAL_SEARCH: PromptHistorySearch = { query: '', index: null, isExhausted: false };

/** Searches for a new query from the newest prompt on. Keeps the last match when nothing matches. */
export function searchNewest(
  history: readonly string[],
  search: PromptHistorySearch,
  query: string,
): PromptHistorySearch {
  if (query === '') return INITIAL_SEARCH;
  const found = newestMatch(history, query, history.length);
  return found === null
    ? { ...search, query, isExhausted: true }
    : { query, index: found, isExhausted: false };
}

/** Moves to the next older match with a different text. */
export function searchOlder(history: readonly string[], search: PromptHistorySearch): PromptHistorySearch {
  const current = search.index === null ? null : history[search.index];
  let found = newestMatch(history, search.query, search.index ?? history.length);
  while (found !== null && history[found] === current) found = newestMatch(history, search.query, found);
  return found === null ? { ...search, isExhausted: true } : { ...search, index: found, isExhausted: false };
}

/** Case-sensitive if the query contains a capital. */
function newestMatch(history: readonly string[], query: string, before: number): number | null {
  const isExact = query !== query.toLowerCase();
  const found = history.findLastIndex(
    (prompt, index) => index < before && (isExact ? prompt : prompt.toLowerCase()).includes(query),
  );
  return found === -1 ? null : found;
}

/** The offset of the match in the prompt, UTF-16 units. */
export function matchOffset({ query }: PromptHistorySearch, prompt: string): number {
  const isExact = query !== query.toLowerCase();
  return Math.max(0, (isExact ? prompt : prompt.toLowerCase()).indexOf(query));
}
