import type { ActionTable } from '../domain/action.ts';
import { ACTION_TABLES } from '../domain/action-tables.ts';
import type { KeyNames } from '../domain/key-placeholder.ts';
import { memoize } from '../store/memoize.ts';
import type { CustomKeys } from '../store/slices/connection.ts';
import type { State } from '../store/state.ts';
import { type Command, type KeyContext, keysOf } from './command.ts';
import { commandsOutsideHelp } from './commands-outside-help.ts';
import { helpCommands } from './help.ts';
import { ownCommands } from './own-commands.ts';
import { viewCommands } from './saved-views.ts';

/** All commands, with those of the actions of these sources. */
export const commandsOf = memoize((tables: readonly ActionTable[]): readonly Command[] => [
  ...commandsOutsideHelp(tables),
  ...helpCommands,
]);

/** The commands with the actions of every known source. */
export const commands: readonly Command[] = commandsOf(ACTION_TABLES);

/** The commands that the settings define: they have a place in the palette, and none in the help. */
export const settingsCommands = (state: Pick<State, 'settings'>): readonly Command[] => [
  ...ownCommands(state),
  ...viewCommands(state),
];

export const commandById = ({ actionTables }: Pick<State, 'actionTables'>, id: string): Command | undefined =>
  commandsById(actionTables).get(id);

const commandsById = memoize(
  (tables: readonly ActionTable[]): ReadonlyMap<string, Command> =>
    new Map(commandsOf(tables).map((command) => [command.id, command])),
);

/** The keys of a command; none for an unknown id. */
export function keysOfCommand(
  state: Pick<State, 'actionTables' | 'customKeys'>,
  id: string,
): readonly string[] {
  const command = commandById(state, id);
  return command === undefined ? [] : keysOf(command, state.customKeys);
}

/** The contexts in which a key is looked up, nearest first. */
export const keyContextsFor = (keyContext: KeyContext): readonly KeyContext[] =>
  keyContext === 'hits'
    ? ['hits', 'transcript', 'panes', 'anywhere']
    : keyContext === 'list' || keyContext === 'transcript'
      ? [keyContext, 'panes', 'anywhere']
      : keyContext === 'form'
        ? ['form', 'prompt', 'anywhere']
        : keyContext === 'field'
          ? ['field', 'form', 'anywhere']
          : [keyContext, 'anywhere'];

/** The key that texts show for each command: its first key, else how to find it in the palette, else its id. */
export function keyNames(customKeys: CustomKeys, tables: readonly ActionTable[] = ACTION_TABLES): KeyNames {
  const all = commandsOf(tables);
  const palette = all.find(({ id }) => id === 'palette');
  const opener = palette === undefined ? undefined : keysOf(palette, customKeys)[0];
  return Object.fromEntries(
    all.map((command) => [command.id, keysOf(command, customKeys)[0] ?? nameInPalette(command, opener)]),
  );
}

function nameInPalette({ id, keyContext, keyOnly }: Command, opener: string | undefined): string {
  const isInPalette =
    !keyOnly &&
    (keyContextsFor('list').includes(keyContext) || keyContextsFor('transcript').includes(keyContext));
  if (opener === undefined || !isInPalette) return `“${id}”`;
  return opener.length === 1 ? `${opener}${id}` : `${opener} ${id}`;
}
