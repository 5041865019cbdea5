import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { openFormAt } from '../../../src/store/form.ts';
import { NEW_TASK_KEY } from '../../../src/store/slices/drafts.ts';
import type { State } from '../../../src/store/state.ts';
import { noticeLines, screenLayout } from '../../../src/view/layout/screen-layout.ts';
import { makeTask, NOON } from '../../domain/builders.ts';
import {
  applyEvents,
  draftTyped,
  emptyState,
  listReceived,
  serverError,
} from '../../store/state-builders.ts';

const stateOf = (columns: number, rows: number): State =>
  applyEvents(emptyState({ columns, rows }), listReceived([makeTask({ id: 'a' })]));
const withNotice = (text: string) =>
  ({ type: 'notice-changed', notice: { tone: 'bad', text, at: NOON } }) as const;

describe('the screen', () => {
  it('has the size of the terminal, and follows a resize', () => {
    expect(screenLayout(stateOf(80, 24))).toMatchObject({ kind: 'wide', body: { width: 80, height: 21 } });
    const resized = applyEvents(stateOf(80, 24), {
      type: 'terminal-resized',
      size: { columns: 30, rows: 24 },
    });
    expect(screenLayout(resized)).toEqual({ kind: 'tiny' });
  });

  it('gives the prompt the rows of its text while it has the focus, else one', () => {
    const draft = applyEvents(stateOf(80, 24), draftTyped('a', 'one\ntwo\nthree'));
    expect(screenLayout(draft)).toMatchObject({ prompt: { height: 1 }, body: { height: 21 } });
    const writing = applyEvents(draft, { type: 'pane-focused', pane: 'prompt' });
    expect(screenLayout(writing)).toMatchObject({ prompt: { height: 3 }, body: { height: 19 } });
  });

  it('is the same object while nothing relevant changes', () => {
    const state = stateOf(80, 24);
    expect(screenLayout(applyEvents(state, { type: 'clock-ticked', now: NOON + 1 }))).toBe(
      screenLayout(state),
    );
  });

  it('shows the focused pane on a narrow terminal, and the transcript while the user writes', () => {
    const shown = (state: State) => {
      const where = screenLayout(state);
      return where.kind === 'narrow' && where.list !== null ? 'list' : 'transcript';
    };
    const state = stateOf(60, 24);
    expect(shown(state)).toBe('list');
    expect(shown(applyEvents(state, { type: 'pane-focused', pane: 'transcript' }))).toBe('transcript');
    const writing = applyEvents(state, { type: 'pane-focused', pane: 'prompt' });
    expect(shown(writing)).toBe('transcript');
    expect(shown(applyEvents(writing, { type: 'pane-focused', pane: writing.view.pane }))).toBe('list');
  });

  it('measures the visible draft', () => {
    const state = applyEvents(stateOf(80, 24), draftTyped('a', 'one\ntwo'), {
      type: 'task-selected',
      taskId: 'a',
    });
    expect(screenLayout(applyEvents(state, { type: 'pane-focused', pane: 'prompt' }))).toMatchObject({
      prompt: { height: 2 },
    });
  });

  it('gives the rows of the prompt to the form of a new task, except one for a question', () => {
    const state = applyEvents(
      stateOf(80, 24),
      draftTyped(NEW_TASK_KEY, 'one\ntwo'),
      { type: 'open-form-changed', openForm: openFormAt('prompt') },
      { type: 'pane-focused', pane: 'prompt' },
    );
    expect(screenLayout(state)).toMatchObject({ prompt: { height: 0 }, body: { height: 22 } });
    const asked = applyEvents(state, { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
    expect(screenLayout(asked)).toMatchObject({ prompt: { height: 1 }, body: { height: 21 } });
  });
});

describe('a notice', () => {
  it('gets its rows from the panes', () => {
    const state = applyEvents(stateOf(80, 24), withNotice('The task was not created.'));
    expect(noticeLines(state)).toEqual([{ text: 'The task was not created.', tone: 'bad' }]);
    expect(screenLayout(state)).toMatchObject({ notice: 1, body: { height: 20 } });
  });

  it('is sanitised, wrapped and cut to its maximum', () => {
    const long = `\x1b[31mstart ${'word '.repeat(200)}`;
    const lines = noticeLines(applyEvents(stateOf(40, 24), withNotice(long)));
    expect(lines.length).toBe(3);
    expect(lines[0]?.text).toMatch(/^start word/u);
    expect(lines.at(-1)?.text).toMatch(/… {2}\S+ shows all$/u);
    for (const { text } of lines) expect(displayWidth(text)).toBeLessThanOrEqual(38);
  });

  it('leaves the panes their rows on the smallest screen, also with a connection problem', () => {
    const offline = applyEvents(
      stateOf(40, 10),
      {
        type: 'list-failed',
        source: 'tasks',
        error: serverError('word '.repeat(100)),
        retryAt: NOON,
        now: NOON,
      },
      withNotice('word '.repeat(100)),
      draftTyped('a', 'x\n'.repeat(20)),
      { type: 'pane-focused', pane: 'prompt' },
    );
    expect(noticeLines(offline)).toHaveLength(2);
    expect(screenLayout(offline)).toMatchObject({ notice: 2, prompt: { height: 3 }, body: { height: 3 } });
  });
});
