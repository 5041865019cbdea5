import { describe, expect, it } from 'vitest';
import { pickerContent } from '../../src/commands/picker.ts';
import { MINE, scopeKey } from '../../src/domain/owner-scope.ts';
import type { Task } from '../../src/domain/task.ts';
import { listTitle } from '../../src/view/list/list-frame.ts';
import { listLines } from '../../src/view/list/list-lines.ts';
import { emptyLines } from '../../src/view/list/problem-lines.ts';
import { type ChatFields, makeChat, makeTask } from '../domain/builders.ts';
import {
  applyEvents,
  chatsReceived,
  emptyState,
  listReceived,
  onDeployment,
} from '../store/state-builders.ts';
import { plain } from '../view/themes.ts';
import { appFixture } from './app-fixture.ts';

const chat = (id: string, about: ChatFields = {}): Task => makeChat({ id, displayName: id, ...about });
const open = (sources = ['tasks', 'chats'], isComplete = true) =>
  appFixture(
    onDeployment(
      applyEvents(
        emptyState(),
        { type: 'sources-known', sources },
        sources.includes('chats')
          ? chatsReceived([chat('a'), chat('b')], undefined, isComplete)
          : listReceived([makeTask({ id: 't' })]),
      ),
    ),
  );

describe('A', () => {
  it('lists archived chats, says so, and returns to the others with their selection', () => {
    const app = open();
    app.press('G', 'A');
    expect(scopeKey(app.state().listedScope)).toBe('archived:mine');
    expect(app.notice()).toBe('Archived chats are shown. A returns.');
    expect(listTitle(app.state())).toBe('Archived chats');
    app.dispatch(chatsReceived([chat('z', { archived: true })]));
    expect(app.state().tasks.map(({ id }) => id)).toEqual(['z']);
    app.press('A');
    expect(app.state().listedScope).toEqual(MINE);
    expect(app.state().view.selected).toBe('b');
    expect(app.state().tasks.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('says what to do when nothing is archived', () => {
    const app = open();
    app.press('A');
    app.dispatch(chatsReceived([]));
    expect(emptyLines(app.state(), plain, 60).join('\n')).toMatch(
      /No archived chats\..*A returns to the other tasks\./su,
    );
  });

  it('says why it cannot act without chats', () => {
    const app = open(['tasks']);
    app.press('A');
    expect(app.notice()).toBe('Only chats can be archived, and there are none.');
  });

  it('returns from a filter for archived chats', () => {
    const app = open();
    app.dispatch({ type: 'filter-changed', filter: 'archived:yes' });
    expect(scopeKey(app.state().listedScope)).toBe('archived:mine');
    app.dispatch({ type: 'filter-changed', filter: '' });
    expect(app.state().listedScope).toEqual(MINE);
    app.press('A');
    app.dispatch({ type: 'filter-changed', filter: 'archived:no' });
    expect(app.state().listedScope).toEqual(MINE);
  });
});

describe('O', () => {
  it('offers the own chats, those that others share, and both', () => {
    const app = open();
    app.press('O');
    expect(pickerContent(app.state())?.found.map(({ label }) => label)).toEqual([
      'me',
      'shared with me',
      'everyone',
      'ada',
    ]);
    app.press('down', 'enter');
    expect(scopeKey(app.state().listedScope)).toBe('shared');
    expect(listTitle(app.state())).toBe('Tasks shared with you');
  });

  it('keeps archived chats listed', () => {
    const app = open();
    app.press('A', 'O', 'down', 'enter');
    expect(scopeKey(app.state().listedScope)).toBe('archived:shared');
    expect(listTitle(app.state())).toBe('Archived chats shared with you');
  });

  it('does not offer shared chats without chats', () => {
    const app = open(['tasks']);
    app.press('O');
    expect(pickerContent(app.state())?.found.map(({ label }) => label)).not.toContain('shared with me');
  });
});

describe('the end of a list that is cut', () => {
  const rows = (app: ReturnType<typeof open>): readonly string[] =>
    listLines(app.state(), plain, 40, 10, 0).map((line) => line.trim());

  it('says how many are shown and lists more when the user moves on', () => {
    const app = open(undefined, false);
    expect(rows(app).at(-1)).toContain('2 shown, down lists more');
    app.press('down');
    expect(app.state().listLimit).toBeNull();
    app.press('down');
    expect(app.state().listLimit).toBe(102);
    expect(rows(app).at(-1)).toContain('2 shown, loading more…');
    app.press('down');
    expect(app.state().listLimit).toBe(102);
  });

  it('is not shown in a list with all tasks', () => {
    const app = open();
    expect(rows(app)).toHaveLength(2);
    app.press('down', 'down');
    expect(app.state().listLimit).toBeNull();
  });
});
