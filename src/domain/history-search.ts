/** A search backwards through earlier prompts, as in readline: what is looked for, and where it has got to. */
export interface HistorySearch {
  readonly query: string;
  /** The prompt that holds it, as a place in the history; null before the first. */
  readonly at: number | null;
  /** Nothing older holds it: what is shown is the last that did. */
  readonly isAtEnd: boolean;
}

export const BEGINNING: HistorySearch = { query: '', at: null, isAtEnd: false };

/** Looks for another text, from the newest prompt on; what was shown stays while nothing holds it. */
export function searchFor(history: readonly string[], search: HistorySearch, query: string): HistorySearch {
  if (query === '') return BEGINNING;
  const at = newestWith(history, query, history.length);
  return at === null ? { ...search, query, isAtEnd: true } : { query, at, isAtEnd: false };
}

/** Goes on to an older prompt with the same text that does not read the same. */
export function searchOn(history: readonly string[], search: HistorySearch): HistorySearch {
  const shown = search.at === null ? null : history[search.at];
  let at = newestWith(history, search.query, search.at ?? history.length);
  while (at !== null && history[at] === shown) at = newestWith(history, search.query, at);
  return at === null ? { ...search, isAtEnd: true } : { ...search, at, isAtEnd: false };
}

/** Capitals count when there are any in what is looked for. */
function newestWith(history: readonly string[], query: string, below: number): number | null {
  const isExact = query !== query.toLowerCase();
  const at = history.findLastIndex(
    (prompt, index) => index < below && (isExact ? prompt : prompt.toLowerCase()).includes(query),
  );
  return at === -1 ? null : at;
}

/** Where in the prompt that was found the text stands, code units from its start. */
export function placeOf({ query }: HistorySearch, prompt: string): number {
  const isExact = query !== query.toLowerCase();
  return Math.max(0, (isExact ? prompt : prompt.toLowerCase()).indexOf(query));
}
