import { type SuspendTerminal, useApp } from 'ink';
import { type ReactNode, useMemo } from 'react';
import type { CommandContext } from '../commands/command.ts';
import { DeckContext } from './hooks/deck.ts';
import type { Theme } from './theme.ts';

export interface DeckProviderProps {
  readonly context: Omit<CommandContext, 'suspend'>;
  readonly theme: Theme;
  /** Stops the program until the user comes back; Ink's part of it is handed in. */
  readonly stop: (suspendTerminal: SuspendTerminal) => Promise<void>;
  readonly children: ReactNode;
}

/** Gives every component the commands' context. Only inside Ink's tree can the terminal be handed back. */
export function DeckProvider({ context, theme, stop, children }: DeckProviderProps) {
  const { suspendTerminal } = useApp();
  const deck = useMemo(
    () => ({ context: { ...context, suspend: () => void stop(suspendTerminal) }, theme }),
    [context, theme, stop, suspendTerminal],
  );
  return <DeckContext value={deck}>{children}</DeckContext>;
}
