import { describe, expect, it } from 'vitest';
import { bufferOf, EMPTY } from '../../src/domain/edit/buffer.ts';
import type { Action } from '../../src/store/action.ts';
import { composingIn } from '../../src/store/form.ts';
import { draft, draftKey } from '../../src/store/selectors.ts';
import { NEW, type State } from '../../src/store/state.ts';
import type { Recall } from '../../src/store/view.ts';
import { makeTask, NOON } from '../domain/make.ts';
import { begin, idsOf, listed, play, showing, typed } from './make.ts';

const PROMPT: Action = { type: 'focused', pane: 'prompt' };
const composing: Action = { type: 'composing', composing: composingIn('prompt') };
const removed = (taskId: string): Action => ({ type: 'removed', taskId, now: NOON });

describe('a draft', () => {
  it('belongs to the selected task, or to the new one', () => {
    const state = play(showing('a', 'b'), typed('a', 'to a'), typed(NEW, 'a new one'));
    expect(draft(state).text).toBe('to a');
    expect(draft(play(state, { type: 'selected', taskId: 'b' }))).toBe(EMPTY);
    expect(draft(play(state, composing)).text).toBe('a new one');
    expect(draftKey(play(state, composing))).toBe(NEW);
    expect(draftKey(begin())).toBeNull();
    expect(draft(begin())).toBe(EMPTY);
  });

  it('that is empty is none', () => {
    const state = play(showing('a'), typed('a', 'x'), { type: 'draft-edited', key: 'a', buffer: EMPTY });
    expect(state.drafts.size).toBe(0);
  });

  it('that comes back stands before what was written since, and the cursor stays where it was', () => {
    const returned: Action = { type: 'draft-returned', key: 'a', text: 'first' };
    expect(draft(play(showing('a'), returned))).toEqual(bufferOf('first'));
    const written = play(showing('a'), typed('a', 'since', 2), returned);
    expect(draft(written)).toEqual(bufferOf('first\nsince', 'first\nsi'.length));
  });
});

describe('a task that goes away while something is written to it', () => {
  const writing = play(
    showing('a', 'b'),
    { type: 'focused', pane: 'transcript' },
    PROMPT,
    typed('a', 'half a sentence'),
  );

  it.each<[string, Action]>([
    ['removed here', removed('a')],
    ['not found', { type: 'task-gone', taskId: 'a', now: NOON }],
    ['not listed any more', listed([makeTask({ id: 'b' })], NOON + 1)],
  ])('%s: the focus leaves the prompt, the text is in the history', (_, gone) => {
    const state = play(writing, gone);
    expect(state.view).toMatchObject({ focus: 'transcript', selected: 'b' });
    expect(state.history).toEqual(['half a sentence']);
    expect(state.drafts.has('b')).toBe(false);
    expect(state.notice).toMatchObject({ tone: 'bad', text: expect.stringContaining('kept') });
  });

  it('brings the text up first, although it was said before', () => {
    const state = play(
      writing,
      { type: 'prompt-used', text: 'half a sentence' },
      { type: 'prompt-used', text: 'something else' },
      removed('a'),
    );
    expect(state.history.at(-1)).toBe('half a sentence');
  });

  it('says nothing of a text where there was none', () => {
    const state = play(showing('a', 'b'), PROMPT, removed('a'));
    expect(state.view.focus).toBe('list');
    expect(state.history).toEqual([]);
    expect(state.notice?.text).toBe('The task is gone.');
  });

  it('leaves whoever writes to another task, or a new one, alone', () => {
    const toAnother = play(writing, removed('b'));
    expect(toAnother.view).toMatchObject({ focus: 'prompt', selected: 'a' });
    const aNew = play(showing('a', 'b'), composing, PROMPT, typed(NEW, 'go'), removed('a'));
    expect(aNew.view.focus).toBe('prompt');
    expect(draft(aNew).text).toBe('go');
    expect(aNew.notice).toBeNull();
  });

  it('keeps the draft of any task that goes, once', () => {
    const state = play(
      showing('a', 'b', 'c'),
      typed('b', 'for later'),
      typed('c', '  '),
      listed([makeTask({ id: 'a' })], NOON + 1),
      listed([makeTask({ id: 'a' }), makeTask({ id: 'b' })], NOON + 2),
      listed([makeTask({ id: 'a' })], NOON + 3),
    );
    expect(idsOf(state)).toEqual(['a']);
    expect(state.history).toEqual(['for later']);
    expect(state.notice).toBeNull();
  });
});

describe('the history', () => {
  const used = (text: string): Action => ({ type: 'prompt-used', text });

  it('takes each prompt, but not the last one twice', () => {
    expect(play(begin(), used('one'), used('two'), used('two'), used('one')).history).toEqual([
      'one',
      'two',
      'one',
    ]);
  });

  it('is left to look at an earlier prompt, and any other edit ends that', () => {
    const recall: Recall = { key: 'a', index: 0, stash: 'mine', edits: new Map() };
    const looking = play(showing('a'), { type: 'draft-edited', key: 'a', buffer: bufferOf('one'), recall });
    expect(looking.view.recall).toBe(recall);
    expect(play(looking, typed('a', 'two')).view.recall).toBeNull();
  });
});

describe('what was remembered', () => {
  const remembered = (about: Partial<Extract<Action, { type: 'remembered' }>> = {}): Action => ({
    type: 'remembered',
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

  it('comes back', () => {
    const state = play(begin(), remembered());
    expect(texts(state)).toEqual([
      ['a', 'old'],
      ['b', 'kept'],
    ]);
    expect(state.history).toEqual(['first', 'second']);
    expect(state.view.selected).toBe('b');
    expect(play(state, listed([makeTask({ id: 'a' }), makeTask({ id: 'b' })])).view.selected).toBe('b');
    expect(play(state, listed([makeTask({ id: 'a' })])).view.selected).toBe('a');
  });

  it('does not push aside what was done meanwhile', () => {
    const state = play(
      showing('a', 'b'),
      typed('a', 'typed meanwhile'),
      { type: 'prompt-used', text: 'third' },
      remembered(),
    );
    expect(texts(state)).toEqual([
      ['a', 'typed meanwhile'],
      ['b', 'kept'],
    ]);
    expect(state.history).toEqual(['first', 'second', 'third']);
    expect(state.view.selected).toBe('a');
  });

  it('does not push aside what was chosen meanwhile, and leaves what is not remembered as it is', () => {
    const reading = { wrap: false, raw: false, times: true };
    const chosen = play(
      showing('a', 'b'),
      { type: 'sorted', sort: 'name' },
      { type: 'reading-changed', change: { wrap: false } },
    );
    const kept = remembered({ sort: 'age', reading: { wrap: true, raw: true, times: true } });
    for (const state of [play(chosen, remembered({ sort: undefined })), play(chosen, kept)])
      expect([state.view.sort, state.view.reading]).toEqual(['name', reading]);
    expect(play(begin(), kept).view).toMatchObject({ sort: 'age', reading: { raw: true } });
  });
});
