import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { helpWindow } from '../../src/commands/help.ts';
import { type HelpRow, helpRows, shortKey } from '../../src/commands/help-rows.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

describe('the help', () => {
  const top = (deck: AppFixture): number | undefined => helpWindow(deck.state())?.top;

  it('is opened by ? and closed by esc, q and ?', () => {
    for (const key of ['esc', 'q', '?']) {
      const deck = appFixture(stateWithTasks('a'));
      deck.press('?');
      expect(deck.state().view.overlay).toEqual({ kind: 'help', top: 0 });
      deck.press(key);
      expect(deck.state().view.overlay, key).toBeNull();
      expect(deck.calls).toEqual([]);
    }
  });

  it('scrolls no further than its end, and back at once from there', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('?', 'up', 'k');
    expect(top(deck)).toBe(0);
    deck.press('j', 'down');
    expect(top(deck)).toBe(2);
    for (let count = 0; count < 300; count++) deck.press('down');
    const { total, height } = helpWindow(deck.state()) ?? { total: 0, height: 0 };
    expect(top(deck)).toBe(total - height);
    deck.press('up');
    expect(top(deck)).toBe(total - height - 1);
    deck.press('g');
    expect(top(deck)).toBe(0);
    deck.press(' ');
    expect(top(deck)).toBe(height - 1);
    deck.press('pageup', 'G');
    expect(top(deck)).toBe(total - height);
  });

  it('stays within itself when the window grows', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('?', 'G');
    deck.dispatch({ type: 'terminal-resized', size: { columns: 200, rows: 200 } });
    expect(top(deck)).toBe(0);
  });

  it('lists every command in one row, with all keys or the way to it', () => {
    const rows = helpRows(stateWithTasks('a'), 120);
    for (const { id, keys, title } of commands) {
      const shown = keys.map(shortKey).join(' ') || `:${id}`;
      const isThis = (row: HelpRow): boolean =>
        row.kind === 'entry' && row.keys === shown && row.text === title;
      const alike = commands.filter((each) => each.title === title && each.keys.join() === keys.join());
      expect(rows.filter(isThis), title).toHaveLength(alike.length);
    }
  });

  it('says of a command that cannot act why not', () => {
    const rows = helpRows(stateWithTasks('a'), 120);
    const entry = rows.find((row) => row.kind === 'entry' && row.keys === 'r');
    expect(entry).toMatchObject({ reason: 'It is not paused.', disabled: true });
  });
});

describe('the outbox', () => {
  const two = () =>
    appFixture(
      applyEvents(
        stateWithTasks('a'),
        { type: 'delivery-added', delivery: delivery({ id: 'd1' }) },
        { type: 'delivery-added', delivery: delivery({ id: 'd2' }) },
      ),
    );

  it('has nothing to show while nothing is on its way', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('Q');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.notice()).toBe('The outbox is empty.');
  });

  it('takes back the chosen message', () => {
    const deck = two();
    deck.press('Q', 'down', 'j', 'x');
    expect(deck.calls).toEqual([{ what: 'cancel', deliveryId: 'd2' }]);
    deck.press('k', 'up', 'x');
    expect(deck.calls.at(-1)).toEqual({ what: 'cancel', deliveryId: 'd1' });
    deck.press('q');
    expect(deck.state().view.overlay).toBeNull();
  });

  it.each(['x', 'e'])('%s acts on the chosen message after one before it has been delivered', (key) => {
    const deck = two();
    const queued = delivery({ id: 'd3', stage: 'waiting' });
    deck.dispatch({ type: 'delivery-added', delivery: queued });
    deck.press('Q', 'down', 'down');
    deck.dispatch({ type: 'delivery-finished', id: 'd1' });
    deck.dispatch({
      type: 'deliveries-loaded',
      deliveries: [queued, ...deck.state().deliveries.slice(0, 1)],
    });
    deck.press(key);
    expect(deck.calls).toEqual([{ what: key === 'x' ? 'cancel' : 'edit', deliveryId: 'd3' }]);
  });

  it('takes back the last one where the chosen one has gone', () => {
    const deck = two();
    deck.press('Q', 'down');
    deck.dispatch({ type: 'delivery-finished', id: 'd2' });
    deck.press('x');
    expect(deck.calls).toEqual([{ what: 'cancel', deliveryId: 'd1' }]);
  });

  it('says that there is nothing left to take back', () => {
    const deck = two();
    deck.press('Q');
    deck.dispatch({ type: 'delivery-finished', id: 'd1' }, { type: 'delivery-finished', id: 'd2' });
    deck.press('x');
    expect(deck.notice()).toBe('The outbox is empty.');
  });
});

describe('a notice', () => {
  const withNotice = (tone: 'bad' | 'plain') =>
    appFixture(
      applyEvents(stateWithTasks('a', 'b'), {
        type: 'notice-changed',
        notice: { tone, text: 'Words.', at: NOON },
      }),
    );

  it('that is a remark goes with the next key', () => {
    const deck = withNotice('plain');
    deck.press('j');
    expect(deck.notice()).toBeNull();
  });

  it('that something went wrong stays until esc, through moving and overlays', () => {
    const deck = withNotice('bad');
    deck.press('j', '?', 'down', 'esc', 'd', 'n', 'tab');
    expect(deck.notice()).toBe('Words.');
    deck.press('esc');
    expect(deck.notice()).toBeNull();
  });

  it('gives way to the reason why the next key cannot act', () => {
    const deck = withNotice('bad');
    deck.press('r');
    expect(deck.notice()).toBe('It is not paused.');
  });
});

describe('a screen that is too small', () => {
  const tiny = (): AppFixture =>
    appFixture(
      applyEvents(stateWithTasks('a', 'b'), { type: 'terminal-resized', size: { columns: 39, rows: 9 } }),
    );

  it('does nothing that nobody would see', () => {
    const deck = tiny();
    deck.press('d', 'y', 'j', 'p', 'n', 'i', 'enter', '/', '?');
    deck.type('text');
    deck.paste('text');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view).toMatchObject({ selected: 'a', focus: 'list', overlay: null });
  });

  it('sends no draft', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('i');
    deck.type('hello');
    deck.dispatch({ type: 'terminal-resized', size: { columns: 39, rows: 9 } });
    deck.press('enter');
    expect(deck.calls).toEqual([]);
    expect(deck.state().drafts.get('a')?.text).toBe('hello');
  });

  it.each(['q', 'ctrl+c'])('is left with %s', (key) => {
    const deck = tiny();
    deck.press(key);
    expect(deck.calls).toEqual([{ what: 'quit' }]);
  });

  it('still asks before messages are left behind', () => {
    const deck = tiny();
    deck.dispatch({ type: 'delivery-added', delivery: delivery() });
    deck.press('q');
    expect(deck.calls).toEqual([]);
    deck.press('y');
    expect(deck.calls).toEqual([{ what: 'quit' }]);
  });
});
