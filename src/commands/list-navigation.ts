import type { Availability } from '../domain/rules.ts';
import { canListMore, isListingMore } from '../store/list-completeness.ts';
import { isSelected, type ListItem, selectableItems, selectedItemIndex } from '../store/list-items.ts';
import { counts, unfoldedTasks } from '../store/selectors.ts';
import { needsAttentionIn } from '../store/slices/attention.ts';
import type { State } from '../store/state.ts';
import { listTaskRows } from '../view/layout/geometry.ts';
import { screenLayout } from '../view/layout/screen-layout.ts';
import { listHeights } from '../view/list/list-lines.ts';
import { pageFrom } from '../view/list/list-window.ts';
import type { Command, CommandContext } from './command.ts';
import { selectItem } from './select-item.ts';

type Step = (index: number, state: State) => number;

/** Moves the selection, within the list. */
const move =
  (step: Step) =>
  ({ store }: CommandContext): void => {
    const state = store.getState();
    const items = selectableItems(state);
    const from = items.findIndex((item) => isSelected(state, item));
    // At the end of a list that is cut, moving on loads more.
    if (from === items.length - 1 && step(from, state) > from && mayLoadMore(state) === true)
      store.dispatch({ type: 'more-tasks-requested' });
    const target = items[Math.min(Math.max(step(from, state), 0), items.length - 1)];
    if (target !== undefined) selectItem(store, target);
  };

/** Lines of a page when the list is not on the screen. */
const PAGE_LINES = 10;

/** The index in `selectableItems` of the row one page, less one row, below or above. */
function page(index: number, state: State, step: 1 | -1): number {
  const geometry = screenLayout(state);
  const list = geometry.kind === 'tiny' ? null : geometry.list;
  const lines = list === null ? PAGE_LINES : listTaskRows(list);
  const heights = listHeights(state);
  const selectable = selectableItems(state);
  const target = pageFrom(heights, selectedItemIndex(state), step, lines);
  if (selectable === heights.items) return target;
  // Goes past headings that cannot be selected.
  for (let at = target; heights.items[at] !== undefined; at += step) {
    const reached = selectable.indexOf(heights.items[at] as ListItem);
    if (reached !== -1) return reached;
  }
  return index;
}

const down: Step = (index) => index + 1;
const up: Step = (index) => index - 1;
const pageDown: Step = (index, state) => page(index, state, 1);
const pageUp: Step = (index, state) => page(index, state, -1);

/** Selects the next task in this direction that needs the user; wraps around once. */
function jumpToNeedsYou({ store, clock }: CommandContext, step: -1 | 1): void {
  const state = store.getState();
  // Also folded sub-agents and tasks in collapsed groups: selecting one shows its row.
  const rows = unfoldedTasks(state);
  const from = rows.findIndex(({ id }) => id === state.view.selected);
  for (let distance = 1; distance <= rows.length; distance++) {
    const task = rows[(from + step * distance + rows.length * 2) % rows.length];
    if (task === undefined || !needsAttentionIn(state, task)) continue;
    store.dispatch({ type: 'task-selected', taskId: task.id });
    return;
  }
  store.dispatch({
    type: 'notice-changed',
    notice: { tone: 'plain', text: 'No visible task needs you.', at: clock.now() },
  });
}

const mayLoadMore = (state: State): Availability =>
  canListMore(state) ? !isListingMore(state) || 'More tasks are being loaded.' : 'All tasks are listed.';

const anyNeedsYou = (state: State) => counts(state).needYou > 0 || 'No task needs you.';

export const listNavigationCommands: readonly Command[] = [
  { id: 'down', title: 'Next task', keys: ['down', 'j'], keyContext: 'list', run: move(down) },
  { id: 'up', title: 'Previous task', keys: ['up', 'k'], keyContext: 'list', run: move(up) },
  { id: 'first', title: 'First task', keys: ['g', 'home'], keyContext: 'list', run: move(() => 0) },
  {
    id: 'last',
    title: 'Last task',
    keys: ['G', 'end'],
    keyContext: 'list',
    run: move((_, state) => selectableItems(state).length - 1),
  },
  {
    id: 'page-down',
    title: 'Next page of tasks',
    keys: ['pagedown', 'ctrl+d'],
    keyContext: 'list',
    run: move(pageDown),
  },
  {
    id: 'page-up',
    title: 'Previous page of tasks',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'list',
    run: move(pageUp),
  },
  {
    id: 'more',
    title: 'List more tasks of a long list',
    keys: [],
    keyContext: 'panes',
    enabled: mayLoadMore,
    run: ({ store }) => store.dispatch({ type: 'more-tasks-requested' }),
  },
  {
    id: 'next-that-needs-you',
    title: 'Next task that needs you',
    hint: 'next that needs you',
    shortHint: 'next',
    keys: [']'],
    keyContext: 'panes',
    enabled: anyNeedsYou,
    run: (context) => jumpToNeedsYou(context, 1),
  },
  {
    id: 'previous-that-needs-you',
    title: 'Previous task that needs you',
    keys: ['['],
    keyContext: 'panes',
    enabled: anyNeedsYou,
    run: (context) => jumpToNeedsYou(context, -1),
  },
];

/** Keys that type no text move in the filtered list while the user types the filter. */
export const filterNavigationCommands: readonly Command[] = [
  {
    id: 'filter-down',
    title: 'Next matching task',
    keys: ['down', 'ctrl+n'],
    keyContext: 'filter',
    run: move(down),
  },
  {
    id: 'filter-up',
    title: 'Previous matching task',
    keys: ['up', 'ctrl+p'],
    keyContext: 'filter',
    run: move(up),
  },
  {
    id: 'filter-page-down',
    title: 'Next page of matching tasks',
    keys: ['pagedown'],
    keyContext: 'filter',
    run: move(pageDown),
  },
  {
    id: 'filter-page-up',
    title: 'Previous page of matching tasks',
    keys: ['pageup'],
    keyContext: 'filter',
    run: move(pageUp),
  },
];
