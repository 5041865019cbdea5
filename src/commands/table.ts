import type { Command, KeyContext } from './command.ts';
import { catalogue } from './command-registry.ts';
import { helpCommands } from './help.ts';

/** Everything a key can do. */
export const commands: readonly Command[] = [...catalogue, ...helpCommands];

/** The scopes that a key is looked up in, nearest first. */
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
