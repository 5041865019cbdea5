import type { Theme } from '../view/theme.ts';
import { createTheme, type ThemeOptions } from './theme.ts';

/** The theme of the screen, which can change while it runs. */
export interface ThemeSource {
  readonly current: () => Theme;
  readonly subscribe: (listener: () => void) => () => void;
  /** Changes some options. Does nothing if they are the same. */
  readonly change: (options: Partial<ThemeOptions>) => void;
}

export function createThemeSource(initial: ThemeOptions): ThemeSource {
  let options = initial;
  let theme = createTheme(options);
  const listeners = new Set<() => void>();
  return {
    current: () => theme,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change(changed) {
      const before = options;
      const names = Object.keys(changed) as (keyof ThemeOptions)[];
      if (names.every((name) => changed[name] === before[name])) return;
      options = { ...options, ...changed };
      theme = createTheme(options);
      for (const listener of [...listeners]) listener();
    },
  };
}

/** A theme that never changes. */
export const fixedTheme = (theme: Theme): ThemeSource => ({
  current: () => theme,
  subscribe: () => () => {},
  change: () => {},
});
