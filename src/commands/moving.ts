import { listRows } from '../store/geometry.ts';
import { screen } from '../store/screen.ts';
import { needsYouIn, visibleTasks } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

/** Moves the selection by rows; it stays within the list. */
function move({ store }: CommandContext, step: (index: number, state: State) => number): void {
  const state = store.getState();
  const rows = visibleTasks(state);
  const index = rows.findIndex(({ id }) => id === state.view.selected);
  const target = rows[Math.min(Math.max(step(index, state), 0), rows.length - 1)];
  if (target !== undefined) store.dispatch({ type: 'selected', taskId: target.id });
}

const page = (state: State): number => {
  const geometry = screen(state);
  const list = geometry.kind === 'tiny' ? null : geometry.list;
  return list === null ? 10 : Math.max(1, listRows(list) - 1);
};

/** The next task in this direction that needs the user, once around. */
function jump({ store, clock }: CommandContext, step: -1 | 1): void {
  const state = store.getState();
  const rows = visibleTasks(state);
  const from = rows.findIndex(({ id }) => id === state.view.selected);
  for (let distance = 1; distance <= rows.length; distance++) {
    const task = rows[(from + step * distance + rows.length * 2) % rows.length];
    if (task === undefined || !needsYouIn(state, task)) continue;
    store.dispatch({ type: 'selected', taskId: task.id });
    return;
  }
  store.dispatch({ type: 'noticed', notice: { tone: 'plain', text: 'Nothing needs you.', at: clock.now() } });
}

export const movingCommands: readonly Command[] = [
  {
    id: 'down',
    title: 'Next task',
    keys: ['down', 'j'],
    scope: 'list',
    run: (context) => move(context, (index) => index + 1),
  },
  {
    id: 'up',
    title: 'Previous task',
    keys: ['up', 'k'],
    scope: 'list',
    run: (context) => move(context, (index) => index - 1),
  },
  {
    id: 'first',
    title: 'First task',
    keys: ['g', 'home'],
    scope: 'list',
    run: (context) => move(context, () => 0),
  },
  {
    id: 'last',
    title: 'Last task',
    keys: ['G', 'end'],
    scope: 'list',
    run: (context) => move(context, (_, state) => visibleTasks(state).length - 1),
  },
  {
    id: 'page-down',
    title: 'A page of tasks down',
    keys: ['pagedown', 'ctrl+d'],
    scope: 'list',
    run: (context) => move(context, (index, state) => index + page(state)),
  },
  {
    id: 'page-up',
    title: 'A page of tasks up',
    keys: ['pageup', 'ctrl+u'],
    scope: 'list',
    run: (context) => move(context, (index, state) => index - page(state)),
  },
  {
    id: 'next-that-needs-you',
    title: 'Next task that needs you',
    hint: 'needs you',
    keys: [']'],
    scope: 'panes',
    run: (context) => jump(context, 1),
  },
  {
    id: 'previous-that-needs-you',
    title: 'Previous task that needs you',
    keys: ['['],
    scope: 'panes',
    run: (context) => jump(context, -1),
  },
];
