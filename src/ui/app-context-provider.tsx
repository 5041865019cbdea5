import { type SuspendTerminal, useApp } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import type { CommandContext } from '../commands/command.ts';
import type { Mouse } from '../domain/mouse-input.ts';
import type { EditorResult } from '../domain/ports/terminal-services.ts';
import type { ScreenReader } from '../terminal/screen-reader-output.ts';
import { AppContext } from './hooks/app-context.ts';
import { Regions } from './hooks/regions.ts';
import type { Theme } from './theme.ts';

export interface AppContextProviderProps {
  readonly context: Omit<CommandContext, 'suspend' | 'openPager' | 'openEditor'>;
  readonly theme: Theme;
  /** Where it is said in words what others see; drawn when missing. */
  readonly linear?: ScreenReader | null;
  /** Stops the program until the user comes back; Ink's part of it is handed in. */
  readonly onSuspend: (suspendTerminal: SuspendTerminal) => Promise<void>;
  /** Shows text in the user's pager, and comes back when they do. */
  readonly openPager: (suspendTerminal: SuspendTerminal, text: string) => Promise<void>;
  /** Lets the user write on in their editor, and comes back when they do. */
  readonly openEditor: (suspendTerminal: SuspendTerminal, text: string) => Promise<EditorResult>;
  /** What the mouse does; nothing without it. */
  readonly pointer?: Mouse;
  readonly children: ReactNode;
}

/** Gives every component the commands' context. Only inside Ink's tree can the terminal be handed back. */
export function AppContextProvider({
  context,
  theme,
  linear = null,
  onSuspend,
  openPager,
  openEditor,
  pointer,
  children,
}: AppContextProviderProps) {
  const { suspendTerminal } = useApp();
  const [regions] = useState(() => new Regions());
  const value = useMemo(
    () => ({
      context: {
        ...context,
        suspend: () => void onSuspend(suspendTerminal),
        openPager: (text: string) => void openPager(suspendTerminal, text),
        openEditor: (text: string) => openEditor(suspendTerminal, text),
      },
      theme,
      regions,
      pointer,
      linear,
    }),
    [context, theme, linear, onSuspend, openPager, openEditor, pointer, regions, suspendTerminal],
  );
  return <AppContext value={value}>{children}</AppContext>;
}
