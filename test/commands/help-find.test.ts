import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { helpWindow } from '../../src/commands/help.ts';
import { helpRows, shortKey } from '../../src/commands/help-rows.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const SMALL = { columns: 60, rows: 20 };

function helping(size = SMALL): AppFixture {
  const deck = appFixture(
    applyEvents(emptyState(size), listReceived([taskIn('working', 'a'), taskIn('idle', 'b')])),
  );
  deck.press('?');
  return deck;
}

const rows = (deck: AppFixture, width = 58): readonly string[] =>
  helpRows(deck.state(), width).map((row) =>
    row.kind === 'blank'
      ? ''
      : row.kind === 'entry'
        ? `${row.keys} ${row.text}${row.reason}`
        : `${row.kind === 'sign' ? ' ' : ''}${row.text}`,
  );
const found = (deck: AppFixture): string => rows(deck).join('\n');

describe('the help at 60x20', () => {
  it('lists every command with its keys, in rows that fit', () => {
    const deck = helping();
    const whole = found(deck).replaceAll(/\s+/gu, ' ');
    for (const { title, keys } of commands) {
      expect(whole).toContain(title.replaceAll(/\s+/gu, ' '));
      for (const key of keys) expect(whole).toContain(shortKey(key));
    }
    for (const width of [30, 38, 58, 78, 118, 198])
      for (const row of rows(deck, width)) expect(displayWidth(row)).toBeLessThanOrEqual(Math.max(width, 40));
  });

  it('can be scrolled to its last row and back, and no further', () => {
    const deck = helping();
    const total = helpWindow(deck.state())?.total ?? 0;
    const seen = new Set<string>();
    const all = rows(deck);
    for (let page = 0; page < 40; page++) {
      const window = helpWindow(deck.state());
      for (const row of all.slice(window?.top, (window?.top ?? 0) + (window?.height ?? 0))) seen.add(row);
      deck.press('space');
    }
    expect(seen).toEqual(new Set(all));
    const end = helpWindow(deck.state());
    expect((end?.top ?? 0) + (end?.height ?? 0)).toBe(total);
    deck.press('j');
    expect(helpWindow(deck.state())?.top).toBe(end?.top);
    deck.press('g');
    expect(helpWindow(deck.state())?.top).toBe(0);
  });
});

describe('finding in the help', () => {
  it('lists what holds all the words, in keys, titles, reasons and names, as they are typed', () => {
    const deck = helping();
    deck.press('/');
    deck.type('PAUSE stay');
    expect(rows(deck).filter((row) => /^\S/u.test(row))[0]).toBe('Tasks');
    expect(found(deck)).toMatch(/^p Pause the task; messages stay/mu);
    expect(found(deck)).not.toMatch(/Delete/u);
    deck.press('ctrl+u');
    deck.type('ctrl+z');
    expect(found(deck)).toMatch(/^ctrl\+z /mu);
    expect(rows(deck).length).toBeLessThan(6);
    deck.press('ctrl+u');
    deck.type('not paused');
    expect(found(deck).replaceAll(/\s+/gu, ' ')).toContain(
      'r Resume, or restart after an error not now: It is not paused.',
    );
  });

  it('keeps it with enter, shows all again with esc, and closes with the next one', () => {
    const deck = helping();
    deck.press('/');
    deck.type('quit');
    deck.press('enter');
    expect(deck.state().view.overlay).toMatchObject({ kind: 'help', find: 'quit', typing: false });
    // Letters are keys again.
    deck.press('j', '?');
    expect(deck.state().view.overlay).toBeNull();
    deck.press('?', '/');
    deck.type('quit');
    deck.press('esc');
    expect(deck.state().view.overlay).toMatchObject({ kind: 'help', find: '', typing: false });
    deck.press('esc');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.calls).toEqual([]);
  });

  it('types what would be keys, and a paste, and scrolls by the arrows', () => {
    const deck = helping();
    deck.press('/');
    deck.type('q?j');
    expect(deck.state().view.overlay).toMatchObject({ find: 'q?j', typing: true });
    expect(found(deck)).toBe('No matching keys.');
    deck.press('ctrl+u');
    deck.paste('ta\nsk');
    expect(deck.state().view.overlay).toMatchObject({ find: 'ta sk' });
    deck.press('backspace', 'backspace', 'backspace', 'down');
    expect(deck.state().view.overlay).toMatchObject({ find: 'ta', top: 1 });
  });
});

it('a command without a key is listed by its name', () => {
  const deck = helping();
  expect(found(deck)).toMatch(/^:mouse Turn the mouse on or off/mu);
});
