import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { runChosen } from '../../src/commands/palette.ts';
import { choosePicked, pickerContent } from '../../src/commands/picker.ts';
import type { State } from '../../src/store/state.ts';
import { pickerRow, pickerWords } from '../../src/view/overlays/picker-rows.ts';
import { makeTask } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const listed = applyEvents(emptyState(), listReceived([makeTask({})]));

describe('the menu of columns', () => {
  const rowsIn = (state: State): readonly string[] =>
    (pickerContent(state)?.found ?? []).map((item) => pickerRow(item, 20).trim());

  it('switches columns on and off, and stays open', () => {
    const app = appFixture(listed);
    runChosen(app.context, 'columns');
    expect(rowsIn(app.state())).toEqual([
      '[x] changes',
      '[x] owner',
      '[ ] template',
      '[ ] directory',
      '[ ] link',
      '[ ] created',
      '[x] activity',
      '[x] phase',
      '[x] age',
    ]);
    choosePicked(app.context, 'created');
    choosePicked(app.context, 'owner');
    expect(app.state().view.columns).toEqual(['changes', 'created', 'activity', 'phase', 'age']);
    expect(app.state().view.overlay).toMatchObject({ kind: 'columns' });
    expect(rowsIn(app.state()).at(-1)).toBe('reset');
    choosePicked(app.context, 'reset');
    expect(app.state().view.columns).toBeNull();
  });

  it('says whether a column is shown', () => {
    const app = appFixture(listed);
    runChosen(app.context, 'columns');
    const content = pickerContent(app.state());
    expect(content === null ? '' : pickerWords(content)).toMatch(/^changes, on\. Pull request .* 1 of 9\.$/u);
  });
});

it('the lines of rows follow each other in the palette', () => {
  const app = appFixture(listed);
  const next = (): unknown => {
    runChosen(app.context, 'row-lines');
    return app.state().view.rowLines;
  };
  expect([next(), next(), next(), next()]).toEqual([1, 2, 'auto', 1]);
  expect(app.state().notice?.text).toBe('Rows have one line.');
});

describe('page keys', () => {
  const pageDown = commands.find(({ id }) => id === 'page-down');
  const many = listReceived(Array.from({ length: 60 }, (_, index) => makeTask({ id: `t${index}` })));

  it('go as far as rows of two lines have room', () => {
    const selectedAfter = (lines: 1 | 2): string | null => {
      const app = appFixture(
        applyEvents(
          emptyState(),
          many,
          { type: 'row-lines-chosen', lines },
          { type: 'task-selected', taskId: 't0' },
        ),
      );
      pageDown?.run(app.context, 0);
      return app.state().view.selected;
    };
    // Of 24 rows, 19 are inside the frame of the list.
    expect(selectedAfter(1)).toBe('t18');
    expect(selectedAfter(2)).toBe('t8');
  });
});
