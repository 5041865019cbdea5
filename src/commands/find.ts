import { parseScopeKey } from '../domain/owner-scope.ts';
import type { FoundMessage } from '../domain/ports/conversation-search.ts';
import { visibleTasks } from '../store/selectors.ts';
import { selectedFoundIndex } from '../store/slices/conversation-search.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { taskById } from '../store/task-index.ts';
import type { Command, CommandContext } from './command.ts';

export const findCommand: Command = {
  id: 'find',
  title: 'Search all stored conversations',
  hint: 'search all',
  keys: ['F'],
  keyContext: 'panes',
  enabled: ({ settings }) =>
    settings.archive ||
    'Conversations are not stored (--no-archive, or "archive": false in the config file), so there are none to search.',
  run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'find' } }),
};

const selectedFound = (state: State): FoundMessage | null =>
  state.conversationSearch.results.messages[selectedFoundIndex(state)] ?? null;

/** Selects the message that is `by` rows below, within the results. */
export function moveFound(store: Store, by: number): void {
  const state = store.getState();
  const { messages } = state.conversationSearch.results;
  const message = messages[Math.max(0, Math.min(messages.length - 1, selectedFoundIndex(state) + by))];
  if (message !== undefined) store.dispatch({ type: 'found-message-selected', key: message.key });
}

/** Goes to the message in the transcript of its task; the stored conversation of an unlisted task opens in the pager. */
export function openFound(context: CommandContext): void {
  const { store, clock } = context;
  const state = store.getState();
  const found = selectedFound(state);
  if (found === null || state.conversationSearch.results.text !== state.conversationSearch.text) return;
  const scope = parkedScopeOf(state, found.taskId);
  if (taskById(state, found.taskId) === null && scope === null) return void readStored(context, found);
  store.dispatch({ type: 'overlay-closed' });
  if (scope !== null)
    store.dispatch({ type: 'scope-selected', scope: parseScopeKey(scope), now: clock.now() });
  unhide(context, found.taskId);
  const { role, run, id, taskId, isRetracted, excerpt } = found;
  const [mark] = excerpt.marks;
  const text = mark === undefined ? '' : excerpt.text.slice(mark.start, mark.end).toLowerCase();
  store.dispatch(
    { type: 'task-selected', taskId },
    { type: 'open-form-changed', openForm: null },
    { type: 'pane-focused', pane: 'transcript' },
    { type: 'message-to-show-changed', message: { taskId, role, run, id, isRetracted, text } },
  );
}

/** The key of the parked list that has the task; null when it is listed, and when no list has it. */
function parkedScopeOf(state: State, taskId: string): string | null {
  if (taskById(state, taskId) !== null) return null;
  for (const [key, parked] of state.parkedLists) if (taskById(parked, taskId) !== null) return key;
  return null;
}

/** Ends the filters if they hide the task. */
function unhide({ store, clock }: CommandContext, taskId: string): void {
  const { view } = store.getState();
  if (view.filter === '' && view.needsAttentionIds === null) return;
  if (visibleTasks(store.getState()).some(({ id }) => id === taskId)) return;
  store.dispatch(
    { type: 'filter-changed', filter: '' },
    { type: 'attention-filter-changed', on: false },
    {
      type: 'notice-changed',
      notice: { tone: 'plain', text: 'The filter hid this task, so it was cleared.', at: clock.now() },
    },
  );
}

async function readStored(context: CommandContext, found: FoundMessage): Promise<void> {
  const { store, clock } = context;
  const text = await context.storedConversation(found);
  if (text !== null) return context.openPager(text);
  const notice = { tone: 'plain', text: 'This conversation is no longer stored.', at: clock.now() } as const;
  store.dispatch({ type: 'notice-changed', notice });
}
