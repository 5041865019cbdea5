import { describe, expect, it } from 'vitest';
import type { State } from '../../../src/store/state.ts';
import { createStore } from '../../../src/store/store.ts';
import { isSameScreen, visibleState } from '../../../src/view/layout/screen-equality.ts';
import { agent, live, MINUTE, makeReport, makeTask, NOON, you } from '../../domain/builders.ts';
import {
  applyEvents,
  draftTyped,
  emptyState,
  listReceived,
  serverError,
  transcriptReceived,
} from '../../store/state-builders.ts';

const TASKS = [makeTask({ id: 'a', state: makeReport({ at: NOON - 30_000 }) })];
const TRANSCRIPT = live(you(0, 'go'), agent(1, 'gone'));
const quiet = applyEvents(
  emptyState(),
  listReceived(TASKS),
  transcriptReceived('a', TRANSCRIPT, NOON, 4_000),
);

const polled = (state: State, now: number): State =>
  applyEvents(
    state,
    listReceived(structuredClone(TASKS), now),
    transcriptReceived('a', structuredClone(TRANSCRIPT), now, 4_000),
  );

describe('a screen', () => {
  it('is the same after polls without news, and keeps its task and message objects', () => {
    const after = polled(quiet, NOON + 4_000);
    expect(after.now).toBe(NOON + 4_000);
    expect(after.tasks).toBe(quiet.tasks);
    expect(after.transcripts.get('a')?.transcript).toBe(quiet.transcripts.get('a')?.transcript);
    expect(isSameScreen(quiet, after)).toBe(true);
  });

  it('changes at a minute mark, after any event that moves the clock', () => {
    expect(isSameScreen(quiet, polled(quiet, NOON + 29_999))).toBe(true);
    expect(isSameScreen(quiet, polled(quiet, NOON + 30_000))).toBe(false);
    expect(isSameScreen(quiet, { ...quiet, now: NOON - 1 })).toBe(false);
  });

  it('is the same within an hour when ages are in hours', () => {
    const old = applyEvents(
      emptyState(),
      listReceived([makeTask({ id: 'a', state: makeReport({ at: NOON - 90 * MINUTE }) })]),
    );
    const later = {
      ...old,
      listFreshness: { ...old.listFreshness, requestedAt: NOON + 59_000 },
      now: NOON + 59_000,
    };
    expect(isSameScreen(old, later)).toBe(true);
  });

  it.each<[string, State]>([
    [
      'a message',
      applyEvents(quiet, transcriptReceived('a', live(you(0, 'go'), agent(1, 'gone!')), NOON + 1, 4_000)),
    ],
    ['a new title', applyEvents(quiet, listReceived([makeTask({ id: 'a', displayName: 'b' })], NOON + 1))],
    ['a typed character', applyEvents(quiet, draftTyped('a', 'x'))],
    ['a new size', applyEvents(quiet, { type: 'terminal-resized', size: { columns: 100, rows: 30 } })],
    [
      'a failure',
      applyEvents(quiet, {
        type: 'list-failed',
        source: 'tasks',
        error: serverError(),
        retryAt: NOON + 9_000,
        now: NOON,
      }),
    ],
    [
      'a failure of the transcript',
      applyEvents(quiet, {
        type: 'transcript-failed',
        taskId: 'a',
        error: serverError(),
        retryAt: NOON,
        now: NOON,
      }),
    ],
    ['a transcript of another task', applyEvents(quiet, transcriptReceived('b', TRANSCRIPT, NOON, 4_000))],
  ])('changes after %s', (_, after) => {
    expect(isSameScreen(quiet, after)).toBe(false);
  });

  it('changes when a pane becomes stale, and when it is live again', () => {
    const late = applyEvents(quiet, { type: 'clock-ticked', now: NOON + 10_001 });
    expect(isSameScreen(quiet, late)).toBe(false);
    expect(isSameScreen(late, polled(late, NOON + 10_002))).toBe(false);
  });

  it('is the same object for every call', () => {
    const store = createStore(quiet);
    const read = visibleState(store);
    expect(read()).toBe(quiet);
    store.dispatch(listReceived(structuredClone(TASKS), NOON + 4_000));
    expect(store.getState()).not.toBe(quiet);
    expect(read()).toBe(quiet);
    store.dispatch(draftTyped('a', 'x'));
    expect(read()).toBe(store.getState());
  });
});
