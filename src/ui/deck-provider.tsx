import { type SuspendTerminal, useApp } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { CommandContext } from '../commands/command.ts';
import { DeckContext } from './hooks/deck.ts';
import type { Theme } from './theme.ts';

export interface DeckProviderProps {
  readonly context: Omit<CommandContext, 'suspend' | 'page'>;
  readonly theme: Theme;
  /** Stops the program until the user comes back; Ink's part of it is handed in. */
  readonly stop: (suspendTerminal: SuspendTerminal) => Promise<void>;
  /** Shows text in the user's pager, and comes back when they do. */
  readonly page: (suspendTerminal: SuspendTerminal, text: string) => Promise<void>;
  readonly children: ReactNode;
}

/** Gives every component the commands' context. Only inside Ink's tree can the terminal be handed back. */
export function DeckProvider({ context, theme, stop, page, children }: DeckProviderProps) {
  const { suspendTerminal } = useApp();
  const deck = useMemo(
    () => ({
      context: {
        ...context,
        suspend: () => void stop(suspendTerminal),
        page: (text: string) => void page(suspendTerminal, text),
      },
      theme,
    }),
    [context, theme, stop, page, suspendTerminal],
  );
  return <DeckContext value={deck}>{children}</DeckContext>;
}
