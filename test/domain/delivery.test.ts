import { describe, expect, it } from 'vitest';
import { type Delivery, type DeliveryEvent, nextOf, type Stage, step } from '../../src/domain/delivery.ts';
import { delivery } from '../store/make.ts';
import { NOON } from './make.ts';

const ATTEMPT = { at: NOON, brokenAt: null, build: 1, baseline: null };
const now = NOON + 1;
const EVENTS: Readonly<Record<DeliveryEvent['type'], DeliveryEvent>> = {
  'resume-begun': { type: 'resume-begun', by: 'me', now },
  'resume-over': { type: 'resume-over', now },
  begun: { type: 'begun', by: 'me', attempt: ATTEMPT, now },
  refused: { type: 'refused', now },
  broken: { type: 'broken', now },
  left: { type: 'left', by: 'me', now },
  slept: { type: 'slept', ms: 3_600_000 },
  shown: { type: 'shown' },
  absent: { type: 'absent', now },
  undecided: { type: 'undecided', now },
  'said-there': { type: 'said-there' },
  'said-again': { type: 'said-again', now },
  'taken-back': { type: 'taken-back' },
};

/** What each event makes of a message in each stage; what is not here cannot happen. */
const TABLE: readonly (readonly [Stage, DeliveryEvent['type'], Stage | 'done'])[] = [
  ['waiting', 'resume-begun', 'resuming'],
  ['waiting', 'begun', 'sending'],
  ['waiting', 'taken-back', 'done'],
  ['resuming', 'resume-over', 'waiting'],
  ['resuming', 'left', 'waiting'],
  ['resuming', 'taken-back', 'done'],
  ['sending', 'refused', 'waiting'],
  ['sending', 'broken', 'unsure'],
  ['sending', 'left', 'unsure'],
  ['sending', 'shown', 'done'],
  ['unsure', 'left', 'unsure'],
  ['unsure', 'slept', 'unsure'],
  ['unsure', 'shown', 'done'],
  ['unsure', 'absent', 'waiting'],
  ['unsure', 'undecided', 'asked'],
  ['unsure', 'said-there', 'done'],
  ['unsure', 'said-again', 'waiting'],
  ['unsure', 'taken-back', 'done'],
  ['asked', 'said-there', 'done'],
  ['asked', 'said-again', 'waiting'],
  ['asked', 'taken-back', 'done'],
];

const STAGES: readonly Stage[] = ['waiting', 'resuming', 'sending', 'taken', 'unsure', 'asked'];
const stageAfter = (stage: Stage, type: DeliveryEvent['type']) => {
  const after = step(delivery({ stage, attempt: ATTEMPT }), EVENTS[type]);
  return after === null || after === 'done' ? after : after.stage;
};

describe('a message', () => {
  it.each(TABLE)('that is %s and %s is %s', (stage, type, expected) => {
    expect(stageAfter(stage, type)).toBe(expected);
  });

  it('does nothing else', () => {
    for (const stage of STAGES)
      for (const type of Object.keys(EVENTS) as DeliveryEvent['type'][])
        if (!TABLE.some(([from, by]) => from === stage && by === type))
          expect(stageAfter(stage, type), `${stage} ${type}`).toBeNull();
  });

  it('without an answer has its whole minute although the machine slept, or the clock was set forward', () => {
    const unsure = delivery({ stage: 'unsure', attempt: { ...ATTEMPT, brokenAt: NOON } });
    expect(step(unsure, EVENTS.slept)).toMatchObject({
      since: unsure.since,
      attempt: { brokenAt: NOON + 3_600_000 },
    });
  });

  it.each(['sending', 'unsure'] as const)(
    'that is %s is settled within its minute although the clock was set back',
    (stage) => {
      const at = NOON + 3_600_000;
      const left = delivery({ stage, attempt: { ...ATTEMPT, at, brokenAt: stage === 'unsure' ? at : null } });
      expect(step(left, EVENTS.left)).toMatchObject({ attempt: { at: now, brokenAt: now } });
    },
  );

  it('counts its changes, and belongs to whoever is at it', () => {
    const sent = step(delivery({ stage: 'waiting' }), EVENTS.begun) as Delivery;
    expect(sent).toMatchObject({ owner: 'me', version: 1, attempt: ATTEMPT, since: now });
    expect(step(sent, { type: 'left', by: 'other', now })).toMatchObject({
      owner: 'other',
      version: 2,
      attempt: { brokenAt: now },
    });
    expect(step(sent, EVENTS.refused)).toMatchObject({ owner: null, attempt: null, version: 2 });
  });

  it('wishes no second resume once the first is over', () => {
    const resuming = delivery({ stage: 'resuming', resume: true });
    expect(step(resuming, EVENTS['resume-over'])).toMatchObject({ resume: false });
    expect(step(resuming, EVENTS.left)).toMatchObject({ resume: true });
  });
});

describe('what is next for a task', () => {
  const [one, two] = [delivery({ id: '1', stage: 'waiting' }), delivery({ id: '2', stage: 'waiting' })];
  it('is its first message', () => expect(nextOf([one, two])).toBe(one));
  it('is nothing without one', () => expect(nextOf([])).toBeNull());
  it.each(['resuming', 'sending', 'taken', 'unsure', 'asked'] as const)('waits while one is %s', (stage) =>
    expect(nextOf([delivery({ id: '0', stage }), one])).toBeNull(),
  );
});
