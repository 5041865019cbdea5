import { describe, expect, it } from 'vitest';
import { bufferOf, EMPTY_BUFFER } from '../../src/domain/edit/buffer.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { openFormAt } from '../../src/store/form.ts';
import { draft, draftKey } from '../../src/store/selectors.ts';
import type { PromptHistoryPosition } from '../../src/store/slices/drafts.ts';
import { NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import type { State } from '../../src/store/state.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import {
  applyEvents,
  draftTyped,
  emptyState,
  idsOf,
  listReceived,
  stateWithTasks,
} from './state-builders.ts';

const PROMPT: StoreEvent = { type: 'pane-focused', pane: 'prompt' };
const openNewTaskForm: StoreEvent = { type: 'open-form-changed', openForm: openFormAt('prompt') };
const removed = (taskId: string): StoreEvent => ({
  type: 'action-accepted',
  taskId,
  action: 'delete',
  patch: { isRemoved: true },
  now: NOON,
});

describe('a draft', () => {
  it('belongs to the selected task, or to the new one', () => {
    const state = applyEvents(
      stateWithTasks('a', 'b'),
      draftTyped('a', 'to a'),
      draftTyped(NEW_TASK_KEY, 'a new one'),
    );
    expect(draft(state).text).toBe('to a');
    expect(draft(applyEvents(state, { type: 'task-selected', taskId: 'b' }))).toBe(EMPTY_BUFFER);
    expect(draft(applyEvents(state, openNewTaskForm)).text).toBe('a new one');
    expect(draftKey(applyEvents(state, openNewTaskForm))).toBe(NEW_TASK_KEY);
    expect(draftKey(emptyState())).toBeNull();
    expect(draft(emptyState())).toBe(EMPTY_BUFFER);
  });

  it('that is empty is removed', () => {
    const state = applyEvents(stateWithTasks('a'), draftTyped('a', 'x'), {
      type: 'draft-changed',
      key: 'a',
      buffer: EMPTY_BUFFER,
    });
    expect(state.drafts.size).toBe(0);
  });

  it('that is restored goes before a newer text, and the cursor stays in place', () => {
    const returned: StoreEvent = { type: 'draft-restored', key: 'a', text: 'first' };
    expect(draft(applyEvents(stateWithTasks('a'), returned))).toEqual(bufferOf('first'));
    const written = applyEvents(stateWithTasks('a'), draftTyped('a', 'since', 2), returned);
    expect(draft(written)).toEqual(bufferOf('first\nsince', 'first\nsi'.length));
  });
});

describe('a task that disappears while the user writes to it', () => {
  const writing = applyEvents(
    stateWithTasks('a', 'b'),
    { type: 'pane-focused', pane: 'transcript' },
    PROMPT,
    draftTyped('a', 'half a sentence'),
  );

  it.each<[string, StoreEvent]>([
    ['deleted here', removed('a')],
    ['not found', { type: 'task-disappeared', taskId: 'a', now: NOON }],
    ['no longer listed', listReceived([makeTask({ id: 'b' })], NOON + 1)],
  ])('%s: the focus leaves the prompt, the text is in the history', (_, gone) => {
    const state = applyEvents(writing, gone);
    expect(state.view).toMatchObject({ focus: 'transcript', selected: 'b' });
    expect(state.promptHistory).toEqual(['half a sentence']);
    expect(state.drafts.has('b')).toBe(false);
    expect(state.notice).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('in the prompt history'),
    });
  });

  it('moves the text to the end of the history, although it is there already', () => {
    const state = applyEvents(
      writing,
      { type: 'prompt-recorded', text: 'half a sentence' },
      { type: 'prompt-recorded', text: 'something else' },
      removed('a'),
    );
    expect(state.promptHistory.at(-1)).toBe('half a sentence');
  });

  it('does not mention a text when there was none', () => {
    const state = applyEvents(stateWithTasks('a', 'b'), PROMPT, removed('a'));
    expect(state.view.focus).toBe('list');
    expect(state.promptHistory).toEqual([]);
    expect(state.notice?.text).toBe('The task no longer exists.');
  });

  it('does not disturb a user who writes to another task or a new one', () => {
    const toAnother = applyEvents(writing, removed('b'));
    expect(toAnother.view).toMatchObject({ focus: 'prompt', selected: 'a' });
    const aNew = applyEvents(
      stateWithTasks('a', 'b'),
      openNewTaskForm,
      PROMPT,
      draftTyped(NEW_TASK_KEY, 'go'),
      removed('a'),
    );
    expect(aNew.view.focus).toBe('prompt');
    expect(draft(aNew).text).toBe('go');
    expect(aNew.notice).toBeNull();
  });

  it('saves the draft of any task that disappears, once', () => {
    const state = applyEvents(
      stateWithTasks('a', 'b', 'c'),
      draftTyped('b', 'for later'),
      draftTyped('c', '  '),
      listReceived([makeTask({ id: 'a' })], NOON + 1),
      listReceived([makeTask({ id: 'a' }), makeTask({ id: 'b' })], NOON + 2),
      listReceived([makeTask({ id: 'a' })], NOON + 3),
    );
    expect(idsOf(state)).toEqual(['a']);
    expect(state.promptHistory).toEqual(['for later']);
    expect(state.notice).toBeNull();
  });
});

describe('the prompt history', () => {
  const recorded = (text: string): StoreEvent => ({ type: 'prompt-recorded', text });

  it('records each prompt, but not the last one twice', () => {
    expect(
      applyEvents(emptyState(), recorded('one'), recorded('two'), recorded('two'), recorded('one'))
        .promptHistory,
    ).toEqual(['one', 'two', 'one']);
  });

  it('shows an earlier prompt until any other edit', () => {
    const recall: PromptHistoryPosition = { draftKey: 'a', index: 0, savedDraft: 'mine', edits: new Map() };
    const looking = applyEvents(stateWithTasks('a'), {
      type: 'draft-changed',
      key: 'a',
      buffer: bufferOf('one'),
      historyPosition: recall,
    });
    expect(looking.view.historyPosition).toBe(recall);
    expect(applyEvents(looking, draftTyped('a', 'two')).view.historyPosition).toBeNull();
  });
});

describe('the state of the last run', () => {
  const restored = (
    about: Partial<Extract<StoreEvent, { type: 'saved-state-restored' }>> = {},
  ): StoreEvent => ({
    type: 'saved-state-restored',
    drafts: new Map([
      ['a', bufferOf('old')],
      ['b', bufferOf('kept')],
    ]),
    history: ['first', 'second'],
    selected: 'b',
    seen: new Map(),
    sort: 'activity',
    ...about,
  });
  const texts = ({ drafts }: State) => [...drafts].map(([key, { text }]) => [key, text]).sort();

  it('is restored', () => {
    const state = applyEvents(emptyState(), restored());
    expect(texts(state)).toEqual([
      ['a', 'old'],
      ['b', 'kept'],
    ]);
    expect(state.promptHistory).toEqual(['first', 'second']);
    expect(state.view.selected).toBe('b');
    expect(
      applyEvents(state, listReceived([makeTask({ id: 'a' }), makeTask({ id: 'b' })])).view.selected,
    ).toBe('b');
    expect(applyEvents(state, listReceived([makeTask({ id: 'a' })])).view.selected).toBe('a');
  });

  it('does not replace changes made since the start', () => {
    const state = applyEvents(
      stateWithTasks('a', 'b'),
      draftTyped('a', 'typed meanwhile'),
      { type: 'prompt-recorded', text: 'third' },
      restored(),
    );
    expect(texts(state)).toEqual([
      ['a', 'typed meanwhile'],
      ['b', 'kept'],
    ]);
    expect(state.promptHistory).toEqual(['first', 'second', 'third']);
    expect(state.view.selected).toBe('a');
  });

  it('does not replace choices made since the start, and leaves unsaved fields unchanged', () => {
    const reading = { wrap: false, raw: false, times: true };
    const chosen = applyEvents(
      stateWithTasks('a', 'b'),
      { type: 'sort-changed', sort: 'name' },
      { type: 'transcript-options-changed', change: { wrap: false } },
    );
    const kept = restored({ sort: 'created', reading: { wrap: true, raw: true, times: true } });
    for (const state of [applyEvents(chosen, restored({ sort: undefined })), applyEvents(chosen, kept)])
      expect([state.view.sort, state.view.transcriptOptions]).toEqual(['name', reading]);
    expect(applyEvents(emptyState(), kept).view).toMatchObject({
      sort: 'created',
      transcriptOptions: { raw: true },
    });
  });
});
