import { describe, expect, it } from 'vitest';
import { textParts } from '../../src/domain/message.ts';
import { agent, live, NOON, you } from '../domain/builders.ts';
import { applyEvents, delivery, serverError, stateWithTasks, transcriptReceived } from './state-builders.ts';

describe('an outbox message', () => {
  it('changes, ends, and is replaced by the stored outbox', () => {
    const [one, two] = [delivery({ stage: 'waiting' }), delivery({ id: 'd2', stage: 'waiting' })];
    const both = applyEvents(
      stateWithTasks('a'),
      { type: 'delivery-added', delivery: one },
      { type: 'delivery-added', delivery: two },
    );
    const sent = delivery({ stage: 'sending', since: NOON + 1 });
    const changed = applyEvents(both, { type: 'delivery-changed', delivery: sent });
    expect(changed.deliveries).toEqual([sent, two]);
    expect(applyEvents(changed, { type: 'delivery-finished', id: 'd1' }).deliveries).toEqual([two]);
    expect(applyEvents(changed, { type: 'deliveries-loaded', deliveries: [two] }).deliveries).toEqual([two]);
  });
});

describe('a received transcript', () => {
  const first = live(you(0, 'go'), agent(1, 'on it'));

  it('keeps the objects of unchanged messages', () => {
    const before = applyEvents(stateWithTasks('a'), transcriptReceived('a', first));
    const next = applyEvents(before, transcriptReceived('a', live(you(0, 'go'), agent(1, 'done')), NOON + 1));
    const messages = next.transcripts.get('a')?.transcript?.messages;
    expect(messages?.[0]).toBe(first.messages[0]);
    expect(messages?.[1]?.parts).toEqual(textParts('done'));
    expect(next.transcripts.get('a')).toMatchObject({ requestedAt: NOON + 1, refreshMs: 1_000, error: null });
  });

  it('is ignored when it was requested before the known one', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      transcriptReceived('a', live(you(0, 'newer')), NOON + 2),
      transcriptReceived('a', live(you(0, 'older')), NOON + 1),
    );
    expect(state.transcripts.get('a')?.transcript?.messages[0]?.parts).toEqual(textParts('newer'));
    expect(state.transcripts.get('a')?.requestedAt).toBe(NOON + 2);
  });

  it('clears the failure before it', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      {
        type: 'transcript-failed',
        taskId: 'a',
        error: serverError(),
        retryAt: NOON + 5,
        now: NOON,
      },
      transcriptReceived('a', first, NOON + 5),
    );
    expect(state.transcripts.get('a')).toMatchObject({ error: null, retryAt: null });
  });
});
