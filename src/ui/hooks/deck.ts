import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import type { CommandContext } from '../../commands/command.ts';
import type { Pointer } from '../../domain/pointing.ts';
import { screenState } from '../../store/same-screen.ts';
import type { State } from '../../store/state.ts';
import type { Linear } from '../../terminal/linear-output.ts';
import type { Theme } from '../theme.ts';
import type { Regions } from './regions.ts';

/** What every component may use. */
export interface Deck {
  readonly context: CommandContext;
  readonly theme: Theme;
  readonly regions: Regions;
  /** Without it there is no mouse. */
  readonly pointer: Pointer | undefined;
  /** Where it is said in words what others see; null where the screen is drawn. */
  readonly linear: Linear | null;
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
