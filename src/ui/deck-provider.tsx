import { type SuspendTerminal, useApp } from 'ink';
import { type ReactNode, useMemo, useState } from 'react';
import type { CommandContext } from '../commands/command.ts';
import type { Pointer } from '../domain/pointing.ts';
import type { Written } from '../domain/ports/surroundings.ts';
import type { Linear } from '../terminal/linear-output.ts';
import { DeckContext } from './hooks/deck.ts';
import { Regions } from './hooks/regions.ts';
import type { Theme } from './theme.ts';

export interface DeckProviderProps {
  readonly context: Omit<CommandContext, 'suspend' | 'page' | 'write'>;
  readonly theme: Theme;
  /** Where it is said in words what others see; drawn when missing. */
  readonly linear?: Linear | null;
  /** Stops the program until the user comes back; Ink's part of it is handed in. */
  readonly stop: (suspendTerminal: SuspendTerminal) => Promise<void>;
  /** Shows text in the user's pager, and comes back when they do. */
  readonly page: (suspendTerminal: SuspendTerminal, text: string) => Promise<void>;
  /** Lets the user write on in their editor, and comes back when they do. */
  readonly write: (suspendTerminal: SuspendTerminal, text: string) => Promise<Written>;
  /** What the mouse does; nothing without it. */
  readonly pointer?: Pointer;
  readonly children: ReactNode;
}

/** Gives every component the commands' context. Only inside Ink's tree can the terminal be handed back. */
export function DeckProvider({
  context,
  theme,
  linear = null,
  stop,
  page,
  write,
  pointer,
  children,
}: DeckProviderProps) {
  const { suspendTerminal } = useApp();
  const [regions] = useState(() => new Regions());
  const deck = useMemo(
    () => ({
      context: {
        ...context,
        suspend: () => void stop(suspendTerminal),
        page: (text: string) => void page(suspendTerminal, text),
        write: (text: string) => write(suspendTerminal, text),
      },
      theme,
      regions,
      pointer,
      linear,
    }),
    [context, theme, linear, stop, page, write, pointer, regions, suspendTerminal],
  );
  return <DeckContext value={deck}>{children}</DeckContext>;
}
