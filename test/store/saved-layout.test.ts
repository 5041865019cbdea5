import { describe, expect, it } from 'vitest';
import { renderProse } from '../../src/domain/markdown/prose.ts';
import type { SavedScrollPosition } from '../../src/domain/saved-layout.ts';
import type { Message } from '../../src/domain/transcript.ts';
import { transcriptWidth } from '../../src/store/detail-layout.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { savedScrollPositionsOf } from '../../src/store/saved-layout.ts';
import type { State } from '../../src/store/state.ts';
import { transcriptView, visibleLines } from '../../src/store/transcript-view.ts';
import { agent, live, makeTask, you } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, transcriptReceived } from './state-builders.ts';

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

const reader: StoreEvent = { type: 'markdown-loaded', proseRenderer: renderProse };
const tasks = listReceived([makeTask({ id: 'a' }), makeTask({ id: 'b' })]);

const at = (size: typeof WIDE, ...messages: readonly Message[]): State =>
  applyEvents(emptyState(size), tasks, reader, transcriptReceived('a', live(...messages)));

const left = (place: SavedScrollPosition): StoreEvent => ({
  type: 'saved-state-restored',
  drafts: new Map(),
  history: [],
  selected: 'a',
  places: new Map([['a', place]]),
});

/** The first lines that a window shows. */
const top = (state: State): readonly string[] => {
  const view = transcriptView(state, 'a', transcriptWidth(state));
  return visibleLines(view, state.view.scrollAnchors.get('a'), 3).lines.map((line) =>
    line.kind === 'text' ? line.text : line.kind,
  );
};

const placeOf = (state: State): SavedScrollPosition =>
  savedScrollPositionsOf(state).get('a') ?? expect.fail('nothing was kept');

describe('a place in a conversation', () => {
  it('is the very line again in a window of the same size', () => {
    const state = at(WIDE, ...TALK);
    const { blocks } = transcriptView(
      applyEvents(state, { type: 'transcript-scrolled', taskId: 'a', anchor: { message: 1, line: 0 } }),
      'a',
      transcriptWidth(state),
    );
    for (let line = 0; line <= (blocks[1]?.lines.length ?? 0); line++) {
      const scrolled = applyEvents(state, {
        type: 'transcript-scrolled',
        taskId: 'a',
        anchor: { message: 1, line },
      });
      const next = applyEvents(
        emptyState(WIDE),
        left(placeOf(scrolled)),
        tasks,
        reader,
        transcriptReceived('a', live(...TALK)),
      );
      expect(next.view.scrollAnchors.get('a')).toEqual({ message: 1, line });
      expect(top(next)).toEqual(top(scrolled));
    }
  });

  it('is the same words in a narrower window, and in a message that has grown since', () => {
    const state = at(WIDE, you(0, 'go'), agent(1, PROSE));
    const { blocks } = transcriptView(state, 'a', transcriptWidth(state));
    const line = (blocks[1]?.lines.findIndex((text) => text.includes('point 7')) ?? -1) + 1;
    const before = applyEvents(state, {
      type: 'transcript-scrolled',
      taskId: 'a',
      anchor: { message: 1, line },
    });
    const [words = ''] = top(before);
    expect(words).toContain('point 7');
    const grown = transcriptReceived('a', live(you(0, 'go'), agent(1, `${PROSE}\n\nAnd more.`)));
    const after = applyEvents(emptyState(NARROW), left(placeOf(before)), tasks, reader, grown);
    expect(top(after)[0]).toBe(words);
  });

  it('waits for the reader of markdown, without which lines are others', () => {
    const waiting = applyEvents(
      emptyState(WIDE),
      left({ run: 0, id: 1, from: 'agent', offset: 500 }),
      tasks,
      transcriptReceived('a', live(...TALK)),
    );
    expect(waiting.view.scrollAnchors.size).toBe(0);
    expect(applyEvents(waiting, reader).view.scrollAnchors.get('a')).toMatchObject({ message: 1 });
  });

  it('before all that is here asks for what is kept of it', () => {
    const state = applyEvents(
      emptyState(WIDE),
      left({ run: 0, id: 1, from: 'agent', offset: 500 }),
      tasks,
      reader,
      {
        type: 'stored-conversation-loaded',
        taskId: 'a',
        part: { conversation: { entries: [said(2)] }, hasOlder: true, readUpTo: null },
      },
    );
    expect(state.mergedTranscripts.get('a')?.older).toBe('requested');
    const more = applyEvents(state, {
      type: 'stored-conversation-loaded',
      taskId: 'a',
      part: { conversation: { entries: [said(0), said(1)] }, hasOlder: false, readUpTo: null },
    });
    expect(more.view.scrollAnchors.get('a')).toMatchObject({ message: 1 });
  });

  it('is kept for a task that nobody has come back to, and let go of by who goes elsewhere', () => {
    const place = { run: 0, id: 1, from: 'agent', offset: 500 } as const;
    const state = applyEvents(emptyState(WIDE), left(place), tasks, reader, {
      type: 'task-selected',
      taskId: 'b',
    });
    expect(placeOf(state)).toEqual(place);
    const elsewhere = applyEvents(
      state,
      { type: 'transcript-scrolled', taskId: 'a', anchor: null },
      { type: 'task-selected', taskId: 'a' },
      transcriptReceived('a', live(...TALK)),
    );
    expect(elsewhere.view.scrollAnchors.size).toBe(0);
    expect(savedScrollPositionsOf(elsewhere).size).toBe(0);
  });
});

const said = (id: number) => ({
  kind: 'message' as const,
  run: 0,
  id,
  message: agent(id, id === 1 ? PROSE : 'x'),
});
