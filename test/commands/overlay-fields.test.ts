import { describe, expect, it } from 'vitest';
import { makeTask } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const cursorOf = (app: AppFixture): number | null => app.state().view.fieldCursor;

describe('the filter field', () => {
  const open = (): AppFixture => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press('/');
    return app;
  };

  it('takes text at its cursor, and readline keys', () => {
    const app = open();
    app.type('one tw');
    app.press('left', 'x', 'ctrl+a', '>');
    expect(app.state().view.filter).toBe('>one txw');
    expect(cursorOf(app)).toBe(1);
    app.press('ctrl+k');
    expect(app.state().view.filter).toBe('>');
  });

  it('takes a paste as one line, and begins at the end of its text when it opens again', () => {
    const app = open();
    app.paste('two\nwords');
    app.press('home', 'enter');
    expect(app.state().view).toMatchObject({ filter: 'two words', overlay: null, fieldCursor: null });
    app.press('/', '!');
    expect(app.state().view.filter).toBe('two words!');
  });

  it('ignores keys that neither edit nor type', () => {
    const app = open();
    const before = app.state();
    app.press('alt+x', 'ctrl+y');
    expect(app.state()).toBe(before);
  });
});

describe('a picker', () => {
  const places = ['dev', 'prod', 'production'].map((name) => ({
    id: name,
    name,
    url: `https://${name}.test`,
  }));
  const open = (): AppFixture => {
    const app = appFixture({ ...stateWithTasks('a'), otherDeployments: places });
    app.press('P');
    return app;
  };

  it('chooses the first match of the typed text', () => {
    const app = open();
    app.type('pro');
    app.press('enter');
    expect(app.calls).toEqual([{ what: 'switch', id: 'prod' }]);
  });

  it('chooses the item that was moved to, and starts again at the first match of another text', () => {
    const app = open();
    app.press('down', 'down', 'up', 'enter');
    expect(app.calls).toEqual([{ what: 'switch', id: 'prod' }]);
    const other = open();
    other.press('pagedown');
    other.paste('prod');
    other.press('enter');
    expect(other.calls).toEqual([{ what: 'switch', id: 'prod' }]);
  });

  it('chooses nothing when nothing matches', () => {
    const app = open();
    app.type('xyz');
    app.press('down', 'enter');
    expect(app.calls).toEqual([]);
    expect(app.state().view.overlay?.kind).toBe('places');
  });

  it('types no letter of a command, and takes keys on every screen that is not tiny', () => {
    const app = appFixture(
      applyEvents(emptyState({ columns: 40, rows: 10 }), listReceived([makeTask({ id: 'a' })])),
    );
    app.press(':');
    app.type('quit');
    expect(app.state().view.overlay).toEqual({ kind: 'palette', text: 'quit' });
    app.press('enter');
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });
});
