import { catalogue } from './catalogue.ts';
import type { Command, Scope } from './command.ts';
import { helpCommands } from './help.ts';

/** Everything a key can do. */
export const commands: readonly Command[] = [...catalogue, ...helpCommands];

/** The scopes that a key is looked up in, nearest first. */
export const scopesOf = (scope: Scope): readonly Scope[] =>
  scope === 'list' || scope === 'transcript' ? [scope, 'panes', 'anywhere'] : [scope, 'anywhere'];

const byKey = new Map<string, Command>();
for (const command of commands) for (const key of command.keys) byKey.set(`${command.scope} ${key}`, command);

/** The command that a key means here, or null. */
export function commandFor(scope: Scope, key: string): Command | null {
  for (const where of scopesOf(scope)) {
    const command = byKey.get(`${where} ${key}`);
    if (command !== undefined) return command;
  }
  return null;
}
