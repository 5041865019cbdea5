import { catalogue } from './catalogue.ts';
import type { Command, Scope } from './command.ts';
import { helpCommands } from './help.ts';

/** Everything a key can do. */
export const commands: readonly Command[] = [...catalogue, ...helpCommands];

/** The scopes that a key is looked up in, nearest first. */
export const scopesOf = (scope: Scope): readonly Scope[] =>
  scope === 'hits'
    ? ['hits', 'transcript', 'panes', 'anywhere']
    : scope === 'list' || scope === 'transcript'
      ? [scope, 'panes', 'anywhere']
      : scope === 'form'
        ? ['form', 'prompt', 'anywhere']
        : scope === 'field'
          ? ['field', 'form', 'anywhere']
          : [scope, 'anywhere'];
