import type { ActionTable } from '../domain/action.ts';
import { ACTION_TABLES } from '../domain/action-tables.ts';
import { isKeyName, isPrintableKey } from '../domain/key-name.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { memoize } from '../store/memoize.ts';
import type { CustomKeys } from '../store/slices/connection.ts';
import type { State } from '../store/state.ts';
import { type Command, type KeyContext, keysOf } from './command.ts';
import { commands, commandsOf, keyContextsFor, settingsCommands } from './command-registry.ts';
import { isEditingKey } from './edit-keys.ts';

/** Why the user's keys of a command are invalid. */
export interface KeyBindingError {
  readonly id: string;
  readonly what: string;
}

/** The command of a key in this context, or null. `applies`: whether a command has its keys now. */
export function commandFor(
  keyContext: KeyContext,
  key: string,
  customKeys: CustomKeys,
  tables: readonly ActionTable[] = ACTION_TABLES,
  applies: (command: Command) => boolean = () => true,
): Command | null {
  const byKey = commandByKey(tables, customKeys);
  for (const context of keyContextsFor(keyContext)) {
    const command = byKey.get(`${context} ${key}`)?.find(applies);
    if (command !== undefined) return command;
  }
  return null;
}

/** The command that a key runs in this context and state, or null. */
export const commandIn = (state: State, keyContext: KeyContext, key: string): Command | null =>
  commandFor(
    keyContext,
    key,
    state.customKeys,
    state.actionTables,
    (command) => command.applies?.(state) ?? true,
  ) ?? settingsCommandFor(state, keyContext, key);

/** The command of the settings that the key runs in this context, or null. */
const settingsCommandFor = (state: State, keyContext: KeyContext, key: string): Command | null =>
  settingsCommands(state).find(
    (command) => command.keys.includes(key) && keyContextsFor(keyContext).includes(command.keyContext),
  ) ?? null;

const commandByKey = memoize(
  (tables: readonly ActionTable[], customKeys: CustomKeys): ReadonlyMap<string, readonly Command[]> => {
    const all = new Map<string, Command[]>();
    for (const command of commandsOf(tables))
      for (const key of keysOf(command, customKeys)) {
        const name = `${command.keyContext} ${key}`;
        const others = all.get(name);
        if (others === undefined) all.set(name, [command]);
        else others.push(command);
      }
    return all;
  },
);

/** The errors in the user's keys, at most one per command. */
export function keyBindingErrors(customKeys: CustomKeys): readonly KeyBindingError[] {
  return Object.entries(customKeys).flatMap(([id, keys]) => {
    const command = commands.find((each) => each.id === id);
    if (command === undefined) return [{ id, what: noSuchCommand(id) }];
    const what = keys.map((key) => bindingError(command, key, customKeys)).find((error) => error !== null);
    return what === undefined ? [] : [{ id, what }];
  });
}

/**
 * The faults in the keys of the settings, by their fields. `viewKeys`: by saved view. `commandKeys`: of the user's commands;
 * undefined for one without a key.
 */
export function settingsKeyFaults(
  customKeys: CustomKeys,
  viewKeys: Readonly<Record<string, string>>,
  commandKeys: readonly (string | undefined)[] = [],
): readonly KeyFault[] {
  const ofCommands = keyBindingErrors(customKeys);
  // With a fault none of them applies.
  const applied = ofCommands.length === 0 ? customKeys : {};
  return [
    ...ofCommands.map(({ id, what }) => ({ path: ['keys', id], message: what })),
    ...Object.entries(viewKeys).flatMap(([id, key], index, all) => {
      const message = viewKeyError(key, applied) ?? sharedKeyError(key, all.slice(0, index));
      return message === null ? [] : [{ path: ['views', id, 'key'], message }];
    }),
    ...commandKeys.flatMap((key, index) => {
      if (key === undefined) return [];
      const message =
        viewKeyError(key, applied) ??
        sharedKeyError(key, Object.entries(viewKeys)) ??
        (commandKeys.indexOf(key) < index
          ? `"${key}" already belongs to another command. Use another key`
          : null);
      return message === null ? [] : [{ path: ['commands', index, 'key'], message }];
    }),
  ];
}

/** A fault in a field of the settings. */
interface KeyFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Why the key cannot apply a view or run a command of the user, which it does in both panes; null if it can. */
function viewKeyError(key: string, customKeys: CustomKeys): string | null {
  if (!isKeyName(key)) return notAKeyName(key);
  if (key === 'esc') return ESC_GOES_BACK;
  const other = commands.find(
    (each) => keysOf(each, customKeys).includes(key) && canConflict('panes', each.keyContext),
  );
  return other === undefined
    ? null
    : `"${key}" already belongs to "${other.id}" (${other.title}). Use another key, or change that of the command`;
}

function sharedKeyError(
  key: string,
  earlier: readonly (readonly [id: string, key: string])[],
): string | null {
  const [id] = earlier.find((each) => each[1] === key) ?? [];
  return id === undefined ? null : `"${key}" already belongs to the view "${id}". Use another key`;
}

const notAKeyName = (key: string): string =>
  `"${key}" is not a key name. Examples: p, P, space, ctrl+k, alt+left, shift+tab`;
const ESC_GOES_BACK = '"esc" always goes back';

function noSuchCommand(id: string): string {
  const hint = didYouMean(
    id,
    commands.map((each) => each.id),
  );
  return `is not a command; ${hint === '' ? 'see the list in docs/keys.md' : hint}`;
}

function bindingError(command: Command, key: string, customKeys: CustomKeys): string | null {
  if (!isKeyName(key)) return notAKeyName(key);
  if (key === 'esc' && !command.keys.includes(key)) return ESC_GOES_BACK;
  if (TEXT_CONTEXTS.some((keyContext) => keyContextsFor(keyContext).includes(command.keyContext))) {
    if (isPrintableKey(key)) return `"${key}" types text there. Use a key with ctrl or alt`;
    if (isEditingKey(key) && !command.keys.includes(key)) return `"${key}" edits the text there`;
  }
  const other = commands.find(
    (each) =>
      each !== command &&
      keysOf(each, customKeys).includes(key) &&
      canConflict(command.keyContext, each.keyContext) &&
      !(command.keys.includes(key) && each.keys.includes(key)),
  );
  return other === undefined
    ? null
    : `"${key}" already belongs to "${other.id}" (${other.title}). Change the key of that command too`;
}

/** Contexts where keys type text. */
export const TEXT_CONTEXTS: readonly KeyContext[] = [
  'prompt',
  'form',
  'field',
  'filter',
  'search',
  'save',
  'rename',
  'attach',
];

const KEY_CONTEXTS: readonly KeyContext[] = [...new Set(commands.map(({ keyContext }) => keyContext))];

/** Whether some context looks up keys of both. */
const canConflict = (one: KeyContext, other: KeyContext): boolean =>
  KEY_CONTEXTS.some(
    (keyContext) => keyContextsFor(keyContext).includes(one) && keyContextsFor(keyContext).includes(other),
  );
