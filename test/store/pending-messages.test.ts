import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/domain/delivery.ts';
import { textOf, textParts } from '../../src/domain/message.ts';
import type { QueuedMessage } from '../../src/domain/transcript.ts';
import { lastPromptOf } from '../../src/store/last-prompt.ts';
import {
  allPendingMessages,
  isQueueStuck,
  pendingMessagesOf,
  queueLengthOf,
} from '../../src/store/pending-messages.ts';
import type { State } from '../../src/store/state.ts';
import { pendingItems } from '../../src/store/transcript-positions.ts';
import { agent, live, makeChat, NOON, you } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, transcriptReceived } from './state-builders.ts';

const queued = (id: string, text: string): QueuedMessage => ({ id, parts: textParts(text), at: NOON });

const delivery = (id: string, about: Partial<Delivery> = {}): Delivery => ({
  id,
  taskId: 'c',
  text: id,
  stage: 'waiting',
  since: NOON,
  position: 1,
  resume: false,
  attempt: null,
  instanceName: null,
  version: 0,
  ...about,
});

const conversation = [you(1, 'go'), agent(2, 'done')];
const withQueue = (queue: readonly QueuedMessage[], about = {}): State =>
  applyEvents(
    emptyState(),
    listReceived([makeChat({ id: 'c', status: 'running', ...about })]),
    transcriptReceived('c', { ...live(...conversation), queue }),
  );

const textsOf = (state: State): readonly string[] =>
  pendingMessagesOf(state, 'c').map((each) =>
    each.kind === 'queued' ? `server ${textOf(each.message)}` : `local ${each.delivery.text}`,
  );

describe('pendingMessagesOf', () => {
  it('lists the server’s queue in its order, between accepted messages and those that no server has', () => {
    const state = {
      ...withQueue([queued('9', 'second of the web'), queued('7', 'first sent')]),
      deliveries: [delivery('waits'), delivery('accepted', { stage: 'accepted' })],
    };
    expect(textsOf(state)).toEqual([
      'local accepted',
      'server second of the web',
      'server first sent',
      'local waits',
    ]);
    expect(pendingItems(state, 'c').map(({ kind }) => kind)).toEqual([
      'delivery',
      'queue',
      'queued',
      'queued',
      'unsent',
      'delivery',
    ]);
  });

  it('lists a message once that the outbox and the queue hold, by its receipt or by its words', () => {
    const receipt = { kind: 'queued', queueId: '7' } as const;
    const state = {
      ...withQueue([queued('6', 'same'), queued('7', 'same'), queued('8', 'after a  restart\n')]),
      deliveries: [
        delivery('d', { text: 'same', stage: 'queued', receipt }),
        delivery('e', { text: 'after a restart', stage: 'queued' }),
      ],
    };
    const messages = pendingMessagesOf(state, 'c');
    expect(messages.map((each) => each.kind === 'queued' && each.delivery?.id)).toEqual([
      undefined,
      'd',
      'e',
    ]);
    expect(messages.map((each) => each.kind === 'queued' && `${each.place} of ${each.count}`)).toEqual([
      '1 of 3',
      '2 of 3',
      '3 of 3',
    ]);
  });

  it('keeps a queued message of the outbox that the transcript does not show yet', () => {
    const receipt = { kind: 'queued', queueId: '7' } as const;
    const state = {
      ...withQueue([]),
      deliveries: [delivery('d', { text: 'new', stage: 'queued', receipt })],
    };
    expect(textsOf(state)).toEqual(['local new']);
  });

  it('hides a message that left the queue until a later transcript confirms it', () => {
    const about = { taskId: 'c', queueId: '7', now: NOON + 10 };
    const state = applyEvents(
      withQueue([queued('7', 'one'), queued('8', 'two')]),
      { type: 'queue-request-started', kind: 'take-out', ...about },
      { type: 'queue-request-finished', hasLeft: true, ...about },
    );
    expect(textsOf(state)).toEqual(['server two']);
    const older = { ...live(...conversation), queue: [queued('7', 'one'), queued('8', 'two')] };
    const stale = applyEvents(state, transcriptReceived('c', older, NOON + 5));
    expect(textsOf(stale)).toEqual(['server two']);
    const newer = { ...live(...conversation), queue: [queued('8', 'two')] };
    const confirmed = applyEvents(stale, transcriptReceived('c', newer, NOON + 20));
    expect(textsOf(confirmed)).toEqual(['server two']);
    expect(confirmed.queueRequests.size).toBe(0);
  });

  it('shows the queue again as it is after a failed request', () => {
    const about = { taskId: 'c', queueId: '7', now: NOON + 10 };
    const state = applyEvents(
      withQueue([queued('7', 'one')]),
      { type: 'queue-request-started', kind: 'take-out', ...about },
      { type: 'queue-request-finished', hasLeft: false, ...about },
    );
    expect(textsOf(state)).toEqual(['server one']);
    expect(state.queueRequests.size).toBe(0);
  });

  it('returns the same list for tasks without pending messages', () => {
    const state = withQueue([]);
    expect(pendingMessagesOf(state, 'c')).toBe(pendingMessagesOf(emptyState(), 'other'));
    expect(allPendingMessages(state)).toEqual([]);
  });
});

describe('the queue of a chat', () => {
  it('stands still after an error', () => {
    const state = withQueue([queued('7', 'one')], { status: 'error' });
    const [task] = state.tasks;
    if (task === undefined) throw new Error('There is no task.');
    expect(isQueueStuck(state, task)).toBe(true);
    expect(isQueueStuck(withQueue([], { status: 'error' }), task)).toBe(false);
    expect(queueLengthOf(state, 'c')).toBe(1);
    expect(queueLengthOf(emptyState(), 'c')).toBeNull();
  });

  it('changes the transcript also when its messages stay the same', () => {
    const state = withQueue([queued('7', 'one')]);
    const again = applyEvents(
      state,
      transcriptReceived('c', { ...live(...conversation), queue: [queued('7', 'one')] }, NOON + 1),
    );
    expect(again.transcripts.get('c')?.transcript).toBe(state.transcripts.get('c')?.transcript);
    const other = applyEvents(
      state,
      transcriptReceived('c', { ...live(...conversation), queue: [queued('7', 'another')] }, NOON + 1),
    );
    expect(textsOf(other)).toEqual(['server another']);
  });

  it('drops the reason of a full queue with the last message that waits for it', () => {
    const state = applyEvents(
      { ...withQueue([]), deliveries: [delivery('d')] },
      { type: 'queue-full', taskId: 'c', reason: 'Message queue is full.' },
    );
    expect([...state.fullQueues]).toEqual([['c', 'Message queue is full.']]);
    expect(applyEvents(state, { type: 'delivery-finished', id: 'd' }).fullQueues.size).toBe(0);
  });
});

describe('lastPromptOf', () => {
  it('counts the messages after it and the queue', () => {
    const state = withQueue([queued('7', 'one')]);
    expect(lastPromptOf(state, { id: 'c' })).toEqual({ id: 1, text: 'go', after: 1, queued: 1 });
  });

  it('says why there is none to edit', () => {
    expect(lastPromptOf(emptyState(), { id: 'c' })).toBe('Its messages have not loaded yet.');
    const withFile = {
      ...live({
        ...you(3, ''),
        parts: [{ type: 'file', name: 'trace.txt', mediaType: 'text/plain' }] as const,
      }),
      queue: [],
    };
    const state = applyEvents(withQueue([]), transcriptReceived('c', withFile, NOON + 1));
    expect(lastPromptOf(state, { id: 'c' })).toMatch(/attachments/u);
  });
});
