import { describe, expect, it } from 'vitest';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import { DEFAULT_PANES } from '../../src/domain/pane-layout.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { selectedTask, visibleTasks } from '../../src/store/selectors.ts';
import { isUnseenIn } from '../../src/store/slices/attention.ts';
import type { State } from '../../src/store/state.ts';
import { knownTask, taskById } from '../../src/store/task-index.ts';
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

/** The list of Ada's two tasks. */
const ownTasks = (): State => applyEvents(emptyState(), ada, listReceived([mine('a'), mine('b')]));
/** The same, then the list of all owners. */
const everyonesTasks = (state = ownTasks()): State =>
  applyEvents(
    state,
    choose(EVERYONE, NOON + 1),
    listReceived([bobs('x'), mine('a'), mine('b'), bobs('y')], NOON + 2),
  );

const texts = ({ drafts }: State): readonly string[] => [...drafts.values()].map(({ text }) => text);

describe('another scope', () => {
  it('starts empty and loading', () => {
    const state = applyEvents(ownTasks(), choose(EVERYONE));
    expect(state.tasks).toEqual([]);
    expect(state.listFreshness).toEqual({ requestedAt: null, refreshMs: 0, error: null, retryAt: null });
    expect(selectedTask(state)).toBeNull();
  });

  it('that was listed before appears at once with its age', () => {
    const state = applyEvents(everyonesTasks(), choose(MINE, NOON + 9_000));
    expect(idsOf(state)).toEqual(['a', 'b']);
    expect(state.listFreshness).toMatchObject({ requestedAt: NOON, refreshMs: 0 });
  });

  it('that is a part of a known list appears at once', () => {
    const state = applyEvents(everyonesTasks(), choose(BOB, NOON + 9_000));
    expect(idsOf(state)).toEqual(['x', 'y']);
    expect(state.listFreshness.requestedAt).toBe(NOON + 2);
  });

  it('shows the newest known state of each task', () => {
    const newer = makeTask({ id: 'a', ownerName: 'ada', buildNumber: 7 });
    const state = applyEvents(
      everyonesTasks(),
      { type: 'task-received', task: newer, startedAt: NOON + 5, now: NOON + 5 },
      choose(MINE, NOON + 9),
    );
    expect(taskById(state, 'a')?.facts).toMatchObject({ buildNumber: 7 });
  });

  it('ignores a response for the scope before it', () => {
    const state = applyEvents(ownTasks(), choose(EVERYONE));
    const late = applyEvents(state, {
      type: 'list-received',
      source: 'tasks',
      scope: MINE,
      tasks: [mine('a')],
      startedAt: NOON,
      refreshMs: 1,
      now: NOON + 5,
    });
    expect(late).toBe(state);
  });

  it('keeps the filter and the attention filter', () => {
    const working = makeTask({ id: 'w', ownerName: 'bob', state: makeReport({ state: 'working' }) });
    const state = applyEvents(
      ownTasks(),
      { type: 'attention-filter-changed', on: true },
      choose(EVERYONE),
      listReceived([working, bobs('x'), mine('a')], NOON + 1),
    );
    expect(visibleTasks(state).map(({ id }) => id)).toEqual(['x', 'a']);
    expect(state.view.selected).toBe('a');
  });
});

describe('a task that the other scope does not list', () => {
  const withTaskData = (): State =>
    applyEvents(
      ownTasks(),
      ...selectAndView('a'),
      transcriptReceived('a', live(you(0, 'go'), agent(1, 'done'))),
      draftTyped('a', 'a half written'),
      { type: 'timeline-changed', taskId: 'a', segments: [] },
      { type: 'activity-received', activity: [{ taskId: 'a', at: NOON }] },
      { type: 'action-started', taskId: 'b', action: 'pause', now: NOON },
      { type: 'delivery-added', delivery: delivery({ taskId: 'a' }) },
    );
  const taskData = (state: State) => ({
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

  it('is not gone: its data stays, and its draft does not go into the history', () => {
    const before = withTaskData();
    const away = applyEvents(
      before,
      { type: 'task-viewed', taskId: null },
      choose(BOB),
      listReceived([bobs('x')], NOON + 1),
    );
    expect(taskData(away)).toEqual({ ...taskData(before), seen: ['a'] });
    expect(taskById(away, 'a')).toBeNull();
    expect(knownTask(away, 'a')?.name).toBe('name-a');
    const back = applyEvents(away, choose(MINE, NOON + 2), listReceived([mine('a'), mine('b')], NOON + 3));
    expect(taskData(back)).toEqual(taskData(before));
    expect(back.view.selected).toBe('a');
    expect(back.drafts.get('a')?.text).toBe('a half written');
  });

  it('goes when a list that would include it does not', () => {
    const away = applyEvents(
      withTaskData(),
      choose(EVERYONE),
      listReceived([mine('b'), bobs('x')], NOON + 1),
    );
    expect(knownTask(away, 'a')).toBeNull();
    expect(away.promptHistory).toEqual(['a half written']);
    expect(away.transcripts.size).toBe(0);
    expect(idsOf(applyEvents(away, choose(MINE, NOON + 2)))).toEqual(['b']);
  });

  it('stays while it is unknown whether the list would include it', () => {
    const stranger = applyEvents(
      emptyState(),
      choose(BOB),
      listReceived([bobs('x')]),
      choose(MINE),
      listReceived([mine('a')], NOON + 1),
    );
    expect(knownTask(stranger, 'x')).not.toBeNull();
  });

  it('goes when a fetch of it alone does not find it', () => {
    const away = applyEvents(withTaskData(), choose(BOB), listReceived([bobs('x')], NOON + 1), {
      type: 'action-accepted',
      taskId: 'a',
      action: 'delete',
      patch: { isRemoved: true },
      now: NOON + 2,
    });
    expect(knownTask(away, 'a')).toBeNull();
    expect(away.promptHistory).toEqual(['a half written']);
    expect(idsOf(applyEvents(away, choose(MINE, NOON + 3)))).toEqual(['b']);
  });

  it('goes from all lists with the list that included it', () => {
    const state = applyEvents(
      everyonesTasks(),
      choose(BOB, NOON + 3),
      listReceived([bobs('y')], NOON + 4),
      choose(EVERYONE, NOON + 5),
    );
    expect(idsOf(state)).toEqual(['a', 'b', 'y']);
  });

  it('keeps its seen status of an earlier run until it is listed', () => {
    const complete = makeTask({ id: 'x', ownerName: 'bob', state: makeReport({ state: 'complete' }) });
    const before = applyEvents(
      everyonesTasks(),
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
  it('stays on its task when that is listed, too', () => {
    expect(
      everyonesTasks(applyEvents(ownTasks(), { type: 'task-selected', taskId: 'b' })).view.selected,
    ).toBe('b');
  });

  it('is the first row when it is not', () => {
    const state = applyEvents(ownTasks(), choose(BOB), listReceived([bobs('x'), bobs('y')], NOON + 1));
    expect(state.view.selected).toBe('x');
    expect(state.notice).toBeNull();
  });

  it('comes back with its scope', () => {
    const away = applyEvents(
      everyonesTasks(applyEvents(ownTasks(), { type: 'task-selected', taskId: 'b' })),
      {
        type: 'task-selected',
        taskId: 'y',
      },
    );
    const back = applyEvents(away, choose(MINE, NOON + 3));
    expect(back.view.selected).toBe('b');
    expect(
      applyEvents(back, { type: 'task-selected', taskId: 'a' }, choose(EVERYONE, NOON + 4)).view.selected,
    ).toBe('y');
  });

  it('is on a visible row', () => {
    const state = applyEvents(
      everyonesTasks(),
      { type: 'filter-changed', filter: 'name-y' },
      choose(BOB, NOON + 3),
    );
    expect(state.view.selected).toBe('y');
  });
});

describe('marks', () => {
  const marked = ({ view }: State): readonly string[] => [...view.marked];
  const mark = (...ids: readonly string[]): StoreEvent => ({ type: 'marks-changed', marked: new Set(ids) });

  it('are on listed tasks only, and return with their tasks', () => {
    const away = applyEvents(
      ownTasks(),
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

  it('return after an undo while another scope is listed', () => {
    const order = {
      id: 'o1',
      action: 'delete',
      tasks: [mine('a')],
      isSingle: false,
      stage: 'waiting',
      startsAt: NOON + 5_000,
      doneCount: 0,
      failures: [],
    } as const;
    const away = applyEvents(
      ownTasks(),
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

describe('a task created while another owner is listed', () => {
  const afterCreate = (scope: OwnerScope): State =>
    applyEvents(
      ownTasks(),
      choose(scope),
      listReceived([bobs('x')], NOON + 1),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON + 2 },
      { type: 'creation-finished', key: 'c1', task: mine('new'), now: NOON + 3 },
    );

  it('is not in the list, but stored, and a notice says where', () => {
    const state = afterCreate(BOB);
    expect(idsOf(state)).toEqual(['x']);
    expect(state.view.selected).toBe('x');
    expect(state.notice?.text).toBe(
      `The new task is in your own list. Press ${keyFor('owner')} to switch to it.`,
    );
    expect(idsOf(applyEvents(state, choose(MINE, NOON + 4)))).toEqual(['new', 'a', 'b']);
  });

  it('is in the list of all owners', () => {
    expect(idsOf(afterCreate(EVERYONE))).toEqual(['new', 'x']);
  });
});

describe('a scope that the server refuses', () => {
  const reject = (scope: OwnerScope): StoreEvent => ({
    type: 'scope-failed',
    scope,
    text: 'You may not.',
    now: NOON + 5,
  });

  it('gives way to the last listed scope, with the reason', () => {
    const state = applyEvents(everyonesTasks(), choose(BOB, NOON + 3), reject(BOB));
    expect(state.selectedScope).toEqual(EVERYONE);
    expect(idsOf(state)).toEqual(['x', 'a', 'b', 'y']);
    expect(state.notice).toMatchObject({ tone: 'bad', text: 'You may not.', at: NOON + 5 });
  });

  it('that was listed before gives way to the user’s own tasks', () => {
    const state = applyEvents(everyonesTasks(), reject(EVERYONE));
    expect(state.selectedScope).toEqual(MINE);
    expect(idsOf(state)).toEqual(['a', 'b']);
  });
});

describe('the scope of the last run', () => {
  const restored = (scope: OwnerScope): StoreEvent => ({
    type: 'saved-state-restored',
    drafts: new Map(),
    history: [],
    selected: 'y',
    scope,
  });

  it('is listed again', () => {
    const state = applyEvents(emptyState(), restored(BOB), listReceived([bobs('x'), bobs('y')]));
    expect([state.selectedScope, state.listedScope]).toEqual([BOB, BOB]);
    expect(state.view.selected).toBe('y');
  });

  it('does not replace a newer choice, nor the task that the user is writing to', () => {
    expect(applyEvents(ownTasks(), choose(EVERYONE), restored(BOB)).selectedScope).toEqual(EVERYONE);
    expect(
      applyEvents(ownTasks(), { type: 'pane-focused', pane: 'prompt' }, restored(BOB)).selectedScope,
    ).toEqual(MINE);
    const {
      view,
      selectedScope,
      listedScope: now,
    } = applyEvents(ownTasks(), { type: 'filter-changed', filter: 'owner:carol' }, restored(BOB));
    expect([view.filter, selectedScope, now]).toEqual(['owner:carol', BOB, scopeOfOwner('carol')]);
  });
});

describe('a list of all owners with only the user’s own tasks', () => {
  it('shows a notice once', () => {
    const state = applyEvents(ownTasks(), choose(EVERYONE), listReceived([mine('a'), mine('b')], NOON + 1));
    expect(state.notice?.text).toBe('The server lists only your own tasks.');
    expect(
      applyEvents(state, { type: 'notice-changed', notice: null }, listReceived([mine('a')], NOON + 2))
        .notice,
    ).toBeNull();
    expect(everyonesTasks().notice).toBeNull();
  });
});

describe('a filter that names an owner', () => {
  const filter = (text: string): StoreEvent => ({ type: 'filter-changed', filter: text });
  const scopes = ({ selectedScope, listedScope: now }: State) => [selectedScope, now];
  const rows = (state: State) => visibleTasks(state).map(({ id }) => id);

  it('whose tasks are not listed requests them, and restores the list when it is cleared', () => {
    const state = applyEvents(
      ownTasks(),
      { type: 'task-selected', taskId: 'b' },
      filter('owner:bob nothing'),
    );
    expect(scopes(state)).toEqual([MINE, BOB]);
    expect(state.listFreshness.requestedAt).toBeNull();
    const shown = applyEvents(state, listReceived([bobs('x'), bobs('y')], NOON + 1));
    expect(rows(shown)).toEqual([]);
    expect(rows(applyEvents(shown, filter('owner:bob name-x')))).toEqual(['x']);
    const back = applyEvents(shown, filter(''));
    expect(scopes(back)).toEqual([MINE, MINE]);
    expect([idsOf(back), back.view.selected]).toEqual([['a', 'b'], 'b']);
  });

  it('lists all owners when it names several', () => {
    expect(scopes(applyEvents(ownTasks(), filter('owner:bob,eve')))).toEqual([MINE, EVERYONE]);
  });

  it.each(['owner:ad', 'owner:me', 'owner:ada,me', '!owner:bob', 'status:paused', 'bob', 'owner:'])(
    'changes no scope when the list includes the owner, or it names no other: %s',
    (text) => {
      expect(scopes(applyEvents(ownTasks(), filter(text)))).toEqual([MINE, MINE]);
      expect(scopes(applyEvents(everyonesTasks(), filter(text)))).toEqual([EVERYONE, EVERYONE]);
    },
  );

  it('means the user by `me`, also in a list of all owners', () => {
    const james = makeTask({ id: 'j', ownerName: 'james' });
    const state = applyEvents(
      ownTasks(),
      choose(EVERYONE),
      listReceived([james, mine('a')], NOON + 1),
      filter('owner:me'),
    );
    expect(rows(state)).toEqual(['a']);
    expect(
      scopes(applyEvents(ownTasks(), choose(BOB), listReceived([bobs('x')], NOON + 1), filter('owner:me'))),
    ).toEqual([BOB, MINE]);
  });

  it('is not requested while the user types it', () => {
    const typing = applyEvents(
      ownTasks(),
      { type: 'overlay-opened', overlay: { kind: 'filter', before: '' } },
      filter('owner:bob'),
    );
    expect(scopes(typing)).toEqual([MINE, MINE]);
    const closed = applyEvents(typing, { type: 'overlay-closed' });
    expect(scopes(closed)).toEqual([MINE, BOB]);
    const again = applyEvents(
      closed,
      { type: 'overlay-opened', overlay: { kind: 'filter', before: 'owner:bob' } },
      filter('owner:'),
    );
    expect(scopes(again)).toEqual([MINE, BOB]);
    expect(scopes(applyEvents(again, { type: 'overlay-closed' }))).toEqual([MINE, MINE]);
  });

  it('stays without rows when the server refuses the owner; another owner is requested', () => {
    const refused = applyEvents(ownTasks(), filter('owner:bo'), {
      type: 'scope-failed',
      scope: scopeOfOwner('bo'),
      text: 'There is none.',
      now: NOON + 1,
    });
    expect(scopes(refused)).toEqual([MINE, MINE]);
    expect([refused.view.filter, refused.notice?.text]).toEqual(['owner:bo', 'There is none.']);
    expect(rows(refused)).toEqual([]);
    expect(scopes(applyEvents(refused, filter('owner:bob')))).toEqual([MINE, BOB]);
    expect(scopes(applyEvents(refused, filter(''), filter('owner:bo')))).toEqual([MINE, scopeOfOwner('bo')]);
  });

  it('gives way to a scope that the user selects after it', () => {
    const state = applyEvents(
      ownTasks(),
      filter('owner:bob'),
      listReceived([bobs('x')], NOON + 1),
      choose(MINE, NOON + 2),
    );
    expect(scopes(state)).toEqual([MINE, MINE]);
    expect(state.view.filter).toBe('');
    const refused = applyEvents(
      applyEvents(ownTasks(), filter('owner:bob'), listReceived([bobs('x')], NOON + 1)),
      choose(EVERYONE, NOON + 2),
      { type: 'scope-failed', scope: EVERYONE, text: 'No.', now: NOON + 3 },
    );
    expect(refused.selectedScope).toEqual(MINE);
  });

  it('of the last run is requested again', () => {
    const state = applyEvents(emptyState(), {
      type: 'saved-state-restored',
      drafts: new Map(),
      history: [],
      selected: null,
      view: { pane: 'list', panes: DEFAULT_PANES, filter: 'owner:bob', needing: false },
    });
    expect(scopes(state)).toEqual([MINE, BOB]);
  });
});
