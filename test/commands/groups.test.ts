import { describe, expect, it } from 'vitest';
import { clickHeading } from '../../src/commands/mouse-actions.ts';
import { isHeading, listItems, selectedGroup } from '../../src/store/list-items.ts';
import { visibleTasks } from '../../src/store/selectors.ts';
import { makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const task = (id: string, state: 'working' | 'idle', ownerName: string) =>
  makeTask({ id, ownerName, displayName: id, state: makeReport({ state, at: NOON - 60_000 }) });

const app = (): AppFixture =>
  appFixture(
    applyEvents(
      emptyState(),
      listReceived([task('a', 'working', 'ada'), task('b', 'idle', 'bob'), task('c', 'working', 'bob')]),
      { type: 'sort-changed', sort: 'name' },
    ),
  );
const byOwner = (): AppFixture => {
  const fixture = app();
  fixture.dispatch({ type: 'grouping-changed', grouping: 'owner' });
  fixture.press('g');
  return fixture;
};
const rows = (fixture: AppFixture): string =>
  visibleTasks(fixture.state())
    .map(({ id }) => id)
    .join('');
const runInPalette = (fixture: AppFixture, id: string): void => {
  fixture.press(':');
  fixture.type(id);
  fixture.press('enter');
};
const labels = (fixture: AppFixture): readonly string[] =>
  listItems(fixture.state())
    .filter(isHeading)
    .map(({ label }) => label);

describe('B', () => {
  it('groups the list by the choice of a picker that begins at the present one', () => {
    const fixture = app();
    fixture.press('B', 'down', 'enter');
    expect(fixture.state().view.grouping).toBe('phase');
    expect(labels(fixture)).toEqual(['idle', 'working']);
    fixture.press('B', 'up', 'enter');
    expect(listItems(fixture.state())).toHaveLength(3);
  });

  it('says why it does nothing without tasks', () => {
    const fixture = appFixture(applyEvents(emptyState(), listReceived([])));
    fixture.press('B');
    expect(fixture.notice()).toBe('No tasks yet.');
  });
});

describe('the keys of a group', () => {
  it('collapse it at any of its rows, and expand it again', () => {
    const fixture = byOwner();
    fixture.press('down', 'down', 'left');
    expect(rows(fixture)).toBe('a');
    expect(selectedGroup(fixture.state())).toBe('owner bob');
    fixture.press('left');
    expect(fixture.notice()).toBe('The group is collapsed.');
    fixture.press('right');
    expect([rows(fixture), fixture.state().view.selected]).toEqual(['abc', 'b']);
    fixture.press('left', 'enter');
    expect(rows(fixture)).toBe('abc');
    expect(fixture.state().view.focus).toBe('list');
  });

  it('pass over expanded headings, and stop at collapsed ones', () => {
    const fixture = byOwner();
    fixture.press('down', 'left', 'up');
    expect(fixture.state().view.selected).toBe('a');
    fixture.press('down');
    expect(selectedGroup(fixture.state())).toBe('owner bob');
    fixture.press('down');
    expect(selectedGroup(fixture.state())).toBe('owner bob');
    fixture.press('g');
    expect(fixture.state().view.selected).toBe('a');
  });

  it('act on no task while a heading is selected', () => {
    const fixture = byOwner();
    fixture.press('left');
    for (const key of ['p', 'd', 'e', ' ', 'i']) {
      fixture.press(key);
      expect(fixture.notice(), key).toBe('No task is selected.');
    }
  });

  it('collapse and expand all of them', () => {
    const fixture = byOwner();
    runInPalette(fixture, 'collapse-all');
    expect(rows(fixture)).toBe('');
    expect(selectedGroup(fixture.state())).toBe('owner ada');
    runInPalette(fixture, 'collapse-all');
    expect(rows(fixture)).toBe('abc');
  });

  it('are joined by a click on its heading', () => {
    const fixture = byOwner();
    clickHeading(fixture.context, 'owner bob');
    expect([rows(fixture), fixture.state().view.selected]).toEqual(['a', 'a']);
    clickHeading(fixture.context, 'owner bob');
    expect(rows(fixture)).toBe('abc');
  });
});

it('S reverses the sort, and another sort begins in its usual direction', () => {
  const fixture = app();
  fixture.press('S');
  expect([rows(fixture), fixture.state().view.sortReversed]).toEqual(['cba', true]);
  fixture.press('s');
  expect([fixture.state().view.sort, fixture.state().view.sortReversed]).toEqual(['created', false]);
});
