import type { CustomKeys } from '../store/state.ts';
import type { Command } from './command.ts';

/** The keys of a command: its own, or those that the user gave it. */
export const keysOf = ({ id, keys }: Pick<Command, 'id' | 'keys'>, changes: CustomKeys): readonly string[] =>
  changes[id] ?? keys;
