import { describe, expect, test } from 'vitest';
import { showFoundMessages } from '../../src/commands/show-found-message.ts';
import type { FoundMessage } from '../../src/domain/ports/conversation-search.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { NO_RESULTS } from '../../src/store/slices/conversation-search.ts';
import type { State } from '../../src/store/state.ts';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { hitRangesOn } from '../../src/view/transcript/transcript-search.ts';
import { agent, foundMessage, NOON, you } from '../domain/builders.ts';
import { applyEvents, stateWithTasks } from '../store/state-builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { appFixture } from './app-fixture.ts';

/** The overlay with these results for `needle`. */
function opened(state: State, ...messages: readonly FoundMessage[]) {
  const app = appFixture(state);
  app.press('F');
  app.type('needle');
  app.dispatch({
    type: 'conversation-search-progressed',
    results: { ...NO_RESULTS, text: 'needle', messages },
  });
  return app;
}

describe('the search through all conversations', () => {
  test('keeps its text when it is closed', () => {
    const app = opened(stateWithTasks('t1', 't2'), foundMessage());
    app.press('esc');
    expect(app.state().view.overlay).toBeNull();
    app.press('F');
    expect(app.state().conversationSearch.text).toBe('needle');
    app.type('s');
    expect(app.state().conversationSearch.text).toBe('needles');
  });

  test('moves within the results, which stay selected when newer ones arrive', () => {
    const messages = [foundMessage({ key: 3 }), foundMessage({ key: 2 }), foundMessage({ key: 1 })];
    const app = opened(stateWithTasks('t1', 't2'), ...messages);
    app.press('down', 'down', 'down', 'up');
    expect(app.state().conversationSearch.selected).toBe(2);
    app.dispatch({
      type: 'conversation-search-progressed',
      results: { ...NO_RESULTS, text: 'needle', messages: [foundMessage({ key: 4 }), ...messages] },
    });
    app.press('down');
    expect(app.state().conversationSearch.selected).toBe(1);
  });

  test('goes to the task of the selected message', () => {
    const app = opened(stateWithTasks('t1', 't2'), foundMessage());
    app.press('enter');
    expect(app.state().view).toMatchObject({ overlay: null, selected: 't2', focus: 'transcript' });
    expect(app.state().messageToShow).toEqual({
      taskId: 't2',
      run: 0,
      id: 1,
      role: 'agent',
      isRetracted: false,
      text: 'needle',
    });
  });

  test('clears a filter that hides the task, and says so', () => {
    const app = opened(
      applyEvents(stateWithTasks('t1', 't2'), { type: 'filter-changed', filter: 'nothing-like-this' }),
      foundMessage(),
    );
    app.press('enter');
    expect(app.state().view).toMatchObject({ filter: '', selected: 't2' });
    expect(app.notice()).toContain('cleared');
  });

  test('returns to the list of the owner whose task it is', () => {
    const state = applyEvents(stateWithTasks('t1', 't2'), {
      type: 'scope-selected',
      scope: { kind: 'owner', name: 'bob' },
      now: NOON,
    });
    expect(state.tasks).toEqual([]);
    const app = opened(state, foundMessage());
    app.press('enter');
    expect(app.state().listedScope).toEqual({ kind: 'mine' });
    expect(app.state().view.selected).toBe('t2');
    expect(app.state().messageToShow?.taskId).toBe('t2');
  });

  test('opens the conversation of a task that is not listed in the pager', async () => {
    const app = opened(stateWithTasks('t1', 't2'), foundMessage({ taskId: 'gone' }));
    app.press('enter');
    await Promise.resolve();
    expect(app.calls).toEqual([{ what: 'page', text: 'conversation of gone' }]);
    expect(app.state().view.overlay).toEqual({ kind: 'find' });
  });

  test('says when a conversation is no longer stored', async () => {
    const app = opened(stateWithTasks('t1', 't2'), foundMessage({ taskId: 'nowhere' }));
    app.press('enter');
    await Promise.resolve();
    expect(app.notice()).toBe('This conversation is no longer stored.');
  });

  test('ignores enter while the results belong to another text', () => {
    const app = opened(stateWithTasks('t1', 't2'), foundMessage());
    app.type('x');
    app.press('enter');
    expect(app.state().view.overlay).toEqual({ kind: 'find' });
  });

  test('says why it cannot search when conversations are not stored', () => {
    const app = appFixture({
      ...stateWithTasks('t1', 't2'),
      settings: { ...defaultSettings, archive: false },
    });
    app.press('F');
    expect(app.notice()).toContain('Conversations are not stored');
    expect(app.state().view.overlay).toBeNull();
  });
});

describe('a found message', () => {
  const entries = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => {
      const id = from + at;
      const message =
        id % 2 === 0 ? you(id, `line ${id}`) : agent(id, id === 1 ? 'a Needle here' : `line ${id}`);
      return { kind: 'message' as const, run: 0, id, message };
    });
  const load = (from: number, to: number, hasOlder: boolean) => ({
    type: 'stored-conversation-loaded' as const,
    taskId: 't2',
    part: { conversation: { entries: entries(from, to) }, hasOlder, readUpTo: null },
  });

  test('is shown with its hit, as soon as the pages before it are loaded', () => {
    const clock = manualClock(NOON);
    const app = appFixture(stateWithTasks('t1', 't2'), clock);
    showFoundMessages(app.store, clock);
    app.dispatch({ type: 'task-selected', taskId: 't2' }, { type: 'pane-focused', pane: 'transcript' });
    app.dispatch({
      type: 'message-to-show-changed',
      message: { taskId: 't2', run: 0, id: 1, role: 'agent', isRetracted: false, text: 'needle' },
    });
    app.dispatch(load(200, 300, true));
    expect(app.state().mergedTranscripts.get('t2')?.older).toBe('requested');
    app.dispatch(load(0, 200, false));
    const { messageToShow, view } = app.state();
    expect(messageToShow).toBeNull();
    expect(view.transcriptSearch).toMatchObject({ taskId: 't2', text: 'needle' });
    const hit = view.transcriptSearch?.hit;
    const visible = visibleTranscript(app.state());
    const block = visible?.view.blocks[hit?.message ?? -1];
    expect(block?.message?.id).toBe(1);
    expect(block === undefined ? [] : hitRangesOn(block.body, 'needle', hit?.line ?? 0)).toHaveLength(1);
    expect(view.scrollAnchors.get('t2')?.message).toBeLessThanOrEqual(hit?.message ?? -1);
  });

  test('that is not stored any more is reported', async () => {
    const clock = manualClock(NOON);
    const app = appFixture(stateWithTasks('t1', 't2'), clock);
    showFoundMessages(app.store, clock);
    app.dispatch({ type: 'task-selected', taskId: 't2' }, load(2, 20, false));
    app.dispatch({
      type: 'message-to-show-changed',
      message: { taskId: 't2', run: 0, id: 1, role: 'agent', isRetracted: false, text: 'needle' },
    });
    await clock.advance(2_000);
    expect(app.notice()).toBeNull();
    await clock.advance(2_000);
    expect(app.notice()).toContain('not in the conversation any more');
    expect(app.state().messageToShow).toBeNull();
  });

  test('is forgotten when the user selects another task', async () => {
    const clock = manualClock(NOON);
    const app = appFixture(stateWithTasks('t1', 't2'), clock);
    showFoundMessages(app.store, clock);
    app.dispatch({ type: 'task-selected', taskId: 't2' });
    app.dispatch({
      type: 'message-to-show-changed',
      message: { taskId: 't2', run: 0, id: 1, role: 'agent', isRetracted: false, text: 'needle' },
    });
    app.dispatch({ type: 'task-selected', taskId: 't1' });
    expect(app.state().messageToShow).toBeNull();
    await clock.advance(10_000);
    expect(app.notice()).toBeNull();
  });
});
