import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bufferOf, EMPTY_BUFFER } from '../../src/domain/edit/buffer.ts';
import { renderProse } from '../../src/domain/markdown/prose.ts';
import { MINE, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import { DEFAULT_PANES } from '../../src/domain/pane-layout.ts';
import type { SavedState } from '../../src/domain/ports/saved-state.ts';
import { isSnoozedIn } from '../../src/store/slices/attention.ts';
import { NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import { persistState } from '../../src/sync/persist-state.ts';
import { restoreScrollPositions, savedScrollPositionsOf } from '../../src/view/detail/scroll-positions.ts';
import { agent, live, makeTask, you } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
let memory: SavedState;
beforeEach(() => {
  state = stateDirectory();
  memory = state.open().savedState(ada);
});
afterEach(() => state.dispose());

/** The stored state as a new run would load it. */
const onDisk = () => {
  const fresh = state.open().savedState(ada);
  return {
    drafts: Object.fromEntries(fresh.drafts()),
    history: fresh.promptHistory(),
    selected: fresh.layout().selectedTask,
  };
};

const write = ({ store }: SyncFixture, key: string, text: string): void =>
  store.dispatch({ type: 'draft-changed', key, buffer: text === '' ? EMPTY_BUFFER : bufferOf(text) });

const tasks = [makeTask({ id: 'a' }), makeTask({ id: 'b' })];

it('a flush saves typed text at once', () => {
  const fixture = syncFixture();
  const remembering = persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
  write(fixture, 'a', 'half');
  remembering.flush();
  expect(onDisk().drafts).toEqual({ a: 'half' });
  expect(fixture.clock.due).toEqual([]);
  write(fixture, 'a', 'half a thought');
  remembering();
  expect(onDisk().drafts).toEqual({ a: 'half a thought' });
});

describe('the saved state', () => {
  it('is restored at once', () => {
    memory.saveDraft('a', 'half');
    memory.addPrompt('go');
    memory.saveLayout({ selectedTask: 'b', sort: 'activity' });
    const fixture = syncFixture();
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    expect(fixture.state.drafts.get('a')).toEqual(bufferOf('half'));
    expect(fixture.state.promptHistory).toEqual(['go']);
    fixture.receiveList(...tasks);
    expect(fixture.state.view.selected).toBe('b');
  });

  it('includes a started form and the last template choice', () => {
    const fixture = syncFixture();
    const stop = persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    const lastChoice = { template: 't', preset: 'none' } as const;
    fixture.store.dispatch({ type: 'template-choice-changed', choice: lastChoice });
    fixture.store.dispatch({
      type: 'form-changed',
      change: {
        template: 'u',
        preset: { named: 'Small' },
        name: bufferOf('fix-7'),
        fieldErrors: { name: 'No.' },
      },
    });
    stop();
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock, savedScrollPositionsOf)();
    expect(next.state).toMatchObject({
      lastTemplateChoice: lastChoice,
      newTaskForm: { template: 'u', preset: { named: 'Small' }, name: { text: 'fix-7' }, fieldErrors: {} },
    });
  });

  it('includes the transcript options', async () => {
    const fixture = syncFixture();
    const stop = persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    fixture.store.dispatch({ type: 'transcript-options-changed', change: { wrap: false } });
    stop();
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock, savedScrollPositionsOf)();
    expect(next.state.view.transcriptOptions).toEqual({ wrap: false, raw: false, times: true });
  });

  it('is not saved again', async () => {
    memory.saveDraft('a', 'half');
    memory.addPrompt('go');
    const written: string[] = [];
    const fixture = syncFixture();
    const watched: SavedState = {
      ...memory,
      saveDraft: (key) => written.push(key) > 0,
      addPrompt: (prompt) => written.push(prompt) > 0,
      saveLayout: () => written.push('layout') > 0,
    };
    persistState(fixture.store, watched, fixture.clock, savedScrollPositionsOf)();
    expect(written).toEqual([]);
  });
});

describe('a change', () => {
  it('is on disk a moment later', async () => {
    const fixture = syncFixture({ tasks });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    await fixture.clock.advance(300);
    write(fixture, 'a', 'on');
    write(fixture, 'a', 'once');
    write(fixture, NEW_TASK_KEY, 'a new one');
    fixture.store.dispatch({ type: 'prompt-recorded', text: 'go' });
    fixture.store.dispatch({ type: 'task-selected', taskId: 'b' });
    await fixture.clock.advance(299);
    expect(onDisk().drafts).toEqual({});
    await fixture.clock.advance(1);
    expect(onDisk()).toEqual({
      drafts: { a: 'once', [NEW_TASK_KEY]: 'a new one' },
      history: ['go'],
      selected: 'b',
    });
  });

  it('after a change is saved too, and a sent draft is deleted', async () => {
    const fixture = syncFixture({ tasks });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    write(fixture, 'a', 'main');
    await fixture.clock.advance(300);
    write(fixture, 'a', '');
    fixture.store.dispatch({ type: 'prompt-recorded', text: 'main' });
    await fixture.clock.advance(300);
    expect(onDisk()).toEqual({ drafts: {}, history: ['main'], selected: 'a' });
    fixture.store.dispatch({ type: 'prompt-recorded', text: 'next' });
    await fixture.clock.advance(300);
    expect(onDisk().history).toEqual(['main', 'next']);
  });

  it('of a field that is not saved writes nothing', async () => {
    const fixture = syncFixture({ tasks });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    await fixture.clock.advance(300);
    fixture.store.dispatch({ type: 'clock-ticked', now: fixture.clock.now() });
    fixture.store.dispatch({ type: 'terminal-resized', size: { columns: 100, rows: 30 } });
    expect(fixture.clock.due).toEqual([]);
  });
});

describe('text from before the user was known', () => {
  it('is not replaced by the restore, and on disk a moment later', async () => {
    memory.saveDraft('a', 'old');
    memory.saveDraft('b', 'saved');
    memory.addPrompt('first');
    const fixture = syncFixture({ tasks });
    write(fixture, 'a', 'typed meanwhile');
    fixture.store.dispatch({ type: 'prompt-recorded', text: 'second' });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    await fixture.clock.advance(300);
    expect(onDisk()).toEqual({
      drafts: { a: 'typed meanwhile', b: 'saved' },
      history: ['first', 'second'],
      selected: 'a',
    });
  });
});

const ZOOMED = { ...DEFAULT_PANES, alone: 'transcript' } as const;

describe('the layout', () => {
  it('is restored with the pane, the filter and the tasks that need the user', async () => {
    const fixture = syncFixture({ tasks });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    fixture.store.dispatch({ type: 'pane-focused', pane: 'transcript' });
    fixture.store.dispatch({ type: 'panes-changed', change: { alone: 'transcript' } });
    fixture.store.dispatch({ type: 'filter-changed', filter: 'name' });
    fixture.store.dispatch({ type: 'attention-filter-changed', on: true });
    await fixture.clock.advance(300);
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock, savedScrollPositionsOf);
    expect(next.state.view).toMatchObject({ focus: 'transcript', panes: ZOOMED, filter: 'name' });
    next.receiveList(...tasks, makeTask({ id: 'c', status: 'paused', state: null }));
    expect(next.state.view).toMatchObject({
      pane: 'transcript',
      panes: ZOOMED,
      needsAttentionIds: ['a', 'b'],
    });
  });

  it('is not restored where the user has already changed it', () => {
    memory.saveLayout({
      selectedTask: null,
      view: { pane: 'transcript', panes: ZOOMED, filter: 'old', needing: true },
    });
    const fixture = syncFixture({ tasks });
    fixture.store.dispatch({ type: 'filter-changed', filter: 'name-b' });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    expect(fixture.state.view).toMatchObject({
      focus: 'list',
      filter: 'name-b',
      needsAttentionIds: null,
      selected: 'b',
    });
  });

  it('shows the list when the selected task no longer exists', () => {
    memory.saveLayout({
      selectedTask: 'a',
      view: { pane: 'transcript', panes: ZOOMED, filter: '', needing: false },
    });
    const fixture = syncFixture();
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    fixture.receiveList();
    expect(fixture.state.view).toMatchObject({ focus: 'list', pane: 'list', panes: DEFAULT_PANES });
  });
});

describe('the scroll position', () => {
  const talk = live(
    you(0, 'go'),
    agent(1, Array.from({ length: 80 }, (_, line) => `line ${line}`).join('\n')),
  );
  const transcript = (fixture: SyncFixture): void => {
    const now = fixture.clock.now();
    fixture.store.dispatch({ type: 'markdown-loaded', proseRenderer: renderProse });
    fixture.store.dispatch({
      type: 'transcript-received',
      taskId: 'a',
      transcript: talk,
      startedAt: now,
      refreshMs: 1_000,
      now,
    });
  };
  const scroll = (fixture: SyncFixture, line: number): void =>
    fixture.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: { message: 1, line } });
  const places = () => state.open().savedState(ada).layout().places;

  it('is on disk after some seconds, even while the user scrolls', async () => {
    const fixture = syncFixture({ tasks });
    const watched: number[] = [];
    const saveLayout: SavedState['saveLayout'] = (layout) => {
      watched.push(layout.places?.get('a')?.offset ?? -1);
      return memory.saveLayout(layout);
    };
    persistState(fixture.store, { ...memory, saveLayout }, fixture.clock, savedScrollPositionsOf);
    await fixture.clock.advance(300);
    transcript(fixture);
    watched.length = 0;
    for (let line = 30; line > 0; line--) {
      scroll(fixture, line);
      await fixture.clock.advance(30);
    }
    expect(watched).toEqual([]);
    await fixture.clock.advance(3_000);
    expect(watched).toEqual([1]);
    expect(places()?.get('a')).toEqual({ run: 0, id: 1, role: 'agent', offset: 1 });
  });

  it('is restored with the conversation, or follows the end as before', () => {
    const fixture = syncFixture({ tasks });
    const stop = persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    transcript(fixture);
    scroll(fixture, 17);
    stop();
    const next = syncFixture({ tasks });
    restoreScrollPositions(next.store);
    const stopNext = persistState(
      next.store,
      state.open().savedState(ada),
      next.clock,
      savedScrollPositionsOf,
    );
    expect(next.state.view.scrollAnchors.size).toBe(0);
    transcript(next);
    expect(next.state.view.scrollAnchors.get('a')).toEqual({ message: 1, line: 17 });
    next.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: null });
    stopNext();
    expect(places()).toBeUndefined();
  });
});

describe('the end', () => {
  it('saves pending changes, and nothing after it', async () => {
    const fixture = syncFixture({ tasks });
    const stop = persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    write(fixture, 'a', 'half');
    stop();
    expect(onDisk().drafts).toEqual({ a: 'half' });
    write(fixture, 'a', 'more');
    await fixture.clock.advance(1_000);
    expect(onDisk().drafts).toEqual({ a: 'half' });
  });
});

describe('the list', () => {
  it('keeps its sort order and seen tasks', async () => {
    const fixture = syncFixture({ tasks });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    fixture.store.dispatch({ type: 'sort-changed', sort: 'name' });
    fixture.store.dispatch({ type: 'task-viewed', taskId: 'a' });
    await fixture.clock.advance(300);
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock, savedScrollPositionsOf);
    expect(next.state.view.sort).toBe('name');
    expect([...next.state.seenFingerprints.keys()]).toEqual(['a']);
  });

  it('keeps the groups, the collapsed ones and the direction of the sort', async () => {
    const fixture = syncFixture({ tasks });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    fixture.store.dispatch(
      { type: 'sort-changed', sort: 'created', isReversed: true },
      { type: 'grouping-changed', grouping: 'owner' },
      { type: 'groups-collapsed', keys: ['owner ada', 'owner bob'], isCollapsed: true },
    );
    await fixture.clock.advance(300);
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock, savedScrollPositionsOf);
    const { sort, sortReversed, grouping, collapsedGroups } = next.state.view;
    expect([sort, sortReversed, grouping]).toEqual(['created', true, 'owner']);
    expect([...collapsedGroups]).toEqual(['owner ada', 'owner bob']);
  });

  it('keeps snoozes, and no change of the clock makes one longer', async () => {
    const HOUR = 3_600_000;
    const run = () => {
      const fixture = syncFixture({ tasks: [makeTask({ id: 'a' })] });
      fixture.clock.step(-HOUR);
      const stop = persistState(
        fixture.store,
        state.open().savedState(ada),
        fixture.clock,
        savedScrollPositionsOf,
      );
      const [task] = fixture.state.tasks;
      const isSnoozed = (): boolean => task !== undefined && isSnoozedIn(fixture.state, task);
      return { ...fixture, stop, isSnoozed };
    };
    const first = run();
    const now = first.clock.now();
    first.store.dispatch({ type: 'tasks-snoozed', taskIds: ['a'], duration: HOUR, now });
    expect(first.isSnoozed()).toBe(true);
    first.stop();
    // The disk has the time of the machine.
    expect(state.open().savedState(ada).seenFingerprints().get('a')).toMatch(
      new RegExp(` snoozed ${now - HOUR} ${now}$`, 'u'),
    );
    const second = run();
    expect(second.isSnoozed()).toBe(true);
    second.stop();
    const later = run();
    later.clock.step(-HOUR);
    later.stop();
    const third = syncFixture({ tasks: [makeTask({ id: 'a' })] });
    third.clock.step(-2 * HOUR);
    persistState(third.store, state.open().savedState(ada), third.clock, savedScrollPositionsOf);
    expect(third.state.tasks.some((task) => isSnoozedIn(third.state, task))).toBe(false);
  });

  it('keeps the newer one of an acknowledgement and a snooze by two taskdecks', () => {
    const open = () => {
      const fixture = syncFixture({ tasks: [makeTask({ id: 'a' })] });
      const saved = state.open().savedState(ada);
      return { ...fixture, stop: persistState(fixture.store, saved, fixture.clock, savedScrollPositionsOf) };
    };
    const [one, other] = [open(), open()];
    const about = { taskIds: ['a'], now: one.clock.now() };
    one.store.dispatch({ type: 'tasks-acknowledged', ...about, on: true });
    one.stop.flush();
    other.store.dispatch({ type: 'tasks-snoozed', ...about, duration: null });
    other.stop.flush();
    one.stop();
    expect(state.open().savedState(ada).seenFingerprints().get('a')).toMatch(/ snoozed \d+ -$/u);
    other.stop();
  });

  it('keeps tasks that another instance marked as seen', async () => {
    const fixture = syncFixture({ tasks });
    persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
    const other = state.open().savedState(ada);
    other.saveSeen(new Map([['b', 'idle 5']]));
    fixture.store.dispatch({ type: 'task-viewed', taskId: 'a' });
    await fixture.clock.advance(300);
    expect(Object.fromEntries(state.open().savedState(ada).seenFingerprints())).toMatchObject({
      a: expect.any(String),
      b: 'idle 5',
    });
  });
});

it('lists the last scope from the first frame on', () => {
  const fixture = syncFixture();
  const stop = persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
  fixture.store.dispatch({ type: 'scope-selected', scope: scopeOfOwner('bob'), now: fixture.clock.now() });
  fixture.receiveList(makeTask({ id: 'x', ownerName: 'bob' }));
  stop();
  const next = syncFixture();
  const stopNext = persistState(next.store, state.open().savedState(ada), next.clock, savedScrollPositionsOf);
  expect(next.state.listedScope).toEqual(scopeOfOwner('bob'));
  expect(next.state.tasks.map(({ id }) => id)).toEqual(['x']);
  next.store.dispatch({ type: 'scope-selected', scope: MINE, now: next.clock.now() });
  stopNext();
  expect(state.open().savedState(ada).layout().scope).toBeUndefined();
});

it('a failed save is repeated once the file is no longer locked', async () => {
  const fixture = syncFixture();
  persistState(fixture.store, memory, fixture.clock, savedScrollPositionsOf);
  const other = new DatabaseSync(state.file);
  other.exec('BEGIN EXCLUSIVE');
  write(fixture, 'a', 'typed meanwhile');
  await fixture.clock.advance(300);
  other.exec('ROLLBACK');
  other.close();
  expect(onDisk().drafts).toEqual({});
  await fixture.clock.advance(10_000);
  expect(onDisk().drafts).toEqual({ a: 'typed meanwhile' });
  expect(fixture.clock.due).toEqual([]);
});
