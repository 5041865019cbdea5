import { expect, it } from 'vitest';
import type { Action, ActionTable } from '../../src/domain/action.ts';
import { ACTION_TABLES } from '../../src/domain/action-tables.ts';
import type { Task } from '../../src/domain/task.ts';
import { counts } from '../../src/store/selectors.ts';
import { needsAttentionIn } from '../../src/store/slices/attention.ts';
import type { State } from '../../src/store/state.ts';
import { makeChat, makeQuestion, makeReport, makeTask } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const MARK: Action = {
  id: 'mark-unread',
  verb: {
    present: 'mark as unread',
    participle: 'marking as unread',
    past: 'marked as unread',
    accepted: 'marked as unread',
  },
  title: 'Mark the chat as unread',
  keys: [],
  bulk: {},
  undo: null,
  mayOn: ({ facts }) => (facts.kind === 'chat' && facts.unread === false) || 'It is unread.',
};
const MARKING: readonly ActionTable[] = [
  ...ACTION_TABLES.filter(({ source }) => source !== 'chats'),
  { source: 'chats', noun: 'a chat', actions: [MARK] },
];

const open = (...tasks: readonly Task[]) =>
  appFixture({
    ...applyEvents(
      emptyState(),
      chatsReceived(tasks.filter(({ source }) => source === 'chats')),
      listReceived(tasks.filter(({ source }) => source === 'tasks')),
    ),
    actionTables: MARKING,
  });

const needingIds = (state: State): readonly string[] =>
  state.tasks.filter((task) => needsAttentionIn(state, task)).map(({ id }) => id);

it('e acknowledges an idle Task until its agent reports again, and undoes that', () => {
  const app = open(makeTask({ id: 't' }));
  app.press('e');
  expect(counts(app.state()).needYou).toBe(0);
  app.press('e');
  expect(counts(app.state()).needYou).toBe(1);
  app.press('e');
  app.dispatch(listReceived([makeTask({ id: 't', state: makeReport({ at: 2 }) })], Date.now()));
  expect(counts(app.state()).needYou).toBe(1);
});

it('e reads an unread chat; again, it marks it as unread on the server', () => {
  const app = open(makeChat({ id: 'c', unread: true }));
  app.press('e');
  expect([counts(app.state()).needYou, app.calls]).toEqual([0, []]);
  app.press('e');
  expect(app.calls).toEqual([{ what: 'act', action: 'mark-unread', taskId: 'c' }]);
});

it('U marks acknowledged chats as unread', () => {
  const app = open(makeChat({ id: 'c', unread: true }), makeChat({ id: 'd', unread: true }));
  app.press('e', 'U');
  expect(app.calls).toEqual([{ what: 'act', action: 'mark-unread', taskId: app.state().view.selected }]);
});

it('U undoes e on Tasks and chats alike, and e again', () => {
  const app = open(makeTask({ id: 't' }), makeTask({ id: 'u' }), makeChat({ id: 'c', unread: true }));
  app.press('a', 'e');
  expect(app.notice()).toBe('3 tasks are acknowledged. Press U to undo it.');
  app.press('U');
  expect(app.calls).toEqual([{ what: 'act', action: 'mark-unread', taskId: 'c' }]);
  expect(needingIds(app.state())).toEqual(['t', 'u']);
  app.press('U');
  expect(needingIds(app.state())).toEqual([]);
});

it('a question stays until it is answered', () => {
  const app = open(makeChat({ id: 'c', questions: [makeQuestion()], unread: true }));
  app.press('e');
  expect(app.notice()).toMatch(/unread|A question stays/u);
  expect(counts(app.state()).needYou).toBe(1);
});

it('e on marked tasks acknowledges those that need the user', () => {
  const app = open(makeChat({ id: 'c', unread: true }), makeTask({ id: 't' }), makeChat({ id: 'd' }));
  app.press('a', 'e');
  expect(counts(app.state()).needYou).toBe(0);
  expect(app.calls).toEqual([]);
});
