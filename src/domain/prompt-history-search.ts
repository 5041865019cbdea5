/** A search backwards through earlier prompts, as in readline: what is looked for, and where it has got to. */
export interface PromptHistorySearch {
  readonly query: string;
  /** The prompt that holds it, as a place in the history; null before the first. */
  readonly index: number | null;
  /** Nothing older holds it: what is shown is the last that did. */
  readonly isExhausted: boolean;
}

export const INITIAL_SEARCH: PromptHistorySearch = { query: '', index: null, isExhausted: false };

/** Looks for another text, from the newest prompt on; what was shown stays while nothing holds it. */
export function searchNewest(
  history: readonly string[],
  search: PromptHistorySearch,
  query: string,
): PromptHistorySearch {
  if (query === '') return INITIAL_SEARCH;
  const at = newestMatch(history, query, history.length);
  return at === null ? { ...search, query, isExhausted: true } : { query, index: at, isExhausted: false };
}

/** Goes on to an older prompt with the same text that does not read the same. */
export function searchOlder(history: readonly string[], search: PromptHistorySearch): PromptHistorySearch {
  const shown = search.index === null ? null : history[search.index];
  let at = newestMatch(history, search.query, search.index ?? history.length);
  while (at !== null && history[at] === shown) at = newestMatch(history, search.query, at);
  return at === null ? { ...search, isExhausted: true } : { ...search, index: at, isExhausted: false };
}

/** Capitals count when there are any in what is looked for. */
function newestMatch(history: readonly string[], query: string, before: number): number | null {
  const isExact = query !== query.toLowerCase();
  const at = history.findLastIndex(
    (prompt, index) => index < before && (isExact ? prompt : prompt.toLowerCase()).includes(query),
  );
  return at === -1 ? null : at;
}

/** Where in the prompt that was found the text stands, code units from its start. */
export function matchOffset({ query }: PromptHistorySearch, prompt: string): number {
  const isExact = query !== query.toLowerCase();
  return Math.max(0, (isExact ? prompt : prompt.toLowerCase()).indexOf(query));
}
