import { editedQuery } from '../domain/edit/keys.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { Store } from '../store/store.ts';
import type { Command } from './command.ts';

export const findInHelp: Command = {
  id: 'help-find',
  title: 'Filter the help',
  hint: 'filter',
  keys: ['/', 'ctrl+f'],
  keyContext: 'help',
  run({ store }) {
    const { overlay } = store.getState().view;
    if (overlay?.kind === 'help') setFilter(store, overlay.find ?? '', true);
  },
};

/** Handles a key of the help's filter; false when the key belongs to the help. */
export function helpFindByKey(store: Store, key: string, text: string): boolean {
  const { overlay } = store.getState().view;
  if (overlay?.kind !== 'help') return false;
  const { find = '', typing = false } = overlay;
  const edited = editedQuery(find, key);
  if (key === 'esc' && (typing || find !== '')) setFilter(store, '', false);
  else if (!typing) return false;
  else if (key === 'enter') setFilter(store, find, false);
  // Backspace in an empty filter closes it; ctrl+u does not.
  else if (edited !== null) setFilter(store, edited, find !== '' || key === 'ctrl+u');
  else if (text === '') return false;
  else setFilter(store, find + sanitiseLine(text), true);
  return true;
}

const setFilter = (store: Store, find: string, typing: boolean): void =>
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0, find, typing } });
