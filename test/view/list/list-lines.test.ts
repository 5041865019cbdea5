import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { State } from '../../../src/store/state.ts';
import { toAscii } from '../../../src/terminal/ascii.ts';
import { listStatus } from '../../../src/view/list/list-frame.ts';
import { listLines } from '../../../src/view/list/list-lines.ts';
import { taskIn } from '../../commands/phase-builders.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../../store/state-builders.ts';
import { WORDS } from '../../ui/scenes.ts';
import { colored, plain } from '../themes.ts';

const lines = (state: State, width: number, height = 20, top = 0): string[] =>
  listLines(state, plain, width, height, top);
const bare = (all: readonly string[]): string[] => all.map((line) => stripVTControlCharacters(line));

it('shows glyph, title, phase and age in columns', () => {
  const tasks = [
    makeTask({ id: 'a', displayName: 'Fix login redirect', state: makeReport({ at: NOON - 3 * MINUTE }) }),
    makeTask({ id: 'b', displayName: 'Docs', state: makeReport({ state: 'working', at: NOON }) }),
    taskIn('paused', 'c', { displayName: 'Bump', state: null, updatedAt: NOON - 49 * 60 * MINUTE }),
  ];
  expect(bare(lines(applyEvents(emptyState(), listReceived(tasks)), 40))).toEqual([
    '▌◐ Docs                    working  <1m ',
    '•● Fix login redirect      idle      3m ',
    ' ‖ Bump                    paused    2d ',
  ]);
});

it.each(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2525-01-01T00:00:00Z'])(
  'shows a task whose times are all %s without an age, and below the others',
  (time) => {
    const at = Date.parse(time);
    const bogus = makeTask({
      id: 'a',
      displayName: 'Docs',
      state: makeReport({ at }),
      createdAt: at,
      updatedAt: at,
    });
    const tasks = [
      bogus,
      makeTask({ id: 'b', displayName: 'Bump', state: makeReport({ at: NOON - MINUTE }) }),
    ];
    const rows = bare(lines(applyEvents(emptyState(), listReceived(tasks)), 40));
    expect(rows.map((row) => row.trim().split(/ +/u).at(-1))).toEqual(['1m', '?']);
    expect(rows[1]).toContain('Docs');
  },
);

it('every row has exactly the width of the list, for all texts', () => {
  const tasks = WORDS.map((words, index) => makeTask({ id: `t${index}`, displayName: words }));
  const state = applyEvents(emptyState(), listReceived(tasks));
  for (const width of [34, 38, 58, 62, 126])
    for (const line of lines(state, width)) expect(displayWidth(line), line).toBe(width);
});

describe('the selected row', () => {
  const state = applyEvents(emptyState(), listReceived([makeTask({ id: 'a' }), makeTask({ id: 'b' })]));

  it('is visible without colour: a sign, and inverse while the list has the focus', () => {
    const [selected = '', other = ''] = lines(state, 40);
    expect(selected).toContain('\x1b[7m');
    expect(stripVTControlCharacters(selected)).toMatch(/^▌/u);
    expect(other).not.toContain('\x1b[7m');
    expect(stripVTControlCharacters(other)).toMatch(/^•/u);
  });

  it('keeps its mark while the focus is elsewhere', () => {
    const [selected = ''] = lines(applyEvents(state, { type: 'pane-focused', pane: 'transcript' }), 40);
    expect(selected).not.toContain('\x1b[7m');
    expect(stripVTControlCharacters(selected)).toMatch(/^▌/u);
  });

  it('has no other style inside, which would leave a gap', () => {
    const [selected = ''] = listLines(state, colored, 40, 20, 0);
    expect(selected.match(/\x1b\[3\dm/gu)).toBeNull();
  });
});

it('tasks that need you are bold, without colour too', () => {
  const tasks = [taskIn('working', 'a'), taskIn('working', 'b'), taskIn('idle', 'c')];
  const [, working = '', idle = ''] = lines(applyEvents(emptyState(), listReceived(tasks)), 40);
  expect(idle).toContain('\x1b[1m');
  expect(working).not.toContain('\x1b[1m');
});

it('shows tasks that are being created above the others', () => {
  const state = applyEvents(emptyState(), listReceived([makeTask({ id: 'a' })]), {
    type: 'creation-started',
    key: 'c1',
    prompt: 'Write\nmore tests',
    now: NOON,
  });
  const [first, second] = bare(lines(state, 40));
  expect(first).toMatch(/^ ○ Write more tests +queued/u);
  expect(second).toMatch(/^▌● name-a/u);
});

it('shows the rows that fit, from the given row on', () => {
  const state = applyEvents(
    emptyState(),
    listReceived(Array.from({ length: 50 }, (_, index) => makeTask({ id: `${index}` }))),
  );
  const shown = bare(lines(state, 40, 3, 10));
  expect(shown.map((line) => /name-\d+/u.exec(line)?.[0])).toEqual(['name-10', 'name-11', 'name-12']);
});

describe('marks', () => {
  const state = applyEvents(
    emptyState(),
    listReceived([makeTask({ id: 'a' }), makeTask({ id: 'b' }), makeTask({ id: 'c' })]),
  );
  const some = applyEvents(state, { type: 'marks-changed', marked: new Set(['a', 'c']) });

  it('have a column with a sign, not only a colour', () => {
    expect(bare(lines(some, 40)).map((line) => line.slice(0, 12))).toEqual([
      '▌■ ● name-a ',
      '•  ● name-b ',
      '•■ ● name-c ',
    ]);
    for (const line of [...lines(some, 40), ...lines(some, 62)].map(toAscii)) expect(line).not.toMatch(/■/u);
    expect(bare(lines(some, 40)).map(toAscii)[2]).toMatch(/^\*# \* name-c/u);
  });

  it('need no column while there are none', () => {
    expect(bare(lines(state, 40))[0]).toMatch(/^▌● name-a/u);
    for (const width of [34, 62])
      for (const line of [...lines(state, width), ...lines(some, width)])
        expect(displayWidth(line), line).toBe(width);
  });

  it('leave no gap in the selected row', () => {
    const [selected = ''] = listLines(some, colored, 40, 20, 0);
    expect(selected.match(/\x1b\[3\dm/gu)).toBeNull();
  });
});

describe('the corner', () => {
  const state = applyEvents(emptyState(), listReceived(['a1', 'a2', 'b1'].map((id) => makeTask({ id }))));

  it('shows the sort order', () => {
    expect(listStatus(state, false)).toEqual(['by activity', '', '']);
    expect(listStatus(applyEvents(state, { type: 'sort-changed', sort: 'name' }), false)[0]).toBe('by name');
  });

  it('shows the position if the list is longer than the pane', () => {
    expect(listStatus(state, true).slice(0, 2)).toEqual(['by activity · 1 of 3', '1 of 3']);
  });

  it('shows the number of hidden tasks', () => {
    expect(listStatus(applyEvents(state, { type: 'filter-changed', filter: 'name-a' }), true)).toEqual([
      'by activity · 1 of 2 · 1 hidden',
      '1 of 2 · 1 hidden',
      '1 of 2',
    ]);
    expect(listStatus(applyEvents(state, { type: 'filter-changed', filter: 'name-a' }), false)[1]).toBe(
      '1 hidden',
    );
  });
});

it('shows how lively a task was where there is room for it', () => {
  const task = makeTask({ id: 'a', displayName: 'Docs', state: makeReport({ state: 'working', at: NOON }) });
  const signs = [-4, 0, 0].map((minute) => ({ taskId: 'a', at: NOON + minute * MINUTE }));
  const other = makeTask({ id: 'b', displayName: 'A long title that needs what is free beside it' });
  const at = (columns: number, width: number): readonly string[] =>
    bare(
      lines(
        applyEvents(emptyState({ columns, rows: 30 }), listReceived([task, other]), {
          type: 'activity-received',
          activity: signs,
        }),
        width,
      ),
    );
  expect(at(155, 58)[0]).toMatch(/Docs +▁▁▁▁▁▂▁▁▁▃ working {2}<1m $/u);
  // At 100 columns the newest minutes only.
  expect(at(100, 36)).toEqual([
    '▌◐ Docs          ▂▁▁▁▃ working  <1m ',
    '•● A long title that … idle     10m ',
  ]);
  expect(at(99, 58).join('')).not.toMatch(/[▁-█]/u);
});
