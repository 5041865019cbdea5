import { type SuspendTerminal, useApp } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { CommandContext } from '../commands/command.ts';
import type { Written } from '../domain/ports.ts';
import { DeckContext } from './hooks/deck.ts';
import type { Theme } from './theme.ts';

export interface DeckProviderProps {
  readonly context: Omit<CommandContext, 'suspend' | 'page' | 'write'>;
  readonly theme: Theme;
  /** Stops the program until the user comes back; Ink's part of it is handed in. */
  readonly stop: (suspendTerminal: SuspendTerminal) => Promise<void>;
  /** Shows text in the user's pager, and comes back when they do. */
  readonly page: (suspendTerminal: SuspendTerminal, text: string) => Promise<void>;
  /** Lets the user write on in their editor, and comes back when they do. */
  readonly write: (suspendTerminal: SuspendTerminal, text: string) => Promise<Written>;
  readonly children: ReactNode;
}

/** Gives every component the commands' context. Only inside Ink's tree can the terminal be handed back. */
export function DeckProvider({ context, theme, stop, page, write, children }: DeckProviderProps) {
  const { suspendTerminal } = useApp();
  const deck = useMemo(
    () => ({
      context: {
        ...context,
        suspend: () => void stop(suspendTerminal),
        page: (text: string) => void page(suspendTerminal, text),
        write: (text: string) => write(suspendTerminal, text),
      },
      theme,
    }),
    [context, theme, stop, page, write, suspendTerminal],
  );
  return <DeckContext value={deck}>{children}</DeckContext>;
}
