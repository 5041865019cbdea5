import { describe, expect, it } from 'vitest';
import { renderProse } from '../../../src/domain/markdown/prose.ts';
import type { Message } from '../../../src/domain/message.ts';
import type { SavedScrollPosition } from '../../../src/domain/saved-layout.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import type { State } from '../../../src/store/state.ts';
import { createStore } from '../../../src/store/store.ts';
import { transcriptWidth } from '../../../src/view/detail/detail-layout.ts';
import { restoreScrollPositions, savedScrollPositionsOf } from '../../../src/view/detail/scroll-positions.ts';
import { transcriptView, visibleLines } from '../../../src/view/transcript/transcript-view.ts';
import { agent, live, makeTask, you } from '../../domain/builders.ts';
import { emptyState, listReceived, transcriptReceived } from '../../store/state-builders.ts';

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

const MESSAGES = [you(0, 'go'), agent(1, PROSE), you(2, 'and then?'), agent(3, 'Done.')];

const rendererLoaded: StoreEvent = { type: 'markdown-loaded', proseRenderer: renderProse };
const tasks = listReceived([makeTask({ id: 'a' }), makeTask({ id: 'b' })]);

function applyEvents(state: State, ...events: readonly StoreEvent[]): State {
  const store = createStore(state);
  restoreScrollPositions(store);
  for (const event of events) store.dispatch(event);
  return store.getState();
}

const at = (size: typeof WIDE, ...messages: readonly Message[]): State =>
  applyEvents(emptyState(size), tasks, rendererLoaded, transcriptReceived('a', live(...messages)));

const restoredWith = (position: SavedScrollPosition): StoreEvent => ({
  type: 'saved-state-restored',
  drafts: new Map(),
  history: [],
  selected: 'a',
  places: new Map([['a', position]]),
});

/** The first lines on screen. */
const top = (state: State): readonly string[] => {
  const view = transcriptView(state, 'a', transcriptWidth(state));
  return visibleLines(view, state.view.scrollAnchors.get('a'), 3).lines.map((line) =>
    line.kind === 'text' ? line.text : line.kind,
  );
};

const positionOf = (state: State): SavedScrollPosition =>
  savedScrollPositionsOf(state).get('a') ?? expect.fail('nothing was kept');

describe('a saved scroll position', () => {
  it('is the same line in a window of the same size', () => {
    const state = at(WIDE, ...MESSAGES);
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
        restoredWith(positionOf(scrolled)),
        tasks,
        rendererLoaded,
        transcriptReceived('a', live(...MESSAGES)),
      );
      expect(next.view.scrollAnchors.get('a')).toEqual({ message: 1, line });
      expect(top(next)).toEqual(top(scrolled));
    }
  });

  it('is the same text in a narrower window, and in a message that has grown since', () => {
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
    const after = applyEvents(
      emptyState(NARROW),
      restoredWith(positionOf(before)),
      tasks,
      rendererLoaded,
      grown,
    );
    expect(top(after)[0]).toBe(words);
  });

  it('waits for the markdown renderer, which changes lines', () => {
    const waiting = applyEvents(
      emptyState(WIDE),
      restoredWith({ run: 0, id: 1, role: 'agent', offset: 500 }),
      tasks,
      transcriptReceived('a', live(...MESSAGES)),
    );
    expect(waiting.view.scrollAnchors.size).toBe(0);
    expect(applyEvents(waiting, rendererLoaded).view.scrollAnchors.get('a')).toMatchObject({ message: 1 });
  });

  it('before the loaded messages requests older ones', () => {
    const state = applyEvents(
      emptyState(WIDE),
      restoredWith({ run: 0, id: 1, role: 'agent', offset: 500 }),
      tasks,
      rendererLoaded,
      {
        type: 'stored-conversation-loaded',
        taskId: 'a',
        part: { conversation: { entries: [entry(2)] }, hasOlder: true, readUpTo: null },
      },
    );
    expect(state.mergedTranscripts.get('a')?.older).toBe('requested');
    const more = applyEvents(state, {
      type: 'stored-conversation-loaded',
      taskId: 'a',
      part: { conversation: { entries: [entry(0), entry(1)] }, hasOlder: false, readUpTo: null },
    });
    expect(more.view.scrollAnchors.get('a')).toMatchObject({ message: 1 });
  });

  it('stays saved until the user opens the task, and is dropped when they scroll', () => {
    const position = { run: 0, id: 1, role: 'agent', offset: 500 } as const;
    const state = applyEvents(emptyState(WIDE), restoredWith(position), tasks, rendererLoaded, {
      type: 'task-selected',
      taskId: 'b',
    });
    expect(positionOf(state)).toEqual(position);
    const elsewhere = applyEvents(
      state,
      { type: 'transcript-scrolled', taskId: 'a', anchor: null },
      { type: 'task-selected', taskId: 'a' },
      transcriptReceived('a', live(...MESSAGES)),
    );
    expect(elsewhere.view.scrollAnchors.size).toBe(0);
    expect(savedScrollPositionsOf(elsewhere).size).toBe(0);
  });
});

const entry = (id: number) => ({
  kind: 'message' as const,
  run: 0,
  id,
  message: agent(id, id === 1 ? PROSE : 'x'),
});
