import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import type { CommandContext } from '../../commands/command.ts';
import type { Mouse } from '../../domain/mouse-input.ts';
import { visibleState } from '../../store/screen-equality.ts';
import type { State } from '../../store/state.ts';
import type { ScreenReader } from '../../terminal/screen-reader-output.ts';
import type { Theme } from '../theme.ts';
import type { Regions } from './regions.ts';

/** What every component may use. */
export interface AppContextValue {
  readonly context: CommandContext;
  readonly theme: Theme;
  readonly regions: Regions;
  /** Without it there is no mouse. */
  readonly pointer: Mouse | undefined;
  /** Where it is said in words what others see; null where the screen is drawn. */
  readonly linear: ScreenReader | null;
}

export const AppContext = createContext<AppContextValue | null>(null);

export function useAppContext(): AppContextValue {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useDeck outside of App');
  return app;
}

/** The state, drawn anew only when it would look different: most answers to a poll change nothing but its time. */
export function useStoreState(): State {
  const { store } = useAppContext().context;
  const read = useMemo(() => visibleState(store), [store]);
  return useSyncExternalStore(store.subscribe, read);
}
