import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import type { CommandContext } from '../../commands/command.ts';
import { screenState } from '../../store/same-screen.ts';
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

/** The state, drawn anew only when it would look different: most answers to a poll change nothing but its time. */
export function useStoreState(): State {
  const { store } = useDeck().context;
  const read = useMemo(() => screenState(store), [store]);
  return useSyncExternalStore(store.subscribe, read);
}
