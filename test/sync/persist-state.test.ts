import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bufferOf, EMPTY_BUFFER } from '../../src/domain/edit/buffer.ts';
import { renderProse } from '../../src/domain/markdown/prose.ts';
import { MINE, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { SavedState } from '../../src/domain/ports/saved-state.ts';
import { NEW_TASK_KEY } from '../../src/store/state.ts';
import { persistState } from '../../src/sync/persist-state.ts';
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

/** What another taskdeck that starts now would find on disk. */
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

it('what was just typed is saved at once when it is asked for', () => {
  const deck = syncFixture();
  const remembering = persistState(deck.store, memory, deck.clock);
  write(deck, 'a', 'half');
  remembering.flush();
  expect(onDisk().drafts).toEqual({ a: 'half' });
  expect(deck.clock.due).toEqual([]);
  write(deck, 'a', 'half a thought');
  remembering();
  expect(onDisk().drafts).toEqual({ a: 'half a thought' });
});

describe('what there was before', () => {
  it('is back at once', () => {
    memory.saveDraft('a', 'half');
    memory.addPrompt('go');
    memory.saveLayout({ selectedTask: 'b', sort: 'activity' });
    const deck = syncFixture();
    persistState(deck.store, memory, deck.clock);
    expect(deck.state.drafts.get('a')).toEqual(bufferOf('half'));
    expect(deck.state.promptHistory).toEqual(['go']);
    deck.receiveList(...tasks);
    expect(deck.state.view.selected).toBe('b');
  });

  it('is a form that was half filled and what was chosen last', () => {
    const deck = syncFixture();
    const stop = persistState(deck.store, memory, deck.clock);
    const lastChoice = { template: 't', preset: 'none' } as const;
    deck.store.dispatch({ type: 'template-choice-changed', choice: lastChoice });
    deck.store.dispatch({
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
    persistState(next.store, state.open().savedState(ada), next.clock)();
    expect(next.state).toMatchObject({
      lastTemplateChoice: lastChoice,
      newTaskForm: { template: 'u', preset: { named: 'Small' }, name: { text: 'fix-7' }, fieldErrors: {} },
    });
  });

  it('is how transcripts are read, too', async () => {
    const deck = syncFixture();
    const stop = persistState(deck.store, memory, deck.clock);
    deck.store.dispatch({ type: 'transcript-options-changed', change: { wrap: false } });
    stop();
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock)();
    expect(next.state.view.transcriptOptions).toEqual({ wrap: false, raw: false, times: true });
  });

  it('is not written again', async () => {
    memory.saveDraft('a', 'half');
    memory.addPrompt('go');
    const written: string[] = [];
    const deck = syncFixture();
    const watched: SavedState = {
      ...memory,
      saveDraft: (key) => written.push(key) > 0,
      addPrompt: (prompt) => written.push(prompt) > 0,
      saveLayout: () => written.push('layout') > 0,
    };
    persistState(deck.store, watched, deck.clock)();
    expect(written).toEqual([]);
  });
});

describe('what changes', () => {
  it('is on disk a moment later', async () => {
    const deck = syncFixture({ tasks });
    persistState(deck.store, memory, deck.clock);
    await deck.clock.advance(300);
    write(deck, 'a', 'on');
    write(deck, 'a', 'once');
    write(deck, NEW_TASK_KEY, 'a new one');
    deck.store.dispatch({ type: 'prompt-recorded', text: 'go' });
    deck.store.dispatch({ type: 'task-selected', taskId: 'b' });
    await deck.clock.advance(299);
    expect(onDisk().drafts).toEqual({});
    await deck.clock.advance(1);
    expect(onDisk()).toEqual({
      drafts: { a: 'once', [NEW_TASK_KEY]: 'a new one' },
      history: ['go'],
      selected: 'b',
    });
  });

  it('again is written again, and a draft that was sent is forgotten', async () => {
    const deck = syncFixture({ tasks });
    persistState(deck.store, memory, deck.clock);
    write(deck, 'a', 'main');
    await deck.clock.advance(300);
    write(deck, 'a', '');
    deck.store.dispatch({ type: 'prompt-recorded', text: 'main' });
    await deck.clock.advance(300);
    expect(onDisk()).toEqual({ drafts: {}, history: ['main'], selected: 'a' });
    deck.store.dispatch({ type: 'prompt-recorded', text: 'next' });
    await deck.clock.advance(300);
    expect(onDisk().history).toEqual(['main', 'next']);
  });

  it('that is not kept writes nothing', async () => {
    const deck = syncFixture({ tasks });
    persistState(deck.store, memory, deck.clock);
    await deck.clock.advance(300);
    deck.store.dispatch({ type: 'clock-ticked', now: deck.clock.now() });
    deck.store.dispatch({ type: 'terminal-resized', size: { columns: 100, rows: 30 } });
    expect(deck.clock.due).toEqual([]);
  });
});

describe('what was written before it was known whose it is', () => {
  it('is not lost to what was remembered, and on disk a moment later', async () => {
    memory.saveDraft('a', 'old');
    memory.saveDraft('b', 'kept');
    memory.addPrompt('first');
    const deck = syncFixture({ tasks });
    write(deck, 'a', 'typed meanwhile');
    deck.store.dispatch({ type: 'prompt-recorded', text: 'second' });
    persistState(deck.store, memory, deck.clock);
    await deck.clock.advance(300);
    expect(onDisk()).toEqual({
      drafts: { a: 'typed meanwhile', b: 'kept' },
      history: ['first', 'second'],
      selected: 'a',
    });
  });
});

describe('the layout', () => {
  it('comes back with the pane, the filter and the tasks that need the user', async () => {
    const deck = syncFixture({ tasks });
    persistState(deck.store, memory, deck.clock);
    deck.store.dispatch({ type: 'pane-focused', pane: 'transcript' });
    deck.store.dispatch({ type: 'zoom-changed', on: true });
    deck.store.dispatch({ type: 'filter-changed', filter: 'name' });
    deck.store.dispatch({ type: 'attention-filter-changed', on: true });
    await deck.clock.advance(300);
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock);
    expect(next.state.view).toMatchObject({ focus: 'transcript', zoomed: true, filter: 'name' });
    next.receiveList(...tasks, makeTask({ id: 'c', status: 'paused', state: null }));
    expect(next.state.view).toMatchObject({
      pane: 'transcript',
      zoomed: true,
      needsAttentionIds: ['a', 'b'],
    });
  });

  it('is left alone by somebody who has done something about it already', () => {
    memory.saveLayout({
      selectedTask: null,
      view: { pane: 'transcript', zoomed: true, filter: 'old', needing: true },
    });
    const deck = syncFixture({ tasks });
    deck.store.dispatch({ type: 'filter-changed', filter: 'name-b' });
    persistState(deck.store, memory, deck.clock);
    expect(deck.state.view).toMatchObject({
      focus: 'list',
      filter: 'name-b',
      needsAttentionIds: null,
      selected: 'b',
    });
  });

  it('shows the list where there is no task left to look at', () => {
    memory.saveLayout({
      selectedTask: 'a',
      view: { pane: 'transcript', zoomed: true, filter: '', needing: false },
    });
    const deck = syncFixture();
    persistState(deck.store, memory, deck.clock);
    deck.receiveList();
    expect(deck.state.view).toMatchObject({ focus: 'list', pane: 'list', zoomed: false });
  });
});

describe('where transcripts are scrolled to', () => {
  const talk = live(
    you(0, 'go'),
    agent(1, Array.from({ length: 80 }, (_, line) => `line ${line}`).join('\n')),
  );
  const transcript = (deck: SyncFixture): void => {
    const now = deck.clock.now();
    deck.store.dispatch({ type: 'markdown-loaded', proseRenderer: renderProse });
    deck.store.dispatch({
      type: 'transcript-received',
      taskId: 'a',
      transcript: talk,
      startedAt: now,
      refreshMs: 1_000,
      now,
    });
  };
  const scroll = (deck: SyncFixture, line: number): void =>
    deck.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: { message: 1, line } });
  const places = () => state.open().savedState(ada).layout().places;

  it('is on disk some seconds later, and not sooner however many keys scroll', async () => {
    const deck = syncFixture({ tasks });
    const watched: number[] = [];
    const saveLayout: SavedState['saveLayout'] = (layout) => {
      watched.push(layout.places?.get('a')?.offset ?? -1);
      return memory.saveLayout(layout);
    };
    persistState(deck.store, { ...memory, saveLayout }, deck.clock);
    await deck.clock.advance(300);
    transcript(deck);
    watched.length = 0;
    for (let line = 30; line > 0; line--) {
      scroll(deck, line);
      await deck.clock.advance(30);
    }
    expect(watched).toEqual([]);
    await deck.clock.advance(3_000);
    expect(watched).toEqual([1]);
    expect(places()?.get('a')).toEqual({ run: 0, id: 1, from: 'agent', offset: 1 });
  });

  it('comes back with the conversation, and to the end where the end was followed', () => {
    const deck = syncFixture({ tasks });
    const stop = persistState(deck.store, memory, deck.clock);
    transcript(deck);
    scroll(deck, 17);
    stop();
    const next = syncFixture({ tasks });
    const stopNext = persistState(next.store, state.open().savedState(ada), next.clock);
    expect(next.state.view.scrollAnchors.size).toBe(0);
    transcript(next);
    expect(next.state.view.scrollAnchors.get('a')).toEqual({ message: 1, line: 17 });
    next.store.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: null });
    stopNext();
    expect(places()).toBeUndefined();
  });
});

describe('the end', () => {
  it('saves what has not been saved, and nothing after it', async () => {
    const deck = syncFixture({ tasks });
    const stop = persistState(deck.store, memory, deck.clock);
    write(deck, 'a', 'half');
    stop();
    expect(onDisk().drafts).toEqual({ a: 'half' });
    write(deck, 'a', 'more');
    await deck.clock.advance(1_000);
    expect(onDisk().drafts).toEqual({ a: 'half' });
  });
});

describe('the list', () => {
  it('is sorted as it was, and what was looked at stays looked at', async () => {
    const deck = syncFixture({ tasks });
    persistState(deck.store, memory, deck.clock);
    deck.store.dispatch({ type: 'sort-changed', sort: 'name' });
    deck.store.dispatch({ type: 'task-viewed', taskId: 'a' });
    await deck.clock.advance(300);
    const next = syncFixture();
    persistState(next.store, state.open().savedState(ada), next.clock);
    expect(next.state.view.sort).toBe('name');
    expect([...next.state.seenFingerprints.keys()]).toEqual(['a']);
  });

  it('does not forget what another taskdeck looked at meanwhile', async () => {
    const deck = syncFixture({ tasks });
    persistState(deck.store, memory, deck.clock);
    const other = state.open().savedState(ada);
    other.saveSeen(new Map([['b', 'idle 5']]));
    deck.store.dispatch({ type: 'task-viewed', taskId: 'a' });
    await deck.clock.advance(300);
    expect(Object.fromEntries(state.open().savedState(ada).seenFingerprints())).toMatchObject({
      a: expect.any(String),
      b: 'idle 5',
    });
  });
});

it('lists the tasks of those who were listed last, from the first frame on', () => {
  const deck = syncFixture();
  const stop = persistState(deck.store, memory, deck.clock);
  deck.store.dispatch({ type: 'scope-selected', scope: scopeOfOwner('bob'), now: deck.clock.now() });
  deck.receiveList(makeTask({ id: 'x', ownerName: 'bob' }));
  stop();
  const next = syncFixture();
  const stopNext = persistState(next.store, state.open().savedState(ada), next.clock);
  expect(next.state.listedScope).toEqual(scopeOfOwner('bob'));
  expect(next.state.tasks.map(({ id }) => id)).toEqual(['x']);
  next.store.dispatch({ type: 'scope-selected', scope: MINE, now: next.clock.now() });
  stopNext();
  expect(state.open().savedState(ada).layout().scope).toBeUndefined();
});

it('what could not be written while somebody blocked the file is written once that is over', async () => {
  const deck = syncFixture();
  persistState(deck.store, memory, deck.clock);
  const other = new DatabaseSync(state.file);
  other.exec('BEGIN EXCLUSIVE');
  write(deck, 'a', 'typed meanwhile');
  await deck.clock.advance(300);
  other.exec('ROLLBACK');
  other.close();
  expect(onDisk().drafts).toEqual({});
  await deck.clock.advance(10_000);
  expect(onDisk().drafts).toEqual({ a: 'typed meanwhile' });
  expect(deck.clock.due).toEqual([]);
});
