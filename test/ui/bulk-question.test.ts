import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { keyNames } from '../../src/commands/command-registry.ts';
import type { ActionId } from '../../src/domain/action.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { BulkOperation } from '../../src/store/slices/actions.ts';
import type { State } from '../../src/store/state.ts';
import { bulkProgressLines } from '../../src/view/bars/bulk-progress.ts';
import { bulkLines, taskNames } from '../../src/view/questions/bulk-question.ts';
import { questionOf } from '../../src/view/questions/question.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, onDeployment } from '../store/state-builders.ts';
import { unfocusedPromptOf } from '../view/command-lines.ts';
import { plain } from '../view/themes.ts';
import { renderApp } from './rendered-app.tsx';
import { WORDS } from './scenes.ts';

const bare = (lines: readonly string[]): string[] => lines.map((line) => stripVTControlCharacters(line));

const five = [
  taskIn('idle', 'a', { displayName: 'Fix login' }),
  taskIn('working', 'b', { displayName: 'Update the docs' }),
  taskIn('paused', 'c', { displayName: 'Bump' }),
  taskIn('complete', 'd', { displayName: 'Flaky hunt' }),
  taskIn('starting', 'e', { displayName: 'Migrate' }),
];

const asking = (act: ActionId, columns = 80, ...actions: readonly StoreEvent[]): State =>
  applyEvents(onDeployment(emptyState({ columns, rows: 24 })), listReceived(five), ...actions, {
    type: 'overlay-opened',
    overlay: { kind: 'confirm-bulk', act, taskIds: five.map(({ id }) => id) },
  });

describe('the question', () => {
  it('has the count and as many names as fit', () => {
    expect(questionOf(asking('pause', 120))).toMatchObject({
      words: 'Pause 3 of 5 tasks: “Fix login”, “Update the docs” and “Flaky hunt”?',
      answers: [
        ['y', 'pauses'],
        ['other keys', 'cancel'],
      ],
      hasKeys: true,
    });
    // The footer shows the answers.
    expect(questionOf(asking('pause', 76))).toMatchObject({
      words: 'Pause 3 of 5 tasks: “Fix login”, “Update the docs” and “Flaky hunt”?',
      hasKeys: false,
    });
    expect(questionOf(asking('pause', 50))?.words).toBe('Pause 3 of 5 tasks: “Fix login” and 2 more?');
    expect(questionOf(asking('delete', 120))?.words).toBe(
      'Delete 4 of 5 tasks with their workspaces: “Fix login” and 3 more?',
    );
  });

  it.each([
    [[true, true], 'Delete 2 tasks with the directories created for them: “a0” and “a1”?'],
    [[false, false], 'Delete 2 tasks but not their directories: “a0” and “a1”?'],
    [[true, false], 'Delete 2 tasks with 1 directory created for them: “a0” and “a1”?'],
    [[true], 'Delete 1 task with the directory created for it: “a0”?'],
  ])('on this machine says which directories are deleted: %j', (owned, words) => {
    const tasks = owned.map((each, index) =>
      taskIn('idle', `a${index}`, {
        displayName: `a${index}`,
        directory: { path: `/srv/${index}`, owned: each },
      }),
    );
    const state = applyEvents(emptyState({ columns: 120, rows: 24 }), listReceived(tasks), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-bulk', act: 'delete', taskIds: tasks.map(({ id }) => id) },
    });
    expect(questionOf(state)?.words).toBe(words);
    const listedLines = bare(
      bulkLines(
        state,
        'delete',
        tasks.map(({ id }) => id),
        plain,
        { width: 60, height: 9 },
      ),
    );
    for (const [index, each] of owned.entries())
      expect(listedLines[index]).toBe(`● a${index}  idle${each ? '' : `, /srv/${index} stays`}`);
  });

  it('before a pause on this machine says that processes end', () => {
    const state = { ...asking('pause', 120), deployment: { name: 'local', local: true } };
    expect(questionOf(state)?.words).toMatch(/^Pause 3 of 5 tasks and end their processes: “Fix login”/u);
  });

  it('about a message has the number of paused tasks and the options', () => {
    expect(questionOf(asking('send', 120))).toMatchObject({
      words: 'Send to 5 tasks, 1 of them paused: “Fix login” and 4 more?',
      answers: [
        ['y', 'resume and send'],
        ['w', 'queue there'],
        ['other keys', 'back'],
      ],
    });
  });

  it('fits every width with any names', () => {
    const odd = WORDS.map((words, index) => taskIn('idle', `t${index}`, { displayName: words }));
    for (let columns = 40; columns <= 200; columns += 3) {
      for (const act of ['pause', 'delete', 'send'] as const) {
        const state = applyEvents(emptyState({ columns, rows: 24 }), listReceived(odd), {
          type: 'overlay-opened',
          overlay: { kind: 'confirm-bulk', act, taskIds: odd.map(({ id }) => id) },
        });
        expect(displayWidth(questionOf(state)?.words ?? '')).toBeLessThanOrEqual(columns - 6);
      }
    }
  });

  it('before a quit has the number of unfinished tasks', () => {
    const state = applyEvents(
      emptyState(),
      listReceived(five),
      { type: 'bulk-operation-queued', operation: order('waiting', 'delete'), now: NOON },
      { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } },
    );
    expect(questionOf(state)).toMatchObject({
      words: '5 tasks are not deleted yet.',
      answers: [
        ['y', 'deletes, then quits'],
        ['n', 'quits without'],
        ['other keys', 'stay'],
      ],
    });
  });
});

describe('the question before a quit, while a bulk operation ends', () => {
  const quitting = (...failures: BulkOperation['failures']): State => {
    const given = { ...order('running', 'pause', five.length), failures };
    return applyEvents(
      emptyState(),
      listReceived(five),
      { type: 'bulk-operation-queued', operation: given, now: NOON },
      { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } },
      { type: 'bulk-operation-finished', id: given.id, now: NOON },
    );
  };

  it('makes room for the list of failures', () => {
    const state = quitting({ taskId: 't1', title: 'Bump', reason: 'A build is active.' });
    expect(state.view.overlay).toEqual({ kind: 'outcome', top: 0 });
  });

  it('asks only whether to quit if everything is done', () => {
    expect(questionOf(quitting())).toMatchObject({
      words: 'Quit taskdeck?',
      answers: [
        ['y', 'quits'],
        ['other keys', 'stay'],
      ],
    });
  });
});

const order = (stage: BulkOperation['stage'], intent: BulkOperation['action'], done = 0): BulkOperation => ({
  id: `${stage}${intent}`,
  action: intent,
  tasks: five,
  isSingle: false,
  stage,
  startsAt: NOON + 5_000,
  doneCount: done,
  failures: [],
});

describe('beside the question', () => {
  const lines = (state: State, height: number, width = 46): string[] => {
    const { overlay } = state.view;
    if (overlay?.kind !== 'confirm-bulk') throw new Error('Nothing is asked.');
    return bare(bulkLines(state, overlay.act, overlay.taskIds, plain, { width, height }));
  };

  it('lists every task by name, reasons of ineligible ones, and hidden ones', () => {
    expect(lines(asking('pause', 80, { type: 'filter-changed', filter: '!flaky' }), 12)).toEqual([
      '● Fix login  idle',
      '◐ Update the docs  working',
      '✔ Flaky hunt  complete, hidden',
      'Not paused:',
      '? Bump: It is already paused.',
      '? Migrate: It is still starting. Pause it whe…',
    ]);
  });

  it('counts the tasks that do not fit', () => {
    for (let height = 0; height < 8; height++)
      expect(lines(asking('pause'), height).length).toBeLessThanOrEqual(height);
    expect(lines(asking('pause'), 5)).toEqual([
      '● Fix login  idle',
      '◐ Update the docs  working',
      '✔ Flaky hunt  complete',
      'Not paused:',
      'and 2 more',
    ]);
  });

  it('says that a waiting operation starts at once with y', () => {
    const state = asking('pause', 80, {
      type: 'bulk-operation-queued',
      operation: order('waiting', 'delete'),
      now: NOON,
    });
    expect(lines(state, 12).at(-1)).toBe('y also deletes the 5 waiting tasks now.');
  });

  it('names all tasks that fit, and truncates a single long name', () => {
    expect(taskNames(five, 30)).toBe('“Fix login” and 4 more');
    expect(taskNames(five.slice(1, 2), 12)).toBe('“Update th…”');
    expect(taskNames(five, 10)).toBe('');
    expect(taskNames([], 40)).toBe('');
  });
});

describe('the progress of bulk operations', () => {
  const on = (...orders: readonly BulkOperation[]): State =>
    applyEvents(
      emptyState({ columns: 100, rows: 24 }),
      listReceived(five),
      ...orders.map((each): StoreEvent => ({ type: 'bulk-operation-queued', operation: each, now: NOON })),
    );
  const words = (state: State): string => bare(bulkProgressLines(state, plain)).join('').trim();

  it('counts down with the key for undo, then shows the progress', () => {
    expect(words(on(order('waiting', 'delete')))).toBe('deleting 5 tasks in 5 s, U to undo');
    const later = applyEvents(on(order('waiting', 'delete')), { type: 'clock-ticked', now: NOON + 1_001 });
    expect(words(later)).toBe('deleting 5 tasks in 4 s, U to undo');
    expect(words(on(order('running', 'pause', 3)))).toBe('pausing 3 of 5');
    expect(words(on(order('running', 'pause', 3), order('waiting', 'delete')))).toBe(
      'deleting 5 tasks in 5 s, U to undo · pausing 3 of 5',
    );
  });

  it('fits the smallest screen, and is hidden by its question', () => {
    const small = applyEvents(on(order('waiting', 'delete')), {
      type: 'terminal-resized',
      size: { columns: 40, rows: 10 },
    });
    expect(words(small)).toBe('deleting 5 tasks in 5 s, U to undo');
    expect(words(on(order('held', 'delete')))).toBe('');
  });

  it('names the custom key, and the key that leaves the prompt', () => {
    const keys = { 'take-back': ['ctrl+g'] };
    const remapped = { ...on(order('waiting', 'delete')), customKeys: keys, keyNames: keyNames(keys) };
    expect(words(remapped)).toMatch(/in 5 s, ctrl\+g to undo$/u);
    expect(
      words(applyEvents(on(order('waiting', 'delete')), { type: 'pane-focused', pane: 'prompt' })),
    ).toMatch(/, esc and then U to undo$/u);
  });

  it('names a single task', () => {
    const single: BulkOperation = {
      ...order('waiting', 'pause'),
      tasks: five.slice(1, 2),
      isSingle: true,
    };
    expect(words(on(single))).toBe('pausing “Update the docs” in 5 s, U to undo');
  });

  it('has a row only while an operation exists', () => {
    expect(bulkProgressLines(on(), plain)).toEqual([]);
    expect(
      renderApp(on(order('waiting', 'delete')))
        .rows()
        .join('\n'),
    ).toContain('U to undo');
    expect(renderApp(on()).rows()).toHaveLength(24);
    expect(renderApp(on(order('waiting', 'delete'))).rows()).toHaveLength(24);
  });
});

it('the prompt says to how many it would write', () => {
  const state = applyEvents(emptyState(), listReceived(five), {
    type: 'marks-changed',
    marked: new Set(['a', 'b', 'd']),
  });
  expect(bare(unfocusedPromptOf(state))).toEqual([
    ' ⏎ or i: write to 3 marked tasks: “Fix login”, “Update the docs” and 1 more',
  ]);
});
