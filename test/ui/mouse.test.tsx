import { describe, expect, it } from 'vitest';
import type { State } from '../../src/store/state.ts';
import { listTaskRows } from '../../src/view/layout/geometry.ts';
import { screenLayout } from '../../src/view/layout/screen-layout.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { agent, live, you } from '../domain/builders.ts';
import {
  applyEvents,
  delivery,
  draftTyped,
  emptyState,
  listReceived,
  SIZE,
  transcriptReceived,
} from '../store/state-builders.ts';
import { type RenderedApp, renderApp } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

/** A mouse report of a cell counted from 0. */
const report = (button: number, column: number, row: number, end = 'M'): string =>
  `\x1b[<${button};${column + 1};${row + 1}${end}`;
const click = (column: number, row: number): string => report(0, column, row) + report(0, column, row, 'm');
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

const many = (size = SIZE): State => ({
  ...applyEvents(
    emptyState(size),
    listReceived(
      Array.from({ length: 60 }, (_, index) => taskIn('idle', `t${String(index).padStart(2, '0')}`)),
    ),
  ),
  mouse: true,
});

const talking = (size = SIZE): State =>
  applyEvents(
    many(size),
    transcriptReceived(
      't00',
      live(you(0, 'go'), ...Array.from({ length: 60 }, (_, at) => agent(at + 1, `line ${at}`))),
    ),
  );

/** The screen row with this text. */
const rowOf = ({ rows }: RenderedApp, text: string): number => {
  const row = rows().findIndex((each) => each.includes(text));
  return row === -1 ? expect.fail(`There is no ${text}:\n${rows().join('\n')}`) : row;
};

/** Waits until all input has been handled: a key after it has. */
async function settled(shown: RenderedApp): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  for (let turn = 0; turn < 40; turn++) await new Promise(setImmediate);
  void shown;
}

describe('a click', () => {
  it('selects the task, and opens the prompt if it is already selected', async () => {
    const shown = renderApp(many());
    const row = rowOf(shown, 't03');
    shown.send(click(5, row));
    await shown.until(() => expect(shown.deck.state().view.selected).toBe('t03'));
    expect(shown.deck.state().view.focus).toBe('list');
    shown.send(click(5, row));
    await shown.until(() => expect(shown.deck.state().view.focus).toBe('prompt'));
  });

  it('on a pane focuses it and keeps the draft', async () => {
    const shown = renderApp(talking());
    shown.send(click(60, 8));
    await shown.until(() => expect(shown.deck.state().view.focus).toBe('transcript'));
    shown.press('i', 'h', 'o');
    await shown.until(() => expect(shown.deck.state().drafts.get('t00')?.text).toBe('ho'));
    shown.send(click(5, rowOf(shown, 't02')));
    await shown.until(() =>
      expect(shown.deck.state().view).toMatchObject({ selected: 't02', focus: 'list' }),
    );
    expect(shown.deck.state().drafts.get('t00')?.text).toBe('ho');
  });

  it('in the prompt places the cursor, beside wide characters too', async () => {
    const state = applyEvents(talking(), draftTyped('t00', 'one two\n修复登录 fine'));
    const shown = renderApp(applyEvents(state, { type: 'pane-focused', pane: 'prompt' }));
    const row = rowOf(shown, 'one two');
    shown.send(click(3 + 4, row));
    await shown.until(() => expect(shown.deck.state().drafts.get('t00')?.cursor).toBe(4));
    shown.send(click(3 + 5, row + 1));
    await shown.until(() => expect(shown.deck.state().drafts.get('t00')?.cursor).toBe(8 + 2));
    shown.send(click(70, row));
    await shown.until(() => expect(shown.deck.state().drafts.get('t00')?.cursor).toBe(7));
  });

  it('on the prompt opens it', async () => {
    const shown = renderApp(talking());
    shown.send(click(20, SIZE.rows - 2));
    await shown.until(() => expect(shown.deck.state().view.focus).toBe('prompt'));
  });

  it('does nothing on borders of the screen, nor with another button or ctrl', async () => {
    const shown = renderApp(talking());
    const before = shown.deck.state().view;
    shown.send(click(5, 0) + click(5, SIZE.rows - 1) + click(500, 500));
    shown.send(report(2, 5, 5) + report(1, 5, 5) + report(16, 5, 5) + report(32, 5, 5) + report(35, 5, 5));
    await settled(shown);
    expect(shown.deck.state().view).toEqual(before);
  });

  it('on a key of the footer runs it, and on an arrow moves', async () => {
    const shown = renderApp(many());
    const footer = SIZE.rows - 1;
    const columnOf = (text: string): number => shown.rows()[footer]?.indexOf(text) ?? -1;
    shown.send(click(2, footer));
    await shown.until(() => expect(shown.deck.state().view.selected).toBe('t01'));
    shown.send(click(1, footer));
    await shown.until(() => expect(shown.deck.state().view.selected).toBe('t00'));
    shown.send(click(columnOf('filter'), footer));
    await shown.until(() => expect(shown.deck.state().view.overlay?.kind).toBe('filter'));
    // The footer shows the keys of the overlay.
    await shown.until(() => expect(columnOf('esc back')).toBeGreaterThan(0));
    shown.send(click(columnOf('esc back'), footer));
    await shown.until(() => expect(shown.deck.state().view.overlay).toBeNull());
    await shown.until(() => expect(columnOf('? help')).toBeGreaterThan(0));
    shown.send(click(columnOf('? help'), footer));
    await shown.until(() => expect(shown.deck.state().view.overlay?.kind).toBe('help'));
  });

  it('on a pane below the list focuses it', async () => {
    const state = applyEvents(talking(), {
      type: 'panes-changed',
      change: { arrangement: { small: 'stacked', large: 'stacked' } },
    });
    const shown = renderApp(state);
    shown.send(click(5, SIZE.rows - 5));
    await shown.until(() => expect(shown.deck.state().view.focus).toBe('transcript'));
    shown.send(click(5, rowOf(shown, 't02')));
    await shown.until(() =>
      expect(shown.deck.state().view).toMatchObject({ selected: 't02', focus: 'list' }),
    );
  });

  it('does nothing while the mouse is off, and types nothing', async () => {
    const shown = renderApp({ ...talking(), mouse: false });
    const before = shown.deck.state();
    shown.send(click(5, 5) + report(WHEEL_DOWN, 5, 5));
    await settled(shown);
    expect(shown.deck.state()).toBe(before);
  });

  it('does nothing on a screen that is too small', async () => {
    const shown = renderApp(talking({ columns: 39, rows: 9 }));
    const before = shown.deck.state().view;
    shown.send(click(5, 0) + click(5, 3));
    await settled(shown);
    expect(shown.deck.state().view).toEqual(before);
  });
});

describe('among keys', () => {
  it('acts after the keys before it', async () => {
    const shown = renderApp(many());
    shown.send(`G${click(5, 4)}i`);
    // `G` scrolled the list to its end, so the row that was clicked holds another task than before.
    await shown.until(() => expect(shown.deck.state().view.focus).toBe('prompt'));
    const list = screenLayout(shown.deck.state());
    const rows = list.kind === 'tiny' || list.list === null ? 0 : listTaskRows(list.list);
    expect(shown.deck.state().view.selected).toBe(`t${60 - rows + 2}`);
  });
});

describe('the wheel', () => {
  it('scrolls the list under it without moving focus or selection', async () => {
    const shown = renderApp(applyEvents(talking(), { type: 'pane-focused', pane: 'transcript' }));
    expect(shown.rows()[2]).toContain('t00');
    shown.send(report(WHEEL_DOWN, 5, 5).repeat(2));
    await shown.until(() => expect(shown.rows()[2]).toContain('t06'));
    expect(shown.deck.state().view).toMatchObject({ selected: 't00', focus: 'transcript' });
    shown.send(click(5, 2));
    await shown.until(() => expect(shown.deck.state().view.selected).toBe('t06'));
    expect(shown.rows()[2]).toContain('t06');
    shown.send(report(WHEEL_UP, 5, 5).repeat(10));
    await shown.until(() => expect(shown.rows()[2]).toContain('t00'));
    shown.send(report(WHEEL_DOWN, 5, 5).repeat(40));
    await shown.until('t59');
    // A key moves the selection, and the window follows.
    shown.press('j');
    await shown.until(() => expect(shown.deck.state().view.selected).toBe('t07'));
    await shown.until('t07');
  });

  it('scrolls the transcript under it while the list has the focus, and follows again at the end', async () => {
    const shown = renderApp(talking());
    await shown.until('line 59');
    shown.send(report(WHEEL_UP, 60, 10).repeat(3));
    await shown.until(() => expect(shown.text()).not.toContain('line 59'));
    expect(shown.deck.state().view.focus).toBe('list');
    shown.send(report(WHEEL_DOWN, 60, 10).repeat(4));
    await shown.until('line 59');
    expect(shown.deck.state().view.scrollAnchors.has('t00')).toBe(false);
  });
});

describe('what is on top', () => {
  it('a question ignores clicks, and nothing behind it reacts', async () => {
    const state = applyEvents(many(), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-action', action: 'delete', taskId: 't00' },
    });
    const shown = renderApp(state);
    for (let row = 0; row < SIZE.rows - 1; row++) shown.send(click(5, row) + click(60, row));
    await settled(shown);
    expect(shown.deck.state().view).toEqual(state.view);
    expect(shown.deck.calls).toEqual([]);
  });

  it.each(['filter', 'search', 'a name to save under'])(
    'behind the field of “%s” nothing is clicked',
    async (name) => {
      const state = { ...(SCENES[name]?.(SIZE) ?? expect.fail()), mouse: true };
      const shown = renderApp(state);
      for (let row = 0; row < SIZE.rows - 1; row++) shown.send(click(5, row) + click(60, row));
      await settled(shown);
      expect(shown.deck.state().view).toEqual(state.view);
    },
  );

  it('the help is scrolled by the wheel', async () => {
    const shown = renderApp({ ...(SCENES.help?.(SIZE) ?? expect.fail()), mouse: true });
    shown.send(click(5, 5) + report(WHEEL_DOWN, 5, 5).repeat(2));
    await shown.until(() => expect(shown.deck.state().view.overlay).toMatchObject({ kind: 'help', top: 6 }));
  });

  it('a message of the outbox is chosen by a click', async () => {
    const messages = ['one', 'two', 'three'].map((text) => ({
      type: 'delivery-added' as const,
      delivery: { ...delivery(), id: text, text },
    }));
    const state = applyEvents(many(), ...messages, {
      type: 'overlay-opened',
      overlay: { kind: 'outbox', index: 0 },
    });
    const shown = renderApp(state);
    shown.send(click(20, rowOf(shown, 'three')));
    await shown.until(() => expect(shown.deck.state().view.overlay).toEqual({ kind: 'outbox', index: 2 }));
    shown.send(report(WHEEL_UP, 20, 5));
    await shown.until(() => expect(shown.deck.state().view.overlay).toEqual({ kind: 'outbox', index: 1 }));
  });

  it('a command of the palette runs by a click', async () => {
    const shown = renderApp(applyEvents(many(), { type: 'overlay-opened', overlay: { kind: 'palette' } }));
    await shown.until('Commands');
    shown.send(report(WHEEL_DOWN, 60, 5));
    await shown.until(() => expect(shown.text()).toMatch(/▌ Delete|▌ .*\n/u));
    shown.send(click(60, rowOf(shown, 'Delete the task')));
    await shown.until(() =>
      expect(shown.deck.state().view.overlay).toEqual({
        kind: 'confirm-action',
        action: 'delete',
        taskId: 't00',
      }),
    );
  });
});

it('is turned on and off by a command, for as long as taskdeck runs', async () => {
  const shown = renderApp({ ...many(), mouse: false });
  for (const on of [true, false]) {
    shown.press(':');
    await shown.until('Commands');
    shown.send('mouse');
    await shown.until('Turn the mouse');
    shown.press('enter');
    await shown.until(on ? 'Mouse on' : 'Mouse off');
    expect(shown.deck.state().mouse).toBe(on);
  }
});
