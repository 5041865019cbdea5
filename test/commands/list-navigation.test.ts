import { describe, expect, it } from 'vitest';
import { confirmFilter } from '../../src/commands/sort-and-filter.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, stateWithTasks } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const many = Array.from({ length: 100 }, (_, index) => `t${index}`);

describe('moving in the list', () => {
  it('goes by one, and stays within it', () => {
    const deck = appFixture(stateWithTasks('a', 'b', 'c'));
    deck.press('up', 'k');
    expect(deck.state().view.selected).toBe('a');
    deck.press('j', 'down', 'down', 'j');
    expect(deck.state().view.selected).toBe('c');
    deck.press('k');
    expect(deck.state().view.selected).toBe('b');
  });

  it('goes to both ends', () => {
    const deck = appFixture(stateWithTasks(...many));
    for (const [key, id] of [
      ['G', 't99'],
      ['g', 't0'],
      ['end', 't99'],
      ['home', 't0'],
    ] as const) {
      deck.press(key);
      expect(deck.state().view.selected, key).toBe(id);
    }
  });

  it('goes by pages that overlap by one row', () => {
    const deck = appFixture(stateWithTasks(...many));
    // 24 rows less header, prompt, footer and the frame: 19.
    deck.press('pagedown');
    expect(deck.state().view.selected).toBe('t18');
    deck.press('ctrl+d', 'pageup');
    expect(deck.state().view.selected).toBe('t18');
    deck.press('ctrl+u', 'pageup');
    expect(deck.state().view.selected).toBe('t0');
  });

  it('does nothing in an empty list', () => {
    const deck = appFixture(applyEvents(emptyState(), listReceived([])));
    deck.press('down', 'up', 'G', 'g', 'pagedown', 'enter', 'p', 'd', 'r', 'tab', 'f');
    expect(deck.state().view).toMatchObject({ selected: null, focus: 'list', overlay: null });
    expect(deck.calls).toEqual([]);
  });
});

describe('the next task that needs you', () => {
  const working = (id: string) => makeTask({ id, state: makeReport({ state: 'working' }) });
  const tasks = [working('a'), makeTask({ id: 'b' }), working('c'), makeTask({ id: 'd' })];

  it('is found in both directions, once around', () => {
    const deck = appFixture(applyEvents(emptyState(), listReceived(tasks)));
    const seen: (string | null)[] = [];
    for (const key of [']', ']', ']', '[', '[']) {
      deck.press(key);
      seen.push(deck.state().view.selected);
    }
    expect(seen).toEqual(['b', 'd', 'b', 'd', 'b']);
  });

  it('is not one that the filter hides', () => {
    const deck = appFixture(
      applyEvents(emptyState(), listReceived(tasks), { type: 'filter-changed', filter: 'name-a' }),
    );
    deck.press(']');
    expect(deck.state().view.selected).toBe('a');
    expect(deck.notice()).toBe('No visible task needs you.');
  });

  it('is said not to be there when there is none', () => {
    const deck = appFixture(applyEvents(emptyState(), listReceived([working('a')])));
    deck.press('[');
    expect(deck.notice()).toBe('No task needs you.');
  });

  it('is found from the transcript too, which then shows that task', () => {
    const deck = appFixture(applyEvents(emptyState(), listReceived(tasks)));
    deck.press('tab', ']');
    expect(deck.state().view).toMatchObject({ selected: 'b', focus: 'transcript' });
  });

  it('is none that fell idle a moment ago', () => {
    const fresh = makeTask({ id: 'b', state: makeReport({ at: NOON - 1_000 }) });
    const deck = appFixture(applyEvents(emptyState(), listReceived([working('a'), fresh])));
    deck.press(']');
    expect(deck.notice()).toBe('No task needs you.');
    deck.dispatch({ type: 'clock-ticked', now: NOON + MINUTE });
    deck.press(']');
    expect(deck.state().view.selected).toBe('b');
  });
});

describe('the filter', () => {
  it('opens in the list, moves in what it leaves, and goes back to what it was with esc', () => {
    const deck = appFixture(
      applyEvents(stateWithTasks('a1', 'b1', 'a2'), { type: 'filter-changed', filter: 'a' }),
    );
    deck.press('tab', '/');
    expect(deck.state().view).toMatchObject({ focus: 'list', overlay: { kind: 'filter', before: 'a' } });
    deck.dispatch({ type: 'filter-changed', filter: '1' });
    deck.press('down');
    expect(deck.state().view.selected).toBe('b1');
    deck.press('up', 'ctrl+n', 'ctrl+p');
    expect(deck.state().view.selected).toBe('a1');
    deck.press('esc');
    expect(deck.state().view).toMatchObject({ overlay: null, filter: 'a' });
  });

  it('takes letters for itself, q too', () => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.press('/');
    deck.type('qjpd?n');
    expect(deck.state().view.overlay).toMatchObject({ kind: 'filter' });
    expect(deck.calls).toEqual([]);
  });

  it('is taken away by esc in the list', () => {
    const deck = appFixture(applyEvents(stateWithTasks('a', 'b'), { type: 'filter-changed', filter: 'b' }));
    deck.press('esc');
    expect(deck.state().view.filter).toBe('');
  });

  it('that is not understood says so and stays to be mended', () => {
    const deck = appFixture(
      applyEvents(stateWithTasks('a', 'b'), { type: 'filter-changed', filter: 'phase:bored' }),
    );
    deck.press('/');
    confirmFilter(deck.context);
    expect(deck.notice()).toMatch(/no phase "bored"/);
    expect(deck.state().view.overlay).toMatchObject({ kind: 'filter' });
    deck.dispatch({ type: 'filter-changed', filter: 'phase:idle' });
    confirmFilter(deck.context);
    expect(deck.state().view).toMatchObject({ overlay: null, filter: 'phase:idle' });
  });

  it('has nothing to do without tasks', () => {
    const deck = appFixture(applyEvents(emptyState(), listReceived([])));
    deck.press('/');
    expect(deck.notice()).toBe('No tasks yet.');
  });
});

describe('esc outside the prompt', () => {
  it('does one thing at a time: the message, the transcript, the filter', () => {
    const deck = appFixture(
      applyEvents(
        stateWithTasks('a', 'b'),
        { type: 'filter-changed', filter: 'a' },
        { type: 'pane-focused', pane: 'transcript' },
        { type: 'notice-changed', notice: { tone: 'bad', text: 'No.', at: NOON } },
      ),
    );
    deck.press('esc');
    expect(deck.notice()).toBeNull();
    expect(deck.state().view).toMatchObject({ focus: 'transcript', filter: 'a' });
    deck.press('esc');
    expect(deck.state().view).toMatchObject({ focus: 'list', filter: 'a' });
    deck.press('esc');
    expect(deck.state().view.filter).toBe('');
    deck.press('esc');
    expect(deck.calls).toEqual([]);
  });
});
