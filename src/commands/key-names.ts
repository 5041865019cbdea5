import type { KeyNames } from '../domain/key-placeholder.ts';
import type { CustomKeys } from '../store/state.ts';
import type { Command } from './command.ts';
import { keysOf } from './keys-of.ts';
import { commands, keyContextsFor } from './table.ts';

/** What to call the key of each command in a text. One that has no key is found by its name in the palette. */
export function keyNames(changes: CustomKeys): KeyNames {
  const palette = commands.find(({ id }) => id === 'palette');
  const opener = palette === undefined ? undefined : keysOf(palette, changes)[0];
  return Object.fromEntries(
    commands.map((command) => [command.id, keysOf(command, changes)[0] ?? nameInPalette(command, opener)]),
  );
}

function nameInPalette({ id, keyContext, keyOnly }: Command, opener: string | undefined): string {
  const isInPalette =
    !keyOnly &&
    (keyContextsFor('list').includes(keyContext) || keyContextsFor('transcript').includes(keyContext));
  if (opener === undefined || !isInPalette) return `“${id}”`;
  return opener.length === 1 ? `${opener}${id}` : `${opener} ${id}`;
}
