import { withKeyNames } from '../domain/key-placeholder.ts';
import type { State } from '../store/state.ts';
import { LEGEND } from '../view/overlays/help-legend.ts';
import type { HelpEntry, HelpSectionEntries } from '../view/overlays/help-rows.ts';
import { availability, type KeyContext, keysOf } from './command.ts';
import { type HelpSection, helpSectionsOf, type ListedCommand } from './help-sections.ts';
import { OWN_COMMANDS, ownCommands } from './own-commands.ts';

/** All commands with keys and the reason why they cannot run now, then the signs; filtered by the search of the help. */
export function helpContent(state: State): readonly HelpSectionEntries[] {
  const { overlay } = state.view;
  const searchWords = overlay?.kind === 'help' ? wordsOf(overlay.find ?? '') : [];
  const matches = (text: string): boolean => searchWords.every((word) => text.toLowerCase().includes(word));
  return [
    ...sectionsInOrder(state).map(
      (section): HelpSectionEntries => ({
        title: section.title,
        entries: entriesOf(section, state)
          .filter(({ searchText }) => matches(`${section.title} ${searchText}`))
          .map(({ keys, text, reason }) => ({ kind: 'command', keys, text, reason })),
      }),
    ),
    {
      title: SIGNS,
      entries: LEGEND.filter(({ meaning }) => matches(`${SIGNS} ${meaning}`)).map(
        ({ sign, meaning }): HelpEntry => ({ kind: 'sign', sign, text: meaning }),
      ),
    },
  ].filter(({ entries }) => entries.length > 0);
}

const SIGNS = 'Signs';

/** The sections of the open diff, or of the focused pane, come first. Those of a source that the deployment does not have are left out. */
function sectionsInOrder(state: State): readonly HelpSection[] {
  const { view, actionTables, sourceFreshness } = state;
  const sections = [...ownSection(state), ...helpSectionsOf(actionTables)].filter(
    ({ source }) => source === undefined || sourceFreshness.size === 0 || sourceFreshness.has(source),
  );
  const used = view.openDiff === null ? view.pane : 'diff';
  return used === 'list'
    ? sections
    : [...sections.filter(({ pane }) => pane === used), ...sections.filter(({ pane }) => pane !== used)];
}

/** The commands of the user, first: few, and the user looks for them. */
function ownSection(state: State): readonly HelpSection[] {
  const commands = ownCommands(state);
  return commands.length === 0 ? [] : [{ title: OWN_COMMANDS, commands, editing: [] }];
}

interface Entry {
  readonly keys: string;
  readonly text: string;
  readonly reason: string;
  readonly searchText: string;
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/u).filter(Boolean);

const entriesOf = ({ commands, editing }: HelpSection, state: State): readonly Entry[] => [
  ...commands.map((command) => entryOf(command, state)),
  ...editing.map(([keys, text]) => ({ keys, text, reason: '', searchText: `${keys} ${text}` })),
];

/** Commands of overlays always count as available: their rules need the overlay to be open. */
const OVERLAY_CONTEXTS: ReadonlySet<KeyContext> = new Set([
  'outbox',
  'outcome',
  'peek',
  'requests',
  'worktree',
  'form',
  'field',
  'diff',
]);

function entryOf(command: ListedCommand, state: State): Entry {
  const found = OVERLAY_CONTEXTS.has(command.keyContext) ? true : availability(command, state);
  const reason = found === true ? '' : withKeyNames(found, state.keyNames);
  const commandKeys = keysOf(command, state.customKeys);
  const keys = commandKeys.map(shortKey).join(' ') || paletteInput(command, state);
  const { title, id } = command;
  return {
    keys,
    text: title,
    reason,
    searchText: `${commandKeys.join(' ')} ${keys} ${title} ${reason} ${id}`,
  };
}

/** Shortens page keys, the only names that are too long for the column. */
export const shortKey = (key: string): string => key.replace('pagedown', 'pgdn').replace('pageup', 'pgup');

/** The palette input that finds a command without a key; `-` if the palette does not list it. */
function paletteInput({ id }: ListedCommand, { keyNames }: State): string {
  const name = keyNames[id] ?? '';
  return name.startsWith('“') || name === '' ? '-' : name;
}
