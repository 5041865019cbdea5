import { describe, expect, it } from 'vitest';
import { sinceWhen } from '../../src/domain/since.ts';
import type { Task } from '../../src/domain/task.ts';
import {
  counts,
  howFresh,
  isAnythingMoving,
  needsYouIn,
  nextTickAt,
  selectedIndex,
  selectedTask,
  taskById,
  visibleTasks,
} from '../../src/store/selectors.ts';
import type { Freshness, State } from '../../src/store/state.ts';
import { taskIn } from '../commands/make.ts';
import { live, MINUTE, makeReport, makeTask, NOON, you } from '../domain/make.ts';
import { begin, delivery, listed, lookingAt, play, refusal, showing, transcribed } from './make.ts';

const withTasks = (...tasks: readonly Task[]): State => play(begin(), listed(tasks));
const at = (state: State, now: number): State => play(state, { type: 'ticked', now });

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

  it('all of them without a filter, the very same list', () => {
    expect(visibleTasks(state)).toEqual(state.tasks);
    expect(visibleTasks(play(state, { type: 'filtered', filter: ' ' }))).toBe(visibleTasks(state));
  });

  it('are let through by how they are and since when, which time changes', () => {
    const aged = play(begin(), listed([makeTask({ id: 'a' }), taskIn('working', 'b')]));
    const shown = (filter: string, now = NOON) =>
      visibleTasks({ ...play(aged, { type: 'filtered', filter }), now }).map(({ id }) => id);
    expect(shown('phase:idle')).toEqual(['a']);
    expect(shown('!phase:idle')).toEqual(['b']);
    expect(shown('phase:idle age<1h')).toEqual(['a']);
    expect(shown('phase:idle age<1h', NOON + 60 * MINUTE)).toEqual([]);
  });

  it('those that the filter lets through, the same list each time', () => {
    const filtered = play(state, { type: 'filtered', filter: 'docs' });
    expect(visibleTasks(filtered).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(visibleTasks({ ...filtered })).toBe(visibleTasks(filtered));
  });

  it('and where the selected one stands among them', () => {
    const last = play(state, { type: 'selected', taskId: 'c' });
    expect(selectedIndex(last)).toBe(2);
    expect(selectedIndex(play(last, { type: 'filtered', filter: 'docs' }))).toBe(1);
    expect(selectedIndex({ ...last, view: { ...last.view, filter: 'login' } })).toBe(-1);
    expect(selectedIndex(begin())).toBe(-1);
  });
});

describe('since when a task is as it is', () => {
  const report = makeReport({ at: NOON - 5 * MINUTE });

  it('is for its agent to say while that runs', () => {
    expect(sinceWhen(makeTask({ state: report, updatedAt: NOON }), NOON)).toBe(NOON - 5 * MINUTE);
    expect(sinceWhen(makeTask({ state: null, updatedAt: NOON }), NOON)).toBe(NOON);
  });

  it('is the later of report and workspace otherwise: the report may be from long before the pause', () => {
    expect(sinceWhen(makeTask({ status: 'paused', state: report, updatedAt: NOON }), NOON)).toBe(NOON);
    expect(sinceWhen(makeTask({ status: 'error', state: report, updatedAt: NOON - 60 * MINUTE }), NOON)).toBe(
      NOON - 5 * MINUTE,
    );
  });
});

describe('what needs you', () => {
  const idleSince = (since: number) => makeTask({ id: 'a', state: makeReport({ at: since }) });

  it('does so only when it has for three seconds', () => {
    const state = withTasks(idleSince(NOON));
    const needs = (now: number): boolean => needsYouIn(at(state, now), idleSince(NOON));
    expect(needs(NOON + 2_999)).toBe(false);
    expect(needs(NOON + 3_000)).toBe(true);
  });

  it('does so again when a task completes again after it was looked at', () => {
    const complete = (since: number) =>
      makeTask({ id: 'b', state: makeReport({ state: 'complete', at: since }) });
    const first = complete(NOON - MINUTE);
    const state = withTasks(makeTask({ id: 'a', state: makeReport({ at: NOON - 4_000 }) }), first);
    expect(needsYouIn(state, first)).toBe(true);
    const seen = play(state, ...lookingAt('b'), ...lookingAt('a'));
    expect(needsYouIn(seen, first)).toBe(false);
    const again = complete(NOON - 30_000);
    expect(needsYouIn(play(seen, listed([makeTask({ id: 'a' }), again], NOON)), again)).toBe(true);
  });

  it('is not what an agent that never said a word is taken to do', () => {
    const silent = makeTask({ state: null });
    expect(needsYouIn(withTasks(silent), silent)).toBe(false);
  });

  it('is not what we are pausing', () => {
    const task = idleSince(NOON - MINUTE);
    const state = withTasks(task);
    expect(needsYouIn(state, task)).toBe(true);
    const pausing = play(state, { type: 'asked', taskId: 'a', intent: 'pause', now: NOON });
    expect(needsYouIn(pausing, task)).toBe(false);
  });
});

describe('the counts', () => {
  const working = (id: string) => makeTask({ id, state: makeReport({ state: 'working' }) });

  it('say how many there are, need you and work, filtered or not', () => {
    const state = withTasks(
      makeTask({ id: 'a' }),
      makeTask({ id: 'b', status: 'error' }),
      working('c'),
      working('d'),
      makeTask({ id: 'e', status: 'paused' }),
      makeTask({ id: 'f', state: makeReport({ at: NOON - 1_000 }) }),
    );
    expect(counts(state)).toEqual({ total: 6, needYou: 2, working: 2 });
    expect(counts(play(state, { type: 'filtered', filter: 'nothing' }))).toEqual(counts(state));
  });

  it('follow what was asked for', () => {
    const state = play(withTasks(working('a'), makeTask({ id: 'b' })), {
      type: 'asked',
      taskId: 'a',
      intent: 'pause',
      now: NOON,
    });
    expect(counts(state)).toEqual({ total: 2, needYou: 1, working: 0 });
  });
});

describe('how fresh data is', () => {
  const data = (about: Partial<Freshness> = {}): Freshness => ({
    at: NOON,
    promised: 4_000,
    error: null,
    retryAt: null,
    ...about,
  });

  it('is not known before the first answer', () => {
    expect(howFresh(data({ at: null }), NOON)).toEqual({ kind: 'loading' });
  });

  it('is live for as long as was promised, and five seconds', () => {
    expect(howFresh(data(), NOON + 9_000)).toEqual({ kind: 'live' });
    expect(howFresh(data(), NOON + 9_001)).toEqual({ kind: 'stale', forMs: 9_001 });
  });

  it('stays live when nothing newer can come', () => {
    expect(howFresh(data({ promised: Number.POSITIVE_INFINITY }), NOON + 1e9)).toEqual({ kind: 'live' });
  });

  it('counts down to the next try after a failure, whatever was promised', () => {
    const error = refusal();
    expect(howFresh(data({ error, retryAt: NOON + 9_000 }), NOON + 1_000)).toEqual({
      kind: 'offline',
      why: 'server',
      forMs: 1_000,
      retryInMs: 8_000,
    });
    expect(howFresh(data({ at: null, error, retryAt: NOON }), NOON + 5)).toEqual({
      kind: 'offline',
      why: 'server',
      forMs: null,
      retryInMs: 0,
    });
  });
});

describe('when the clock must move', () => {
  const fresh = { type: 'transcript-rests', taskId: 'a' } as const;
  /** A list that is never late, so that only what the test is about counts. */
  const quiet = (state: State): State => ({
    ...state,
    list: { ...state.list, promised: Number.POSITIVE_INFINITY },
  });

  it('is the next minute mark of a task on a quiet screen', () => {
    const tasks = [
      makeTask({ id: 'a', state: makeReport({ at: NOON - 90_000 }) }),
      makeTask({ id: 'b', state: makeReport({ at: NOON - 3 * MINUTE - 20_000 }) }),
    ];
    const state = play(quiet(withTasks(...tasks)), transcribed('a', live(you(0, 'go'))), fresh);
    expect(nextTickAt(state)).toBe(NOON + 30_000);
    // And from there the other's, which stands at the full minutes after its own.
    expect(nextTickAt(at(state, NOON + 30_000))).toBe(NOON + 40_000);
    expect(nextTickAt(at(state, NOON + 40_000))).toBe(NOON + 90_000);
  });

  it('is a minute away where there are no tasks', () => {
    expect(nextTickAt(quiet(withTasks()))).toBe(NOON + MINUTE);
  });

  it.each<[string, Partial<State>]>([
    ['a notice that stays', { notice: { tone: 'bad', text: 'Nothing needs you.', at: NOON } }],
    ['a message on its way', { deliveries: [delivery()] }],
    ['something asked for', { asked: new Map([['a', { intent: 'pause', since: NOON, buildNumber: 1 }]]) }],
  ])('is not sooner for %s, since nothing on screen counts its seconds', (_, about) => {
    const state = quiet(withTasks());
    expect(nextTickAt({ ...state, ...about })).toBe(nextTickAt(state));
  });

  it('is when a task begins to need you', () => {
    const state = quiet(withTasks(makeTask({ state: makeReport({ at: NOON - 1_000 }) })));
    expect(nextTickAt(state)).toBe(NOON + 2_000);
  });

  it('is when a pane becomes late', () => {
    expect(nextTickAt(withTasks())).toBe(NOON + 10_001);
    const state = play(quiet(showing('a')), transcribed('a', live(), NOON, 1_000));
    expect(nextTickAt(state)).toBe(NOON + 6_001);
    expect(howFresh(state.transcripts.get('a') ?? state.list, NOON + 6_001).kind).toBe('stale');
    expect(howFresh(state.transcripts.get('a') ?? state.list, NOON + 6_000).kind).toBe('live');
  });

  it('is each second while a pane is late, offline, or waits for the first list', () => {
    expect(nextTickAt(at(withTasks(), NOON + 11_000))).toBe(NOON + 12_000);
    const failed = { error: refusal(), retryAt: NOON + 30_000, now: NOON } as const;
    expect(nextTickAt(play(withTasks(), { type: 'list-failed', ...failed }))).toBe(NOON + 1_000);
    const unread = play(quiet(showing('a')), { type: 'transcript-failed', taskId: 'a', ...failed });
    expect(nextTickAt(unread)).toBe(NOON + 1_000);
    expect(nextTickAt(begin())).toBe(NOON + 1_000);
  });

  it('does not mind the transcript of a task that is not selected', () => {
    const state = play(
      quiet(withTasks(makeTask({ id: 'a' }))),
      transcribed('b', live(), NOON - MINUTE, 1_000),
      { type: 'ticked', now: NOON },
    );
    expect(nextTickAt(state)).toBe(NOON + MINUTE);
  });

  it('is never now, so that the clock cannot run wild', () => {
    const state = quiet(withTasks(makeTask({ state: makeReport({ at: NOON - 2_999 }) })));
    expect(nextTickAt(state)).toBe(NOON + 50);
  });
});

describe('a transcript that rests', () => {
  it('is neither late nor offline any more', () => {
    const error = refusal();
    const failed = play(
      showing('a'),
      transcribed('a', live(you(0, 'go'))),
      { type: 'transcript-failed', taskId: 'a', error, retryAt: NOON, now: NOON },
      { type: 'transcript-rests', taskId: 'a' },
    );
    const entry = failed.transcripts.get('a');
    expect(entry).toMatchObject({ at: NOON, error: null, retryAt: null });
    expect(entry && howFresh(entry, NOON + 60 * MINUTE)).toEqual({ kind: 'live' });
    expect(entry?.transcript?.messages).toHaveLength(1);
  });

  it('is none when there was never one', () => {
    const failed = play(
      showing('a'),
      { type: 'transcript-failed', taskId: 'a', error: refusal(), retryAt: NOON, now: NOON },
      { type: 'transcript-rests', taskId: 'a' },
    );
    expect(failed.transcripts.has('a')).toBe(false);
    const state = showing('a');
    expect(play(state, { type: 'transcript-rests', taskId: 'a' })).toBe(state);
  });
});

describe('whether anything moves', () => {
  it('by itself', () => {
    expect(isAnythingMoving(showing('a'))).toBe(false);
    expect(isAnythingMoving(withTasks(makeTask({ state: makeReport({ state: 'working' }) })))).toBe(true);
    expect(isAnythingMoving(withTasks(makeTask({ status: 'pending' })))).toBe(true);
  });

  it('because of us', () => {
    const state = showing('a');
    expect(isAnythingMoving(play(state, { type: 'asked', taskId: 'a', intent: 'delete', now: NOON }))).toBe(
      true,
    );
    expect(isAnythingMoving(play(state, { type: 'creation-begun', key: 'c', prompt: 'go', now: NOON }))).toBe(
      true,
    );
  });
});
