import { describe, expect, it } from 'vitest';
import { viewsFrom } from '../../src/domain/saved-view.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { appliedView, appliedViewName } from '../../src/store/saved-views.ts';
import type { State } from '../../src/store/state.ts';
import { viewCounts } from '../../src/store/view-counts.ts';
import { appFixture } from '../commands/app-fixture.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const tasks = [
  taskIn('working', 'w'),
  taskIn('starting', 's'),
  taskIn('idle', 'i'),
  taskIn('complete', 'c'),
  taskIn('failed', 'f'),
  taskIn('error', 'e'),
  taskIn('paused', 'p'),
  makeTask({ id: 'silent', state: null, updatedAt: NOON - 600_000 }),
];

const withViews = (views: Settings['views'] = {}): State => {
  const state = applyEvents(emptyState({ columns: 100, rows: 30 }), listReceived(tasks));
  return { ...state, settings: { ...state.settings, views } };
};

describe('the saved views', () => {
  it('are the shipped ones, with the number of their tasks', () => {
    expect(Object.fromEntries(viewCounts(withViews()))).toEqual({
      'needs-you': 4,
      working: 2,
      resting: 1,
      failed: 2,
      paused: 1,
      all: 8,
    });
  });

  it('count a task that was acknowledged as resting', () => {
    const state = applyEvents(withViews(), {
      type: 'tasks-acknowledged',
      taskIds: ['i'],
      on: true,
      now: NOON,
    });
    expect(viewCounts(state).get('resting')).toBe(2);
    expect(viewCounts(state).get('needs-you')).toBe(3);
  });

  it('have those of the settings besides, and shipped ones that these change', () => {
    const views = viewsFrom({
      reviews: { filter: 'is:unread', key: 'alt+1' },
      1: { filter: 'phase:idle' },
      2: { name: 'Mine', filter: 'owner:me' },
      failed: { key: 'alt+2' },
      'needs-you': { filter: 'phase:idle' },
    });
    expect(views.map(({ id, name, key }) => [id, name, key])).toEqual([
      ['needs-you', 'Needs you', null],
      ['working', 'Working', null],
      ['resting', 'Resting', null],
      ['failed', 'Failed', 'alt+2'],
      ['paused', 'Paused', null],
      ['all', 'All', null],
      ['1', 'phase:idle', null],
      ['2', 'Mine', null],
      ['reviews', 'reviews', 'alt+1'],
    ]);
    expect(views[0]).toMatchObject({ filter: 'phase:idle', needsYou: false });
  });

  it('have no number where their tasks are in another list', () => {
    const state = withViews({ bob: { filter: 'owner:bob' }, old: { filter: 'archived:yes' } });
    expect(viewCounts(state).has('bob')).toBe(false);
    expect(viewCounts(state).has('old')).toBe(false);
  });

  it('are counted once for each change of the tasks', () => {
    const state = withViews();
    expect(viewCounts(state)).toBe(viewCounts({ ...state, view: { ...state.view, overlay: null } }));
  });
});

describe('a saved view', () => {
  const names = (state: State) => [appliedView(state)?.id, appliedViewName(state)];

  it('is applied while the list has its filter', () => {
    const state = withViews();
    expect(names(state)).toEqual(['all', null]);
    const filtered = applyEvents(state, { type: 'filter-changed', filter: 'phase:paused' });
    expect(names(filtered)).toEqual(['paused', 'Paused']);
    const needing = applyEvents(state, { type: 'attention-filter-changed', on: true });
    expect(names(needing)).toEqual(['needs-you', null]);
    expect(names(applyEvents(state, { type: 'filter-changed', filter: 'phase:idle' }))).toEqual([
      undefined,
      null,
    ]);
  });

  it('is chosen by V; chosen again, all tasks are shown', () => {
    const app = appFixture(withViews());
    app.press('V');
    app.type('failed');
    app.press('enter');
    expect(names(app.state())).toEqual(['failed', 'Failed']);
    app.press('V', 'enter');
    expect(names(app.state())).toEqual(['all', null]);
    app.press('V');
    app.type('needs');
    app.press('enter');
    expect(app.state().view.needsAttentionIds).toHaveLength(4);
    app.press('V');
    app.type('working');
    app.press('enter');
    expect(app.state().view).toMatchObject({ needsAttentionIds: null });
    expect(names(app.state())).toEqual(['working', 'Working']);
  });

  it('is applied by its key, and from the palette', () => {
    const app = appFixture(withViews({ reviews: { name: 'Re\x1b[31mviews', filter: 'w', key: 'alt+1' } }));
    app.press('alt+1');
    expect(app.state().view.filter).toBe('w');
    app.press('alt+1');
    expect(app.state().view.filter).toBe('');
    app.press(':');
    app.type('View: Paused');
    app.press('enter');
    expect(names(app.state())).toEqual(['paused', 'Paused']);
  });
});
