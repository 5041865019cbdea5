import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { composingIn } from '../../src/store/form.ts';
import { noticeLines, screen } from '../../src/store/screen.ts';
import { NEW, type State } from '../../src/store/state.ts';
import { makeTask, NOON } from '../domain/make.ts';
import { begin, listed, play, refusal, typed } from './make.ts';

const on = (columns: number, rows: number): State =>
  play(begin({ columns, rows }), listed([makeTask({ id: 'a' })]));
const saying = (text: string) => ({ type: 'noticed', notice: { tone: 'bad', text, at: NOON } }) as const;

describe('the screen', () => {
  it('has the size of the terminal, and follows it', () => {
    expect(screen(on(80, 24))).toMatchObject({ kind: 'wide', body: { width: 80, height: 21 } });
    const resized = play(on(80, 24), { type: 'resized', size: { columns: 30, rows: 24 } });
    expect(screen(resized)).toEqual({ kind: 'tiny' });
  });

  it('gives the prompt the rows of its text while somebody writes, and one otherwise', () => {
    const draft = play(on(80, 24), typed('a', 'one\ntwo\nthree'));
    expect(screen(draft)).toMatchObject({ prompt: { height: 1 }, body: { height: 21 } });
    const writing = play(draft, { type: 'focused', pane: 'prompt' });
    expect(screen(writing)).toMatchObject({ prompt: { height: 3 }, body: { height: 19 } });
  });

  it('is the very same while nothing that matters to it changes', () => {
    const state = on(80, 24);
    expect(screen(play(state, { type: 'ticked', now: NOON + 1 }))).toBe(screen(state));
  });

  it('shows on a narrow terminal the pane that has the focus, and while writing what is written to', () => {
    const shown = (state: State) => {
      const where = screen(state);
      return where.kind === 'narrow' && where.list !== null ? 'list' : 'transcript';
    };
    const state = on(60, 24);
    expect(shown(state)).toBe('list');
    expect(shown(play(state, { type: 'focused', pane: 'transcript' }))).toBe('transcript');
    const writing = play(state, { type: 'focused', pane: 'prompt' });
    expect(shown(writing)).toBe('transcript');
    expect(shown(play(writing, { type: 'focused', pane: writing.view.pane }))).toBe('list');
  });

  it('measures the draft that is on screen', () => {
    const state = play(on(80, 24), typed('a', 'one\ntwo'), { type: 'selected', taskId: 'a' });
    expect(screen(play(state, { type: 'focused', pane: 'prompt' }))).toMatchObject({ prompt: { height: 2 } });
  });

  it('gives the rows of the prompt to the form of a new task, but for a question', () => {
    const state = play(
      on(80, 24),
      typed(NEW, 'one\ntwo'),
      { type: 'composing', composing: composingIn('prompt') },
      { type: 'focused', pane: 'prompt' },
    );
    expect(screen(state)).toMatchObject({ prompt: { height: 0 }, body: { height: 22 } });
    const asked = play(state, { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
    expect(screen(asked)).toMatchObject({ prompt: { height: 1 }, body: { height: 21 } });
  });
});

describe('a notice', () => {
  it('takes its rows from the panes', () => {
    const state = play(on(80, 24), saying('The task was not created.'));
    expect(noticeLines(state)).toEqual([{ text: 'The task was not created.', tone: 'bad' }]);
    expect(screen(state)).toMatchObject({ notice: 1, body: { height: 20 } });
  });

  it('is made safe, wrapped, and cut where there is too much of it', () => {
    const long = `\x1b[31mstart ${'word '.repeat(200)}`;
    const lines = noticeLines(play(on(40, 24), saying(long)));
    expect(lines.length).toBe(3);
    expect(lines[0]?.text).toMatch(/^start word/u);
    expect(lines.at(-1)?.text).toMatch(/… {2}\S+ reads all$/u);
    for (const { text } of lines) expect(displayWidth(text)).toBeLessThanOrEqual(38);
  });

  it('leaves the panes their rows on the smallest screen, whatever is wrong besides', () => {
    const offline = play(
      on(40, 10),
      { type: 'list-failed', error: refusal('word '.repeat(100)), retryAt: NOON, now: NOON },
      saying('word '.repeat(100)),
      typed('a', 'x\n'.repeat(20)),
      { type: 'focused', pane: 'prompt' },
    );
    expect(noticeLines(offline)).toHaveLength(2);
    expect(screen(offline)).toMatchObject({ notice: 2, prompt: { height: 3 }, body: { height: 3 } });
  });
});
