import { beforeEach, describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/question.ts';
import { questionKey } from '../../src/store/questions.ts';
import { makeChat, makeExtension, makePermission, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState } from '../store/state-builders.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const TESTS = makePermission();
const LINT = makePermission({ id: 'call_10', text: 'Lint' });

const asking = (...questions: readonly Question[]) =>
  makeChat({ id: 'a', status: 'requires_action', questions, extension: makeExtension() });

let clock: ManualClock;
let app: AppFixture;

beforeEach(async () => {
  clock = manualClock(NOON);
  app = appFixture(applyEvents(emptyState(), chatsReceived([asking(TESTS, LINT)])), clock);
  await clock.advance(300);
});

/** The server got the answer to a question. */
const accept = ({ id }: Question, isAccepted = true): void =>
  app.dispatch({
    type: 'permission-answered',
    id: questionKey('a', { id }),
    answer: { taskId: 'a', label: 'Allow once', isAccepted },
  });

describe('a permission request', () => {
  it('is answered by a digit in the list, alone', () => {
    app.press('1');
    expect(app.calls).toEqual([{ what: 'permission', taskId: 'a', id: 'call_9', label: 'Allow once' }]);
  });

  it('takes no words', () => {
    app.press('enter', 'i');
    expect(app.notice()).toBe('It takes only the options.');
    expect(app.state().view.focus).not.toBe('prompt');
  });

  it('asks once more before the agent keeps the answer', () => {
    app.press('2');
    expect(app.calls).toEqual([]);
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-permission', option: 1 });
    app.press('enter');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toBe('Not answered.');
  });

  it('is answered for good after a yes, unless it has another answer by then', async () => {
    app.press('2', 'y');
    expect(app.calls).toEqual([{ what: 'permission', taskId: 'a', id: 'call_9', label: 'Always allow' }]);
    await clock.advance(1_000);
    app.press('2');
    accept(TESTS);
    app.press('y');
    expect(app.calls).toHaveLength(1);
    expect(app.notice()).toContain('no longer open');
  });

  it('is followed by the next one, which no held key answers', async () => {
    app.press('enter');
    await clock.advance(1_000);
    app.press('3');
    accept(TESTS, false);
    expect(app.state().view.overlay).toMatchObject({ kind: 'options', questionId: 'a call_10' });
    app.press('3');
    expect(app.notice()).toContain('held key');
    await clock.advance(1_000);
    app.press('1');
    accept(LINT, false);
    expect(app.calls.map((call) => ('label' in call ? [call.id, call.label] : call))).toEqual([
      ['call_9', 'Reject'],
      ['call_10', 'Allow once'],
    ]);
    expect(app.state().view.overlay).toBe(null);
    expect(app.notice() ?? '').not.toContain('no longer open');
    app.press('1');
    expect(app.notice()).toBe('The answer is being sent.');
  });

  it('is asked again when its answer failed', () => {
    app.press('1');
    accept(TESTS, false);
    app.dispatch({ type: 'permission-answered', id: 'a call_9', answer: null });
    expect(app.state().questionInReach?.id).toBe('a call_9');
  });
});
