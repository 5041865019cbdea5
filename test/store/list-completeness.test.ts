import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import type { Task } from '../../src/domain/task.ts';
import { canListMore, isListingMore } from '../../src/store/list-completeness.ts';
import type { State } from '../../src/store/state.ts';
import { type ChatFields, MINUTE, makeChat, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, idsOf, listReceived } from './state-builders.ts';

const chat = (id: string, about: ChatFields = {}): Task =>
  makeChat({ id, createdAt: NOON - id.charCodeAt(0) * MINUTE, ...about });
const known = (): State =>
  applyEvents(
    emptyState(),
    { type: 'sources-known', sources: ['tasks', 'chats'] },
    listReceived([makeTask({ id: 't' })]),
    chatsReceived([chat('a'), chat('b'), chat('x', { parentId: 'b' }), chat('c')]),
  );
const ids = (state: State): string => [...idsOf(state)].sort().join('');

describe('a task that an incomplete list does not hold', () => {
  const cut = applyEvents(
    known(),
    { type: 'draft-changed', key: 'c', buffer: bufferOf('half a sentence') },
    chatsReceived([chat('a'), chat('b'), chat('x', { parentId: 'b' })], NOON + 1, false),
  );

  it('stays with its draft, and must be requested', () => {
    expect(ids(cut)).toBe('abctx');
    expect(cut.drafts.get('c')?.text).toBe('half a sentence');
    expect([...cut.unlistedIds]).toEqual(['c']);
  });

  it('is gone with the next complete list, and when its own answer says so', () => {
    const complete = applyEvents(cut, chatsReceived([chat('a'), chat('b')], NOON + 2));
    expect([ids(complete), complete.unlistedIds.size]).toEqual(['abt', 0]);
    const gone = applyEvents(cut, { type: 'task-disappeared', taskId: 'c', now: NOON + 2 });
    expect(ids(gone)).toBe('abtx');
  });

  it('is not missing once a list holds it again', () => {
    const back = applyEvents(cut, chatsReceived([chat('a'), chat('b'), chat('c')], NOON + 2, false));
    expect(back.unlistedIds.size).toBe(0);
  });

  it('a sub-agent is gone when its task is listed without it', () => {
    expect(ids(applyEvents(known(), chatsReceived([chat('a'), chat('b')], NOON + 1, false)))).toBe('abct');
  });

  it('stays in a parked list', () => {
    const parked = applyEvents(
      known(),
      { type: 'user-received', user: { id: 'u1', username: 'ada', name: '' } },
      { type: 'scope-selected', scope: { kind: 'everyone' }, now: NOON },
      chatsReceived([chat('a'), chat('b'), chat('c'), chat('d')], NOON + 1),
      { type: 'scope-selected', scope: { kind: 'mine' }, now: NOON + 2 },
    );
    const cutAgain = applyEvents(parked, chatsReceived([chat('a')], NOON + 3, false));
    expect(cutAgain.parkedLists.get('everyone')?.tasks.map(({ id }) => id)).toContain('d');
    const whole = applyEvents(parked, chatsReceived([chat('a')], NOON + 3));
    expect(whole.parkedLists.get('everyone')?.tasks.map(({ id }) => id)).not.toContain('d');
  });

  it('of another source is not concerned', () => {
    expect(ids(applyEvents(cut, listReceived([], NOON + 2)))).toBe('abcx');
  });

  it('equal incomplete lists change nothing', () => {
    const list = [chat('a'), chat('b'), chat('x', { parentId: 'b' })];
    const one = applyEvents(cut, chatsReceived(list, NOON + 2, false));
    const two = applyEvents(one, chatsReceived(list, NOON + 3, false));
    expect(two.tasks).toBe(one.tasks);
    expect(two.unlistedIds).toBe(one.unlistedIds);
  });
});

describe('a list that is cut', () => {
  const start = applyEvents(emptyState(), { type: 'sources-known', sources: ['chats'] });
  const first = applyEvents(
    start,
    chatsReceived([chat('a'), chat('x', { parentId: 'a' }), chat('b')], NOON, false),
  );

  it('can list more from its first answer on; later, one incomplete answer among complete ones is no cut', () => {
    expect(canListMore(first)).toBe(true);
    const later = applyEvents(known(), chatsReceived([chat('a'), chat('b')], NOON + 1, false));
    expect(canListMore(later)).toBe(false);
    expect(canListMore(applyEvents(later, chatsReceived([chat('a'), chat('b')], NOON + 2, false)))).toBe(
      true,
    );
    expect(canListMore(applyEvents(first, chatsReceived([chat('a')], NOON + 1)))).toBe(false);
  });

  it('lists a hundred more tasks than it has, sub-agents not counted', () => {
    const asked = applyEvents(first, { type: 'more-tasks-requested' });
    expect([asked.listLimit, isListingMore(first), isListingMore(asked)]).toEqual([102, false, true]);
    const answered = applyEvents(asked, {
      ...chatsReceived([chat('a'), chat('b'), chat('c')], NOON + 1, false),
      limit: 102,
    } as never);
    expect([isListingMore(answered), canListMore(answered)]).toEqual([false, true]);
  });

  it('begins at the limit of the source in another scope', () => {
    const asked = applyEvents(
      first,
      { type: 'more-tasks-requested' },
      {
        type: 'scope-selected',
        scope: { kind: 'everyone' },
        now: NOON,
      },
    );
    expect([asked.listLimit, canListMore(asked)]).toEqual([null, false]);
  });
});
