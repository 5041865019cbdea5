import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import {
  isHeading,
  isSelected,
  listItems,
  selectableItems,
  selectedGroup,
  selectedItemIndex,
} from '../../src/store/list-items.ts';
import { unfoldedTasks, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { MINUTE, makeChat, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const later = NOON + MINUTE;
const task = (id: string, state: 'working' | 'idle' | 'failed', ownerName = 'ada'): Task =>
  makeTask({ id, ownerName, state: makeReport({ state, at: NOON - 10 * MINUTE }) });

/** The list in a line, such as `[idle 2!1] a b [>paused 1]`; `>`: collapsed, `*`: selected, `~`: moved. */
const shown = (state: State): string =>
  listItems(state)
    .map((item) => {
      const mark = isSelected(state, item) ? '*' : '';
      if (!isHeading(item)) return `${mark}${item.id}`;
      const { isCollapsed, label, count, needYou, moved } = item;
      const totals = `${count}${needYou > 0 ? `!${needYou}` : ''}${moved > 0 ? `~${moved}` : ''}`;
      return `[${mark}${isCollapsed ? '>' : ''}${label} ${totals}]`;
    })
    .join(' ');

const four = [
  task('a', 'working'),
  task('b', 'idle'),
  task('c', 'failed', 'bob'),
  task('d', 'working', 'bob'),
];
const grouped = (grouping: 'phase' | 'owner', tasks: readonly Task[] = four): State =>
  applyEvents(
    emptyState(),
    listReceived(tasks),
    { type: 'sort-changed', sort: 'name' },
    { type: 'grouping-changed', grouping },
  );
const collapse = (key: string, isCollapsed = true) =>
  ({ type: 'groups-collapsed', keys: [key], isCollapsed }) as const;

describe('groups', () => {
  it('have headings with counts; without groups the items are the very tasks', () => {
    expect(shown(grouped('phase'))).toBe('[failed 1!1] c [idle 1!1] b [working 2] *a d');
    expect(shown(grouped('owner'))).toBe('[ada 2!1] *a b [bob 2!1] c d');
    const plain = applyEvents(grouped('owner'), { type: 'grouping-changed', grouping: 'none' });
    expect(listItems(plain)).toBe(visibleTasks(plain));
  });

  it('keep a task in its place when its phase changes, until rows may move', () => {
    const now = [task('a', 'idle'), ...four.slice(1)];
    const changed = applyEvents(grouped('phase'), listReceived(now, later));
    expect(shown(changed)).toBe('[failed 1!1] c [idle 1!1] b [working 2!1~1] *a d');
    expect(shown(applyEvents(changed, { type: 'reorder-requested' }))).toBe(
      '[failed 1!1] c [idle 2!2] *a b [working 1] d',
    );
  });

  it('take new tasks at once, and drop those that are gone', () => {
    const next = applyEvents(
      grouped('phase'),
      listReceived([task('n', 'idle'), ...four.filter(({ id }) => id !== 'c')], later),
    );
    expect(shown(next)).toBe('[idle 2!2] b n [working 2] *a d');
  });

  it('count and place sub-agents with their task', () => {
    const parent = makeChat({ id: 'p', ownerName: 'ada' });
    const child = makeChat({ id: 'k', parentId: 'p', ownerName: 'eve', status: 'error' });
    const state = applyEvents(grouped('owner', [parent, child, task('z', 'working', 'eve')]), {
      type: 'fold-changed',
      taskId: 'p',
      isUnfolded: true,
    });
    expect(shown(state).replace(/!\d/gu, '')).toBe('[ada 1] *p k [eve 1] z');
  });
});

describe('a collapsed group', () => {
  it('gets the selection of its rows, which an expanded one gives back', () => {
    const collapsed = applyEvents(grouped('phase'), collapse('phase working'));
    expect(shown(collapsed)).toBe('[failed 1!1] c [idle 1!1] b [*>working 2]');
    expect(collapsed.view.selected).toBeNull();
    expect(shown(applyEvents(collapsed, collapse('phase working', false)))).toBe(
      '[failed 1!1] c [idle 1!1] b [working 2] *a d',
    );
  });

  it('keeps the selection while tasks change, also when all groups are collapsed', () => {
    const keys = ['phase failed', 'phase idle', 'phase working'];
    const all = applyEvents(grouped('phase'), { type: 'groups-collapsed', keys, isCollapsed: true });
    const changed = applyEvents(all, listReceived([...four, task('e', 'working')], later));
    expect(shown(changed)).toBe('[>failed 1!1] [>idle 1!1] [*>working 3]');
    const gone = applyEvents(changed, listReceived(four.slice(1, 3), later + 1));
    expect(shown(gone)).toBe('[*>failed 1!1] [>idle 1!1]');
  });

  it('is selectable, other headings are not', () => {
    const state = applyEvents(grouped('phase'), collapse('phase idle'));
    const names = selectableItems(state).map((item) => (isHeading(item) ? item.key : item.id));
    expect(names).toEqual(['c', 'phase idle', 'a', 'd']);
    expect(selectedItemIndex(state)).toBe(4);
    const heading = applyEvents(state, { type: 'group-selected', key: 'phase idle' });
    expect([selectedGroup(heading), selectedItemIndex(heading)]).toEqual(['phase idle', 2]);
  });

  it('expands for a task in it that gets the selection', () => {
    const state = applyEvents(grouped('phase'), collapse('phase idle'));
    expect(unfoldedTasks(state).map(({ id }) => id)).toEqual(['c', 'b', 'a', 'd']);
    const selected = applyEvents(state, { type: 'task-selected', taskId: 'b' });
    expect(shown(selected)).toBe('[failed 1!1] c [idle 1!1] *b [working 2] a d');
  });

  it('expands when the selected task moves into it', () => {
    const state = applyEvents(
      grouped('phase'),
      collapse('phase idle'),
      listReceived([task('a', 'idle'), ...four.slice(1)], later),
      { type: 'reorder-requested' },
    );
    expect(shown(state)).toBe('[failed 1!1] c [idle 2!2] *a b [working 1] d');
  });

  it('shows the matches of a new filter, and is collapsed again without it', () => {
    const state = applyEvents(grouped('phase'), collapse('phase idle'));
    const filtered = applyEvents(state, { type: 'filter-changed', filter: 'name-b' });
    expect(shown(filtered)).toBe('[idle 1!1] *b');
    const again = applyEvents(filtered, collapse('phase idle'));
    expect(shown(again)).toBe('[*>idle 1!1]');
    expect(shown(applyEvents(again, { type: 'filter-changed', filter: 'name' }))).toMatch(/\[idle 1!1\] b/u);
    expect(shown(applyEvents(again, { type: 'filter-changed', filter: '' }))).toBe(
      '[failed 1!1] c [*>idle 1!1] [working 2] a d',
    );
  });
});
