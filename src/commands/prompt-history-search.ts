import { editedQuery } from '../domain/edit/keys.ts';
import {
  INITIAL_SEARCH,
  type PromptHistorySearch,
  searchNewest,
  searchOlder,
} from '../domain/prompt-history-search.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { activePromptSearch, visibleDraft } from '../store/prompt-history-search.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Store } from '../store/store.ts';
import { type Command, keysOf } from './command.ts';

/** Keys that leave a search with nothing changed. */
const CANCEL_KEYS = new Set(['esc', 'ctrl+g']);
/** Keys that only take what was found; any other does what it does to it. */
const ACCEPT_KEYS = new Set(['enter', 'left', 'right', 'up', 'down', 'tab']);
/** Keys that mean the same everywhere and end nothing. */
const PASS_THROUGH_KEYS = new Set(['ctrl+l', 'ctrl+z']);

export const promptSearchCommand: Command & { readonly keyContext: 'prompt' } = {
  id: 'search-history',
  title: 'Search the prompt history',
  hint: 'search history',
  keys: ['ctrl+r'],
  keyContext: 'prompt',
  enabled: ({ promptHistory }) => promptHistory.length > 0 || 'No prompt history.',
  run: ({ store }) => setPromptSearch(store, INITIAL_SEARCH),
};

/** What a key does while earlier prompts are searched; false when it goes on to the prompt. */
export function promptSearchKey(store: Store, key: string, text: string): boolean {
  const state = store.getState();
  const search = activePromptSearch(state);
  if (search === null || PASS_THROUGH_KEYS.has(key)) return false;
  const { promptHistory } = state;
  const edited = editedQuery(search.query, key);
  if (keysOf(promptSearchCommand, state.customKeys).includes(key))
    setPromptSearch(store, searchOlder(promptHistory, search));
  else if (edited !== null) setPromptSearch(store, searchNewest(promptHistory, search, edited));
  else if (CANCEL_KEYS.has(key)) setPromptSearch(store, null);
  else if (text !== '') return promptSearchText(store, text);
  else {
    acceptMatch(store);
    return ACCEPT_KEYS.has(key);
  }
  return true;
}

/** Adds typed or pasted text to what is looked for; false when nothing is. */
export function promptSearchText(store: Store, text: string): boolean {
  const state = store.getState();
  const search = activePromptSearch(state);
  if (search === null) return false;
  setPromptSearch(store, searchNewest(state.promptHistory, search, search.query + sanitiseLine(text)));
  return true;
}

const setPromptSearch = (store: Store, search: PromptHistorySearch | null): void =>
  store.dispatch({ type: 'prompt-search-changed', search });

/** Puts what was found into the prompt. Down goes back to the draft that stood there, as from any earlier prompt. */
function acceptMatch(store: Store): void {
  const state = store.getState();
  const key = draftKey(state);
  const index = activePromptSearch(state)?.index ?? null;
  const buffer = visibleDraft(state);
  const { historyPosition } = state.view;
  setPromptSearch(store, null);
  if (key === null || index === null) return;
  const isRecalling = historyPosition !== null && historyPosition.draftKey === key;
  const stash =
    isRecalling && historyPosition.index < state.promptHistory.length
      ? historyPosition.savedDraft
      : draft(state).text;
  store.dispatch({
    type: 'draft-changed',
    key,
    buffer,
    historyPosition: {
      draftKey: key,
      index,
      savedDraft: stash,
      edits: isRecalling ? historyPosition.edits : new Map(),
    },
  });
}
