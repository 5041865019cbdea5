import { describe, expect, it } from 'vitest';
import {
  ARRIVAL_TIMEOUT_MS,
  arrivalStatus,
  baselineOf,
  type SendAttempt,
} from '../../src/domain/delivery-evidence.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { agent, live, NOON, snapshot, you } from './builders.ts';

const BEFORE = live(agent(0, 'banner'), you(1, 'go'), agent(2, 'which?'));
const open: SendAttempt = { at: NOON, brokenAt: null, build: 1, baseline: baselineOf(BEFORE) };
const cut: SendAttempt = { ...open, brokenAt: NOON + 1_000 };
const LATE = NOON + 1_000 + ARRIVAL_TIMEOUT_MS;

interface Facts {
  readonly attempt?: SendAttempt;
  readonly text?: string;
  readonly askedAt?: number;
  readonly build?: number;
  readonly ours?: readonly string[];
}

const statusOf = (
  transcript: Transcript,
  { attempt = cut, text = 'yes', askedAt = NOON + 2_000, build = 1, ours = [] }: Facts = {},
) =>
  arrivalStatus(text, attempt, {
    transcript,
    requestedAt: askedAt,
    build,
    wasSentHere: (earlier) => ours.includes(earlier),
  });

const and = (...rest: readonly Message[]) => live(...BEFORE.messages, ...rest);

describe('a message', () => {
  it('has arrived when a new message of the user has its words', () => {
    for (const attempt of [open, cut]) expect(statusOf(and(you(3, ' yes ')), { attempt })).toBe('arrived');
  });

  it('has not arrived because of an equal text of the agent or an earlier one', () => {
    expect(statusOf(and(agent(3, 'yes')))).toBe('pending');
    const earlier = live(you(0, 'yes'), agent(1, 'ok'));
    expect(statusOf(earlier, { attempt: { ...cut, baseline: baselineOf(earlier) } })).toBe('pending');
    expect(
      statusOf(live(...earlier.messages, you(2, 'yes')), {
        attempt: { ...cut, baseline: baselineOf(earlier) },
      }),
    ).toBe('arrived');
  });

  it('never arrived when it is missing a minute later', () => {
    expect(statusOf(BEFORE, { askedAt: LATE - 1 })).toBe('pending');
    expect(statusOf(BEFORE, { askedAt: LATE })).toBe('absent');
    expect(statusOf(BEFORE, { attempt: open, askedAt: LATE })).toBe('pending');
  });

  it('is only searched in transcripts requested later', () => {
    expect(statusOf(and(you(3, 'yes')), { askedAt: NOON - 1 })).toBe('pending');
  });

  it('is found in the snapshot of a paused task', () => {
    expect(statusOf(snapshot(agent(40, 'x'), you(41, 'yes')))).toBe('arrived');
    expect(statusOf(snapshot(agent(40, 'x')), { askedAt: LATE })).toBe('unclear');
  });
});

describe('delivery is unclear', () => {
  it.each<[string, Transcript, Facts]>([
    ['when the conversation restarted', live(agent(0, 'banner'), you(1, 'go', NOON + 5)), {}],
    ['when it lost its messages', live(agent(0, 'banner')), {}],
    ['when another build may have lost it', BEFORE, { build: 2, askedAt: LATE }],
    ['when the text occurs twice', and(you(3, 'yes'), you(4, 'yes')), {}],
    ['when another user wrote meanwhile', and(you(3, 'wait'), you(4, 'yes')), {}],
    ['without a baseline', and(you(3, 'yes')), { attempt: { ...cut, baseline: null } }],
  ])('%s', (_, transcript, facts) => {
    expect(statusOf(transcript, facts)).toBe('unclear');
    // While the connection is open, its response decides.
    expect(statusOf(transcript, { ...facts, attempt: { ...(facts.attempt ?? cut), brokenAt: null } })).toBe(
      'pending',
    );
  });

  it('when others write to the task and the text is short', () => {
    const shared = live(you(0, 'go'), agent(1, 'ok'), you(2, 'hello from Bob'));
    const attempt = { ...cut, baseline: baselineOf(shared) };
    const now = live(...shared.messages, you(3, 'yes'));
    expect(statusOf(now, { attempt })).toBe('unclear');
    expect(statusOf(now, { attempt, ours: ['hello from Bob'] })).toBe('arrived');
    const long = 'Please look at the redirect in src/auth/redirect.ts first.';
    expect(statusOf(live(...shared.messages, you(3, long)), { attempt, text: long })).toBe('arrived');
  });
});
