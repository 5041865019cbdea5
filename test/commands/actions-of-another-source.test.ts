import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { keyNames } from '../../src/commands/command-registry.ts';
import { commandFor } from '../../src/commands/keymap.ts';
import { paletteEntries, runChosen } from '../../src/commands/palette.ts';
import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import { TASKS, type Task } from '../../src/domain/task.ts';
import { initialState } from '../../src/store/initial-state.ts';
import type { State } from '../../src/store/state.ts';
import { bulkLines, bulkTitle } from '../../src/view/questions/bulk-question.ts';
import { questionOf } from '../../src/view/questions/question.ts';
import { overlayWords } from '../../src/view/screen-reader/focus-words.ts';
import { makeSession, NOON } from '../domain/builders.ts';
import { applyEvents, listReceived } from '../store/state-builders.ts';
import { SESSIONS, TABLES_WITH_SESSIONS } from '../support/session-actions.ts';
import { footerOf, helpRowsOf } from '../view/command-lines.ts';
import { plain } from '../view/themes.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const chat = (about: Parameters<typeof makeSession>[0] = {}): Task =>
  makeSession({ id: 'c', displayName: 'Chat', ...about });
const running = chat({ status: 'running' });

/** The first task is selected. */
function stateWith(...tasks: readonly Task[]): State {
  const state = initialState({
    deployment: { name: 'coder.example.com', local: false },
    size: { columns: 120, rows: 40 },
    actionTables: TABLES_WITH_SESSIONS,
    keyNames: keyNames({}, TABLES_WITH_SESSIONS),
    now: NOON,
  });
  return applyEvents(state, listReceived(tasks), { type: 'task-selected', taskId: tasks[0]?.id ?? null });
}

const act = (action: string, taskId: string) => ({ what: 'act', action, taskId });

describe('a key', () => {
  it.each([
    ['H', 'close', chat()],
    ['d', 'close', chat()],
    ['r', 'reopen', chat({ archived: true })],
    ['X', 'halt', running],
    ['p', 'halt', running],
  ])('%s runs %s', (key, action, task) => {
    const app = appFixture(stateWith(task));
    app.press(key);
    expect(app.notice()).toBeNull();
    expect(app.calls).toEqual([act(action, 'c')]);
  });

  it('says why the action does not apply now', () => {
    const app = appFixture(stateWith(chat()));
    app.press('p');
    expect(app.notice()).toBe('No turn runs.');
    app.press('r');
    expect(app.notice()).toBe('It is not closed.');
    expect(app.calls).toEqual([]);
  });

  it('says that the source of the row does not have the action', () => {
    const app = appFixture(stateWith(taskIn('working', 'a'), chat()));
    app.press('H');
    expect(app.notice()).toBe('Close does not apply to a task.');
    app.press('X');
    expect(app.notice()).toBe('Halt does not apply to a task.');
    app.press('p');
    expect(app.calls).toEqual([{ ...act('pause', 'a'), what: 'act-after-undo-window' }]);
  });

  it('says that nothing stands for the action', () => {
    const tables = TABLES_WITH_SESSIONS.map((table) => ({
      ...table,
      actions: table.actions.filter(({ id }) => id !== 'halt'),
    }));
    const app = appFixture({ ...stateWith(running), actionTables: tables });
    app.press('p');
    expect(app.notice()).toBe('Pause does not apply to a session.');
  });

  it('belongs to no command without the source', () => {
    expect(commandFor('list', 'H', {})).toBeNull();
    expect(commandFor('list', 'H', {}, TABLES_WITH_SESSIONS)?.id).toBe('close');
    expect(commandFor('list', 'z', { close: ['z'] }, TABLES_WITH_SESSIONS)?.id).toBe('close');
  });
});

it('the footer names the action of the row behind each key', () => {
  const footer = (...tasks: readonly Task[]): string =>
    stripVTControlCharacters(footerOf(stateWith(...tasks)));
  expect(footer(running)).toMatch(/p halt {2}d close/u);
  expect(footer(taskIn('working', 'a'))).toMatch(/p pause {2}d delete/u);
});

it('the help lists the actions with the keys and the reasons', () => {
  const sources = [TASKS, SESSIONS];
  const state = applyEvents(stateWith(taskIn('working', 'a'), chat()), { type: 'sources-known', sources });
  const rows = helpRowsOf(state, 118);
  const entry = (text: string) => rows.find((row) => row.kind === 'entry' && row.text === text);
  expect(entry('Close the session')).toMatchObject({
    keys: 'H',
    reason: 'Close does not apply to a task.',
    disabled: true,
  });
  expect(entry('Halt the turn')).toMatchObject({ keys: 'X' });
});

it('the palette lists and runs the actions', () => {
  const app = appFixture(stateWith(running));
  const entries = new Map(paletteEntries(app.state()).map((each) => [each.id, each]));
  expect(entries.get('halt')).toMatchObject({ section: 'Sessions', keys: ['X'], availability: true });
  expect(entries.get('reopen')?.availability).toBe('It is not closed.');
  app.press(':');
  runChosen(app.context, 'halt');
  expect(app.calls).toEqual([act('halt', 'c')]);
});

it('the question has the words of the action, on the screen and for screen readers', () => {
  const app = appFixture(stateWith(running));
  app.press('d');
  expect(questionOf(app.state())).toMatchObject({
    words: 'Close “Chat”? Its turn ends.',
    answers: [
      ['y', 'closes'],
      ['other keys', 'leave it'],
    ],
  });
  expect(overlayWords(app.state(), null)).toEqual([
    'Question: Close “Chat”? Its turn ends. y: closes, other keys: leave it.',
  ]);
  app.press('n', 'd', 'y');
  expect(app.calls).toEqual([act('close', 'c')]);
});

describe('marked tasks of both sources', () => {
  const marked = (...tasks: readonly Task[]): State =>
    applyEvents(stateWith(...tasks), { type: 'marks-changed', marked: new Set(tasks.map(({ id }) => id)) });
  const two = marked(chat(), taskIn('working', 'a', { displayName: 'Task' }));

  it('are acted on where the action applies', () => {
    const app = appFixture(two);
    app.press('H');
    expect(questionOf(app.state())?.words).toBe('Close 1 of 2 tasks and end their turns: “Chat”?');
    const { overlay } = app.state().view;
    if (overlay?.kind !== 'confirm-bulk') return expect.fail();
    const lines = bulkLines(app.state(), overlay.act, overlay.taskIds, plain, { width: 80, height: 10 });
    expect(lines.map(stripVTControlCharacters)).toEqual([
      expect.stringContaining('Chat'),
      'Not closed:',
      expect.stringContaining('Task: Close does not apply to a task.'),
    ]);
    app.press('y');
    expect(app.calls).toEqual([{ what: 'bulk', action: 'close', taskIds: ['c'] }]);
  });

  it('are all acted on by a key that both sources have an action for', () => {
    const app = appFixture(two);
    app.press('d');
    expect(questionOf(app.state())).toMatchObject({
      words: 'Close 1 and end their turns, delete 1 with its workspace: “Chat” and “Task”?',
      answers: [
        ['y', 'closes and deletes'],
        ['other keys', 'leave them'],
      ],
    });
    const { overlay } = app.state().view;
    if (overlay?.kind !== 'confirm-bulk') return expect.fail();
    expect(bulkTitle(app.state(), overlay.act, overlay.taskIds)).toBe('To close or delete');
    const lines = bulkLines(app.state(), overlay.act, overlay.taskIds, plain, { width: 80, height: 10 });
    expect(lines.map(stripVTControlCharacters)).toEqual([
      expect.stringMatching(/Chat {2}.*, close$/u),
      expect.stringMatching(/Task {2}working, delete$/u),
    ]);
    app.press('y');
    expect(app.calls).toEqual([
      { what: 'bulk', action: 'close', taskIds: ['c'] },
      { what: 'bulk', action: 'delete', taskIds: ['a'] },
    ]);
  });

  it('have the words of the action that stands for another, where it is the only one', () => {
    const app = appFixture(marked(chat(), chat({ id: 'c2' })));
    app.press('d');
    expect(questionOf(app.state())?.words).toMatch(/^Close 2 tasks and end their turns: /u);
    app.press('y');
    expect(app.calls).toEqual([{ what: 'bulk', action: 'close', taskIds: ['c', 'c2'] }]);
  });

  it('are not acted on by an action for one task', () => {
    const app = appFixture(marked(running));
    app.press('X');
    expect(app.notice()).toBe('The marked task cannot be halted. Only one task at a time can be halted.');
    expect(app.calls).toEqual([]);
  });

  it('are skipped where the action that stands for another acts on one task', () => {
    const app = appFixture(marked(running, taskIn('working', 'a')));
    app.press('p', 'y');
    expect(app.calls).toEqual([{ what: 'bulk', action: 'pause', taskIds: ['a'] }]);
  });
});

describe('undo', () => {
  const archived = (): ReturnType<typeof appFixture> => {
    const app = appFixture(stateWith(chat(), taskIn('working', 'a')));
    app.press('H');
    app.dispatch(
      { type: 'action-started', taskId: 'c', action: 'close', now: NOON },
      {
        type: 'action-accepted',
        taskId: 'c',
        action: 'close',
        patch: { task: chat({ archived: true }) },
        now: NOON,
      },
    );
    return app;
  };

  it('runs the inverse of the last action', () => {
    const app = archived();
    expect(app.state().tasks[0]?.facts).toMatchObject({ archived: true });
    expect(app.state().pendingChanges.size).toBe(0);
    expect(app.notice()).toBe('“Chat” is closed. Press U to undo it.');
    app.press('U');
    expect(app.calls).toEqual([act('close', 'c'), act('reopen', 'c')]);
  });

  it('has nothing to do after another action, or without the task', () => {
    const app = archived();
    app.dispatch({ type: 'action-started', taskId: 'a', action: 'pause', now: NOON });
    app.press('U');
    expect(app.notice()).toBe('Nothing to undo.');
    const gone = archived();
    gone.dispatch({ type: 'task-disappeared', taskId: 'c', now: NOON });
    gone.press('U');
    expect(gone.notice()).toBe('Nothing to undo.');
  });

  it('runs the inverse for all tasks of a bulk operation', () => {
    const app = appFixture(stateWith(chat(), chat({ id: 'c2' })));
    const operation = {
      id: 'o1',
      action: 'close',
      tasks: app.state().tasks,
      isSingle: false,
      stage: 'waiting',
      startsAt: NOON,
      doneCount: 0,
      failures: [],
    } as const;
    app.dispatch(
      { type: 'bulk-operation-queued', operation, now: NOON },
      { type: 'bulk-operation-started', id: 'o1', now: NOON },
      ...['c', 'c2'].map((taskId) => ({
        type: 'action-accepted' as const,
        taskId,
        action: 'close',
        patch: { task: chat({ id: taskId, archived: true }) },
        now: NOON,
      })),
      { type: 'bulk-operation-finished', id: 'o1', now: NOON },
    );
    expect(withKeyNames(app.state().notice?.text ?? '', app.state().keyNames)).toBe(
      '2 tasks are closed. Press U to undo it.',
    );
    app.press('U');
    expect(app.calls).toEqual([{ what: 'bulk', action: 'reopen', taskIds: ['c', 'c2'] }]);
  });
});
