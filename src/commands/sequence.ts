import type { State } from '../store/state.ts';
import type { CommandContext, Scope } from './command.ts';
import { commandFor } from './keymap.ts';
import { keysOf } from './keys-of.ts';
import { commands, scopesOf } from './table.ts';

/** Whether a key is the first of a sequence that means something here, such as `ctrl+x ctrl+e`, and nothing by itself. */
const begins = ({ keys }: State, scope: Scope, key: string): boolean =>
  commandFor(scope, key, keys) === null &&
  commands.some(
    (command) =>
      scopesOf(scope).includes(command.scope) &&
      keysOf(command, keys).some((each) => each.startsWith(`${key} `)),
  );

/**
 * What a key is called together with the one before it. Null when it does nothing more: it begins a sequence, or ends one
 * that nothing is bound to.
 */
export function inSequence({ store, clock }: CommandContext, scope: Scope, key: string): string | null {
  const state = store.getState();
  const { prefix } = state.view;
  if (prefix !== null) {
    store.dispatch({ type: 'prefixed', prefix: null });
    // Begun in a place that has been left since.
    if (begins(state, scope, prefix)) {
      const whole = `${prefix} ${key}`;
      if (commandFor(scope, whole, state.keys) !== null) return whole;
      const text = `${whole} does nothing here.`;
      if (key !== 'esc')
        store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
      return null;
    }
  }
  if (!begins(state, scope, key)) return key;
  store.dispatch({ type: 'prefixed', prefix: key });
  return null;
}
