import type { Command, Scope } from '../../commands/command.ts';
import { commands } from '../../commands/table.ts';
import { fitTo, truncate } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

const SECTIONS: readonly (readonly [Scope, string])[] = [
  ['panes', 'List and transcript'],
  ['list', 'List'],
  ['transcript', 'Transcript'],
  ['prompt', 'Prompt'],
  ['anywhere', 'Anywhere'],
  ['outbox', 'Outbox'],
];
const KEY_COLUMNS = 18;

/** Every command with its keys, and for one that cannot act now the reason. */
export function helpLines(state: State, theme: Theme, width: number): string[] {
  return SECTIONS.flatMap(([scope, title]) => [
    ` ${theme.title(title)}`,
    ...commands
      .filter((command) => command.scope === scope)
      .map((command) => helpLine(command, state, theme, width)),
    ...(scope === 'prompt' ? EDITING.map((line) => entry(line, theme, width)) : []),
    '',
  ]);
}

function helpLine(command: Command, state: State, theme: Theme, width: number): string {
  // Keys of an overlay are asked about while another one is open: whether they could act says nothing.
  const verdict = command.scope === 'outbox' ? true : (command.enabled?.(state) ?? true);
  const line = entry([command.keys.join(' '), command.title], theme, width);
  return verdict === true ? line : truncate(`${line.trimEnd()}  ${theme.dim(`(${verdict})`)}`, width);
}

const entry = ([keys, title]: readonly [string, string], theme: Theme, width: number): string =>
  truncate(`   ${theme.accent(fitTo(keys, KEY_COLUMNS))} ${title}`, width);

/** Editing keys act on the text and not on the state, so they are no commands. */
const EDITING: readonly (readonly [string, string])[] = [
  ['alt+enter ctrl+j', 'New line (shift+enter too, where the terminal tells it apart)'],
  ['up down', 'Move; on the first and last row: earlier and later prompts'],
  ['ctrl+a ctrl+e', 'To the start and the end of the line'],
  ['alt+b alt+f', 'A word back and on'],
  ['ctrl+w ctrl+u', 'Erase the word, or the line up to the cursor'],
  ['ctrl+k alt+d', 'Erase the rest of the line, or the next word'],
];
