import { describe, expect, it } from 'vitest';
import { BackendError } from '../../src/domain/errors.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { mergedTranscriptOf } from '../../src/store/merged-transcript.ts';
import type { State } from '../../src/store/state.ts';
import { transcriptLines } from '../../src/view/detail/detail-lines.ts';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { agent, live, MINUTE, makeTask, NOON, toolCall } from '../domain/builders.ts';
import { plain } from '../view/themes.ts';
import { applyEvents, emptyState, listReceived, transcriptReceived } from './state-builders.ts';

/** Messages of these ids, ten minutes apart: several days of them have day separators. */
const messages = (from: number, until: number): readonly Message[] =>
  Array.from({ length: until - from }, (_, index) =>
    agent(from + index, `message ${from + index}`, NOON + (from + index) * 10 * MINUTE),
  );

const newest = (from: number, until: number, hasOlder = true): Transcript => ({
  ...live(...messages(from, until)),
  hasOlder,
});

const TASK = makeTask({ id: 'a' });
const received = (transcript: Transcript, at = NOON): StoreEvent => transcriptReceived('a', transcript, at);
const page = (before: number, from: number, until: number, hasOlder: boolean): StoreEvent => ({
  type: 'older-page-received',
  taskId: 'a',
  before,
  page: { messages: messages(from, until), hasOlder },
});

const chat = (...events: readonly StoreEvent[]): State =>
  applyEvents(emptyState({ columns: 120, rows: 40 }), listReceived([TASK]), ...events);

const screenOf = (state: State): readonly string[] => {
  const visible = visibleTranscript(state);
  return transcriptLines(state, TASK, plain, visible?.width ?? 0, visible?.height ?? 0);
};

const scrolledTo = (message: number, line = 0): StoreEvent => ({
  type: 'transcript-scrolled',
  taskId: 'a',
  anchor: { message, line },
});

const wanted = (state: State) => mergedTranscriptOf(state, 'a').olderPage;

describe('older messages of a chat', () => {
  it('are requested near the beginning, once, and only if there are any', () => {
    const far = chat(received(newest(500, 700)), scrolledTo(50));
    expect(wanted(far)).toBeNull();
    const near = applyEvents(far, scrolledTo(4));
    expect(wanted(near)).toEqual({ before: 500, error: null });
    expect(wanted(applyEvents(near, scrolledTo(4)))).toBe(wanted(near));
    expect(wanted(chat(received(newest(500, 700, false)), scrolledTo(0)))).toBeNull();
    // A Task's transcript is whole.
    expect(wanted(chat(received(live(...messages(500, 700))), scrolledTo(0)))).toBeNull();
  });

  it('are requested for a transcript that fits on the screen', () => {
    const short = chat(received(newest(500, 502)), { type: 'older-messages-requested', taskId: 'a' });
    expect(wanted(short)).toEqual({ before: 500, error: null });
    expect(screenOf(short)[0]).toContain('loading older messages…');
  });

  it.each([
    ['of a message', 3, 0],
    ['inside of a message', 3, 2],
    ['of the first message', 2, 0],
    ['of the line in place of them', 0, 0],
    ['of the day of the first message', 1, 0],
  ])('leave the lines on the screen in place when they arrive: the position %s', (_, message, line) => {
    const before = chat(received(newest(500, 700)), scrolledTo(message, line));
    const after = applyEvents(before, page(500, 300, 500, true));
    const first = (state: State, text: string): number =>
      screenOf(state).findIndex((row) => row.trim() === text);
    for (const text of ['message 503', 'message 506']) {
      expect(first(before, text)).toBeGreaterThan(0);
      expect(first(after, text)).toBe(first(before, text));
    }
    expect(wanted(after)).toBeNull();
  });

  it('keep positions while the newest page moves on', () => {
    const before = chat(received(newest(500, 700)), page(500, 300, 500, true), scrolledTo(60));
    const after = applyEvents(before, received(newest(520, 730), NOON + 1));
    expect(screenOf(after)).toEqual(screenOf(before));
  });

  it('arrive page by page up to the first message, where the line in their place goes away', () => {
    let state = chat(received(newest(500, 700)), scrolledTo(0));
    expect(screenOf(state)[0]).toContain('loading older messages…');
    state = applyEvents(state, page(500, 400, 500, true), scrolledTo(0));
    expect(wanted(state)?.before).toBe(400);
    state = applyEvents(state, page(400, 1, 400, false), scrolledTo(0));
    expect(wanted(state)).toBeNull();
    expect(mergedTranscriptOf(state, 'a').conversation.entries.map(({ id }) => id)).toEqual(
      messages(1, 700).map(({ id }) => id),
    );
    expect(screenOf(state).join('\n')).not.toContain('older messages');
  });

  it('show why they did not load until they do', () => {
    const error = new BackendError({ kind: 'server', message: 'Out of order\x1b[2J', tookEffect: 'no' });
    const failed = chat(received(newest(500, 700)), scrolledTo(0), {
      type: 'older-page-failed',
      taskId: 'a',
      before: 500,
      error,
    });
    expect(screenOf(failed)[0]).toContain('cannot load older messages, trying again: ');
    expect(screenOf(failed)[0]).not.toContain('\x1b[2J');
    const loaded = applyEvents(failed, page(500, 400, 500, true));
    expect(mergedTranscriptOf(loaded, 'a').conversation.entries).toHaveLength(301);
  });

  it('ignore an answer that another one made obsolete', () => {
    const state = chat(received(newest(500, 700)), scrolledTo(0));
    expect(applyEvents(state, page(400, 300, 400, true))).toBe(state);
  });
});

describe('a stored conversation of a chat', () => {
  const storedPart = (from: number, until: number): StoreEvent => ({
    type: 'stored-conversation-loaded',
    taskId: 'a',
    part: {
      conversation: {
        entries: messages(from, until).map((message) => ({
          kind: 'message',
          run: 0,
          id: message.id,
          message,
        })),
      },
      hasOlder: false,
      readUpTo: null,
    },
  });
  const kinds = (state: State): readonly string[] => [
    ...new Set(mergedTranscriptOf(state, 'a').conversation.entries.map(({ kind }) => kind)),
  ];

  it.each([
    ['before', [storedPart(1, 600), received(newest(500, 700))]],
    ['after', [received(newest(500, 700)), storedPart(1, 600)]],
  ])('joins the newest messages when it loads %s them', (_, events) => {
    const state = chat(...events);
    expect(mergedTranscriptOf(state, 'a').conversation.entries.map(({ id }) => id)).toEqual(
      messages(1, 700).map(({ id }) => id),
    );
    expect(kinds(state)).toEqual(['message']);
  });

  it('brings nothing back that an edit deleted meanwhile', () => {
    const edited: Transcript = { ...live(...messages(500, 510), agent(900, 'new')), hasOlder: true };
    const state = chat(received(edited), storedPart(400, 600));
    const ids = mergedTranscriptOf(state, 'a').conversation.entries.map(({ id }) => id);
    expect(ids.slice(-3)).toEqual([508, 509, 900]);
    expect(kinds(state)).toEqual(['message']);
  });

  it('leaves a line for the messages between it and the newest ones, which loads them', () => {
    const state = chat(received(newest(500, 700)), storedPart(1, 100));
    const { conversation } = mergedTranscriptOf(state, 'a');
    const gap = conversation.entries.findIndex(({ kind }) => kind === 'gap');
    expect(conversation.entries[gap]).toMatchObject({ id: 500 });
    const near = applyEvents(state, scrolledTo(gap + 4));
    expect(wanted(near)).toEqual({ before: 500, error: null });
    expect(kinds(applyEvents(near, page(500, 99, 500, true)))).toEqual(['message']);
  });
});

it('a position at a message that an edit deleted moves to the next one, else to the last', () => {
  const state = chat(received(newest(1, 100, false)), scrolledTo(60));
  const edited: Transcript = { ...live(...messages(1, 50), agent(900, 'new')), hasOlder: false };
  const after = applyEvents(state, received(edited, NOON + 1));
  expect(screenOf(after).join('\n')).toContain('new');
});

it('a poll that changes one part of a message keeps the other part objects', () => {
  const parts = [toolCall({ id: 'a', output: 'x' }), toolCall({ id: 'b' })];
  const first: Transcript = { ...live({ ...agent(1, ''), parts }), hasOlder: false };
  const changed = [toolCall({ id: 'a', output: 'x' }), toolCall({ id: 'b', output: 'done' })];
  const second: Transcript = { ...live({ ...agent(1, ''), parts: changed }), hasOlder: false };
  const state = chat(received(first), received(second, NOON + 1));
  const message = state.transcripts.get('a')?.transcript?.messages[0];
  expect(message?.parts[0]).toBe(parts[0]);
  expect(message?.parts[1]).toMatchObject({ output: 'done' });
});
