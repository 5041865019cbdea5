import { describe, expect, it } from 'vitest';
import { beginChange } from '../../src/domain/pending-change.ts';
import { phaseSince } from '../../src/domain/phase-since.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Freshness } from '../../src/store/freshness.ts';
import {
  counts,
  dataAge,
  isAnythingChanging,
  nextTickAt,
  selectedIndex,
  selectedTask,
  visibleTasks,
} from '../../src/store/selectors.ts';
import { needsAttentionIn } from '../../src/store/slices/attention.ts';
import type { State } from '../../src/store/state.ts';
import { taskById } from '../../src/store/task-index.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { live, MINUTE, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import { coderAction } from '../domain/coder-actions.ts';
import {
  applyEvents,
  delivery,
  emptyState,
  listReceived,
  selectAndView,
  serverError,
  stateWithTasks,
  transcriptReceived,
} from './state-builders.ts';

const withTasks = (...tasks: readonly Task[]): State => applyEvents(emptyState(), listReceived(tasks));
const at = (state: State, now: number): State => applyEvents(state, { type: 'clock-ticked', now });

describe('finding tasks', () => {
  const state = withTasks(
    makeTask({ id: 'a', displayName: 'docs' }),
    makeTask({ id: 'b', displayName: 'login' }),
    makeTask({ id: 'c', displayName: 'more docs' }),
  );

  it('by id', () => {
    expect(taskById(state, 'b')?.displayName).toBe('login');
    expect(taskById(state, 'x')).toBeNull();
    expect(taskById(state, null)).toBeNull();
    expect(selectedTask(state)?.id).toBe('a');
  });

  it('all of them without a filter, as the same list', () => {
    expect(visibleTasks(state)).toEqual(state.tasks);
    expect(visibleTasks(applyEvents(state, { type: 'filter-changed', filter: ' ' }))).toBe(
      visibleTasks(state),
    );
  });

  it('by phase and age, which change with time', () => {
    const aged = applyEvents(emptyState(), listReceived([makeTask({ id: 'a' }), taskIn('working', 'b')]));
    const shown = (filter: string, now = NOON) =>
      visibleTasks({ ...applyEvents(aged, { type: 'filter-changed', filter }), now }).map(({ id }) => id);
    expect(shown('phase:idle')).toEqual(['a']);
    expect(shown('!phase:idle')).toEqual(['b']);
    expect(shown('phase:idle age<1h')).toEqual(['a']);
    expect(shown('phase:idle age<1h', NOON + 60 * MINUTE)).toEqual([]);
  });

  it('those that match the filter, the same list each time', () => {
    const filtered = applyEvents(state, { type: 'filter-changed', filter: 'docs' });
    expect(visibleTasks(filtered).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(visibleTasks({ ...filtered })).toBe(visibleTasks(filtered));
  });

  it('and the row of the selected one', () => {
    const last = applyEvents(state, { type: 'task-selected', taskId: 'c' });
    expect(selectedIndex(last)).toBe(2);
    expect(selectedIndex(applyEvents(last, { type: 'filter-changed', filter: 'docs' }))).toBe(1);
    expect(selectedIndex({ ...last, view: { ...last.view, filter: 'login' } })).toBe(-1);
    expect(selectedIndex(emptyState())).toBe(-1);
  });
});

describe('the start of a phase', () => {
  const report = makeReport({ at: NOON - 5 * MINUTE });

  it('is the time of the agent’s report while the agent runs', () => {
    expect(phaseSince(makeTask({ state: report, updatedAt: NOON }), NOON)).toBe(NOON - 5 * MINUTE);
    expect(phaseSince(makeTask({ state: null, updatedAt: NOON }), NOON)).toBe(NOON);
  });

  it('is otherwise the later of report and workspace change: the report can be much older than a pause', () => {
    expect(phaseSince(makeTask({ status: 'paused', state: report, updatedAt: NOON }), NOON)).toBe(NOON);
    expect(
      phaseSince(makeTask({ status: 'error', state: report, updatedAt: NOON - 60 * MINUTE }), NOON),
    ).toBe(NOON - 5 * MINUTE);
  });
});

describe('a task that needs attention', () => {
  const idleSince = (since: number) => makeTask({ id: 'a', state: makeReport({ at: since }) });

  it('counts after three seconds', () => {
    const state = withTasks(idleSince(NOON));
    const needs = (now: number): boolean => needsAttentionIn(at(state, now), idleSince(NOON));
    expect(needs(NOON + 2_999)).toBe(false);
    expect(needs(NOON + 3_000)).toBe(true);
  });

  it('counts again when it completes again after the user saw it', () => {
    const complete = (since: number) =>
      makeTask({ id: 'b', state: makeReport({ state: 'complete', at: since }) });
    const first = complete(NOON - MINUTE);
    const state = withTasks(makeTask({ id: 'a', state: makeReport({ at: NOON - 4_000 }) }), first);
    expect(needsAttentionIn(state, first)).toBe(true);
    const seen = applyEvents(state, ...selectAndView('b'), ...selectAndView('a'));
    expect(needsAttentionIn(seen, first)).toBe(false);
    const again = complete(NOON - 30_000);
    expect(
      needsAttentionIn(applyEvents(seen, listReceived([makeTask({ id: 'a' }), again], NOON)), again),
    ).toBe(true);
  });

  it('is not one whose agent never reported', () => {
    const silent = makeTask({ state: null });
    expect(needsAttentionIn(withTasks(silent), silent)).toBe(false);
  });

  it('is not one that is pausing', () => {
    const task = idleSince(NOON - MINUTE);
    const state = withTasks(task);
    expect(needsAttentionIn(state, task)).toBe(true);
    const pausing = applyEvents(state, { type: 'action-started', taskId: 'a', action: 'pause', now: NOON });
    expect(needsAttentionIn(pausing, task)).toBe(false);
  });
});

describe('the counts', () => {
  const working = (id: string) => makeTask({ id, state: makeReport({ state: 'working' }) });

  it('count each task once: what needs the user, and the others by phase, also with a filter', () => {
    const state = withTasks(
      makeTask({ id: 'a' }),
      makeTask({ id: 'b', status: 'error' }),
      working('c'),
      working('d'),
      makeTask({ id: 'e', status: 'paused' }),
      makeTask({ id: 'f', state: makeReport({ at: NOON - 1_000 }) }),
    );
    expect(counts(state)).toEqual({
      total: 6,
      needYou: 2,
      byPhase: new Map([
        ['working', 2],
        ['paused', 1],
        ['idle', 1],
      ]),
    });
    expect(counts(applyEvents(state, { type: 'filter-changed', filter: 'nothing' }))).toEqual(counts(state));
  });

  it('follow pending changes', () => {
    const state = applyEvents(withTasks(working('a'), makeTask({ id: 'b' })), {
      type: 'action-started',
      taskId: 'a',
      action: 'pause',
      now: NOON,
    });
    expect(counts(state)).toEqual({ total: 2, needYou: 1, byPhase: new Map([['pausing', 1]]) });
  });
});

describe('the age of data', () => {
  const data = (about: Partial<Freshness> = {}): Freshness => ({
    requestedAt: NOON,
    refreshMs: 4_000,
    error: null,
    retryAt: null,
    ...about,
  });

  it('is unknown before the first response', () => {
    expect(dataAge(data({ requestedAt: null }), NOON)).toEqual({ kind: 'loading' });
  });

  it('is live until five seconds after the next response is due', () => {
    expect(dataAge(data(), NOON + 9_000)).toEqual({ kind: 'live' });
    expect(dataAge(data(), NOON + 9_001)).toEqual({ kind: 'stale', forMs: 9_001 });
  });

  it('stays live when no newer data can come', () => {
    expect(dataAge(data({ refreshMs: Number.POSITIVE_INFINITY }), NOON + 1e9)).toEqual({ kind: 'live' });
  });

  it('counts down to the next attempt after a failure', () => {
    const error = serverError();
    expect(dataAge(data({ error, retryAt: NOON + 9_000 }), NOON + 1_000)).toEqual({
      kind: 'offline',
      why: 'server',
      forMs: 1_000,
      retryInMs: 8_000,
    });
    expect(dataAge(data({ requestedAt: null, error, retryAt: NOON }), NOON + 5)).toEqual({
      kind: 'offline',
      why: 'server',
      forMs: null,
      retryInMs: 0,
    });
  });
});

describe('the next clock tick', () => {
  const fresh = { type: 'transcript-polling-stopped', taskId: 'a' } as const;
  /** The list never becomes stale, so it causes no tick. */
  const quiet = (state: State): State => ({
    ...state,
    listFreshness: { ...state.listFreshness, refreshMs: Number.POSITIVE_INFINITY },
  });

  it('is the next minute mark of a task on a quiet screen', () => {
    const tasks = [
      makeTask({ id: 'a', state: makeReport({ at: NOON - 90_000 }) }),
      makeTask({ id: 'b', state: makeReport({ at: NOON - 3 * MINUTE - 20_000 }) }),
    ];
    const state = applyEvents(quiet(withTasks(...tasks)), transcriptReceived('a', live(you(0, 'go'))), fresh);
    expect(nextTickAt(state)).toBe(NOON + 30_000);
    // The next one is of the other task, at full minutes after its report.
    expect(nextTickAt(at(state, NOON + 30_000))).toBe(NOON + 40_000);
    expect(nextTickAt(at(state, NOON + 40_000))).toBe(NOON + 90_000);
  });

  it('is a minute away without tasks', () => {
    expect(nextTickAt(quiet(withTasks()))).toBe(NOON + MINUTE);
  });

  it.each<[string, Partial<State>]>([
    ['a notice that stays', { notice: { tone: 'bad', text: 'Nothing needs you.', at: NOON } }],
    ['an outbox message', { deliveries: [delivery()] }],
    [
      'a pending change',
      { pendingChanges: new Map([['a', beginChange(coderAction('pause'), makeTask({ id: 'a' }), NOON)]]) },
    ],
  ])('is not sooner for %s, which shows no seconds', (_, about) => {
    const state = quiet(withTasks());
    expect(nextTickAt({ ...state, ...about })).toBe(nextTickAt(state));
  });

  it('is when a task begins to need attention', () => {
    const state = quiet(withTasks(makeTask({ state: makeReport({ at: NOON - 1_000 }) })));
    expect(nextTickAt(state)).toBe(NOON + 2_000);
  });

  it('is when a pane becomes stale', () => {
    expect(nextTickAt(withTasks())).toBe(NOON + 10_001);
    const state = applyEvents(quiet(stateWithTasks('a')), transcriptReceived('a', live(), NOON, 1_000));
    expect(nextTickAt(state)).toBe(NOON + 6_001);
    expect(dataAge(state.transcripts.get('a') ?? state.listFreshness, NOON + 6_001).kind).toBe('stale');
    expect(dataAge(state.transcripts.get('a') ?? state.listFreshness, NOON + 6_000).kind).toBe('live');
  });

  it('is each second while a pane is stale or offline, or waits for the first list', () => {
    expect(nextTickAt(at(withTasks(), NOON + 11_000))).toBe(NOON + 12_000);
    const failed = { error: serverError(), retryAt: NOON + 30_000, now: NOON } as const;
    expect(nextTickAt(applyEvents(withTasks(), { type: 'list-failed', source: 'tasks', ...failed }))).toBe(
      NOON + 1_000,
    );
    const unread = applyEvents(quiet(stateWithTasks('a')), {
      type: 'transcript-failed',
      taskId: 'a',
      ...failed,
    });
    expect(nextTickAt(unread)).toBe(NOON + 1_000);
    expect(nextTickAt(emptyState())).toBe(NOON + 1_000);
  });

  it('ignores the transcript of a task that is not selected', () => {
    const state = applyEvents(
      quiet(withTasks(makeTask({ id: 'a' }))),
      transcriptReceived('b', live(), NOON - MINUTE, 1_000),
      { type: 'clock-ticked', now: NOON },
    );
    expect(nextTickAt(state)).toBe(NOON + MINUTE);
  });

  it('is never now, which would loop', () => {
    const state = quiet(withTasks(makeTask({ state: makeReport({ at: NOON - 2_999 }) })));
    expect(nextTickAt(state)).toBe(NOON + 50);
  });
});

describe('a transcript without polling', () => {
  it('is neither stale nor offline', () => {
    const error = serverError();
    const failed = applyEvents(
      stateWithTasks('a'),
      transcriptReceived('a', live(you(0, 'go'))),
      { type: 'transcript-failed', taskId: 'a', error, retryAt: NOON, now: NOON },
      { type: 'transcript-polling-stopped', taskId: 'a' },
    );
    const entry = failed.transcripts.get('a');
    expect(entry).toMatchObject({ requestedAt: NOON, error: null, retryAt: null });
    expect(entry && dataAge(entry, NOON + 60 * MINUTE)).toEqual({ kind: 'live' });
    expect(entry?.transcript?.messages).toHaveLength(1);
  });

  it('is not stored before the first response', () => {
    const failed = applyEvents(
      stateWithTasks('a'),
      { type: 'transcript-failed', taskId: 'a', error: serverError(), retryAt: NOON, now: NOON },
      { type: 'transcript-polling-stopped', taskId: 'a' },
    );
    expect(failed.transcripts.has('a')).toBe(false);
    const state = stateWithTasks('a');
    expect(applyEvents(state, { type: 'transcript-polling-stopped', taskId: 'a' })).toBe(state);
  });
});

describe('whether a task is likely to change', () => {
  it('on the server', () => {
    expect(isAnythingChanging(stateWithTasks('a'))).toBe(false);
    expect(isAnythingChanging(withTasks(makeTask({ state: makeReport({ state: 'working' }) })))).toBe(true);
    expect(isAnythingChanging(withTasks(makeTask({ status: 'pending' })))).toBe(true);
  });

  it('after an action here', () => {
    const state = stateWithTasks('a');
    expect(
      isAnythingChanging(
        applyEvents(state, { type: 'action-started', taskId: 'a', action: 'delete', now: NOON }),
      ),
    ).toBe(true);
    expect(
      isAnythingChanging(applyEvents(state, { type: 'creation-started', key: 'c', prompt: 'go', now: NOON })),
    ).toBe(true);
  });
});
