import { describe, expect, it } from 'vitest';
import { isSameScreen, screenState } from '../../src/store/same-screen.ts';
import type { State } from '../../src/store/state.ts';
import { createStore } from '../../src/store/store.ts';
import { agent, live, MINUTE, makeReport, makeTask, NOON, you } from '../domain/make.ts';
import { begin, listed, play, refusal, transcribed, typed } from './make.ts';

const TASKS = [makeTask({ id: 'a', state: makeReport({ at: NOON - 30_000 }) })];
const SAID = live(you(0, 'go'), agent(1, 'gone'));
const quiet = play(begin(), listed(TASKS), transcribed('a', SAID, NOON, 4_000));

const polled = (state: State, now: number): State =>
  play(state, listed(structuredClone(TASKS), now), transcribed('a', structuredClone(SAID), now, 4_000));

describe('a screen', () => {
  it('is the same after polls that bring nothing new, and keeps its tasks and messages', () => {
    const after = polled(quiet, NOON + 4_000);
    expect(after.now).toBe(NOON + 4_000);
    expect(after.tasks).toBe(quiet.tasks);
    expect(after.transcripts.get('a')?.transcript).toBe(quiet.transcripts.get('a')?.transcript);
    expect(isSameScreen(quiet, after)).toBe(true);
  });

  it('is another one at the mark of a minute, whoever moved the clock', () => {
    expect(isSameScreen(quiet, polled(quiet, NOON + 29_999))).toBe(true);
    expect(isSameScreen(quiet, polled(quiet, NOON + 30_000))).toBe(false);
    expect(isSameScreen(quiet, { ...quiet, now: NOON - 1 })).toBe(false);
  });

  it('is the same from one hour to the next where ages are told by the hour', () => {
    const old = play(begin(), listed([makeTask({ id: 'a', state: makeReport({ at: NOON - 90 * MINUTE }) })]));
    const later = { ...old, list: { ...old.list, at: NOON + 59_000 }, now: NOON + 59_000 };
    expect(isSameScreen(old, later)).toBe(true);
  });

  it.each<[string, State]>([
    ['a message', play(quiet, transcribed('a', live(you(0, 'go'), agent(1, 'gone!')), NOON + 1, 4_000))],
    ['a word of the task', play(quiet, listed([makeTask({ id: 'a', displayName: 'b' })], NOON + 1))],
    ['a key', play(quiet, typed('a', 'x'))],
    ['a new size', play(quiet, { type: 'resized', size: { columns: 100, rows: 30 } })],
    ['a failure', play(quiet, { type: 'list-failed', error: refusal(), retryAt: NOON + 9_000, now: NOON })],
    [
      'a failure of the transcript',
      play(quiet, { type: 'transcript-failed', taskId: 'a', error: refusal(), retryAt: NOON, now: NOON }),
    ],
    ['a transcript of another task', play(quiet, transcribed('b', SAID, NOON, 4_000))],
  ])('is another one after %s', (_, after) => {
    expect(isSameScreen(quiet, after)).toBe(false);
  });

  it('is another one as soon as a pane is late, and again when it is live', () => {
    const late = play(quiet, { type: 'ticked', now: NOON + 10_001 });
    expect(isSameScreen(quiet, late)).toBe(false);
    expect(isSameScreen(late, polled(late, NOON + 10_002))).toBe(false);
  });

  it('is handed out once, however often it is asked for', () => {
    const store = createStore(quiet);
    const read = screenState(store);
    expect(read()).toBe(quiet);
    store.dispatch(listed(structuredClone(TASKS), NOON + 4_000));
    expect(store.getState()).not.toBe(quiet);
    expect(read()).toBe(quiet);
    store.dispatch(typed('a', 'x'));
    expect(read()).toBe(store.getState());
  });
});
