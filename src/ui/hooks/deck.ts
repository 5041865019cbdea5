import { createContext, useContext, useSyncExternalStore } from 'react';
import type { CommandContext } from '../../commands/command.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** What every component may use. */
export interface Deck {
  readonly context: CommandContext;
  readonly theme: Theme;
}

export const DeckContext = createContext<Deck | null>(null);

export function useDeck(): Deck {
  const deck = useContext(DeckContext);
  if (deck === null) throw new Error('useDeck outside of App');
  return deck;
}

export function useStoreState(): State {
  const { store } = useDeck().context;
  return useSyncExternalStore(store.subscribe, store.getState);
}
