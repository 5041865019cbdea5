import { describe, expect, it } from 'vitest';
import {
  applyDeliveryEvent,
  type Delivery,
  type DeliveryEvent,
  type DeliveryStage,
  nextToSend,
} from '../../src/domain/delivery.ts';
import { delivery } from '../store/state-builders.ts';
import { NOON } from './builders.ts';

const ATTEMPT = { startedAt: NOON, brokenAt: null, evidence: { build: 1, baseline: null } };
const now = NOON + 1;
const EVENTS = {
  'resume-started': { type: 'resume-started', instanceName: 'me', now },
  'resume-finished': { type: 'resume-finished', now },
  started: { type: 'started', instanceName: 'me', attempt: ATTEMPT, now },
  rejected: { type: 'rejected', now },
  disconnected: { type: 'disconnected', now },
  abandoned: { type: 'abandoned', instanceName: 'me', now },
  slept: { type: 'slept', ms: 3_600_000 },
  'resolved as accepted': { type: 'resolved', as: 'accepted', now },
  'resolved as queued': { type: 'resolved', as: 'queued', now },
  'resolved as absent': { type: 'resolved', as: 'absent', now },
  'resolved as unknown': { type: 'resolved', as: 'unknown', now },
  'resolved as undecided': { type: 'resolved', as: 'undecided', now },
  'marked-delivered': { type: 'marked-delivered' },
  'resend-requested': { type: 'resend-requested', now },
  cancelled: { type: 'cancelled' },
} satisfies Readonly<Record<string, DeliveryEvent>>;
type EventName = keyof typeof EVENTS;

/** The result of each event in each stage; all others are invalid. */
const TABLE: readonly (readonly [DeliveryStage, EventName, DeliveryStage | 'done'])[] = [
  ['waiting', 'resume-started', 'resuming'],
  ['waiting', 'started', 'sending'],
  ['waiting', 'cancelled', 'done'],
  ['resuming', 'resume-finished', 'waiting'],
  ['resuming', 'abandoned', 'waiting'],
  ['resuming', 'cancelled', 'done'],
  ['sending', 'rejected', 'waiting'],
  ['sending', 'disconnected', 'unsure'],
  ['sending', 'abandoned', 'unsure'],
  ['sending', 'resolved as accepted', 'done'],
  ['sending', 'resolved as queued', 'done'],
  ['unsure', 'abandoned', 'unsure'],
  ['unsure', 'slept', 'unsure'],
  ['unsure', 'resolved as accepted', 'done'],
  ['unsure', 'resolved as queued', 'done'],
  ['unsure', 'resolved as absent', 'waiting'],
  ['unsure', 'resolved as unknown', 'asked'],
  ['unsure', 'marked-delivered', 'done'],
  ['unsure', 'resend-requested', 'waiting'],
  ['unsure', 'cancelled', 'done'],
  ['asked', 'marked-delivered', 'done'],
  ['asked', 'resend-requested', 'waiting'],
  ['asked', 'cancelled', 'done'],
];

const STAGES: readonly DeliveryStage[] = [
  'waiting',
  'resuming',
  'sending',
  'accepted',
  'queued',
  'unsure',
  'asked',
];
const stageAfter = (stage: DeliveryStage, type: EventName) => {
  const after = applyDeliveryEvent(delivery({ stage, attempt: ATTEMPT }), EVENTS[type]);
  return after === null || after === 'done' ? after : after.stage;
};

describe('a message', () => {
  it.each(TABLE)('in stage %s after %s becomes %s', (stage, type, expected) => {
    expect(stageAfter(stage, type)).toBe(expected);
  });

  it('ignores all other events', () => {
    for (const stage of STAGES)
      for (const type of Object.keys(EVENTS) as EventName[])
        if (!TABLE.some(([from, by]) => from === stage && by === type))
          expect(stageAfter(stage, type), `${stage} ${type}`).toBeNull();
  });

  it('gets a full minute to arrive despite sleep or a clock set forward', () => {
    const unsure = delivery({ stage: 'unsure', attempt: { ...ATTEMPT, brokenAt: NOON } });
    expect(applyDeliveryEvent(unsure, EVENTS.slept)).toMatchObject({
      since: unsure.since,
      attempt: { brokenAt: NOON + 3_600_000 },
    });
  });

  it.each(['sending', 'unsure'] as const)(
    'in stage %s is decided within a minute after the clock was set back',
    (stage) => {
      const at = NOON + 3_600_000;
      const left = delivery({
        stage,
        attempt: { ...ATTEMPT, startedAt: at, brokenAt: stage === 'unsure' ? at : null },
      });
      expect(applyDeliveryEvent(left, EVENTS.abandoned)).toMatchObject({
        attempt: { startedAt: now, brokenAt: now },
      });
    },
  );

  it('counts its changes and names the taskdeck that handles it', () => {
    const sent = applyDeliveryEvent(delivery({ stage: 'waiting' }), EVENTS.started) as Delivery;
    expect(sent).toMatchObject({ instanceName: 'me', version: 1, attempt: ATTEMPT, since: now });
    expect(applyDeliveryEvent(sent, { type: 'abandoned', instanceName: 'other', now })).toMatchObject({
      instanceName: 'other',
      version: 2,
      attempt: { brokenAt: now },
    });
    expect(applyDeliveryEvent(sent, EVENTS.rejected)).toMatchObject({
      instanceName: null,
      attempt: null,
      version: 2,
    });
  });

  it('requests no second resume after the first', () => {
    const resuming = delivery({ stage: 'resuming', resume: true });
    expect(applyDeliveryEvent(resuming, EVENTS['resume-finished'])).toMatchObject({ resume: false });
    expect(applyDeliveryEvent(resuming, EVENTS.abandoned)).toMatchObject({ resume: true });
  });
});

describe('the next message of a task', () => {
  const [one, two] = [delivery({ id: '1', stage: 'waiting' }), delivery({ id: '2', stage: 'waiting' })];
  it('is the first one', () => expect(nextToSend([one, two])).toBe(one));
  it('is null without messages', () => expect(nextToSend([])).toBeNull());
  it('does not wait for one in the queue of the server', () =>
    expect(nextToSend([delivery({ id: '0', stage: 'queued' }), one])).toBe(one));
  it.each(['resuming', 'sending', 'accepted', 'unsure', 'asked'] as const)(
    'is null while one is %s',
    (stage) => expect(nextToSend([delivery({ id: '0', stage }), one])).toBeNull(),
  );
});
