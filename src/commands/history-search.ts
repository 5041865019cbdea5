import { editedQuery } from '../domain/edit/keys.ts';
import { BEGINNING, type HistorySearch, searchFor, searchOn } from '../domain/history-search.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { searchIn, written } from '../store/prompt-search.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Store } from '../store/store.ts';
import type { Command } from './command.ts';
import { keysOf } from './keys-of.ts';

/** Keys that leave a search with nothing changed. */
const CANCEL = new Set(['esc', 'ctrl+g']);
/** Keys that only take what was found; any other does what it does to it. */
const TAKE = new Set(['enter', 'left', 'right', 'up', 'down', 'tab']);
/** Keys that mean the same everywhere and end nothing. */
const PASS = new Set(['ctrl+l', 'ctrl+z']);

export const searchHistory: Command & { readonly scope: 'prompt' } = {
  id: 'search-history',
  title: 'Search the prompt history',
  hint: 'search history',
  keys: ['ctrl+r'],
  scope: 'prompt',
  enabled: ({ history }) => history.length > 0 || 'No prompt history.',
  run: ({ store }) => set(store, BEGINNING),
};

/** What a key does while earlier prompts are searched; false when it goes on to the prompt. */
export function searchByKey(store: Store, key: string, text: string): boolean {
  const state = store.getState();
  const search = searchIn(state);
  if (search === null || PASS.has(key)) return false;
  const { history } = state;
  const edited = editedQuery(search.query, key);
  if (keysOf(searchHistory, state.keys).includes(key)) set(store, searchOn(history, search));
  else if (edited !== null) set(store, searchFor(history, search, edited));
  else if (CANCEL.has(key)) set(store, null);
  else if (text !== '') return searchByText(store, text);
  else {
    take(store);
    return TAKE.has(key);
  }
  return true;
}

/** Adds typed or pasted text to what is looked for; false when nothing is. */
export function searchByText(store: Store, text: string): boolean {
  const state = store.getState();
  const search = searchIn(state);
  if (search === null) return false;
  set(store, searchFor(state.history, search, search.query + sanitiseLine(text)));
  return true;
}

const set = (store: Store, search: HistorySearch | null): void =>
  store.dispatch({ type: 'prompt-searched', search });

/** Puts what was found into the prompt. Down goes back to the draft that stood there, as from any earlier prompt. */
function take(store: Store): void {
  const state = store.getState();
  const key = draftKey(state);
  const index = searchIn(state)?.at ?? null;
  const buffer = written(state);
  const { recall } = state.view;
  set(store, null);
  if (key === null || index === null) return;
  const isRecalling = recall !== null && recall.key === key;
  const stash = isRecalling && recall.index < state.history.length ? recall.stash : draft(state).text;
  store.dispatch({
    type: 'draft-edited',
    key,
    buffer,
    recall: { key, index, stash, edits: isRecalling ? recall.edits : new Map() },
  });
}
