import { editedQuery } from '../domain/edit/keys.ts';
import {
  INITIAL_SEARCH,
  type PromptHistorySearch,
  searchNewest,
  searchOlder,
} from '../domain/prompt-history-search.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { activePromptSearch, visibleDraft } from '../store/prompt-history-search.ts';
import { editedComment } from '../store/review.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Store } from '../store/store.ts';
import { type Command, keysOf } from './command.ts';

const CANCEL_KEYS = new Set(['esc', 'ctrl+g']);
/** Keys that only accept the match; any other key accepts it and then edits it. */
const ACCEPT_KEYS = new Set(['enter', 'left', 'right', 'up', 'down', 'tab']);
/** Global keys, which do not end the search. */
const PASS_THROUGH_KEYS = new Set(['ctrl+l', 'ctrl+z']);

export const promptSearchCommand: Command & { readonly keyContext: 'prompt' } = {
  id: 'search-history',
  title: 'Search the prompt history',
  hint: 'search history',
  keys: ['ctrl+r'],
  keyContext: 'prompt',
  enabled: (state) =>
    editedComment(state) !== null
      ? 'A comment has no history.'
      : state.promptHistory.length > 0 || 'No prompt history.',
  run: ({ store }) => setPromptSearch(store, INITIAL_SEARCH),
};

/** Handles a key of the search; false when the key belongs to the prompt. */
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

/** Adds typed or pasted text to the query; false without a search. */
export function promptSearchText(store: Store, text: string): boolean {
  const state = store.getState();
  const search = activePromptSearch(state);
  if (search === null) return false;
  setPromptSearch(store, searchNewest(state.promptHistory, search, search.query + sanitiseLine(text)));
  return true;
}

const setPromptSearch = (store: Store, search: PromptHistorySearch | null): void =>
  store.dispatch({ type: 'prompt-search-changed', search });

/** Puts the match into the prompt; down returns to the draft, as from any recalled prompt. */
function acceptMatch(store: Store): void {
  const state = store.getState();
  const key = draftKey(state);
  const index = activePromptSearch(state)?.index ?? null;
  const buffer = visibleDraft(state);
  const { historyPosition } = state.view;
  setPromptSearch(store, null);
  if (key === null || index === null) return;
  const isRecalling = historyPosition !== null && historyPosition.draftKey === key;
  const savedDraft =
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
      savedDraft,
      edits: isRecalling ? historyPosition.edits : new Map(),
    },
  });
}
