import { graphemesOf } from '../domain/text/graphemes.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { Store } from '../store/store.ts';
import type { Command } from './command.ts';

export const findInHelp: Command = {
  id: 'help-find',
  title: 'Find in this list what holds some words',
  hint: 'find',
  keys: ['/', 'ctrl+f'],
  scope: 'help',
  run({ store }) {
    const { overlay } = store.getState().view;
    if (overlay?.kind === 'help') show(store, overlay.find ?? '', true);
  },
};

/** What a key does while it is typed what to find in the help, or after; false when it goes on to the help. */
export function helpFindByKey(store: Store, key: string, text: string): boolean {
  const { overlay } = store.getState().view;
  if (overlay?.kind !== 'help') return false;
  const { find = '', typing = false } = overlay;
  if (key === 'esc' && (typing || find !== '')) show(store, '', false);
  else if (!typing) return false;
  else if (key === 'enter') show(store, find, false);
  else if (key === 'backspace' || key === 'ctrl+h')
    show(store, graphemesOf(find).slice(0, -1).join(''), find !== '');
  else if (key === 'ctrl+u') show(store, '', true);
  else if (text === '') return false;
  else show(store, find + sanitiseLine(text), true);
  return true;
}

const show = (store: Store, find: string, typing: boolean): void =>
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0, find, typing } });
