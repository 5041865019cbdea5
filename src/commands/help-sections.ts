import type { ActionTable } from '../domain/action.ts';
import { CHATS, type SourceId } from '../domain/task.ts';
import { capitalize } from '../domain/text/format.ts';
import { memoize } from '../store/memoize.ts';
import type { Command, KeyContext } from './command.ts';
import { commandsOutsideHelp } from './commands-outside-help.ts';
import { findInHelp } from './help-find.ts';
import { HELP_MOVES } from './help-moves.ts';

export type ListedCommand = Omit<Command, 'run'>;

/** A section of the help and of docs/keys.md. */
export interface HelpSection {
  readonly title: string;
  readonly commands: readonly ListedCommand[];
  readonly editing: readonly EditingKeys[];
  /** The part of the screen whose help begins with this section. */
  readonly pane?: 'transcript' | 'diff';
  /** The source whose tasks the section is about. */
  readonly source?: SourceId;
}

export type EditingKeys = readonly [keys: string, title: string];

/** Editing keys are not commands: they change only the text. */
export const EDITING: readonly EditingKeys[] = [
  ['alt+enter ctrl+j', 'New line (shift+enter if supported)'],
  ['backspace', 'Empty prompt: remove the last file'],
  ['up down', 'Move; at the edge: prompt history'],
  ['ctrl+a ctrl+e', 'To the start or end of the line'],
  ['alt+b alt+f', 'Back or forward a word'],
  ['ctrl+w ctrl+u', 'Delete the word, or to line start'],
  ['ctrl+k alt+d', 'Delete to line end, or next word'],
];

/** A section: commands by id, then the others of some contexts in the order of the registry. */
interface Outline {
  readonly title: string;
  readonly ids?: readonly string[];
  readonly contexts?: readonly KeyContext[];
  readonly editing?: readonly EditingKeys[];
  readonly pane?: 'transcript' | 'diff';
  readonly source?: SourceId;
}

const outlines = (actionIds: readonly string[], ofOtherSources: readonly Outline[]): readonly Outline[] => [
  {
    title: 'Move',
    ids: ['down', 'up', 'next-that-needs-you', 'previous-that-needs-you', 'other-pane', 'clear'],
    contexts: ['list'],
  },
  {
    title: 'Tasks',
    ids: [
      'answer',
      'question',
      'answer-option',
      'new',
      ...actionIds,
      'acknowledge',
      'snooze',
      'rename',
      'peek',
      'link',
      'task-page',
      'copy-message',
      'shell',
      'edit-directory',
      'outbox',
      'new-from',
      'edit-input',
    ],
  },
  {
    title: 'Find',
    ids: [
      'filter',
      'find',
      'only-those-that-need-you',
      'view',
      'sort',
      'reverse-sort',
      'group',
      'collapse-all',
      'unfold',
      'fold',
      'expand-group',
      'owner',
      'places',
    ],
  },
  ...ofOtherSources,
  {
    title: 'Panes',
    ids: ['smaller-list', 'larger-list', 'one-pane', 'arrange-panes', 'reset-panes'],
  },
  {
    title: 'Mark',
    ids: [
      'mark',
      'mark-down',
      'mark-up',
      'mark-all',
      'unmark-all',
      'invert-marks',
      'unmark-above',
      'take-back',
      'outcome',
    ],
  },
  {
    title: 'General',
    ids: [
      'help',
      'palette',
      'messages',
      'requests',
      'columns',
      'row-lines',
      'mouse',
      'restart-server',
      'quit',
    ],
    contexts: ['anywhere'],
  },
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
    contexts: ['transcript'],
    pane: 'transcript',
  },
  { title: 'Search hits in the transcript', contexts: ['hits'], pane: 'transcript' },
  { title: 'Options of a question', contexts: ['options'] },
  { title: 'Prompt', contexts: ['prompt'], editing: EDITING },
  { title: 'Form of a new task', contexts: ['form', 'field'] },
  { title: 'Filter field', contexts: ['filter'] },
  { title: 'Title field', contexts: ['rename'] },
  { title: 'Field for a file', contexts: ['attach'] },
  { title: 'Outbox', contexts: ['outbox'] },
  { title: 'Peek at a task', contexts: ['peek'] },
  { title: 'Failures, notices in full', contexts: ['outcome'] },
  { title: 'Requests', contexts: ['requests'] },
  { title: 'Diff of a chat', contexts: ['diff'], pane: 'diff', source: CHATS },
  { title: 'Worktree of a chat', contexts: ['worktree'], source: CHATS },
  { title: 'This help', contexts: ['help'] },
];

/** The commands that only chats have, beside their actions. */
const CHAT_COMMANDS = ['diff', 'mode', 'workspace', 'archived', 'more'];

/** All commands, with the actions of these sources; movement and daily use first. */
export const helpSectionsOf = memoize((tables: readonly ActionTable[]): readonly HelpSection[] => {
  const all: readonly ListedCommand[] = [...commandsOutsideHelp(tables), findInHelp, ...HELP_MOVES];
  const [ofTasks = [], ...others] = tables.map(({ actions }) => actions.map(({ id }) => id));
  const ofOtherSources = others.map((ids, index): Outline => {
    const { source = CHATS } = tables[index + 1] ?? {};
    const earlier = new Set([ofTasks, ...others.slice(0, index)].flat());
    const own = ids.filter((id) => !earlier.has(id));
    return { title: capitalize(source), ids: source === CHATS ? [...own, ...CHAT_COMMANDS] : own, source };
  });
  const sections = outlines(ofTasks, ofOtherSources);
  const named = new Set(sections.flatMap(({ ids = [] }) => ids));
  return sections.map(({ title, ids = [], contexts = [], editing = [], pane, source }) => ({
    title,
    commands: [
      ...ids.flatMap((id) => all.filter((command) => command.id === id)),
      ...all.filter(({ id, keyContext }) => contexts.includes(keyContext) && !named.has(id)),
    ],
    editing,
    ...(pane && { pane }),
    ...(source && { source }),
  }));
});
