import { keyFor } from '../domain/key-placeholder.ts';
import type { Availability } from '../domain/rules.ts';
import type { State } from '../store/state.ts';
import { availability, type Command, type CommandContext, type KeyContext, keysOf } from './command.ts';
import { commandsOf, keyContextsFor, settingsCommands } from './command-registry.ts';
import { helpSectionsOf } from './help-sections.ts';
import { currentKeyContext } from './key-context.ts';
import { OWN_COMMANDS, ownCommands } from './own-commands.ts';

export interface PaletteEntry {
  readonly id: string;
  readonly title: string;
  /** Title of its section in the help. */
  readonly section: string;
  readonly keys: readonly string[];
  /** True, or the reason why it cannot run now. */
  readonly availability: Availability;
}

/** All commands: first the available ones, then the unavailable ones of this context, then the other contexts. */
export function paletteEntries(state: State): readonly PaletteEntry[] {
  const contexts = reachableContexts(state);
  const rank = ({
    keyContext,
    availability,
  }: {
    keyContext: KeyContext;
    availability: Availability;
  }): number => (availability === true ? 0 : contexts.includes(keyContext) ? 1 : 2);
  const sections = helpSectionsOf(state.actionTables);
  const ownIds = new Set(ownCommands(state).map(({ id }) => id));
  return allCommands(state)
    .filter(({ id }) => id !== 'palette')
    .map((command) => ({
      id: command.id,
      title: command.title,
      section:
        sections.find((section) => section.commands.some(({ id }) => id === command.id))?.title ??
        (ownIds.has(command.id) ? OWN_COMMANDS : SETTINGS),
      keys: keysOf(command, state.customKeys),
      keyContext: command.keyContext,
      availability: availabilityOf(command, state, contexts),
    }))
    .toSorted((one, other) => rank(one) - rank(other));
}

/** The section of the commands that the settings define, which the help does not have. */
const SETTINGS = 'Settings';

const allCommands = (state: State): readonly Command[] => [
  ...commandsOf(state.actionTables),
  ...settingsCommands(state),
];

/** Closes the palette and runs a command, or shows the reason why it cannot run now. */
export const runChosen = (context: CommandContext, id: string): void =>
  context.store.batch(() => closeAndRun(context, id));

function closeAndRun(context: CommandContext, id: string): void {
  const { store, clock } = context;
  store.dispatch({ type: 'overlay-closed' });
  const state = store.getState();
  const command = allCommands(state).find((each) => each.id === id);
  if (command === undefined) return;
  const found = availabilityOf(command, state, reachableContexts(state));
  if (found === true) return command.run(context, 0);
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text: found, at: clock.now() } });
}

/** Whether a command can run after the palette closes. */
function availabilityOf(command: Command, state: State, contexts: readonly KeyContext[]): Availability {
  if (!contexts.includes(command.keyContext)) return elsewhere(command.keyContext, state);
  const found = availability(command, state);
  return found === true && command.keyOnly ? 'Press one of its keys.' : found;
}

/** The contexts whose keys work after the palette closes. */
function reachableContexts(state: State): readonly KeyContext[] {
  const context = currentKeyContext({ ...state, view: { ...state.view, overlay: null } });
  return keyContextsFor(context === 'picker' || context === 'question' ? state.view.pane : context);
}

/** Where a command of another context works, with the key that leads there. */
function elsewhere(keyContext: KeyContext, { view }: State): string {
  switch (keyContext) {
    case 'list':
      return `Only in the list (${keyFor('other-pane')}).`;
    case 'transcript':
      return `Only in the transcript (${keyFor('other-pane')}).`;
    case 'hits':
      return `Only after a search (${keyFor('search')}).`;
    case 'options':
      return `Only in an open question (${keyFor('question')}).`;
    case 'prompt':
      return `Only in the prompt (${keyFor('answer')}).`;
    case 'form':
    case 'field':
      return `Only in the form of a new task (${keyFor('new')}).`;
    case 'filter':
    case 'search':
    case 'save':
      return `Only in the filter (${keyFor('filter')}).`;
    case 'rename':
      return `Only in the title field (${keyFor('rename')}).`;
    case 'attach':
      return `Only in the field for a file (${keyFor('attach')}).`;
    case 'outbox':
      return `Only in the outbox (${keyFor('outbox')}).`;
    case 'outcome':
      return `Only in a list of failures (${keyFor('outcome')}).`;
    case 'requests':
      return `Only in the list of requests (${keyFor('requests')}).`;
    case 'peek':
      return `Only in the peek (${keyFor('peek')}).`;
    case 'worktree':
      return `Only in the worktree of a chat (${keyFor('workspace')}).`;
    case 'diff':
      return `Only in a diff (${keyFor('diff')}).`;
    case 'help':
      return `Only in the help (${keyFor('help')}).`;
    case 'panes':
    case 'anywhere':
      return `Only in the ${view.pane}.`;
  }
}
