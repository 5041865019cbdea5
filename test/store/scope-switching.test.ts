import { describe, expect, it } from 'vitest';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { isUnseenIn, knownTask, selectedTask, taskById, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { agent, live, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import {
  applyEvents,
  delivery,
  draftTyped,
  emptyState,
  idsOf,
  listReceived,
  selectAndView,
  transcriptReceived,
} from './state-builders.ts';

const BOB = scopeOfOwner('bob');
const mine = (id: string) => makeTask({ id, ownerName: 'ada' });
const bobs = (id: string) => makeTask({ id, ownerName: 'bob' });
const ada: StoreEvent = { type: 'user-received', user: { id: 'u1', username: 'ada', name: 'Ada' } };
const choose = (scope: OwnerScope, now = NOON): StoreEvent => ({ type: 'scope-selected', scope, now });

/** Ada sees her own two tasks. */
const own = (): State => applyEvents(emptyState(), ada, listReceived([mine('a'), mine('b')]));
/** And then everybody's. */
const all = (state = own()): State =>
  applyEvents(
    state,
    choose(EVERYONE, NOON + 1),
    listReceived([bobs('x'), mine('a'), mine('b'), bobs('y')], NOON + 2),
  );

const texts = ({ drafts }: State): readonly string[] => [...drafts.values()].map(({ text }) => text);

describe('another scope', () => {
  it('begins with nothing, and says that it is waited for', () => {
    const state = applyEvents(own(), choose(EVERYONE));
    expect(state.tasks).toEqual([]);
    expect(state.listFreshness).toEqual({ requestedAt: null, refreshMs: 0, error: null, retryAt: null });
    expect(selectedTask(state)).toBeNull();
  });

  it('that was seen before is there at once, as old as it is', () => {
    const state = applyEvents(all(), choose(MINE, NOON + 9_000));
    expect(idsOf(state)).toEqual(['a', 'b']);
    expect(state.listFreshness).toMatchObject({ requestedAt: NOON, refreshMs: 0 });
  });

  it('that is a part of what was seen is there at once', () => {
    const state = applyEvents(all(), choose(BOB, NOON + 9_000));
    expect(idsOf(state)).toEqual(['x', 'y']);
    expect(state.listFreshness.requestedAt).toBe(NOON + 2);
  });

  it('shows of each task the newest that is known', () => {
    const newer = makeTask({ id: 'a', ownerName: 'ada', buildNumber: 7 });
    const state = applyEvents(
      all(),
      { type: 'task-received', task: newer, startedAt: NOON + 5, now: NOON + 5 },
      choose(MINE, NOON + 9),
    );
    expect(taskById(state, 'a')?.buildNumber).toBe(7);
  });

  it('takes no answer that was for the one before', () => {
    const state = applyEvents(own(), choose(EVERYONE));
    const late = applyEvents(state, {
      type: 'list-received',
      scope: MINE,
      tasks: [mine('a')],
      startedAt: NOON,
      refreshMs: 1,
      now: NOON + 5,
    });
    expect(late).toBe(state);
  });

  it('keeps the filter, and shows those that need the user when only they are shown', () => {
    const working = makeTask({ id: 'w', ownerName: 'bob', state: makeReport({ state: 'working' }) });
    const state = applyEvents(
      own(),
      { type: 'attention-filter-changed', on: true },
      choose(EVERYONE),
      listReceived([working, bobs('x'), mine('a')], NOON + 1),
    );
    expect(visibleTasks(state).map(({ id }) => id)).toEqual(['x', 'a']);
    expect(state.view.selected).toBe('a');
  });
});

describe('what another scope does not list', () => {
  const busy = (): State =>
    applyEvents(
      own(),
      ...selectAndView('a'),
      transcriptReceived('a', live(you(0, 'go'), agent(1, 'done'))),
      draftTyped('a', 'a half written'),
      { type: 'timeline-changed', taskId: 'a', segments: [] },
      { type: 'activity-received', activity: [{ taskId: 'a', at: NOON }] },
      { type: 'action-started', taskId: 'b', action: 'pause', now: NOON },
      { type: 'delivery-added', delivery: delivery({ taskId: 'a' }) },
    );
  const kept = (state: State) => ({
    drafts: texts(state),
    history: state.promptHistory,
    transcripts: [...state.transcripts.keys()],
    conversations: [...state.mergedTranscripts.keys()],
    timelines: [...state.timelines.keys()],
    pulses: [...state.activity.keys()],
    seen: [...state.seenFingerprints.keys()],
    asked: [...state.pendingChanges.keys()],
    deliveries: state.deliveries.length,
  });

  it('is not gone: all that hangs on it stays, and no text becomes history', () => {
    const before = busy();
    const away = applyEvents(
      before,
      { type: 'task-viewed', taskId: null },
      choose(BOB),
      listReceived([bobs('x')], NOON + 1),
    );
    expect(kept(away)).toEqual({ ...kept(before), seen: ['a'] });
    expect(taskById(away, 'a')).toBeNull();
    expect(knownTask(away, 'a')?.name).toBe('name-a');
    const back = applyEvents(away, choose(MINE, NOON + 2), listReceived([mine('a'), mine('b')], NOON + 3));
    expect(kept(back)).toEqual(kept(before));
    expect(back.view.selected).toBe('a');
    expect(back.drafts.get('a')?.text).toBe('a half written');
  });

  it('goes when a list that would hold it does not', () => {
    const away = applyEvents(busy(), choose(EVERYONE), listReceived([mine('b'), bobs('x')], NOON + 1));
    expect(knownTask(away, 'a')).toBeNull();
    expect(away.promptHistory).toEqual(['a half written']);
    expect(away.transcripts.size).toBe(0);
    expect(idsOf(applyEvents(away, choose(MINE, NOON + 2)))).toEqual(['b']);
  });

  it('stays when nobody knows yet whether the list would hold it', () => {
    const stranger = applyEvents(
      emptyState(),
      choose(BOB),
      listReceived([bobs('x')]),
      choose(MINE),
      listReceived([mine('a')], NOON + 1),
    );
    expect(knownTask(stranger, 'x')).not.toBeNull();
  });

  it('goes when it is looked for by itself and is not there', () => {
    const away = applyEvents(busy(), choose(BOB), listReceived([bobs('x')], NOON + 1), {
      type: 'task-deleted',
      taskId: 'a',
      now: NOON + 2,
    });
    expect(knownTask(away, 'a')).toBeNull();
    expect(away.promptHistory).toEqual(['a half written']);
    expect(idsOf(applyEvents(away, choose(MINE, NOON + 3)))).toEqual(['b']);
  });

  it('goes from everywhere with the list that held it', () => {
    const state = applyEvents(
      all(),
      choose(BOB, NOON + 3),
      listReceived([bobs('y')], NOON + 4),
      choose(EVERYONE, NOON + 5),
    );
    expect(idsOf(state)).toEqual(['a', 'b', 'y']);
  });

  it('was seen, if it was in an earlier run, also when it comes into view much later', () => {
    const complete = makeTask({ id: 'x', ownerName: 'bob', state: makeReport({ state: 'complete' }) });
    const before = applyEvents(
      all(),
      choose(EVERYONE),
      listReceived([complete], NOON + 10),
      ...selectAndView('x'),
    );
    const next = applyEvents(
      emptyState(),
      {
        type: 'saved-state-restored',
        drafts: new Map(),
        history: [],
        selected: null,
        seen: before.seenFingerprints,
      },
      listReceived([mine('a')]),
      choose(EVERYONE),
      listReceived([complete, mine('a')], NOON + 1),
    );
    expect(isUnseenIn(next, complete)).toBe(false);
  });
});

describe('the selection', () => {
  it('stays on its task where that is listed, too', () => {
    expect(all(applyEvents(own(), { type: 'task-selected', taskId: 'b' })).view.selected).toBe('b');
  });

  it('is the first row where it is not', () => {
    const state = applyEvents(own(), choose(BOB), listReceived([bobs('x'), bobs('y')], NOON + 1));
    expect(state.view.selected).toBe('x');
    expect(state.notice).toBeNull();
  });

  it('comes back with its scope', () => {
    const away = applyEvents(all(applyEvents(own(), { type: 'task-selected', taskId: 'b' })), {
      type: 'task-selected',
      taskId: 'y',
    });
    const back = applyEvents(away, choose(MINE, NOON + 3));
    expect(back.view.selected).toBe('b');
    expect(
      applyEvents(back, { type: 'task-selected', taskId: 'a' }, choose(EVERYONE, NOON + 4)).view.selected,
    ).toBe('y');
  });

  it('is on a row that the filter shows', () => {
    const state = applyEvents(all(), { type: 'filter-changed', filter: 'name-y' }, choose(BOB, NOON + 3));
    expect(state.view.selected).toBe('y');
  });
});

describe('marks', () => {
  const marked = ({ view }: State): readonly string[] => [...view.marked];
  const mark = (...ids: readonly string[]): StoreEvent => ({ type: 'marks-changed', marked: new Set(ids) });

  it('are on listed tasks only, and come back with theirs', () => {
    const away = applyEvents(
      own(),
      mark('a', 'b'),
      choose(BOB),
      listReceived([bobs('x')], NOON + 1),
      mark('x'),
    );
    expect(marked(away)).toEqual(['x']);
    const everyones = applyEvents(
      away,
      choose(EVERYONE, NOON + 2),
      listReceived([mine('a'), mine('b'), bobs('x')], NOON + 3),
    );
    expect(marked(everyones).toSorted()).toEqual(['a', 'b', 'x']);
    const back = applyEvents(
      everyones,
      mark('b', 'x'),
      choose(MINE, NOON + 4),
      listReceived([mine('b')], NOON + 5),
    );
    expect(marked(back)).toEqual(['b']);
    expect(marked(applyEvents(back, choose(BOB, NOON + 6)))).toEqual(['x']);
  });

  it('come back with what was taken back while others are listed', () => {
    const order = {
      id: 'o1',
      action: 'delete',
      tasks: [mine('a')],
      stage: 'waiting',
      startsAt: NOON + 5_000,
      doneCount: 0,
      failures: [],
    } as const;
    const away = applyEvents(
      own(),
      mark('a'),
      { type: 'bulk-operation-queued', operation: order, now: NOON },
      choose(BOB, NOON + 1),
      listReceived([bobs('x')], NOON + 1),
      { type: 'bulk-operation-cancelled', id: 'o1', now: NOON + 2 },
    );
    expect(marked(away)).toEqual([]);
    expect(marked(applyEvents(away, choose(MINE, NOON + 3)))).toEqual(['a']);
  });
});

describe('a task that is made while the tasks of another are listed', () => {
  const made = (scope: OwnerScope): State =>
    applyEvents(
      own(),
      choose(scope),
      listReceived([bobs('x')], NOON + 1),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON + 2 },
      { type: 'creation-finished', key: 'c1', task: mine('new'), now: NOON + 3 },
    );

  it('is not among them, is not lost, and the user is told where it is', () => {
    const state = made(BOB);
    expect(idsOf(state)).toEqual(['x']);
    expect(state.view.selected).toBe('x');
    expect(state.notice?.text).toBe(
      `The new task is in your own list. Use ${keyFor('owner')} to switch to it.`,
    );
    expect(idsOf(applyEvents(state, choose(MINE, NOON + 4)))).toEqual(['new', 'a', 'b']);
  });

  it('is among everybody’s', () => {
    expect(idsOf(made(EVERYONE))).toEqual(['new', 'x']);
  });
});

describe('a scope that the server refuses', () => {
  const refuse = (scope: OwnerScope): StoreEvent => ({
    type: 'scope-failed',
    scope,
    text: 'You may not.',
    now: NOON + 5,
  });

  it('gives way to the one that was listed last, with the reason', () => {
    const state = applyEvents(all(), choose(BOB, NOON + 3), refuse(BOB));
    expect(state.selectedScope).toEqual(EVERYONE);
    expect(idsOf(state)).toEqual(['x', 'a', 'b', 'y']);
    expect(state.notice).toMatchObject({ tone: 'bad', text: 'You may not.', at: NOON + 5 });
  });

  it('that was listed before gives way to the user’s own', () => {
    const state = applyEvents(all(), refuse(EVERYONE));
    expect(state.selectedScope).toEqual(MINE);
    expect(idsOf(state)).toEqual(['a', 'b']);
  });
});

describe('the scope of the last run', () => {
  const remembered = (scope: OwnerScope): StoreEvent => ({
    type: 'saved-state-restored',
    drafts: new Map(),
    history: [],
    selected: 'y',
    scope,
  });

  it('is listed again', () => {
    const state = applyEvents(emptyState(), remembered(BOB), listReceived([bobs('x'), bobs('y')]));
    expect([state.selectedScope, state.listedScope]).toEqual([BOB, BOB]);
    expect(state.view.selected).toBe('y');
  });

  it('does not undo what the user has chosen since, nor take a task from under their fingers', () => {
    expect(applyEvents(own(), choose(EVERYONE), remembered(BOB)).selectedScope).toEqual(EVERYONE);
    expect(
      applyEvents(own(), { type: 'pane-focused', pane: 'prompt' }, remembered(BOB)).selectedScope,
    ).toEqual(MINE);
    const {
      view,
      selectedScope,
      listedScope: now,
    } = applyEvents(own(), { type: 'filter-changed', filter: 'owner:carol' }, remembered(BOB));
    expect([view.filter, selectedScope, now]).toEqual(['owner:carol', BOB, scopeOfOwner('carol')]);
  });
});

describe('everybody’s tasks, all of which are one’s own', () => {
  it('are said to be so, once', () => {
    const state = applyEvents(own(), choose(EVERYONE), listReceived([mine('a'), mine('b')], NOON + 1));
    expect(state.notice?.text).toBe('The server lists only your own tasks.');
    expect(
      applyEvents(state, { type: 'notice-changed', notice: null }, listReceived([mine('a')], NOON + 2))
        .notice,
    ).toBeNull();
    expect(all().notice).toBeNull();
  });
});

describe('a filter that asks for an owner', () => {
  const filter = (text: string): StoreEvent => ({ type: 'filter-changed', filter: text });
  const whose = ({ selectedScope, listedScope: now }: State) => [selectedScope, now];
  const rows = (state: State) => visibleTasks(state).map(({ id }) => id);

  it('whose tasks are not listed has the server asked for them, and brings back what was listed when it ends', () => {
    const state = applyEvents(own(), { type: 'task-selected', taskId: 'b' }, filter('owner:bob nothing'));
    expect(whose(state)).toEqual([MINE, BOB]);
    expect(state.listFreshness.requestedAt).toBeNull();
    const shown = applyEvents(state, listReceived([bobs('x'), bobs('y')], NOON + 1));
    expect(rows(shown)).toEqual([]);
    expect(rows(applyEvents(shown, filter('owner:bob name-x')))).toEqual(['x']);
    const back = applyEvents(shown, filter(''));
    expect(whose(back)).toEqual([MINE, MINE]);
    expect([idsOf(back), back.view.selected]).toEqual([['a', 'b'], 'b']);
  });

  it('asks for everyone where it names several', () => {
    expect(whose(applyEvents(own(), filter('owner:bob,eve')))).toEqual([MINE, EVERYONE]);
  });

  it.each(['owner:ad', 'owner:me', 'owner:ada,me', '!owner:bob', 'status:paused', 'bob', 'owner:'])(
    'is a matter of what is listed where that holds them, or nobody else is asked for: %s',
    (text) => {
      expect(whose(applyEvents(own(), filter(text)))).toEqual([MINE, MINE]);
      expect(whose(applyEvents(all(), filter(text)))).toEqual([EVERYONE, EVERYONE]);
    },
  );

  it('means oneself by me, among everybody’s tasks too', () => {
    const james = makeTask({ id: 'j', ownerName: 'james' });
    const state = applyEvents(
      own(),
      choose(EVERYONE),
      listReceived([james, mine('a')], NOON + 1),
      filter('owner:me'),
    );
    expect(rows(state)).toEqual(['a']);
    expect(
      whose(applyEvents(own(), choose(BOB), listReceived([bobs('x')], NOON + 1), filter('owner:me'))),
    ).toEqual([BOB, MINE]);
  });

  it('is not asked for while it is typed', () => {
    const typing = applyEvents(
      own(),
      { type: 'overlay-opened', overlay: { kind: 'filter', before: '' } },
      filter('owner:bob'),
    );
    expect(whose(typing)).toEqual([MINE, MINE]);
    const kept = applyEvents(typing, { type: 'overlay-closed' });
    expect(whose(kept)).toEqual([MINE, BOB]);
    const again = applyEvents(
      kept,
      { type: 'overlay-opened', overlay: { kind: 'filter', before: 'owner:bob' } },
      filter('owner:'),
    );
    expect(whose(again)).toEqual([MINE, BOB]);
    expect(whose(applyEvents(again, { type: 'overlay-closed' }))).toEqual([MINE, MINE]);
  });

  it('stays, and finds nothing, where the server does not list them; another one is asked for', () => {
    const refused = applyEvents(own(), filter('owner:bo'), {
      type: 'scope-failed',
      scope: scopeOfOwner('bo'),
      text: 'There is none.',
      now: NOON + 1,
    });
    expect(whose(refused)).toEqual([MINE, MINE]);
    expect([refused.view.filter, refused.notice?.text]).toEqual(['owner:bo', 'There is none.']);
    expect(rows(refused)).toEqual([]);
    expect(whose(applyEvents(refused, filter('owner:bob')))).toEqual([MINE, BOB]);
    expect(whose(applyEvents(refused, filter(''), filter('owner:bo')))).toEqual([MINE, scopeOfOwner('bo')]);
  });

  it('gives way to whom the user chooses after it', () => {
    const state = applyEvents(
      own(),
      filter('owner:bob'),
      listReceived([bobs('x')], NOON + 1),
      choose(MINE, NOON + 2),
    );
    expect(whose(state)).toEqual([MINE, MINE]);
    expect(state.view.filter).toBe('');
    const refused = applyEvents(
      applyEvents(own(), filter('owner:bob'), listReceived([bobs('x')], NOON + 1)),
      choose(EVERYONE, NOON + 2),
      { type: 'scope-failed', scope: EVERYONE, text: 'No.', now: NOON + 3 },
    );
    expect(refused.selectedScope).toEqual(MINE);
  });

  it('of the last run is asked for again', () => {
    const state = applyEvents(emptyState(), {
      type: 'saved-state-restored',
      drafts: new Map(),
      history: [],
      selected: null,
      view: { pane: 'list', zoomed: false, filter: 'owner:bob', needing: false },
    });
    expect(whose(state)).toEqual([MINE, BOB]);
  });
});
