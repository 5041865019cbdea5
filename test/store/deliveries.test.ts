import { describe, expect, it } from 'vitest';
import type { DeliveryEntry } from '../../src/store/state.ts';
import { agent, live, NOON, you } from '../domain/make.ts';
import { delivery, play, refusal, showing, transcribed } from './make.ts';

const stagesAfter = (entry: Partial<DeliveryEntry>, ...said: readonly string[]) =>
  play(
    showing('a', 'b'),
    { type: 'delivery-begun', delivery: delivery(entry) },
    transcribed('a', live(...said.map((text, id) => you(id, text)))),
  ).deliveries.map(({ stage }) => stage);

describe('a message on its way', () => {
  it.each(['sending', 'taken', 'unsure'] as const)(
    'that is %s ends when the transcript shows it',
    (stage) => {
      expect(stagesAfter({ stage }, 'yes')).toEqual([]);
      expect(stagesAfter({ stage }, 'no')).toEqual([stage]);
    },
  );

  it('ends when its text is there once more than before', () => {
    expect(stagesAfter({ saidBefore: 1 }, 'yes')).toEqual(['sending']);
    expect(stagesAfter({ saidBefore: 1 }, 'yes', 'yes')).toEqual([]);
  });

  it('that still waits is not taken for an equal one that was said before', () => {
    expect(stagesAfter({ stage: 'waiting' }, 'yes')).toEqual(['waiting']);
  });

  it('to another task stays', () => {
    expect(stagesAfter({ taskId: 'b' }, 'yes')).toEqual(['sending']);
  });

  it('changes its stage, and keeps what it was not told', () => {
    const changed = play(
      showing('a'),
      { type: 'delivery-begun', delivery: delivery({ stage: 'waiting' }) },
      { type: 'delivery-begun', delivery: delivery({ id: 'd2', stage: 'waiting' }) },
      { type: 'delivery-changed', id: 'd1', stage: 'sending', saidBefore: 3, now: NOON + 1 },
      { type: 'delivery-changed', id: 'd1', stage: 'unsure', now: NOON + 2 },
    );
    expect(changed.deliveries).toEqual([
      delivery({ stage: 'unsure', saidBefore: 3, since: NOON + 2 }),
      delivery({ id: 'd2', stage: 'waiting' }),
    ]);
    expect(play(changed, { type: 'delivery-ended', id: 'd1' }).deliveries.map(({ id }) => id)).toEqual([
      'd2',
    ]);
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
