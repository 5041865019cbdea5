import type { Command, KeyContext } from './command.ts';
import { commandsOutsideHelp } from './commands-outside-help.ts';
import { findInHelp } from './help-find.ts';
import { HELP_MOVES } from './help-moves.ts';

/** A command as the help lists it. */
export type ListedCommand = Omit<Command, 'run'>;

/** A heading of the help and of docs/keys.md, and what stands under it. */
export interface HelpSection {
  readonly title: string;
  readonly commands: readonly ListedCommand[];
  /** Keys that edit text and are no commands. */
  readonly editing: readonly EditingKeys[];
  /** The pane whose help begins with this section. */
  readonly pane?: 'transcript';
}

export type EditingKeys = readonly [keys: string, title: string];

/** Editing keys act on the text and not on the state, so they are no commands. */
export const EDITING: readonly EditingKeys[] = [
  ['alt+enter ctrl+j', 'New line (shift+enter if supported)'],
  ['up down', 'Move; at the edge: prompt history'],
  ['ctrl+a ctrl+e', 'To the start or end of the line'],
  ['alt+b alt+f', 'Back or forward a word'],
  ['ctrl+w ctrl+u', 'Delete the word, or to line start'],
  ['ctrl+k alt+d', 'Delete to line end, or next word'],
];

const ALL: readonly ListedCommand[] = [...commandsOutsideHelp, findInHelp, ...HELP_MOVES];

/** What is known of a section: commands by their ids, then the rest of some scopes in the order of the table. */
interface Outline {
  readonly title: string;
  readonly ids?: readonly string[];
  readonly scopes?: readonly KeyContext[];
  readonly editing?: readonly EditingKeys[];
  readonly pane?: 'transcript';
}

const OUTLINES: readonly Outline[] = [
  {
    title: 'Move',
    ids: ['down', 'up', 'next-that-needs-you', 'previous-that-needs-you', 'other-pane', 'clear'],
    scopes: ['list'],
  },
  {
    title: 'Tasks',
    ids: ['answer', 'new', 'pause', 'resume', 'delete', 'link', 'outbox', 'new-from', 'edit-input'],
  },
  { title: 'Find', ids: ['filter', 'only-those-that-need-you', 'view', 'sort', 'owner', 'places'] },
  { title: 'Mark', ids: ['mark', 'mark-all', 'unmark-all', 'take-back', 'outcome'] },
  { title: 'General', ids: ['help', 'palette', 'messages', 'mouse', 'quit'], scopes: ['anywhere'] },
  {
    title: 'Transcript',
    ids: [
      'scroll-down',
      'scroll-up',
      'scroll-page-down',
      'scroll-page-up',
      'scroll-top',
      'scroll-end',
      'follow',
      'search',
      'page-transcript',
    ],
    scopes: ['transcript'],
    pane: 'transcript',
  },
  { title: 'Search hits in the transcript', scopes: ['hits'], pane: 'transcript' },
  { title: 'Prompt', scopes: ['prompt'], editing: EDITING },
  { title: 'Form of a new task', scopes: ['form', 'field'] },
  { title: 'Filter field', scopes: ['filter'] },
  { title: 'Outbox', scopes: ['outbox'] },
  { title: 'Failures, notices in full', scopes: ['outcome'] },
  { title: 'This help', scopes: ['help'] },
];

/** All commands, movement and daily use first. */
export const helpSections: readonly HelpSection[] = sectionsFrom(OUTLINES);

function sectionsFrom(outlines: readonly Outline[]): readonly HelpSection[] {
  const named = new Set(outlines.flatMap(({ ids = [] }) => ids));
  return outlines.map(({ title, ids = [], scopes = [], editing = [], pane }) => ({
    title,
    commands: [
      ...ids.flatMap((id) => ALL.filter((command) => command.id === id)),
      ...ALL.filter(({ id, keyContext }) => scopes.includes(keyContext) && !named.has(id)),
    ],
    editing,
    ...(pane && { pane }),
  }));
}
