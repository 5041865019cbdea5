import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { helpWindow } from '../../src/commands/help.ts';
import { shortKey } from '../../src/commands/help-content.ts';
import { CHATS, TASKS } from '../../src/domain/task.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { helpRowsOf } from '../view/command-lines.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const SMALL = { columns: 60, rows: 20 };

function helping(size = SMALL): AppFixture {
  const app = appFixture(
    applyEvents(emptyState(size), listReceived([taskIn('working', 'a'), taskIn('idle', 'b')])),
  );
  app.press('?');
  return app;
}

const rows = (app: AppFixture, width = 58): readonly string[] =>
  helpRowsOf(app.state(), width).map((row) =>
    row.kind === 'blank'
      ? ''
      : row.kind === 'entry'
        ? `${row.keys} ${row.text}${row.reason}`
        : `${row.kind === 'sign' ? ' ' : ''}${row.text}`,
  );
const found = (app: AppFixture): string => rows(app).join('\n');

it('the help leaves out the keys of chats on a deployment without them', () => {
  const app = helping();
  app.dispatch({ type: 'sources-known', sources: [TASKS] });
  expect(found(app)).not.toContain('Interrupt the turn');
  expect(found(app)).toContain('Pause the task');
});

describe('the help at 60x20', () => {
  it('lists every command with its keys, in rows that fit', () => {
    const app = helping();
    app.dispatch({ type: 'sources-known', sources: [TASKS, CHATS] });
    const whole = found(app).replaceAll(/\s+/gu, ' ');
    for (const { title, keys } of commands) {
      expect(whole).toContain(title.replaceAll(/\s+/gu, ' '));
      for (const key of keys) expect(whole).toContain(shortKey(key));
    }
    for (const width of [30, 38, 58, 78, 118, 198])
      for (const row of rows(app, width)) expect(displayWidth(row)).toBeLessThanOrEqual(Math.max(width, 40));
  });

  it('scrolls to its last row and back, and no further', () => {
    const app = helping();
    const total = helpWindow(app.state())?.total ?? 0;
    const seen = new Set<string>();
    const all = rows(app);
    for (let page = 0; page < 40; page++) {
      const window = helpWindow(app.state());
      for (const row of all.slice(window?.top, (window?.top ?? 0) + (window?.height ?? 0))) seen.add(row);
      app.press('space');
    }
    expect(seen).toEqual(new Set(all));
    const end = helpWindow(app.state());
    expect((end?.top ?? 0) + (end?.height ?? 0)).toBe(total);
    app.press('j');
    expect(helpWindow(app.state())?.top).toBe(end?.top);
    app.press('g');
    expect(helpWindow(app.state())?.top).toBe(0);
  });
});

describe('filtering the help', () => {
  it('lists entries with all words in keys, title, reason or id', () => {
    const app = helping();
    app.press('/');
    app.type('PAUSE stay');
    expect(rows(app).filter((row) => /^\S/u.test(row))[0]).toBe('Tasks');
    expect(found(app)).toMatch(/^p Pause the task; messages stay/mu);
    expect(found(app)).not.toMatch(/Delete/u);
    app.press('ctrl+u');
    app.type('ctrl+z');
    expect(found(app)).toMatch(/^ctrl\+z /mu);
    expect(rows(app).length).toBeLessThan(6);
    app.press('ctrl+u');
    app.type('not paused');
    expect(found(app).replaceAll(/\s+/gu, ' ')).toContain(
      'r Resume, or restart after an error not now: It is not paused.',
    );
  });

  it('enter keeps the filter, esc clears it, and the next esc closes the help', () => {
    const app = helping();
    app.press('/');
    app.type('quit');
    app.press('enter');
    expect(app.state().view.overlay).toMatchObject({ kind: 'help', find: 'quit', typing: false });
    app.press('j', '?');
    expect(app.state().view.overlay).toBeNull();
    app.press('?', '/');
    app.type('quit');
    app.press('esc');
    expect(app.state().view.overlay).toMatchObject({ kind: 'help', find: '', typing: false });
    app.press('esc');
    expect(app.state().view.overlay).toBeNull();
    expect(app.calls).toEqual([]);
  });

  it('types letters and pastes, and scrolls with arrows', () => {
    const app = helping();
    app.press('/');
    app.type('q?j');
    expect(app.state().view.overlay).toMatchObject({ find: 'q?j', typing: true });
    expect(found(app)).toBe('No matching keys.');
    app.press('ctrl+u');
    app.paste('ta\nsk');
    expect(app.state().view.overlay).toMatchObject({ find: 'ta sk' });
    app.press('backspace', 'backspace', 'backspace', 'down');
    expect(app.state().view.overlay).toMatchObject({ find: 'ta', top: 1 });
  });
});

it('a command without a key is listed with its palette input', () => {
  const app = helping();
  expect(found(app)).toMatch(/^:mouse Turn the mouse on or off/mu);
});
