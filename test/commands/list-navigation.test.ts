import { describe, expect, it } from 'vitest';
import { confirmFilter } from '../../src/commands/sort-and-filter.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, stateWithTasks } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const many = Array.from({ length: 100 }, (_, index) => `t${index}`);

describe('moving in the list', () => {
  it('moves by one and stays within the list', () => {
    const app = appFixture(stateWithTasks('a', 'b', 'c'));
    app.press('up', 'k');
    expect(app.state().view.selected).toBe('a');
    app.press('j', 'down', 'down', 'j');
    expect(app.state().view.selected).toBe('c');
    app.press('k');
    expect(app.state().view.selected).toBe('b');
  });

  it('moves to both ends', () => {
    const app = appFixture(stateWithTasks(...many));
    for (const [key, id] of [
      ['G', 't99'],
      ['g', 't0'],
      ['end', 't99'],
      ['home', 't0'],
    ] as const) {
      app.press(key);
      expect(app.state().view.selected, key).toBe(id);
    }
  });

  it('moves by pages that overlap by one row', () => {
    const app = appFixture(stateWithTasks(...many));
    // 24 rows less header, prompt, footer and the frame: 19.
    app.press('pagedown');
    expect(app.state().view.selected).toBe('t18');
    app.press('ctrl+d', 'pageup');
    expect(app.state().view.selected).toBe('t18');
    app.press('ctrl+u', 'pageup');
    expect(app.state().view.selected).toBe('t0');
  });

  it('does nothing in an empty list', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived([])));
    app.press('down', 'up', 'G', 'g', 'pagedown', 'enter', 'p', 'd', 'r', 'tab', 'f');
    expect(app.state().view).toMatchObject({ selected: null, focus: 'list', overlay: null });
    expect(app.calls).toEqual([]);
  });
});

describe('the next task that needs you', () => {
  const working = (id: string) => makeTask({ id, state: makeReport({ state: 'working' }) });
  const tasks = [working('a'), makeTask({ id: 'b' }), working('c'), makeTask({ id: 'd' })];

  it('is found in both directions, with one wrap-around', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived(tasks)));
    const seen: (string | null)[] = [];
    for (const key of [']', ']', ']', '[', '[']) {
      app.press(key);
      seen.push(app.state().view.selected);
    }
    expect(seen).toEqual(['b', 'd', 'b', 'd', 'b']);
  });

  it('is not hidden by the filter', () => {
    const app = appFixture(
      applyEvents(emptyState(), listReceived(tasks), { type: 'filter-changed', filter: 'name-a' }),
    );
    app.press(']');
    expect(app.state().view.selected).toBe('a');
    expect(app.notice()).toBe('No visible task needs you.');
  });

  it('shows a notice when there is none', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived([working('a')])));
    app.press('[');
    expect(app.notice()).toBe('No task needs you.');
  });

  it('is found from the transcript, which then shows that task', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived(tasks)));
    app.press('tab', ']');
    expect(app.state().view).toMatchObject({ selected: 'b', focus: 'transcript' });
  });

  it('is not a task that became idle a moment ago', () => {
    const fresh = makeTask({ id: 'b', state: makeReport({ at: NOON - 1_000 }) });
    const app = appFixture(applyEvents(emptyState(), listReceived([working('a'), fresh])));
    app.press(']');
    expect(app.notice()).toBe('No task needs you.');
    app.dispatch({ type: 'clock-ticked', now: NOON + MINUTE });
    app.press(']');
    expect(app.state().view.selected).toBe('b');
  });
});

describe('the filter', () => {
  it('opens in the list, moves among the matches, and esc restores the previous filter', () => {
    const app = appFixture(
      applyEvents(stateWithTasks('a1', 'b1', 'a2'), { type: 'filter-changed', filter: 'a' }),
    );
    app.press('tab', '/');
    expect(app.state().view).toMatchObject({ focus: 'list', overlay: { kind: 'filter', before: 'a' } });
    app.dispatch({ type: 'filter-changed', filter: '1' });
    app.press('down');
    expect(app.state().view.selected).toBe('b1');
    app.press('up', 'ctrl+n', 'ctrl+p');
    expect(app.state().view.selected).toBe('a1');
    app.press('esc');
    expect(app.state().view).toMatchObject({ overlay: null, filter: 'a' });
  });

  it('types letters, q too', () => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press('/');
    app.type('qjpd?n');
    expect(app.state().view.overlay).toMatchObject({ kind: 'filter' });
    expect(app.calls).toEqual([]);
  });

  it('is cleared by esc in the list', () => {
    const app = appFixture(applyEvents(stateWithTasks('a', 'b'), { type: 'filter-changed', filter: 'b' }));
    app.press('esc');
    expect(app.state().view.filter).toBe('');
  });

  it('shows the problem and stays open when it is invalid', () => {
    const app = appFixture(
      applyEvents(stateWithTasks('a', 'b'), { type: 'filter-changed', filter: 'phase:bored' }),
    );
    app.press('/');
    confirmFilter(app.context);
    expect(app.notice()).toMatch(/Unknown phase "bored"/);
    expect(app.state().view.overlay).toMatchObject({ kind: 'filter' });
    app.dispatch({ type: 'filter-changed', filter: 'phase:idle' });
    confirmFilter(app.context);
    expect(app.state().view).toMatchObject({ overlay: null, filter: 'phase:idle' });
  });

  it('is unavailable without tasks', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived([])));
    app.press('/');
    expect(app.notice()).toBe('No tasks yet.');
  });
});

describe('esc outside the prompt', () => {
  it('takes one step per press: notice, transcript, filter', () => {
    const app = appFixture(
      applyEvents(
        stateWithTasks('a', 'b'),
        { type: 'filter-changed', filter: 'a' },
        { type: 'pane-focused', pane: 'transcript' },
        { type: 'notice-changed', notice: { tone: 'bad', text: 'No.', at: NOON } },
      ),
    );
    app.press('esc');
    expect(app.notice()).toBeNull();
    expect(app.state().view).toMatchObject({ focus: 'transcript', filter: 'a' });
    app.press('esc');
    expect(app.state().view).toMatchObject({ focus: 'list', filter: 'a' });
    app.press('esc');
    expect(app.state().view.filter).toBe('');
    app.press('esc');
    expect(app.calls).toEqual([]);
  });
});
