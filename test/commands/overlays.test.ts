import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { helpWindow } from '../../src/commands/help.ts';
import { shortKey } from '../../src/commands/help-content.ts';
import { CHATS, TASKS } from '../../src/domain/task.ts';
import type { HelpRow } from '../../src/view/overlays/help-rows.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks } from '../store/state-builders.ts';
import { helpRowsOf } from '../view/command-lines.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

describe('the help', () => {
  const top = (app: AppFixture): number | undefined => helpWindow(app.state())?.top;

  it('opens with ? and closes with esc, q and ?', () => {
    for (const key of ['esc', 'q', '?']) {
      const app = appFixture(stateWithTasks('a'));
      app.press('?');
      expect(app.state().view.overlay).toEqual({ kind: 'help', top: 0 });
      app.press(key);
      expect(app.state().view.overlay, key).toBeNull();
      expect(app.calls).toEqual([]);
    }
  });

  it('scrolls no further than its end, and back at once', () => {
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

  it('shows all rows when the window grows', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('?', 'G');
    app.dispatch({ type: 'terminal-resized', size: { columns: 200, rows: 400 } });
    expect(top(app)).toBe(0);
  });

  it('lists every command in one row, with all keys or its palette input', () => {
    const sources = [TASKS, CHATS];
    const state = applyEvents(stateWithTasks('a'), { type: 'sources-known', sources });
    const rows = helpRowsOf(state, 120);
    for (const { id, keys, title } of commands) {
      const shown = keys.map(shortKey).join(' ') || `:${id}`;
      const isThis = (row: HelpRow): boolean =>
        row.kind === 'entry' && row.keys === shown && row.text === title;
      const alike = commands.filter((each) => each.title === title && each.keys.join() === keys.join());
      expect(rows.filter(isThis), title).toHaveLength(alike.length);
    }
  });

  it('shows the reason of an unavailable command', () => {
    const rows = helpRowsOf(stateWithTasks('a'), 120);
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

  it('is unavailable while it is empty', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('Q');
    expect(app.state().view.overlay).toBeNull();
    expect(app.notice()).toBe('The outbox is empty.');
  });

  it('cancels the selected message', () => {
    const app = two();
    app.press('Q', 'down', 'j', 'x');
    expect(app.calls).toEqual([{ what: 'cancel', deliveryId: 'd2' }]);
    app.press('k', 'up', 'x');
    expect(app.calls.at(-1)).toEqual({ what: 'cancel', deliveryId: 'd1' });
    app.press('q');
    expect(app.state().view.overlay).toBeNull();
  });

  it.each(['x', 'e'])('%s acts on the selected message after an earlier one is delivered', (key) => {
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

  it.each(['x', 'e', 'y', 's'])('%s leaves a message alone that the server has in its queue', (key) => {
    const app = appFixture(
      applyEvents(stateWithTasks('a'), { type: 'delivery-added', delivery: delivery({ stage: 'queued' }) }),
    );
    app.press('Q', key);
    expect(app.calls).toEqual([]);
    expect(app.notice()).toMatch(
      /^It is queued on the server\.$|^Only a message with unknown delivery status/,
    );
  });

  it('cancels the last message when the selected one is gone', () => {
    const app = two();
    app.press('Q', 'down');
    app.dispatch({ type: 'delivery-finished', id: 'd2' });
    app.press('x');
    expect(app.calls).toEqual([{ what: 'cancel', deliveryId: 'd1' }]);
  });

  it('shows a notice when no message is left to cancel', () => {
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

  it('disappears with the next key when it is a remark', () => {
    const app = withNotice('plain');
    app.press('j');
    expect(app.notice()).toBeNull();
  });

  it('stays until esc when it is an error', () => {
    const app = withNotice('bad');
    app.press('j', '?', 'down', 'esc', 'd', 'n', 'tab');
    expect(app.notice()).toBe('Words.');
    app.press('esc');
    expect(app.notice()).toBeNull();
  });

  it('is replaced by the reason why the next key is unavailable', () => {
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

  it('runs no command', () => {
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

  it.each(['q', 'ctrl+c'])('%s quits', (key) => {
    const app = tiny();
    app.press(key);
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });

  it('still asks before it quits with unsent messages', () => {
    const app = tiny();
    app.dispatch({ type: 'delivery-added', delivery: delivery() });
    app.press('q');
    expect(app.calls).toEqual([]);
    app.press('y');
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });
});
