import type { KeyNames } from '../domain/key-hint.ts';
import type { KeyChanges } from '../store/state.ts';
import type { Command } from './command.ts';
import { keysOf } from './keys-of.ts';
import { commands, scopesOf } from './table.ts';

/** What to call the key of each command in a text. One that has no key is found by its name in the palette. */
export function keyNames(changes: KeyChanges): KeyNames {
  const palette = commands.find(({ id }) => id === 'palette');
  const opener = palette === undefined ? undefined : keysOf(palette, changes)[0];
  return Object.fromEntries(
    commands.map((command) => [command.id, keysOf(command, changes)[0] ?? byName(command, opener)]),
  );
}

function byName({ id, scope, byKey }: Command, opener: string | undefined): string {
  const isInPalette = !byKey && (scopesOf('list').includes(scope) || scopesOf('transcript').includes(scope));
  if (opener === undefined || !isInPalette) return `“${id}”`;
  return opener.length === 1 ? `${opener}${id}` : `${opener} ${id}`;
}
