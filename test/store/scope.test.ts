import { describe, expect, it } from 'vitest';
import { keyFor } from '../../src/domain/key-hint.ts';
import { EVERYONE, MINE, ownedBy, type Scope } from '../../src/domain/scope.ts';
import type { Action } from '../../src/store/action.ts';
import { isUnseenIn, knownTask, selectedTask, taskById, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { agent, live, makeReport, makeTask, NOON, you } from '../domain/make.ts';
import { begin, delivery, idsOf, listed, lookingAt, play, transcribed, typed } from './make.ts';

const BOB = ownedBy('bob');
const mine = (id: string) => makeTask({ id, ownerName: 'ada' });
const bobs = (id: string) => makeTask({ id, ownerName: 'bob' });
const ada: Action = { type: 'user-known', user: { id: 'u1', username: 'ada', name: 'Ada' } };
const choose = (scope: Scope, now = NOON): Action => ({ type: 'scope-chosen', scope, now });

/** Ada sees her own two tasks. */
const own = (): State => play(begin(), ada, listed([mine('a'), mine('b')]));
/** And then everybody's. */
const all = (state = own()): State =>
  play(state, choose(EVERYONE, NOON + 1), listed([bobs('x'), mine('a'), mine('b'), bobs('y')], NOON + 2));

const texts = ({ drafts }: State): readonly string[] => [...drafts.values()].map(({ text }) => text);

describe('another scope', () => {
  it('begins with nothing, and says that it is waited for', () => {
    const state = play(own(), choose(EVERYONE));
    expect(state.tasks).toEqual([]);
    expect(state.list).toEqual({ at: null, promised: 0, error: null, retryAt: null });
    expect(selectedTask(state)).toBeNull();
  });

  it('that was seen before is there at once, as old as it is', () => {
    const state = play(all(), choose(MINE, NOON + 9_000));
    expect(idsOf(state)).toEqual(['a', 'b']);
    expect(state.list).toMatchObject({ at: NOON, promised: 0 });
  });

  it('that is a part of what was seen is there at once', () => {
    const state = play(all(), choose(BOB, NOON + 9_000));
    expect(idsOf(state)).toEqual(['x', 'y']);
    expect(state.list.at).toBe(NOON + 2);
  });

  it('shows of each task the newest that is known', () => {
    const newer = makeTask({ id: 'a', ownerName: 'ada', buildNumber: 7 });
    const state = play(
      all(),
      { type: 'task-arrived', task: newer, startedAt: NOON + 5, now: NOON + 5 },
      choose(MINE, NOON + 9),
    );
    expect(taskById(state, 'a')?.buildNumber).toBe(7);
  });

  it('takes no answer that was for the one before', () => {
    const state = play(own(), choose(EVERYONE));
    const late = play(state, {
      type: 'list-arrived',
      scope: MINE,
      tasks: [mine('a')],
      startedAt: NOON,
      promised: 1,
      now: NOON + 5,
    });
    expect(late).toBe(state);
  });

  it('keeps the filter, and shows those that need the user when only they are shown', () => {
    const working = makeTask({ id: 'w', ownerName: 'bob', state: makeReport({ state: 'working' }) });
    const state = play(
      own(),
      { type: 'needing-shown', on: true },
      choose(EVERYONE),
      listed([working, bobs('x'), mine('a')], NOON + 1),
    );
    expect(visibleTasks(state).map(({ id }) => id)).toEqual(['x', 'a']);
    expect(state.view.selected).toBe('a');
  });
});

describe('what another scope does not list', () => {
  const busy = (): State =>
    play(
      own(),
      ...lookingAt('a'),
      transcribed('a', live(you(0, 'go'), agent(1, 'done'))),
      typed('a', 'a half written'),
      { type: 'timeline-known', taskId: 'a', stretches: [] },
      { type: 'signs-felt', signs: [{ taskId: 'a', at: NOON }] },
      { type: 'asked', taskId: 'b', intent: 'pause', now: NOON },
      { type: 'delivery-begun', delivery: delivery({ taskId: 'a' }) },
    );
  const kept = (state: State) => ({
    drafts: texts(state),
    history: state.history,
    transcripts: [...state.transcripts.keys()],
    conversations: [...state.conversations.keys()],
    timelines: [...state.timelines.keys()],
    pulses: [...state.pulses.keys()],
    seen: [...state.seen.keys()],
    asked: [...state.asked.keys()],
    deliveries: state.deliveries.length,
  });

  it('is not gone: all that hangs on it stays, and no text becomes history', () => {
    const before = busy();
    const away = play(before, { type: 'watched', taskId: null }, choose(BOB), listed([bobs('x')], NOON + 1));
    expect(kept(away)).toEqual({ ...kept(before), seen: ['a'] });
    expect(taskById(away, 'a')).toBeNull();
    expect(knownTask(away, 'a')?.name).toBe('name-a');
    const back = play(away, choose(MINE, NOON + 2), listed([mine('a'), mine('b')], NOON + 3));
    expect(kept(back)).toEqual(kept(before));
    expect(back.view.selected).toBe('a');
    expect(back.drafts.get('a')?.text).toBe('a half written');
  });

  it('goes when a list that would hold it does not', () => {
    const away = play(busy(), choose(EVERYONE), listed([mine('b'), bobs('x')], NOON + 1));
    expect(knownTask(away, 'a')).toBeNull();
    expect(away.history).toEqual(['a half written']);
    expect(away.transcripts.size).toBe(0);
    expect(idsOf(play(away, choose(MINE, NOON + 2)))).toEqual(['b']);
  });

  it('stays when nobody knows yet whether the list would hold it', () => {
    const stranger = play(
      begin(),
      choose(BOB),
      listed([bobs('x')]),
      choose(MINE),
      listed([mine('a')], NOON + 1),
    );
    expect(knownTask(stranger, 'x')).not.toBeNull();
  });

  it('goes when it is looked for by itself and is not there', () => {
    const away = play(busy(), choose(BOB), listed([bobs('x')], NOON + 1), {
      type: 'removed',
      taskId: 'a',
      now: NOON + 2,
    });
    expect(knownTask(away, 'a')).toBeNull();
    expect(away.history).toEqual(['a half written']);
    expect(idsOf(play(away, choose(MINE, NOON + 3)))).toEqual(['b']);
  });

  it('goes from everywhere with the list that held it', () => {
    const state = play(
      all(),
      choose(BOB, NOON + 3),
      listed([bobs('y')], NOON + 4),
      choose(EVERYONE, NOON + 5),
    );
    expect(idsOf(state)).toEqual(['a', 'b', 'y']);
  });

  it('was seen, if it was in an earlier run, also when it comes into view much later', () => {
    const complete = makeTask({ id: 'x', ownerName: 'bob', state: makeReport({ state: 'complete' }) });
    const before = play(all(), choose(EVERYONE), listed([complete], NOON + 10), ...lookingAt('x'));
    const next = play(
      begin(),
      { type: 'remembered', drafts: new Map(), history: [], selected: null, seen: before.seen },
      listed([mine('a')]),
      choose(EVERYONE),
      listed([complete, mine('a')], NOON + 1),
    );
    expect(isUnseenIn(next, complete)).toBe(false);
  });
});

describe('the selection', () => {
  it('stays on its task where that is listed, too', () => {
    expect(all(play(own(), { type: 'selected', taskId: 'b' })).view.selected).toBe('b');
  });

  it('is the first row where it is not', () => {
    const state = play(own(), choose(BOB), listed([bobs('x'), bobs('y')], NOON + 1));
    expect(state.view.selected).toBe('x');
    expect(state.notice).toBeNull();
  });

  it('comes back with its scope', () => {
    const away = play(all(play(own(), { type: 'selected', taskId: 'b' })), { type: 'selected', taskId: 'y' });
    const back = play(away, choose(MINE, NOON + 3));
    expect(back.view.selected).toBe('b');
    expect(play(back, { type: 'selected', taskId: 'a' }, choose(EVERYONE, NOON + 4)).view.selected).toBe('y');
  });

  it('is on a row that the filter shows', () => {
    const state = play(all(), { type: 'filtered', filter: 'name-y' }, choose(BOB, NOON + 3));
    expect(state.view.selected).toBe('y');
  });
});

describe('marks', () => {
  const marked = ({ view }: State): readonly string[] => [...view.marked];
  const mark = (...ids: readonly string[]): Action => ({ type: 'marked', marked: new Set(ids) });

  it('are on listed tasks only, and come back with theirs', () => {
    const away = play(own(), mark('a', 'b'), choose(BOB), listed([bobs('x')], NOON + 1), mark('x'));
    expect(marked(away)).toEqual(['x']);
    const everyones = play(
      away,
      choose(EVERYONE, NOON + 2),
      listed([mine('a'), mine('b'), bobs('x')], NOON + 3),
    );
    expect(marked(everyones).toSorted()).toEqual(['a', 'b', 'x']);
    const back = play(everyones, mark('b', 'x'), choose(MINE, NOON + 4), listed([mine('b')], NOON + 5));
    expect(marked(back)).toEqual(['b']);
    expect(marked(play(back, choose(BOB, NOON + 6)))).toEqual(['x']);
  });

  it('come back with what was taken back while others are listed', () => {
    const order = {
      id: 'o1',
      intent: 'delete',
      tasks: [mine('a')],
      stage: 'waiting',
      dueAt: NOON + 5_000,
      done: 0,
      failures: [],
    } as const;
    const away = play(
      own(),
      mark('a'),
      { type: 'order-given', order, now: NOON },
      choose(BOB, NOON + 1),
      listed([bobs('x')], NOON + 1),
      { type: 'order-taken-back', id: 'o1', now: NOON + 2 },
    );
    expect(marked(away)).toEqual([]);
    expect(marked(play(away, choose(MINE, NOON + 3)))).toEqual(['a']);
  });
});

describe('a task that is made while the tasks of another are listed', () => {
  const made = (scope: Scope): State =>
    play(
      own(),
      choose(scope),
      listed([bobs('x')], NOON + 1),
      { type: 'creation-begun', key: 'c1', prompt: 'go', now: NOON + 2 },
      { type: 'created', key: 'c1', task: mine('new'), now: NOON + 3 },
    );

  it('is not among them, is not lost, and the user is told where it is', () => {
    const state = made(BOB);
    expect(idsOf(state)).toEqual(['x']);
    expect(state.view.selected).toBe('x');
    expect(state.notice?.text).toBe(`The new task is among your own: ${keyFor('owner')} lists them.`);
    expect(idsOf(play(state, choose(MINE, NOON + 4)))).toEqual(['new', 'a', 'b']);
  });

  it('is among everybody’s', () => {
    expect(idsOf(made(EVERYONE))).toEqual(['new', 'x']);
  });
});

describe('a scope that the server refuses', () => {
  const refuse = (scope: Scope): Action => ({
    type: 'scope-refused',
    scope,
    text: 'You may not.',
    now: NOON + 5,
  });

  it('gives way to the one that was listed last, with the reason', () => {
    const state = play(all(), choose(BOB, NOON + 3), refuse(BOB));
    expect(state.scope).toEqual(EVERYONE);
    expect(idsOf(state)).toEqual(['x', 'a', 'b', 'y']);
    expect(state.notice).toMatchObject({ tone: 'bad', text: 'You may not.', at: NOON + 5 });
  });

  it('that was listed before gives way to the user’s own', () => {
    const state = play(all(), refuse(EVERYONE));
    expect(state.scope).toEqual(MINE);
    expect(idsOf(state)).toEqual(['a', 'b']);
  });
});

describe('the scope of the last run', () => {
  const remembered = (scope: Scope): Action => ({
    type: 'remembered',
    drafts: new Map(),
    history: [],
    selected: 'y',
    scope,
  });

  it('is listed again', () => {
    const state = play(begin(), remembered(BOB), listed([bobs('x'), bobs('y')]));
    expect([state.scope, state.listed]).toEqual([BOB, BOB]);
    expect(state.view.selected).toBe('y');
  });

  it('does not undo what the user has chosen since, nor take a task from under their fingers', () => {
    expect(play(own(), choose(EVERYONE), remembered(BOB)).scope).toEqual(EVERYONE);
    expect(play(own(), { type: 'focused', pane: 'prompt' }, remembered(BOB)).scope).toEqual(MINE);
    const {
      view,
      scope,
      listed: now,
    } = play(own(), { type: 'filtered', filter: 'owner:carol' }, remembered(BOB));
    expect([view.filter, scope, now]).toEqual(['owner:carol', BOB, ownedBy('carol')]);
  });
});

describe('everybody’s tasks, all of which are one’s own', () => {
  it('are said to be so, once', () => {
    const state = play(own(), choose(EVERYONE), listed([mine('a'), mine('b')], NOON + 1));
    expect(state.notice?.text).toBe('All tasks that the server shows you are your own.');
    expect(play(state, { type: 'noticed', notice: null }, listed([mine('a')], NOON + 2)).notice).toBeNull();
    expect(all().notice).toBeNull();
  });
});

describe('a filter that asks for an owner', () => {
  const filter = (text: string): Action => ({ type: 'filtered', filter: text });
  const whose = ({ scope, listed: now }: State) => [scope, now];
  const rows = (state: State) => visibleTasks(state).map(({ id }) => id);

  it('whose tasks are not listed has the server asked for them, and brings back what was listed when it ends', () => {
    const state = play(own(), { type: 'selected', taskId: 'b' }, filter('owner:bob nothing'));
    expect(whose(state)).toEqual([MINE, BOB]);
    expect(state.list.at).toBeNull();
    const shown = play(state, listed([bobs('x'), bobs('y')], NOON + 1));
    expect(rows(shown)).toEqual([]);
    expect(rows(play(shown, filter('owner:bob name-x')))).toEqual(['x']);
    const back = play(shown, filter(''));
    expect(whose(back)).toEqual([MINE, MINE]);
    expect([idsOf(back), back.view.selected]).toEqual([['a', 'b'], 'b']);
  });

  it('asks for everyone where it names several', () => {
    expect(whose(play(own(), filter('owner:bob,eve')))).toEqual([MINE, EVERYONE]);
  });

  it.each(['owner:ad', 'owner:me', 'owner:ada,me', '!owner:bob', 'status:paused', 'bob', 'owner:'])(
    'is a matter of what is listed where that holds them, or nobody else is asked for: %s',
    (text) => {
      expect(whose(play(own(), filter(text)))).toEqual([MINE, MINE]);
      expect(whose(play(all(), filter(text)))).toEqual([EVERYONE, EVERYONE]);
    },
  );

  it('means oneself by me, among everybody’s tasks too', () => {
    const james = makeTask({ id: 'j', ownerName: 'james' });
    const state = play(own(), choose(EVERYONE), listed([james, mine('a')], NOON + 1), filter('owner:me'));
    expect(rows(state)).toEqual(['a']);
    expect(whose(play(own(), choose(BOB), listed([bobs('x')], NOON + 1), filter('owner:me')))).toEqual([
      BOB,
      MINE,
    ]);
  });

  it('is not asked for while it is typed', () => {
    const typing = play(
      own(),
      { type: 'overlay-opened', overlay: { kind: 'filter', before: '' } },
      filter('owner:bob'),
    );
    expect(whose(typing)).toEqual([MINE, MINE]);
    const kept = play(typing, { type: 'overlay-closed' });
    expect(whose(kept)).toEqual([MINE, BOB]);
    const again = play(
      kept,
      { type: 'overlay-opened', overlay: { kind: 'filter', before: 'owner:bob' } },
      filter('owner:'),
    );
    expect(whose(again)).toEqual([MINE, BOB]);
    expect(whose(play(again, { type: 'overlay-closed' }))).toEqual([MINE, MINE]);
  });

  it('stays, and finds nothing, where the server does not list them; another one is asked for', () => {
    const refused = play(own(), filter('owner:bo'), {
      type: 'scope-refused',
      scope: ownedBy('bo'),
      text: 'There is none.',
      now: NOON + 1,
    });
    expect(whose(refused)).toEqual([MINE, MINE]);
    expect([refused.view.filter, refused.notice?.text]).toEqual(['owner:bo', 'There is none.']);
    expect(rows(refused)).toEqual([]);
    expect(whose(play(refused, filter('owner:bob')))).toEqual([MINE, BOB]);
    expect(whose(play(refused, filter(''), filter('owner:bo')))).toEqual([MINE, ownedBy('bo')]);
  });

  it('gives way to whom the user chooses after it', () => {
    const state = play(own(), filter('owner:bob'), listed([bobs('x')], NOON + 1), choose(MINE, NOON + 2));
    expect(whose(state)).toEqual([MINE, MINE]);
    expect(state.view.filter).toBe('');
    const refused = play(
      play(own(), filter('owner:bob'), listed([bobs('x')], NOON + 1)),
      choose(EVERYONE, NOON + 2),
      { type: 'scope-refused', scope: EVERYONE, text: 'No.', now: NOON + 3 },
    );
    expect(refused.scope).toEqual(MINE);
  });

  it('of the last run is asked for again', () => {
    const state = play(begin(), {
      type: 'remembered',
      drafts: new Map(),
      history: [],
      selected: null,
      view: { pane: 'list', zoomed: false, filter: 'owner:bob', needing: false },
    });
    expect(whose(state)).toEqual([MINE, BOB]);
  });
});
