import { listRows } from '../store/geometry.ts';
import { screen } from '../store/screen.ts';
import { counts, needsYouIn, selectedIndex, visibleTasks } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

type Step = (index: number, state: State) => number;

/** Moves the selection by rows; it stays within the list. */
const move =
  (step: Step) =>
  ({ store }: CommandContext): void => {
    const state = store.getState();
    const rows = visibleTasks(state);
    const target = rows[Math.min(Math.max(step(selectedIndex(state), state), 0), rows.length - 1)];
    if (target !== undefined) store.dispatch({ type: 'selected', taskId: target.id });
  };

const page = (state: State): number => {
  const geometry = screen(state);
  const list = geometry.kind === 'tiny' ? null : geometry.list;
  return list === null ? 10 : Math.max(1, listRows(list) - 1);
};

const down: Step = (index) => index + 1;
const up: Step = (index) => index - 1;
const pageDown: Step = (index, state) => index + page(state);
const pageUp: Step = (index, state) => index - page(state);

/** The next task in this direction that needs the user, once around. */
function jump({ store, clock }: CommandContext, step: -1 | 1): void {
  const state = store.getState();
  const rows = visibleTasks(state);
  const from = selectedIndex(state);
  for (let distance = 1; distance <= rows.length; distance++) {
    const task = rows[(from + step * distance + rows.length * 2) % rows.length];
    if (task === undefined || !needsYouIn(state, task)) continue;
    store.dispatch({ type: 'selected', taskId: task.id });
    return;
  }
  store.dispatch({
    type: 'noticed',
    notice: { tone: 'plain', text: 'No shown task needs you.', at: clock.now() },
  });
}

const anyNeedsYou = (state: State) => counts(state).needYou > 0 || 'No task needs you.';

export const movingCommands: readonly Command[] = [
  { id: 'down', title: 'Next task', keys: ['down', 'j'], scope: 'list', run: move(down) },
  { id: 'up', title: 'Previous task', keys: ['up', 'k'], scope: 'list', run: move(up) },
  { id: 'first', title: 'First task', keys: ['g', 'home'], scope: 'list', run: move(() => 0) },
  {
    id: 'last',
    title: 'Last task',
    keys: ['G', 'end'],
    scope: 'list',
    run: move((_, state) => visibleTasks(state).length - 1),
  },
  {
    id: 'page-down',
    title: 'Next page of tasks',
    keys: ['pagedown', 'ctrl+d'],
    scope: 'list',
    run: move(pageDown),
  },
  {
    id: 'page-up',
    title: 'Previous page of tasks',
    keys: ['pageup', 'ctrl+u'],
    scope: 'list',
    run: move(pageUp),
  },
  {
    id: 'next-that-needs-you',
    title: 'Next task that needs you',
    hint: 'next that needs you',
    shortHint: 'next',
    keys: [']'],
    scope: 'panes',
    enabled: anyNeedsYou,
    run: (context) => jump(context, 1),
  },
  {
    id: 'previous-that-needs-you',
    title: 'Previous task that needs you',
    keys: ['['],
    scope: 'panes',
    enabled: anyNeedsYou,
    run: (context) => jump(context, -1),
  },
];

/** While the filter is typed, the keys that no text needs move in what it leaves. */
export const filterCommands: readonly Command[] = [
  {
    id: 'filter-down',
    title: 'Next matching task',
    keys: ['down', 'ctrl+n'],
    scope: 'filter',
    run: move(down),
  },
  {
    id: 'filter-up',
    title: 'Previous matching task',
    keys: ['up', 'ctrl+p'],
    scope: 'filter',
    run: move(up),
  },
  {
    id: 'filter-page-down',
    title: 'Next page of matching tasks',
    keys: ['pagedown'],
    scope: 'filter',
    run: move(pageDown),
  },
  {
    id: 'filter-page-up',
    title: 'Previous page of matching tasks',
    keys: ['pageup'],
    scope: 'filter',
    run: move(pageUp),
  },
];
