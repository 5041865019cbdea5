import { withKeyNames } from '../domain/key-hint.ts';
import { wrap } from '../domain/text/wrap.ts';
import type { State } from '../store/state.ts';
import { catalogue } from './catalogue.ts';
import type { Command, Scope } from './command.ts';
import { findInHelp } from './help-find.ts';
import { HELP_MOVES } from './help-moves.ts';
import { keysOf } from './keys-of.ts';

/** One row of the help. Plain text; the parts are styled where they are drawn. */
export type HelpRow =
  | { readonly kind: 'blank' }
  | { readonly kind: 'heading'; readonly text: string }
  /** `keys` is empty where a text goes on; `quiet`: it cannot be done now, and the text says why. */
  | { readonly kind: 'entry'; readonly keys: string; readonly text: string; readonly quiet: boolean };

export const SECTIONS: readonly (readonly [scope: Scope, title: string])[] = [
  ['panes', 'Tasks'],
  ['list', 'In the list'],
  ['transcript', 'In the transcript'],
  ['hits', 'While a search lasts'],
  ['prompt', 'In the prompt'],
  ['form', 'In the form of a new task'],
  ['field', 'In its fields'],
  ['filter', 'In the filter'],
  ['outbox', 'In the outbox'],
  ['outcome', 'In the list of what could not be done'],
  ['help', 'In this list'],
  ['anywhere', 'Anywhere'],
];

/** Editing keys act on the text and not on the state, so they are no commands. */
export const EDITING: readonly (readonly [keys: string, title: string])[] = [
  ['alt+enter ctrl+j', 'New line (shift+enter too, where the terminal tells it apart)'],
  ['up down', 'Move; on the first and last row: earlier and later prompts'],
  ['ctrl+a ctrl+e', 'To the start and the end of the line'],
  ['alt+b alt+f', 'A word back and on'],
  ['ctrl+w ctrl+u', 'Erase the word, or the line up to the cursor'],
  ['ctrl+k alt+d', 'Erase the rest of the line, or the next word'],
];

/** Columns of the keys, of the blanks around them, and what the text needs at least. */
const KEY_COLUMNS = 17;
const MARGIN = 3;
const GAP = 1;
const LEAST_TEXT = 24;

/** How wide the column of keys is in a help of `width` columns: longer keys push their text to the next row. */
export const keyColumns = (width: number): number =>
  Math.max(4, Math.min(KEY_COLUMNS, width - MARGIN - GAP - LEAST_TEXT));

/** Every command with its keys, and for one that cannot act now the reason, in rows of `width` columns. */
export function helpRows(state: State, width: number): readonly HelpRow[] {
  const { overlay } = state.view;
  const wanted = overlay?.kind === 'help' ? wordsOf(overlay.find ?? '') : [];
  const sections = SECTIONS.map(([scope, title]): readonly HelpRow[] => {
    const entries = entriesOf(scope, state).filter(({ found }) =>
      wanted.every((word) => found.includes(word)),
    );
    const rows = entries.flatMap(({ keys, text, quiet }) => entryRows(keys, text, width, quiet));
    return rows.length === 0 ? [] : [{ kind: 'heading', text: title }, ...rows];
  }).filter((rows) => rows.length > 0);
  if (sections.length === 0) return [{ kind: 'heading', text: 'Nothing here holds these words.' }];
  return sections.flatMap((rows, index) => (index === 0 ? rows : [{ kind: 'blank' }, ...rows]));
}

interface Entry {
  readonly keys: string;
  readonly text: string;
  readonly quiet: boolean;
  /** Where what is looked for may stand. */
  readonly found: string;
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/u).filter(Boolean);

function entriesOf(scope: Scope, state: State): readonly Entry[] {
  const commands =
    scope === 'help' ? [findInHelp, ...HELP_MOVES] : catalogue.filter((command) => command.scope === scope);
  const editing = scope === 'prompt' ? EDITING : [];
  return [
    ...commands.map((command) => entryOf(command, state)),
    ...editing.map(([keys, text]) => ({ keys, text, quiet: false, found: `${keys} ${text}`.toLowerCase() })),
  ];
}

/** Keys of an overlay are asked about while another one is open: whether they could act says nothing. */
const OF_OVERLAYS: ReadonlySet<Scope> = new Set(['outbox', 'outcome', 'form', 'field']);

function entryOf(command: Omit<Command, 'run'>, state: State): Entry {
  const verdict = OF_OVERLAYS.has(command.scope) ? true : (command.enabled?.(state) ?? true);
  const keys = keysOf(command, state.keys).join(' ') || wayTo(command, state);
  const reason = verdict === true ? '' : ` (${withKeyNames(verdict, state.keyNames)})`;
  const text = command.title + reason;
  return { keys, text, quiet: verdict !== true, found: `${keys} ${text} ${command.id}`.toLowerCase() };
}

/** How to come to a command that has no key: by its name in the palette, if at all. */
function wayTo({ id }: Pick<Command, 'id'>, { keyNames }: State): string {
  const name = keyNames[id] ?? '';
  return name.startsWith('“') || name === '' ? '-' : name;
}

function entryRows(keys: string, text: string, width: number, quiet = false): HelpRow[] {
  const columns = keyColumns(width);
  const rows = wrap(text, Math.max(1, width - MARGIN - columns - GAP)).map(
    (line): HelpRow => ({ kind: 'entry', keys: '', text: line, quiet }),
  );
  const [first, ...rest] = rows;
  if (first?.kind !== 'entry' || keys === '') return rows;
  if (keys.length <= columns) return [{ ...first, keys }, ...rest];
  return [{ kind: 'entry', keys, text: '', quiet }, ...rows];
}
