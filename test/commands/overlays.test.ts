import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { helpWindow } from '../../src/commands/help.ts';
import { type HelpRow, helpRows, shortKey } from '../../src/commands/help-rows.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

describe('the help', () => {
  const top = (app: AppFixture): number | undefined => helpWindow(app.state())?.top;

  it('is opened by ? and closed by esc, q and ?', () => {
    for (const key of ['esc', 'q', '?']) {
      const app = appFixture(stateWithTasks('a'));
      app.press('?');
      expect(app.state().view.overlay).toEqual({ kind: 'help', top: 0 });
      app.press(key);
      expect(app.state().view.overlay, key).toBeNull();
      expect(app.calls).toEqual([]);
    }
  });

  it('scrolls no further than its end, and back at once from there', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('?', 'up', 'k');
    expect(top(app)).toBe(0);
    app.press('j', 'down');
    expect(top(app)).toBe(2);
    for (let count = 0; count < 300; count++) app.press('down');
    const { total, height } = helpWindow(app.state()) ?? { total: 0, height: 0 };
    expect(top(app)).toBe(total - height);
    app.press('up');
    expect(top(app)).toBe(total - height - 1);
    app.press('g');
    expect(top(app)).toBe(0);
    app.press(' ');
    expect(top(app)).toBe(height - 1);
    app.press('pageup', 'G');
    expect(top(app)).toBe(total - height);
  });

  it('stays within itself when the window grows', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('?', 'G');
    app.dispatch({ type: 'terminal-resized', size: { columns: 200, rows: 200 } });
    expect(top(app)).toBe(0);
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
    const app = appFixture(stateWithTasks('a'));
    app.press('Q');
    expect(app.state().view.overlay).toBeNull();
    expect(app.notice()).toBe('The outbox is empty.');
  });

  it('takes back the chosen message', () => {
    const app = two();
    app.press('Q', 'down', 'j', 'x');
    expect(app.calls).toEqual([{ what: 'cancel', deliveryId: 'd2' }]);
    app.press('k', 'up', 'x');
    expect(app.calls.at(-1)).toEqual({ what: 'cancel', deliveryId: 'd1' });
    app.press('q');
    expect(app.state().view.overlay).toBeNull();
  });

  it.each(['x', 'e'])('%s acts on the chosen message after one before it has been delivered', (key) => {
    const app = two();
    const queued = delivery({ id: 'd3', stage: 'waiting' });
    app.dispatch({ type: 'delivery-added', delivery: queued });
    app.press('Q', 'down', 'down');
    app.dispatch({ type: 'delivery-finished', id: 'd1' });
    app.dispatch({
      type: 'deliveries-loaded',
      deliveries: [queued, ...app.state().deliveries.slice(0, 1)],
    });
    app.press(key);
    expect(app.calls).toEqual([{ what: key === 'x' ? 'cancel' : 'edit', deliveryId: 'd3' }]);
  });

  it('takes back the last one where the chosen one has gone', () => {
    const app = two();
    app.press('Q', 'down');
    app.dispatch({ type: 'delivery-finished', id: 'd2' });
    app.press('x');
    expect(app.calls).toEqual([{ what: 'cancel', deliveryId: 'd1' }]);
  });

  it('says that there is nothing left to take back', () => {
    const app = two();
    app.press('Q');
    app.dispatch({ type: 'delivery-finished', id: 'd1' }, { type: 'delivery-finished', id: 'd2' });
    app.press('x');
    expect(app.notice()).toBe('The outbox is empty.');
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
    const app = withNotice('plain');
    app.press('j');
    expect(app.notice()).toBeNull();
  });

  it('that something went wrong stays until esc, through moving and overlays', () => {
    const app = withNotice('bad');
    app.press('j', '?', 'down', 'esc', 'd', 'n', 'tab');
    expect(app.notice()).toBe('Words.');
    app.press('esc');
    expect(app.notice()).toBeNull();
  });

  it('gives way to the reason why the next key cannot act', () => {
    const app = withNotice('bad');
    app.press('r');
    expect(app.notice()).toBe('It is not paused.');
  });
});

describe('a screen that is too small', () => {
  const tiny = (): AppFixture =>
    appFixture(
      applyEvents(stateWithTasks('a', 'b'), { type: 'terminal-resized', size: { columns: 39, rows: 9 } }),
    );

  it('does nothing that nobody would see', () => {
    const app = tiny();
    app.press('d', 'y', 'j', 'p', 'n', 'i', 'enter', '/', '?');
    app.type('text');
    app.paste('text');
    expect(app.calls).toEqual([]);
    expect(app.state().view).toMatchObject({ selected: 'a', focus: 'list', overlay: null });
  });

  it('sends no draft', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('i');
    app.type('hello');
    app.dispatch({ type: 'terminal-resized', size: { columns: 39, rows: 9 } });
    app.press('enter');
    expect(app.calls).toEqual([]);
    expect(app.state().drafts.get('a')?.text).toBe('hello');
  });

  it.each(['q', 'ctrl+c'])('is left with %s', (key) => {
    const app = tiny();
    app.press(key);
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });

  it('still asks before messages are left behind', () => {
    const app = tiny();
    app.dispatch({ type: 'delivery-added', delivery: delivery() });
    app.press('q');
    expect(app.calls).toEqual([]);
    app.press('y');
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });
});
