import { isKeyName, typesText } from '../domain/key-name.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { remember } from '../store/remember.ts';
import type { KeyChanges } from '../store/state.ts';
import type { Command, Scope } from './command.ts';
import { isEditingKey } from './editing.ts';
import { keysOf } from './keys-of.ts';
import { commands, scopesOf } from './table.ts';

/** Why a change of keys cannot be, and of which command it is. */
export interface KeyFault {
  readonly id: string;
  readonly what: string;
}

/** The command that a key means here, or null. */
export function commandFor(scope: Scope, key: string, changes: KeyChanges): Command | null {
  const known = byKey(changes);
  for (const where of scopesOf(scope)) {
    const command = known.get(`${where} ${key}`);
    if (command !== undefined) return command;
  }
  return null;
}

const byKey = remember(
  (changes: KeyChanges): ReadonlyMap<string, Command> =>
    new Map(
      commands.flatMap((command) =>
        keysOf(command, changes).map((key) => [`${command.scope} ${key}`, command] as const),
      ),
    ),
);

/** What is wrong with the keys that a user gave to commands, at most one fault a command. */
export function keyFaults(changes: KeyChanges): readonly KeyFault[] {
  return Object.entries(changes).flatMap(([id, keys]) => {
    const command = commands.find((each) => each.id === id);
    if (command === undefined) return [{ id, what: noSuchCommand(id) }];
    const what = keys.map((key) => faultOf(command, key, changes)).find((fault) => fault !== null);
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

function faultOf(command: Command, key: string, changes: KeyChanges): string | null {
  if (!isKeyName(key)) return `"${key}" is no key: write p, P, f, space, ctrl+k, alt+left or shift+tab`;
  if (key === 'esc' && !command.keys.includes(key)) return '"esc" always goes back';
  if (WRITING.some((scope) => scopesOf(scope).includes(command.scope))) {
    if (typesText(key)) return `"${key}" types text there: take a key with ctrl or alt`;
    if (isEditingKey(key) && !command.keys.includes(key)) return `"${key}" edits the text there`;
  }
  const other = commands.find(
    (each) =>
      each !== command &&
      keysOf(each, changes).includes(key) &&
      canMeet(command.scope, each.scope) &&
      !(command.keys.includes(key) && each.keys.includes(key)),
  );
  return other === undefined
    ? null
    : `"${key}" is already that of "${other.id}" (${other.title}): give that another key too`;
}

/** Where keys are text. */
const WRITING: readonly Scope[] = ['prompt', 'form', 'field', 'filter', 'search', 'save'];

const SCOPES: readonly Scope[] = [...new Set(commands.map(({ scope }) => scope))];

/** Whether there is a place where keys of both are looked up. */
const canMeet = (one: Scope, other: Scope): boolean =>
  SCOPES.some((scope) => scopesOf(scope).includes(one) && scopesOf(scope).includes(other));
