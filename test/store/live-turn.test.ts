import { describe, expect, it } from 'vitest';
import type { Message, MessagePart } from '../../src/domain/message.ts';
import { type LiveTurn, type Transcript, withLiveTurnOf } from '../../src/domain/transcript.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { liveItemOf } from '../../src/store/live-turn.ts';
import { mergedTranscriptOf } from '../../src/store/merged-transcript.ts';
import { nextTickAt } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { pendingItems } from '../../src/store/transcript-positions.ts';
import { agent, live, makeChat, NOON, toolCall, you } from '../domain/builders.ts';
import { applyEvents, chatsReceived, delivery, emptyState } from './state-builders.ts';

const text = (words: string): MessagePart => ({ type: 'text', text: words });
const turn = (...parts: readonly MessagePart[]): LiveTurn => ({ parts, at: NOON, retry: null });
const retry = (at: number): LiveTurn => ({
  parts: [],
  at: NOON,
  retry: { attempt: 2, error: 'Provider is overloaded.', at },
});

const page = (messages: readonly Message[], about: Partial<Transcript> = {}): Transcript => ({
  ...live(...messages),
  hasOlder: false,
  ...about,
});

const received = (transcript: Transcript, pushed = true, startedAt = NOON): StoreEvent => ({
  type: 'transcript-received',
  taskId: 'c',
  transcript,
  startedAt,
  refreshMs: Number.POSITIVE_INFINITY,
  ...(pushed && { pushed: true as const }),
  now: startedAt,
});

const FOLLOWED: StoreEvent = { type: 'transcript-followed', taskId: 'c' };
const MESSAGES = [you(1, 'go'), agent(2, 'one'), you(3, 'on')];

const running = (...events: readonly StoreEvent[]): State =>
  applyEvents(
    emptyState(),
    chatsReceived([makeChat({ id: 'c', status: 'running' })]),
    { type: 'task-selected', taskId: 'c' },
    ...events,
  );

const partsOf = (state: State): readonly MessagePart[] | undefined => liveItemOf(state, 'c')?.turn?.parts;

describe('the live turn', () => {
  it('is beside the messages: growth leaves the conversation as it is', () => {
    const before = running(FOLLOWED, received(page(MESSAGES, { live: turn(text('I ')) })));
    const after = applyEvents(
      before,
      received(page(MESSAGES, { live: turn(text('I look')) }), true, NOON + 1),
    );
    expect(partsOf(after)).toEqual([text('I look')]);
    expect(mergedTranscriptOf(after, 'c')).toBe(mergedTranscriptOf(before, 'c'));
    expect(after.transcripts.get('c')?.transcript?.messages).toBe(
      before.transcripts.get('c')?.transcript?.messages,
    );
    expect(mergedTranscriptOf(after, 'c').conversation.entries.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it.each([
    ['a poll without news', page(MESSAGES), [text('I look')]],
    ['a poll with another message of the user', page([...MESSAGES, you(4, 'and')]), [text('I look')]],
    ['a poll with the message of the turn', page([...MESSAGES, agent(4, 'I looked')]), undefined],
  ])('after %s', (_, polled, parts) => {
    const state = running(
      FOLLOWED,
      received(page(MESSAGES, { live: turn(text('I look')) })),
      received(polled, false, NOON + 1),
    );
    expect(partsOf(state)).toEqual(parts);
  });

  it('ends with a pushed transcript that has none', () => {
    const state = running(
      FOLLOWED,
      received(page(MESSAGES, { live: turn(text('I look')) })),
      received(page(MESSAGES), true, NOON + 1),
    );
    expect(liveItemOf(state, 'c')).toBe(null);
  });

  it('stays without a stream while the turn runs, and no longer', () => {
    const unfollowed = running(FOLLOWED, received(page(MESSAGES, { live: turn(text('I look')) })), {
      type: 'transcript-followed',
      taskId: null,
    });
    expect(partsOf(unfollowed)).toEqual([text('I look')]);
    const over = applyEvents(unfollowed, chatsReceived([makeChat({ id: 'c', status: 'waiting' })], NOON + 1));
    expect(liveItemOf(over, 'c')).toBe(null);
  });

  it.each([
    ['no part', turn(), false],
    ['blanks', turn(text(' \n')), false],
    ['words', turn(text('I')), true],
    ['a call', turn(toolCall({ title: 'Run' })), true],
    ['a retry', retry(NOON + 5_000), true],
  ])('is shown only with something to see: %s', (_, shown, isShown) => {
    expect(liveItemOf(running(FOLLOWED, received(page(MESSAGES, { live: shown }))), 'c') !== null).toBe(
      isShown,
    );
  });

  it('of an interrupted chat says so, also without a part', () => {
    const state = applyEvents(
      running(FOLLOWED, received(page(MESSAGES))),
      chatsReceived([makeChat({ id: 'c', status: 'interrupting' })], NOON + 1),
    );
    expect(liveItemOf(state, 'c')).toMatchObject({ turn: null, isInterrupting: true });
  });

  it('comes after the messages that the agent accepted, and before those that wait', () => {
    const state = {
      ...running(
        FOLLOWED,
        received(
          page(MESSAGES, { live: turn(text('I')), queue: [{ id: '7', parts: [text('q')], at: NOON }] }),
        ),
      ),
      deliveries: [
        delivery({ id: 'w', taskId: 'c', text: 'waits' }),
        delivery({ id: 'x', taskId: 'c', text: 'sent', stage: 'accepted' }),
      ],
    };
    expect(pendingItems(state, 'c').map(({ kind }) => kind)).toEqual([
      'delivery',
      'live',
      'queue',
      'queued',
      'unsent',
      'delivery',
    ]);
  });

  it('of another transcript is not taken over', () => {
    const polled = page(MESSAGES);
    expect(withLiveTurnOf(null, polled)).toBe(polled);
    expect(withLiveTurnOf(page(MESSAGES), polled)).toBe(polled);
  });
});

describe('the countdown of a retry', () => {
  it.each([
    [NOON + 5_000, NOON, NOON + 1_000],
    [NOON + 4_400, NOON, NOON + 400],
    [NOON + 300, NOON, NOON + 300],
  ])('ticks when its seconds change', (at, now, tick) => {
    const state = { ...running(FOLLOWED, received(page(MESSAGES, { live: retry(at) }))), now };
    expect(nextTickAt(state)).toBe(tick);
  });

  it('does not tick when its time has passed, nor in a chat that is not selected', () => {
    const state = running(FOLLOWED, received(page(MESSAGES, { live: retry(NOON - 1) })));
    const quiet = running(FOLLOWED, received(page(MESSAGES)));
    expect(nextTickAt(state)).toBe(nextTickAt(quiet));
    const waits = running(FOLLOWED, received(page(MESSAGES, { live: retry(NOON + 5_000) })));
    const elsewhere = { ...waits, view: { ...waits.view, selected: null } };
    expect(nextTickAt(elsewhere)).toBeGreaterThan(NOON + 1_000);
  });
});

describe('a position in the live turn', () => {
  const scrolled = (state: State, message: number, line: number): State =>
    applyEvents(state, { type: 'transcript-scrolled', taskId: 'c', anchor: { message, line } });
  const anchorOf = (state: State) => state.view.scrollAnchors.get('c');

  it('stays on its line while the turn grows, and when it becomes a message', () => {
    const first = running(FOLLOWED, received(page(MESSAGES, { live: turn(text('a\nb\nc')) })));
    const grown = applyEvents(
      scrolled(first, 3, 2),
      received(page(MESSAGES, { live: turn(text('a\nb\nc\nd')) }), true, NOON + 1),
    );
    expect(anchorOf(grown)).toEqual({ message: 3, line: 2 });
    const stored = applyEvents(grown, received(page([...MESSAGES, agent(4, 'a\nb\nc\nd')]), true, NOON + 2));
    expect(anchorOf(stored)).toEqual({ message: 3, line: 2 });
  });

  it('follows the message, when others came before it', () => {
    const first = running(FOLLOWED, received(page(MESSAGES, { live: turn(text('a\nb\nc')) })));
    const stored = applyEvents(
      scrolled(first, 3, 2),
      received(page([...MESSAGES, you(4, 'wait'), agent(5, 'a\nb\nc')]), true, NOON + 1),
    );
    expect(anchorOf(stored)).toEqual({ message: 4, line: 2 });
  });

  it('above it does not move', () => {
    const first = running(FOLLOWED, received(page(MESSAGES, { live: turn(text('a\nb\nc')) })));
    const stored = applyEvents(
      scrolled(first, 1, 1),
      received(page([...MESSAGES, agent(4, 'a\nb\nc')], { live: turn(text('next')) }), true, NOON + 1),
    );
    expect(anchorOf(stored)).toEqual({ message: 1, line: 1 });
  });
});
