import { describe, expect, it } from 'vitest';
import { agent, live, NOON, you } from '../domain/make.ts';
import { delivery, play, refusal, showing, transcribed } from './make.ts';

describe('a message on its way', () => {
  it('changes, ends, and is replaced by what is on disk', () => {
    const [one, two] = [delivery({ stage: 'waiting' }), delivery({ id: 'd2', stage: 'waiting' })];
    const both = play(
      showing('a'),
      { type: 'delivery-begun', delivery: one },
      { type: 'delivery-begun', delivery: two },
    );
    const sent = delivery({ stage: 'sending', since: NOON + 1 });
    const changed = play(both, { type: 'delivery-changed', delivery: sent });
    expect(changed.deliveries).toEqual([sent, two]);
    expect(play(changed, { type: 'delivery-ended', id: 'd1' }).deliveries).toEqual([two]);
    expect(play(changed, { type: 'deliveries-read', deliveries: [two] }).deliveries).toEqual([two]);
  });
});

describe('a transcript that arrives', () => {
  const first = live(you(0, 'go'), agent(1, 'on it'));

  it('keeps the messages that did not change', () => {
    const before = play(showing('a'), transcribed('a', first));
    const next = play(before, transcribed('a', live(you(0, 'go'), agent(1, 'done')), NOON + 1));
    const messages = next.transcripts.get('a')?.transcript?.messages;
    expect(messages?.[0]).toBe(first.messages[0]);
    expect(messages?.[1]?.content).toBe('done');
    expect(next.transcripts.get('a')).toMatchObject({ at: NOON + 1, promised: 1_000, error: null });
  });

  it('is old news when it was asked for before the one that is known', () => {
    const state = play(
      showing('a'),
      transcribed('a', live(you(0, 'newer')), NOON + 2),
      transcribed('a', live(you(0, 'older')), NOON + 1),
    );
    expect(state.transcripts.get('a')?.transcript?.messages[0]?.content).toBe('newer');
    expect(state.transcripts.get('a')?.at).toBe(NOON + 2);
  });

  it('ends the failure before it', () => {
    const state = play(
      showing('a'),
      {
        type: 'transcript-failed',
        taskId: 'a',
        error: refusal(),
        retryAt: NOON + 5,
        now: NOON,
      },
      transcribed('a', first, NOON + 5),
    );
    expect(state.transcripts.get('a')).toMatchObject({ error: null, retryAt: null });
  });
});
