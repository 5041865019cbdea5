import { describe, expect, it } from 'vitest';
import type { BackendErrorKind } from '../../../src/domain/errors.ts';
import { textParts } from '../../../src/domain/message.ts';
import type { Task } from '../../../src/domain/task.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { questionsOf } from '../../../src/store/questions.ts';
import { createTranscriptReader } from '../../../src/sync/refresh/fetch-transcript.ts';
import { menuRequests } from '../../../src/sync/refresh/menu-requests.ts';
import { live, MINUTE, makeReport, makeTask } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { schedule, syncFixture } from '../sync-fixture.ts';

const MENU = live({ id: 1, role: 'agent', parts: textParts('Sure?\n❯ 1. Yes\n  2. No'), at: 0 });

/** It shows no menu. */
const SELECTED = makeTask({ id: 'selected', state: makeReport({ state: 'complete' }) });

/** A scheduler of these requests alone, with a selected task, whose conversation is not requested here. */
function open() {
  const fixture = syncFixture({ tasks: [SELECTED] });
  fixture.select('selected');
  const { backend, clock } = fixture;
  const menus = menuRequests({ ...fixture, readTranscript: createTranscriptReader(fixture) });
  const scheduler = schedule(fixture, ...menus.kinds);
  const requested = (): readonly string[] =>
    backend.calls('transcript').map(({ args: [task] }) => (task as Task).id);
  return {
    ...fixture,
    menus,
    scheduler,
    questions: (task: Task) => questionsOf(fixture.state, task),
    requested,
    list(...tasks: readonly Task[]): void {
      fixture.receiveList(SELECTED, ...tasks);
    },
    idle: (id: string, ageMs = MINUTE): Task =>
      makeTask({ id, state: makeReport({ at: clock.now() - ageMs }) }),
    /** Answers the oldest open request. */
    async answer(transcript: Transcript = live()): Promise<void> {
      backend
        .calls('transcript')
        .find(({ isOpen }) => isOpen)
        ?.answer(transcript);
      await clock.settle();
    },
    async refuse(kind: BackendErrorKind, retryAfterMs?: number): Promise<void> {
      backend
        .calls('transcript')
        .find(({ isOpen }) => isOpen)
        ?.refuse(failure({ kind, ...(retryAfterMs !== undefined && { retryAfterMs }) }));
      await clock.settle();
    },
  };
}

describe('the conversation of an idle task', () => {
  it('is loaded once after its report, and its menu is the question of the task', async () => {
    const fixture = open();
    const task = fixture.idle('a');
    fixture.list(task);
    await fixture.clock.advance(499);
    expect(fixture.requested()).toEqual([]);
    await fixture.clock.advance(100);
    expect(fixture.requested()).toEqual(['a']);
    await fixture.answer(MENU);
    expect(fixture.questions(task)).toMatchObject([{ kind: 'menu', text: 'Sure?' }]);
    for (let poll = 0; poll < 10; poll++) {
      fixture.list(task);
      await fixture.clock.advance(5_000);
    }
    expect(fixture.requested()).toEqual(['a']);
    // Nothing waits.
    expect(fixture.clock.due).toEqual([]);
    fixture.scheduler.stop();
  });

  it('is loaded again after the next report, and its old menu is no question meanwhile', async () => {
    const fixture = open();
    fixture.list(fixture.idle('a'));
    await fixture.clock.advance(1_000);
    await fixture.answer(MENU);
    const next = fixture.idle('a', 0);
    fixture.list(next);
    expect(fixture.questions(next)).toEqual([]);
    await fixture.clock.advance(1_000);
    expect(fixture.requested()).toEqual(['a', 'a']);
    await fixture.answer(MENU);
    expect(fixture.questions(next)).toHaveLength(1);
    fixture.scheduler.stop();
  });

  it('is not loaded when the task works again, or is selected, within the delay', async () => {
    const fixture = open();
    fixture.list(fixture.idle('a'), fixture.idle('b'));
    await fixture.clock.advance(100);
    fixture.list(makeTask({ id: 'a', state: makeReport({ state: 'working' }) }), fixture.idle('b'));
    fixture.select('b');
    await fixture.clock.advance(60_000);
    expect(fixture.requested()).toEqual([]);
    fixture.scheduler.stop();
  });

  it('is loaded when the user leaves the task before it was requested there', async () => {
    const fixture = open();
    fixture.list(fixture.idle('a'));
    fixture.select('a');
    await fixture.clock.advance(10_000);
    expect(fixture.requested()).toEqual([]);
    fixture.select('selected');
    await fixture.clock.advance(100);
    expect(fixture.requested()).toEqual(['a']);
    fixture.scheduler.stop();
  });
});

describe('of many idle tasks', () => {
  it('four conversations are loaded at a time, newest report first, with pauses after slow answers', async () => {
    const fixture = open();
    fixture.list(...Array.from({ length: 200 }, (_, n) => fixture.idle(`t${n}`, (n + 1) * MINUTE)));
    await fixture.clock.advance(1_000);
    expect(fixture.requested()).toEqual(['t0', 't1', 't2', 't3']);
    await fixture.clock.advance(1_000);
    for (let n = 0; n < 4; n++) await fixture.answer();
    // A server that takes 1.5 s for each works on at most four of them in 15 s.
    await fixture.clock.advance(8_000);
    expect(fixture.requested()).toHaveLength(4);
    for (let passed = 0; passed < 300_000; passed += 1_000) {
      await fixture.clock.advance(1_000);
      await fixture.answer();
    }
    expect(fixture.requested()).toEqual(Array.from({ length: 50 }, (_, n) => `t${n}`));
    expect(fixture.backend.maxOpen('transcript')).toBe(4);
    fixture.scheduler.stop();
  });

  it('one whose workspace does not answer does not delay the others', async () => {
    const fixture = open();
    fixture.list(...['a', 'b', 'c', 'd', 'e'].map((id, index) => fixture.idle(id, (index + 1) * MINUTE)));
    await fixture.clock.advance(1_000);
    // The first one stays open.
    for (const call of fixture.backend.calls('transcript').slice(1)) call.answer(live());
    await fixture.clock.advance(10_000);
    expect(fixture.requested()).toEqual(['a', 'b', 'c', 'd', 'e']);
    fixture.scheduler.stop();
  });
});

describe('a request that fails', () => {
  it.each<BackendErrorKind>(['conflict', 'not-found', 'server', 'unreachable', 'timeout', 'rate-limited'])(
    'with %s shows no error, and is repeated only after the next report',
    async (kind) => {
      const fixture = open();
      const task = fixture.idle('a');
      fixture.list(task);
      await fixture.clock.advance(1_000);
      expect(fixture.menus.isPending('a')).toBe(true);
      await fixture.refuse(kind);
      expect(fixture.menus.isPending('a')).toBe(false);
      for (let poll = 0; poll < 20; poll++) {
        fixture.list(task);
        await fixture.clock.advance(5_000);
      }
      expect(fixture.requested()).toEqual(['a']);
      expect(fixture.store.getState()).toMatchObject({ notice: null, transcripts: new Map() });
      fixture.list(fixture.idle('a', 0));
      await fixture.clock.advance(60_000);
      expect(fixture.requested()).toEqual(['a', 'a']);
      fixture.scheduler.stop();
    },
  );

  it('for its task alone does not delay the next one, and Retry-After does', async () => {
    const fixture = open();
    const tasks = Array.from({ length: 9 }, (_, n) => fixture.idle(`t${n}`, (n + 1) * MINUTE));
    fixture.list(...tasks);
    await fixture.clock.advance(501);
    for (let n = 0; n < 4; n++) await fixture.refuse('conflict');
    await fixture.clock.advance(10);
    expect(fixture.requested()).toHaveLength(8);
    for (let n = 0; n < 4; n++) await fixture.refuse('rate-limited', 30_000);
    await fixture.clock.advance(29_999);
    expect(fixture.requested()).toHaveLength(8);
    await fixture.clock.advance(2);
    expect(fixture.requested()).toHaveLength(9);
    fixture.scheduler.stop();
  });

  it('while the list fails waits for its next answer', async () => {
    const fixture = open();
    const tasks = Array.from({ length: 6 }, (_, n) => fixture.idle(`t${n}`, (n + 1) * MINUTE));
    fixture.list(...tasks);
    await fixture.clock.advance(1_000);
    const now = fixture.clock.now();
    const error = failure({ kind: 'unreachable' });
    fixture.store.dispatch({ type: 'list-failed', source: 'tasks', error, retryAt: now + 1_000, now });
    for (let n = 0; n < 4; n++) await fixture.refuse('unreachable');
    await fixture.clock.advance(120_000);
    expect(fixture.requested()).toHaveLength(4);
    fixture.list(...tasks);
    await fixture.clock.advance(1_000);
    expect(fixture.requested()).toEqual(tasks.map(({ id }) => id));
    fixture.scheduler.stop();
  });

  it('because it was suspended is sent again after the return', async () => {
    const fixture = open();
    fixture.list(fixture.idle('a'));
    await fixture.clock.advance(1_000);
    fixture.scheduler.suspend();
    await fixture.clock.advance(60_000);
    expect(fixture.requested()).toEqual(['a']);
    fixture.scheduler.refresh();
    await fixture.clock.advance(1_000);
    expect(fixture.requested()).toEqual(['a', 'a']);
    fixture.scheduler.stop();
  });
});

it('a task may turn out to ask a question from its report until its conversation is loaded', async () => {
  const fixture = open();
  const task = fixture.idle('a');
  expect(fixture.menus.isPending('a')).toBe(false);
  fixture.list(task);
  expect(fixture.menus.isPending('a')).toBe(true);
  await fixture.clock.advance(1_000);
  expect(fixture.menus.isPending('a')).toBe(true);
  await fixture.answer(MENU);
  expect(fixture.menus.isPending('a')).toBe(false);
  expect(fixture.menus.isPending('selected')).toBe(false);
  fixture.scheduler.stop();
});
