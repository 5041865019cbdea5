import type { Verdict } from '../domain/rules.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';
import { keysOf } from './keys-of.ts';
import { commands, scopesOf } from './table.ts';

/** A command that can be chosen by its name. */
export interface PaletteEntry {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  /** True, or why it cannot be done now. */
  readonly verdict: Verdict;
}

/** What could be done where the palette was opened, what can be done now first. */
export function paletteEntries(state: State): readonly PaletteEntry[] {
  const scopes = scopesOf(state.view.pane);
  const entries = commands
    .filter((command) => scopes.includes(command.scope) && command.id !== 'palette' && !command.byKey)
    .map((command) => ({
      id: command.id,
      title: command.title,
      keys: keysOf(command, state.keys),
      verdict: command.enabled?.(state) ?? true,
    }));
  return [
    ...entries.filter(({ verdict }) => verdict === true),
    ...entries.filter(({ verdict }) => verdict !== true),
  ];
}

/** Does what was chosen, or says why it cannot be done. */
export function runChosen(context: CommandContext, id: string): void {
  const { store, clock } = context;
  store.dispatch({ type: 'overlay-closed' });
  const command: Command | undefined = commands.find((each) => each.id === id);
  if (command === undefined) return;
  const verdict = command.enabled?.(store.getState()) ?? true;
  if (verdict === true) return command.run(context, 0);
  store.dispatch({ type: 'noticed', notice: { tone: 'plain', text: verdict, at: clock.now() } });
}
