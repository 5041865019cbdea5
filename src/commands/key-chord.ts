import type { State } from '../store/state.ts';
import { type CommandContext, type KeyContext, keysOf } from './command.ts';
import { commands, keyContextsFor } from './command-registry.ts';
import { commandFor } from './keymap.ts';

/** Whether a key is the first of a sequence that means something here, such as `ctrl+x ctrl+e`, and nothing by itself. */
const startsChord = ({ customKeys }: State, keyContext: KeyContext, key: string): boolean =>
  commandFor(keyContext, key, customKeys) === null &&
  commands.some(
    (command) =>
      keyContextsFor(keyContext).includes(command.keyContext) &&
      keysOf(command, customKeys).some((each) => each.startsWith(`${key} `)),
  );

/**
 * What a key is called together with the one before it. Null when it does nothing more: it begins a sequence, or ends one
 * that nothing is bound to.
 */
export function resolveChord(
  { store, clock }: CommandContext,
  keyContext: KeyContext,
  key: string,
): string | null {
  const state = store.getState();
  const { chordPrefix } = state.view;
  if (chordPrefix !== null) {
    store.dispatch({ type: 'chord-prefix-changed', prefix: null });
    // Begun in a place that has been left since.
    if (startsChord(state, keyContext, chordPrefix)) {
      const whole = `${chordPrefix} ${key}`;
      if (commandFor(keyContext, whole, state.customKeys) !== null) return whole;
      const text = `${whole} does nothing here.`;
      if (key !== 'esc')
        store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
      return null;
    }
  }
  if (!startsChord(state, keyContext, key)) return key;
  store.dispatch({ type: 'chord-prefix-changed', prefix: key });
  return null;
}
