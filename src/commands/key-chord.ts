import type { State } from '../store/state.ts';
import { type CommandContext, type KeyContext, keysOf } from './command.ts';
import { commandsOf, keyContextsFor } from './command-registry.ts';
import { commandFor } from './keymap.ts';

/** Whether a key starts a chord of this context, such as `ctrl+x ctrl+e`, and has no command itself. */
const startsChord = ({ actionTables, customKeys }: State, keyContext: KeyContext, key: string): boolean =>
  commandFor(keyContext, key, customKeys, actionTables) === null &&
  commandsOf(actionTables).some(
    (command) =>
      keyContextsFor(keyContext).includes(command.keyContext) &&
      keysOf(command, customKeys).some((each) => each.startsWith(`${key} `)),
  );

/** The name of the key, or of the chord that it completes. Null when it starts a chord, or ends an unbound one. */
export function resolveChord(
  { store, clock }: CommandContext,
  keyContext: KeyContext,
  key: string,
): string | null {
  const state = store.getState();
  const { chordPrefix } = state.view;
  if (chordPrefix !== null) {
    store.dispatch({ type: 'chord-prefix-changed', prefix: null });
    // False when the context changed after the first key.
    if (startsChord(state, keyContext, chordPrefix)) {
      const chord = `${chordPrefix} ${key}`;
      if (commandFor(keyContext, chord, state.customKeys, state.actionTables) !== null) return chord;
      const text = `${chord} does nothing here.`;
      if (key !== 'esc')
        store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
      return null;
    }
  }
  if (!startsChord(state, keyContext, key)) return key;
  store.dispatch({ type: 'chord-prefix-changed', prefix: key });
  return null;
}
