import { describe, expect, it } from 'vitest';
import {
  ARRIVAL_TIMEOUT_MS,
  arrivalStatus,
  baselineOf,
  type SendAttempt,
} from '../../src/domain/delivery-evidence.ts';
import type { Message, Transcript } from '../../src/domain/transcript.ts';
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

const judged = (
  transcript: Transcript,
  { attempt = cut, text = 'yes', askedAt = NOON + 2_000, build = 1, ours = [] }: Facts = {},
) =>
  arrivalStatus(text, attempt, {
    transcript,
    requestedAt: askedAt,
    build,
    wasSentHere: (said) => ours.includes(said),
  });

const and = (...rest: readonly Message[]) => live(...BEFORE.messages, ...rest);

describe('a message', () => {
  it('is there when a new entry of the user has its words', () => {
    for (const attempt of [open, cut]) expect(judged(and(you(3, ' yes ')), { attempt })).toBe('arrived');
  });

  it('is not there because the agent, or the user before, said the same', () => {
    expect(judged(and(agent(3, 'yes')))).toBe('pending');
    const said = live(you(0, 'yes'), agent(1, 'ok'));
    expect(judged(said, { attempt: { ...cut, baseline: baselineOf(said) } })).toBe('pending');
    expect(
      judged(live(...said.messages, you(2, 'yes')), { attempt: { ...cut, baseline: baselineOf(said) } }),
    ).toBe('arrived');
  });

  it('never arrived when a transcript of a minute later does not show it', () => {
    expect(judged(BEFORE, { askedAt: LATE - 1 })).toBe('pending');
    expect(judged(BEFORE, { askedAt: LATE })).toBe('absent');
    expect(judged(BEFORE, { attempt: open, askedAt: LATE })).toBe('pending');
  });

  it('is looked for only in what was asked for since', () => {
    expect(judged(and(you(3, 'yes')), { askedAt: NOON - 1 })).toBe('pending');
  });

  it('is found at the end of the conversation that a pause kept', () => {
    expect(judged(snapshot(agent(40, 'x'), you(41, 'yes')))).toBe('arrived');
    expect(judged(snapshot(agent(40, 'x')), { askedAt: LATE })).toBe('unclear');
  });
});

describe('nobody can tell', () => {
  it.each<[string, Transcript, Facts]>([
    ['when the conversation began anew', live(agent(0, 'banner'), you(1, 'go', NOON + 5)), {}],
    ['when it lost its messages', live(agent(0, 'banner')), {}],
    ['when another build may have lost it', BEFORE, { build: 2, askedAt: LATE }],
    ['when the words are there twice', and(you(3, 'yes'), you(4, 'yes')), {}],
    ['when somebody else said something meanwhile', and(you(3, 'wait'), you(4, 'yes')), {}],
    ['when nothing was known before', and(you(3, 'yes')), { attempt: { ...cut, baseline: null } }],
  ])('%s', (_, transcript, facts) => {
    expect(judged(transcript, facts)).toBe('unclear');
    // As long as the connection stands its answer will say.
    expect(judged(transcript, { ...facts, attempt: { ...(facts.attempt ?? cut), brokenAt: null } })).toBe(
      'pending',
    );
  });

  it('when others write to the task and the text is one that they may say too', () => {
    const shared = live(you(0, 'go'), agent(1, 'ok'), you(2, 'hello from Bob'));
    const attempt = { ...cut, baseline: baselineOf(shared) };
    const now = live(...shared.messages, you(3, 'yes'));
    expect(judged(now, { attempt })).toBe('unclear');
    expect(judged(now, { attempt, ours: ['hello from Bob'] })).toBe('arrived');
    const long = 'Please look at the redirect in src/auth/redirect.ts first.';
    expect(judged(live(...shared.messages, you(3, long)), { attempt, text: long })).toBe('arrived');
  });
});
