import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import type { CommandContext } from '../../commands/command.ts';
import type { Mouse } from '../../domain/mouse-input.ts';
import type { State } from '../../store/state.ts';
import type { ScreenReader } from '../../terminal/screen-reader-output.ts';
import { visibleState } from '../../view/layout/screen-equality.ts';
import type { Theme } from '../../view/theme.ts';
import type { Regions } from './regions.ts';

export interface AppContextValue {
  readonly context: CommandContext;
  readonly theme: Theme;
  readonly regions: Regions;
  /** Undefined without a mouse. */
  readonly pointer: Mouse | undefined;
  /** Null if the screen is drawn. */
  readonly screenReader: ScreenReader | null;
}

export const AppContext = createContext<AppContextValue | null>(null);

export function useAppContext(): AppContextValue {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useAppContext outside of AppContextProvider');
  return app;
}

/** The state. Renders again only if the screen would change: most poll responses change only its time. */
export function useStoreState(): State {
  const { store } = useAppContext().context;
  const read = useMemo(() => visibleState(store), [store]);
  return useSyncExternalStore(store.subscribe, read);
}
