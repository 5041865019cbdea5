import { type SuspendTerminal, useApp } from 'ink';
import { type ReactNode, useMemo, useState, useSyncExternalStore } from 'react';
import type { CommandContext } from '../commands/command.ts';
import type { Mouse } from '../domain/mouse-input.ts';
import type {
  DirectoryProgram,
  EditorResult,
  ProgramNotice,
  WorkspaceProgram,
} from '../domain/ports/terminal-services.ts';
import type { ScreenReader } from '../terminal/screen-reader-output.ts';
import { AppContext } from './hooks/app-context.ts';
import { Regions } from './hooks/regions.ts';
import type { ThemeSource } from './theme-source.ts';

export interface AppContextProviderProps {
  readonly context: Omit<
    CommandContext,
    'suspend' | 'openPager' | 'openEditor' | 'openDirectory' | 'openWorkspace'
  >;
  readonly themes: ThemeSource;
  /** Null draws the screen. Default: null. */
  readonly screenReader?: ScreenReader | null;
  /** Suspends the program until the shell continues it. */
  readonly onSuspend: (suspendTerminal: SuspendTerminal) => Promise<void>;
  /** Shows text in the user's pager. Resolves when it exits. */
  readonly openPager: (suspendTerminal: SuspendTerminal, text: string) => Promise<void>;
  /** Edits text in the user's editor. Resolves when it exits. */
  readonly openEditor: (suspendTerminal: SuspendTerminal, text: string) => Promise<EditorResult>;
  /** Runs a program in a directory. Resolves when it exits, to what the user must know or null. */
  readonly openDirectory: (
    suspendTerminal: SuspendTerminal,
    directory: string | null,
    program: DirectoryProgram,
  ) => Promise<ProgramNotice | null>;
  /** The same with a workspace. */
  readonly openWorkspace: (
    suspendTerminal: SuspendTerminal,
    program: WorkspaceProgram,
  ) => Promise<ProgramNotice | null>;
  /** Mouse events; no mouse without it. */
  readonly pointer?: Mouse;
  readonly children: ReactNode;
}

/** Provides the command context. Only inside Ink's tree can the terminal be suspended. */
export function AppContextProvider({
  context,
  themes,
  screenReader = null,
  onSuspend,
  openPager,
  openEditor,
  openDirectory,
  openWorkspace,
  pointer,
  children,
}: AppContextProviderProps) {
  const { suspendTerminal } = useApp();
  const theme = useSyncExternalStore(themes.subscribe, themes.current);
  const [regions] = useState(() => new Regions());
  const value = useMemo(
    () => ({
      context: {
        ...context,
        suspend: () => void onSuspend(suspendTerminal),
        openPager: (text: string) => void openPager(suspendTerminal, text),
        openEditor: (text: string) => openEditor(suspendTerminal, text),
        openDirectory: (directory: string | null, program: DirectoryProgram) =>
          openDirectory(suspendTerminal, directory, program),
        openWorkspace: (program: WorkspaceProgram) => openWorkspace(suspendTerminal, program),
      },
      theme,
      regions,
      pointer,
      screenReader,
    }),
    [
      context,
      theme,
      screenReader,
      onSuspend,
      openPager,
      openEditor,
      openDirectory,
      openWorkspace,
      pointer,
      regions,
      suspendTerminal,
    ],
  );
  return <AppContext value={value}>{children}</AppContext>;
}
