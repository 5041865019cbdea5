import { describe, expect, it } from 'vitest';
import {
  ARRIVAL_TIMEOUT_MS,
  resolveByTranscript,
  tasksDelivery,
  transcriptEvidence,
} from '../../src/api/tasks-delivery.ts';
import { BackendError } from '../../src/domain/errors.ts';
import type { Message } from '../../src/domain/message.ts';
import { menuQuestions } from '../../src/domain/question-menu.ts';
import type { SentMessage } from '../../src/domain/receipt.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { agent, live, makeTask, NOON, snapshot, you } from '../domain/builders.ts';

type Attempt = Pick<SentMessage, 'startedAt' | 'brokenAt' | 'evidence'>;

const BEFORE = live(agent(0, 'banner'), you(1, 'go'), agent(2, 'which?'));
const open: Attempt = { startedAt: NOON, brokenAt: null, evidence: transcriptEvidence(1, BEFORE) };
const cut: Attempt = { ...open, brokenAt: NOON + 1_000 };
const LATE = NOON + 1_000 + ARRIVAL_TIMEOUT_MS;

interface Facts {
  readonly attempt?: Attempt;
  readonly text?: string;
  readonly askedAt?: number;
  readonly build?: number;
  readonly ours?: readonly string[];
}

const statusOf = (
  transcript: Transcript,
  { attempt = cut, text = 'yes', askedAt = NOON + 2_000, build = 1, ours = [] }: Facts = {},
) =>
  resolveByTranscript(
    build,
    { ...attempt, text, receipt: null, wasSentHere: (earlier) => ours.includes(earlier) },
    { transcript, requestedAt: askedAt },
  );

const and = (...rest: readonly Message[]) => live(...BEFORE.messages, ...rest);

describe('an answer to a menu', () => {
  const menu = agent(2, 'Sure?\n> 1. Yes\n  2. No');
  const [question] = menuQuestions([menu]);
  const prepare = (transcript: Transcript, questionId = question?.id) =>
    tasksDelivery.prepare(
      makeTask(),
      async () => ({ transcript, requestedAt: NOON }),
      new AbortController().signal,
      questionId,
    );

  it('is prepared while the menu is the end of the conversation', async () => {
    await expect(prepare(live(you(1, 'go'), menu))).resolves.toMatchObject({ baseline: { last: { id: 1 } } });
  });

  it.each([
    ['another answer', live(you(1, 'go'), menu, you(3, '2')), 'Already answered elsewhere: “2”.'],
    [
      'another screen of the agent',
      live(you(1, 'go'), agent(2, 'Well.')),
      'Already answered elsewhere: the question is no longer open.',
    ],
  ])('is refused after %s', async (_, transcript, message) => {
    await expect(prepare(transcript)).rejects.toMatchObject({ kind: 'answered', tookEffect: 'no', message });
  });

  it('is refused when the conversation cannot be read', async () => {
    const denied = new BackendError({ kind: 'forbidden', message: 'No.', tookEffect: 'no' });
    const read = () => Promise.reject(denied);
    const { signal } = new AbortController();
    await expect(tasksDelivery.prepare(makeTask(), read, signal, question?.id)).rejects.toBe(denied);
    await expect(tasksDelivery.prepare(makeTask(), read, signal)).resolves.toMatchObject({ baseline: null });
  });
});

describe('a message', () => {
  it('has arrived when a new message of the user has its words', () => {
    for (const attempt of [open, cut]) expect(statusOf(and(you(3, ' yes ')), { attempt })).toBe('accepted');
  });

  it('has not arrived because of an equal text of the agent or an earlier one', () => {
    expect(statusOf(and(agent(3, 'yes')))).toBe('undecided');
    const earlier = live(you(0, 'yes'), agent(1, 'ok'));
    expect(statusOf(earlier, { attempt: { ...cut, evidence: transcriptEvidence(1, earlier) } })).toBe(
      'undecided',
    );
    expect(
      statusOf(live(...earlier.messages, you(2, 'yes')), {
        attempt: { ...cut, evidence: transcriptEvidence(1, earlier) },
      }),
    ).toBe('accepted');
  });

  it('never arrived when it is missing a minute later', () => {
    expect(statusOf(BEFORE, { askedAt: LATE - 1 })).toBe('undecided');
    expect(statusOf(BEFORE, { askedAt: LATE })).toBe('absent');
    expect(statusOf(BEFORE, { attempt: open, askedAt: LATE })).toBe('undecided');
  });

  it('is only searched in transcripts requested later', () => {
    expect(statusOf(and(you(3, 'yes')), { askedAt: NOON - 1 })).toBe('undecided');
  });

  it('is found in the snapshot of a paused task', () => {
    expect(statusOf(snapshot(agent(40, 'x'), you(41, 'yes')))).toBe('accepted');
    expect(statusOf(snapshot(agent(40, 'x')), { askedAt: LATE })).toBe('unknown');
  });
});

describe('it is unknown whether a message arrived', () => {
  it.each<[string, Transcript, Facts]>([
    ['when the conversation restarted', live(agent(0, 'banner'), you(1, 'go', NOON + 5)), {}],
    ['when it lost its messages', live(agent(0, 'banner')), {}],
    ['when another build may have lost it', BEFORE, { build: 2, askedAt: LATE }],
    ['when the text occurs twice', and(you(3, 'yes'), you(4, 'yes')), {}],
    ['when another user wrote meanwhile', and(you(3, 'wait'), you(4, 'yes')), {}],
    [
      'without a baseline',
      and(you(3, 'yes')),
      { attempt: { ...cut, evidence: transcriptEvidence(1, null) } },
    ],
    ['without evidence', and(you(3, 'yes')), { attempt: { ...cut, evidence: null } }],
    ['with evidence of another version', and(you(3, 'yes')), { attempt: { ...cut, evidence: { build: 1 } } }],
    [
      'with half of it',
      and(you(3, 'yes')),
      { attempt: { ...cut, evidence: { build: 1, baseline: { last: { id: 1 } } } } },
    ],
  ])('%s', (_, transcript, facts) => {
    expect(statusOf(transcript, facts)).toBe('unknown');
    // While the connection is open, its response decides.
    expect(statusOf(transcript, { ...facts, attempt: { ...(facts.attempt ?? cut), brokenAt: null } })).toBe(
      'undecided',
    );
  });

  it('when others write to the task and the text is short', () => {
    const shared = live(you(0, 'go'), agent(1, 'ok'), you(2, 'hello from Bob'));
    const attempt = { ...cut, evidence: transcriptEvidence(1, shared) };
    const now = live(...shared.messages, you(3, 'yes'));
    expect(statusOf(now, { attempt })).toBe('unknown');
    expect(statusOf(now, { attempt, ours: ['hello from Bob'] })).toBe('accepted');
    const long = 'Please look at the redirect in src/auth/redirect.ts first.';
    expect(statusOf(live(...shared.messages, you(3, long)), { attempt, text: long })).toBe('accepted');
  });
});
