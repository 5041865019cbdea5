import { isKeyName, isPrintableKey } from '../domain/key-name.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { memoize } from '../store/memoize.ts';
import type { CustomKeys } from '../store/state.ts';
import { type Command, type KeyContext, keysOf } from './command.ts';
import { commands, keyContextsFor } from './command-registry.ts';
import { isEditingKey } from './edit-keys.ts';

/** Why a change of keys cannot be, and of which command it is. */
export interface KeyBindingError {
  readonly id: string;
  readonly what: string;
}

/** The command that a key means here, or null. */
export function commandFor(keyContext: KeyContext, key: string, changes: CustomKeys): Command | null {
  const known = commandByKey(changes);
  for (const where of keyContextsFor(keyContext)) {
    const command = known.get(`${where} ${key}`);
    if (command !== undefined) return command;
  }
  return null;
}

const commandByKey = memoize(
  (changes: CustomKeys): ReadonlyMap<string, Command> =>
    new Map(
      commands.flatMap((command) =>
        keysOf(command, changes).map((key) => [`${command.keyContext} ${key}`, command] as const),
      ),
    ),
);

/** What is wrong with the keys that a user gave to commands, at most one fault a command. */
export function keyBindingErrors(changes: CustomKeys): readonly KeyBindingError[] {
  return Object.entries(changes).flatMap(([id, keys]) => {
    const command = commands.find((each) => each.id === id);
    if (command === undefined) return [{ id, what: noSuchCommand(id) }];
    const what = keys.map((key) => bindingError(command, key, changes)).find((fault) => fault !== null);
    return what === undefined ? [] : [{ id, what }];
  });
}

function noSuchCommand(id: string): string {
  const hint = didYouMean(
    id,
    commands.map((each) => each.id),
  );
  return `is not a command; ${hint === '' ? 'see the list in docs/keys.md' : hint}`;
}

function bindingError(command: Command, key: string, changes: CustomKeys): string | null {
  if (!isKeyName(key)) return `"${key}" is no key: write p, P, f, space, ctrl+k, alt+left or shift+tab`;
  if (key === 'esc' && !command.keys.includes(key)) return '"esc" always goes back';
  if (TEXT_CONTEXTS.some((keyContext) => keyContextsFor(keyContext).includes(command.keyContext))) {
    if (isPrintableKey(key)) return `"${key}" types text there: take a key with ctrl or alt`;
    if (isEditingKey(key) && !command.keys.includes(key)) return `"${key}" edits the text there`;
  }
  const other = commands.find(
    (each) =>
      each !== command &&
      keysOf(each, changes).includes(key) &&
      canConflict(command.keyContext, each.keyContext) &&
      !(command.keys.includes(key) && each.keys.includes(key)),
  );
  return other === undefined
    ? null
    : `"${key}" is already that of "${other.id}" (${other.title}): give that another key too`;
}

/** Where keys are text. */
const TEXT_CONTEXTS: readonly KeyContext[] = ['prompt', 'form', 'field', 'filter', 'search', 'save'];

const KEY_CONTEXTS: readonly KeyContext[] = [...new Set(commands.map(({ keyContext }) => keyContext))];

/** Whether there is a place where keys of both are looked up. */
const canConflict = (one: KeyContext, other: KeyContext): boolean =>
  KEY_CONTEXTS.some(
    (keyContext) => keyContextsFor(keyContext).includes(one) && keyContextsFor(keyContext).includes(other),
  );
