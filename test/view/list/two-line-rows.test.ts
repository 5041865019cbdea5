import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/domain/task.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { State } from '../../../src/store/state.ts';
import { listFrame } from '../../../src/view/list/list-frame.ts';
import { listLines } from '../../../src/view/list/list-lines.ts';
import { ASCII } from '../../../src/view/theme.ts';
import { taskIn } from '../../commands/phase-builders.ts';
import {
  type ChatFields,
  MINUTE,
  makeChat,
  makeQuestion,
  makeReport,
  makeTask,
  NOON,
} from '../../domain/builders.ts';
import {
  applyEvents,
  chatsReceived,
  delivery,
  emptyState,
  listReceived,
} from '../../store/state-builders.ts';
import { WORDS } from '../../ui/scenes.ts';
import { colored, plain } from '../themes.ts';

/** High enough for rows of two lines. */
const HIGH = { columns: 120, rows: 40 };

const chat = (id: string, about: ChatFields = {}): Task =>
  makeChat({ id, displayName: `Chat ${id}`, state: null, updatedAt: NOON - 10 * MINUTE, ...about });
const listed = (...tasks: readonly Task[]): State => applyEvents(emptyState(HIGH), listReceived(tasks));
const bare = (state: State, width: number, theme = plain): readonly string[] =>
  listLines(state, theme, width, 100, 0).map((line) => stripVTControlCharacters(line));

describe('the second line', () => {
  it('has the report of a Task, below its title', () => {
    const state = listed(
      makeTask({ id: 'a', displayName: 'Fix login', state: makeReport({ message: 'Which **branch**?' }) }),
      makeTask({ id: 'b', displayName: 'Docs', state: null }),
    );
    expect(bare(state, 40)).toEqual([
      '▌● Fix login               idle     10m ',
      '   Which branch?                        ',
      ' ● Docs                    idle      1h ',
      '                                        ',
    ]);
  });

  it('has the question with its sign and options, so that the title has the first line', () => {
    const asking = chat('a', {
      displayName: 'A long title of a chat that asks',
      questions: [makeQuestion({ text: 'Which sign-in flow do we use?' })],
    });
    const state = applyEvents(emptyState(HIGH), chatsReceived([asking]));
    expect(bare(state, 50)).toEqual([
      '▌● A long title of a chat that asks  asks you 10m ',
      ' ? Auth: Which sign-in flow do we use?  1 OIDC ·… ',
    ]);
    const answered = applyEvents(state, {
      type: 'delivery-added',
      delivery: delivery({ taskId: 'a', extras: { questionId: makeQuestion().id } }),
    });
    expect(bare(answered, 50)[1]).toMatch(/^ {3}answer is being sent +$/u);
  });

  it('has the activity at its end', () => {
    const working = makeTask({
      id: 'a',
      state: makeReport({ state: 'working', message: 'On it', at: NOON }),
    });
    const state = applyEvents(listed(working), {
      type: 'activity-received',
      activity: [{ taskId: 'a', at: NOON }],
    });
    expect(bare(state, 40)[1]).toBe('   On it                     ▁▁▁▁▁▁▁▁▁▂ ');
    expect(bare(state, 40)[0]).not.toMatch(/[▁-█]/u);
  });

  it('stands below the title with marks and sub-agents, and goes on with the tree', () => {
    const state = applyEvents(
      emptyState(HIGH),
      chatsReceived(
        [
          chat('a', { summary: 'Root' }),
          chat('x', { parentId: 'a', summary: 'First' }),
          chat('y', { parentId: 'a', summary: 'Last' }),
        ].map((task) => ({
          ...task,
          state: makeReport({ message: task.facts.kind === 'chat' ? task.facts.summary : '' }),
        })),
      ),
      { type: 'fold-changed', taskId: 'a', isUnfolded: true },
      { type: 'marks-changed', marked: new Set(['x']) },
    );
    expect(bare(state, 32).map((line) => line.slice(0, 16).trimEnd())).toEqual([
      '▌  ✔ ▾ Chat a',
      '       Root',
      ' ■ ✔ ├ Chat x',
      '     │ First',
      '   ✔ └ Chat y',
      '       Last',
    ]);
  });

  it('is a part of the selected row, without another style', () => {
    const state = listed(makeTask({ id: 'a', state: makeReport({ message: 'Done' }) }));
    const [, second = ''] = listLines(state, colored, 40, 10, 0);
    expect(second).toMatch(/^\x1b\[7m {3}Done +\x1b\[27m$/u);
  });

  it('has exactly the width of the list, for all texts', () => {
    const tasks = WORDS.flatMap((words, index) => [
      makeTask({ id: `t${index}`, displayName: words, state: makeReport({ message: words }) }),
      chat(`c${index}`, { displayName: words, questions: [makeQuestion({ text: words, header: words })] }),
    ]);
    for (const width of [20, 34, 38, 58, 62, 126])
      for (const line of bare(listed(...tasks), width)) expect(displayWidth(line), line).toBe(width);
  });

  it('has no other signs than ASCII in an ASCII theme', () => {
    const asking = chat('a', { questions: [makeQuestion({ options: [] })] });
    const state = applyEvents(emptyState(HIGH), chatsReceived([asking, chat('x', { parentId: 'a' })]));
    const open = applyEvents(state, { type: 'fold-changed', taskId: 'a', isUnfolded: true });
    for (const line of bare(open, 44, { ...plain, glyphs: ASCII })) expect(line).toMatch(/^[\x00-\x7f]*$/u);
  });

  it('is there among tasks that need you on a low screen, and says so of a task that is being created', () => {
    const state = applyEvents(
      emptyState(),
      listReceived([taskIn('idle', 'a'), taskIn('working', 'b')]),
      { type: 'creation-started', key: 'c1', prompt: 'Write', now: NOON },
      { type: 'attention-filter-changed', on: true },
    );
    expect(bare(state, 40).map((line) => line.slice(0, 16).trimEnd())).toEqual([
      ' ○ Write',
      '   being created',
      '▌● name-a',
      expect.any(String),
    ]);
  });
});

describe('the window', () => {
  const tasks = Array.from({ length: 20 }, (_, index) => makeTask({ id: `t${index}`, name: `n${index}` }));
  const state = listed(...tasks);
  const frame = (selected: string, top: number, height = 12, scrolledAway = false) =>
    listFrame(
      applyEvents(state, { type: 'task-selected', taskId: selected }),
      plain,
      { width: 40, height },
      top,
      scrolledAway,
    );

  it('shows the whole selected row', () => {
    expect(frame('t4', 0).top).toBe(0);
    expect(frame('t5', 0).top).toBe(1);
    // Eleven lines: the last row has room for its first line only.
    expect(frame('t5', 0, 13).top).toBe(1);
    expect(frame('t19', 0).top).toBe(15);
    expect(frame('t3', 15).top).toBe(3);
  });

  it('finds the task at each of its two lines', () => {
    const { itemAt } = frame('t4', 3);
    expect([0, 1, 2, 9, 10, -1].map((line) => itemAt(line))).toEqual([
      tasks[3],
      tasks[3],
      tasks[4],
      tasks[7],
      null,
      null,
    ]);
  });

  it('scrolls by lines, by whole rows', () => {
    expect(frame('t4', 3).scrolledBy(3)).toBe(5);
    expect(frame('t4', 3).scrolledBy(-3)).toBe(1);
    expect(frame('t0', 0).scrolledBy(-3)).toBe(0);
    expect(frame('t19', 15).scrolledBy(3)).toBe(15);
    expect(frame('t4', 15, 12, true).top).toBe(15);
  });
});

describe('a title that is cut', () => {
  const long = 'A title that is longer than its columns';

  it('has the columns of the phase, which moves to the second line', () => {
    const state = listed(
      makeTask({ id: 'a', displayName: long, state: makeReport({ message: 'Which branch?' }) }),
      makeTask({ id: 'b', displayName: 'Docs', state: makeReport({ message: 'Done' }) }),
    );
    expect(bare(state, 32)).toEqual([
      '▌● A title that is longer … 10m ',
      '   idle · Which branch?         ',
      '•● Docs            idle     10m ',
      '   Done                         ',
    ]);
  });

  it('has it also above a question, whose sign says that it asks', () => {
    const asking = chat('a', { displayName: long, questions: [makeQuestion({ header: '', text: 'Now?' })] });
    const [first, second] = bare(applyEvents(emptyState(HIGH), chatsReceived([asking])), 32);
    expect(first).toBe('▌● A title that is longer … 10m ');
    expect(second).toMatch(/^ \? Now\? {2}1 OIDC/u);
  });
});

it('letters of a title that the filter matches are marked, as far as they are visible', () => {
  const state = applyEvents(
    listed(
      makeTask({ id: 'a', displayName: 'Docs', state: null }),
      makeTask({ id: 'b', displayName: 'Fix docs that is so long that it is cut, docs', state: null }),
    ),
    { type: 'filter-changed', filter: 'docs' },
  );
  const [first = '', , second = ''] = listLines(state, colored, 36, 10, 0);
  expect(first).toContain('\x1b[4mDocs\x1b[24m');
  expect(second).toContain('\x1b[33m\x1b[4mdocs\x1b[24m\x1b[39m');
  expect(stripVTControlCharacters(second)).toMatch(/Fix docs that is so long/u);
});

it('a snoozed question keeps the word for it where its title is cut', () => {
  const asking = chat('a', {
    displayName: 'A title that is longer than its columns',
    questions: [makeQuestion({ header: '', text: 'Now?' })],
  });
  const state = applyEvents(emptyState(HIGH), chatsReceived([asking]));
  const [, loud = ''] = bare(state, 32);
  expect(loud).toMatch(/^ \? Now\?/u);
  const snoozed = applyEvents(state, { type: 'tasks-snoozed', taskIds: ['a'], duration: null, now: NOON });
  expect(bare(snoozed, 32)[1]).toMatch(/^ \? snoozed/u);
});
