import { describe, expect, it } from 'vitest';
import type { KeptPlace } from '../../src/domain/kept-layout.ts';
import { readProse } from '../../src/domain/markdown/prose.ts';
import type { Message } from '../../src/domain/transcript.ts';
import type { Action } from '../../src/store/action.ts';
import { readingWidth } from '../../src/store/detail-layout.ts';
import { keptPlacesOf } from '../../src/store/kept-view.ts';
import type { State } from '../../src/store/state.ts';
import { transcriptView, windowOf } from '../../src/store/transcript-view.ts';
import { agent, live, makeTask, you } from '../domain/make.ts';
import { begin, listed, play, transcribed } from './make.ts';

const WIDE = { columns: 150, rows: 40 };
const NARROW = { columns: 60, rows: 20 };

const PROSE = Array.from({ length: 30 }, (_, index) =>
  [
    `## Part ${index}`,
    '',
    `Words of part ${index} go on and on `.repeat(6).trim(),
    '',
    `- point ${index}`,
  ].join('\n'),
).join('\n\n');

const TALK = [you(0, 'go'), agent(1, PROSE), you(2, 'and then?'), agent(3, 'Done.')];

const reader: Action = { type: 'markdown-loaded', read: readProse };
const tasks = listed([makeTask({ id: 'a' }), makeTask({ id: 'b' })]);

const at = (size: typeof WIDE, ...messages: readonly Message[]): State =>
  play(begin(size), tasks, reader, transcribed('a', live(...messages)));

const left = (place: KeptPlace): Action => ({
  type: 'remembered',
  drafts: new Map(),
  history: [],
  selected: 'a',
  places: new Map([['a', place]]),
});

/** The first lines that a window shows. */
const top = (state: State): readonly string[] => {
  const view = transcriptView(state, 'a', readingWidth(state));
  return windowOf(view, state.view.scroll.get('a'), 3).lines.map((line) =>
    line.kind === 'text' ? line.text : line.kind,
  );
};

const placeOf = (state: State): KeptPlace => keptPlacesOf(state).get('a') ?? expect.fail('nothing was kept');

describe('a place in a conversation', () => {
  it('is the very line again in a window of the same size', () => {
    const state = at(WIDE, ...TALK);
    const { blocks } = transcriptView(
      play(state, { type: 'scrolled', taskId: 'a', anchor: { message: 1, line: 0 } }),
      'a',
      readingWidth(state),
    );
    for (let line = 0; line <= (blocks[1]?.lines.length ?? 0); line++) {
      const scrolled = play(state, { type: 'scrolled', taskId: 'a', anchor: { message: 1, line } });
      const next = play(begin(WIDE), left(placeOf(scrolled)), tasks, reader, transcribed('a', live(...TALK)));
      expect(next.view.scroll.get('a')).toEqual({ message: 1, line });
      expect(top(next)).toEqual(top(scrolled));
    }
  });

  it('is the same words in a narrower window, and in a message that has grown since', () => {
    const state = at(WIDE, you(0, 'go'), agent(1, PROSE));
    const { blocks } = transcriptView(state, 'a', readingWidth(state));
    const line = (blocks[1]?.lines.findIndex((text) => text.includes('point 7')) ?? -1) + 1;
    const before = play(state, { type: 'scrolled', taskId: 'a', anchor: { message: 1, line } });
    const [words = ''] = top(before);
    expect(words).toContain('point 7');
    const grown = transcribed('a', live(you(0, 'go'), agent(1, `${PROSE}\n\nAnd more.`)));
    const after = play(begin(NARROW), left(placeOf(before)), tasks, reader, grown);
    expect(top(after)[0]).toBe(words);
  });

  it('waits for the reader of markdown, without which lines are others', () => {
    const waiting = play(
      begin(WIDE),
      left({ run: 0, id: 1, from: 'agent', offset: 500 }),
      tasks,
      transcribed('a', live(...TALK)),
    );
    expect(waiting.view.scroll.size).toBe(0);
    expect(play(waiting, reader).view.scroll.get('a')).toMatchObject({ message: 1 });
  });

  it('before all that is here asks for what is kept of it', () => {
    const state = play(begin(WIDE), left({ run: 0, id: 1, from: 'agent', offset: 500 }), tasks, reader, {
      type: 'conversation-recalled',
      taskId: 'a',
      part: { history: { entries: [said(2)] }, hasOlder: true, read: null },
    });
    expect(state.conversations.get('a')?.older).toBe('asked');
    const more = play(state, {
      type: 'conversation-recalled',
      taskId: 'a',
      part: { history: { entries: [said(0), said(1)] }, hasOlder: false, read: null },
    });
    expect(more.view.scroll.get('a')).toMatchObject({ message: 1 });
  });

  it('is kept for a task that nobody has come back to, and let go of by who goes elsewhere', () => {
    const place = { run: 0, id: 1, from: 'agent', offset: 500 } as const;
    const state = play(begin(WIDE), left(place), tasks, reader, { type: 'selected', taskId: 'b' });
    expect(placeOf(state)).toEqual(place);
    const elsewhere = play(
      state,
      { type: 'scrolled', taskId: 'a', anchor: null },
      { type: 'selected', taskId: 'a' },
      transcribed('a', live(...TALK)),
    );
    expect(elsewhere.view.scroll.size).toBe(0);
    expect(keptPlacesOf(elsewhere).size).toBe(0);
  });
});

const said = (id: number) => ({
  kind: 'said' as const,
  run: 0,
  id,
  message: agent(id, id === 1 ? PROSE : 'x'),
});
