import { describe, expect, it } from 'vitest';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import type { OutboxStorage } from '../../src/domain/ports/outbox-storage.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import type { Resolution, SentMessage } from '../../src/domain/receipt.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { createOutbox } from '../../src/sync/outbox/outbox.ts';
import { createTranscriptReader } from '../../src/sync/refresh/fetch-transcript.ts';
import { agent, live, makeChat, makeReport, makeTask, NOON, snapshot, you } from '../domain/builders.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, scheduleSelectedTask, syncFixture } from './sync-fixture.ts';

const IDLE = makeTask({ id: 'a' });
const WORKING = makeTask({ id: 'a', state: makeReport({ state: 'working' }) });
const PAUSED = makeTask({ id: 'a', status: 'paused' });
const CALM = live(you(0, 'go'), agent(1, 'which branch?'));

interface Start {
  readonly tasks?: readonly Task[];
  readonly rows?: OutboxStorage;
  readonly resumes?: boolean;
  /** Replaces methods of the backend before the outbox starts. */
  readonly replace?: Partial<Source>;
}

/** Starts an outbox with its own storage, or with that of an earlier run. */
function startOutbox({
  tasks = [IDLE],
  rows = outboxStorage().rows(),
  resumes = true,
  replace = {},
}: Start = {}) {
  const fixture = syncFixture({ tasks });
  Object.assign(fixture.backend.sources[0], replace);
  const changed: string[] = [];
  const resumed: string[] = [];
  const outbox = createOutbox({
    ...fixture,
    readTranscript: createTranscriptReader(fixture),
    outboxStorage: rows,
    onTaskChanged: (taskId) => changed.push(taskId),
    resume: async (taskId) => {
      resumed.push(taskId);
      return resumes;
    },
  });
  return { fixture, outbox, changed, resumed, rows };
}

function receiveTranscript({ store, clock }: SyncFixture, transcript: Transcript, taskId = 'a'): void {
  const now = clock.now();
  store.dispatch({ type: 'transcript-received', taskId, transcript, startedAt: now, refreshMs: 4_000, now });
}

/** Answers the pending transcript request. */
async function answerTranscript(fixture: SyncFixture, transcript: Transcript = CALM): Promise<void> {
  fixture.backend.open('transcript').answer(transcript);
  await fixture.clock.settle();
}

const stages = ({ state }: SyncFixture) => state.deliveries.map(({ stage }) => stage);
const textsSent = ({ backend }: SyncFixture) => backend.calls('send').map(({ args }) => args[1]);
const draftOf = ({ state }: SyncFixture, key = 'a') => state.drafts.get(key)?.text;
const idOf = ({ state }: SyncFixture, index = 0): string => state.deliveries[index]?.id ?? '';

/** The delivery status is unknown after it. */
const lost = failure({ kind: 'unreachable', message: 'The connection was cut off.', tookEffect: 'maybe' });
const busy = failure({ kind: 'busy', message: 'Task app is not ready to accept input.' });

describe('a message to a ready agent', () => {
  it('is sent once although the transcript request that it shares with a poll hangs', async () => {
    const { fixture, outbox } = startOutbox();
    const poll = scheduleSelectedTask(fixture);
    poll.wake();
    await fixture.clock.settle();
    const hung = fixture.backend.open('transcript');
    outbox.add('a', 'main');
    await fixture.clock.advance(35_000);
    expect(hung.signal.aborted).toBe(true);
    expect(fixture.backend.calls('transcript')).toHaveLength(2);
    await fixture.clock.advance(1_000);
    expect(textsSent(fixture)).toEqual([]);
    // The shared request started before the outbox needed it, so it sends another one.
    await answerTranscript(fixture);
    await answerTranscript(fixture);
    expect(textsSent(fixture)).toEqual(['main']);
    expect(fixture.backend.maxOpen('transcript')).toBe(1);
    poll.stop();
  });

  it('is sent once, after reading the baseline transcript, and ends when a transcript shows it', async () => {
    const { fixture, outbox, changed, rows } = startOutbox();
    outbox.add('a', 'main');
    expect(stages(fixture)).toEqual(['waiting']);
    await answerTranscript(fixture);
    expect(stages(fixture)).toEqual(['sending']);
    expect(rows.all()).toMatchObject([{ stage: 'sending', text: 'main', instanceName: rows.instanceName }]);
    expect(fixture.backend.open('send').args).toEqual([IDLE, 'main']);
    fixture.backend.open('send').answer({ kind: 'accepted' });
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['accepted']);
    expect(rows.all()).toEqual([]);
    expect(changed).toEqual(['a']);
    receiveTranscript(fixture, live(...CALM.messages, you(2, 'main')));
    expect(stages(fixture)).toEqual([]);
    await fixture.clock.advance(60_000);
    expect(textsSent(fixture)).toEqual(['main']);
    expect(draftOf(fixture)).toBeUndefined();
  });

  it.each([
    ['three seconds', 'b', 3_000],
    ['ten seconds, while its task is selected,', 'a', 10_000],
  ])('that the server accepted is shown for %s when no transcript shows it', async (_, selected, ms) => {
    const { fixture, outbox } = startOutbox({ tasks: [IDLE, makeTask({ id: 'b' })] });
    fixture.select(selected);
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    fixture.backend.open('send').answer({ kind: 'accepted' });
    await fixture.clock.advance(ms - 1);
    expect(stages(fixture)).toEqual(['accepted']);
    await fixture.clock.advance(1);
    expect(stages(fixture)).toEqual([]);
  });

  it('is on disk before it is sent', async () => {
    const { fixture, outbox, rows } = startOutbox();
    outbox.add('a', 'main');
    const seen: unknown[] = [];
    const [source] = fixture.backend.sources;
    const { send } = source;
    source.send = (...args) => {
      seen.push(rows.all()[0]);
      return send(...args);
    };
    await answerTranscript(fixture);
    expect(seen).toMatchObject([
      {
        stage: 'sending',
        attempt: { startedAt: NOON, brokenAt: null, evidence: { build: 1, baseline: { last: { id: 0 } } } },
      },
    ]);
  });

  it('is settled by a transcript while its send is pending, even during a long turn', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    await fixture.clock.advance(19_999);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
    await fixture.clock.advance(1);
    for (let look = 0; look < 30; look++) {
      fixture.backend.open('transcript').answer(CALM);
      await fixture.clock.advance(5_000);
    }
    expect(stages(fixture)).toEqual(['sending']);
    await answerTranscript(fixture, live(...CALM.messages, you(2, 'main')));
    expect(stages(fixture)).toEqual([]);
    await fixture.clock.advance(60 * 60_000);
    expect(fixture.backend.calls('send')[0]?.signal.aborted).toBe(false);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('is sent again when it hangs: no transcript shows it for minutes', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    const send = fixture.backend.open('send');
    await fixture.clock.advance(20_000);
    for (let look = 0; look < 40 && !send.signal.aborted; look++) {
      fixture.backend.open('transcript').answer(CALM);
      await fixture.clock.advance(5_000);
    }
    expect(send.signal.aborted).toBe(true);
    expect(fixture.clock.now() - NOON).toBeGreaterThanOrEqual(3 * 60_000);
    expect(stages(fixture)).toEqual(['unsure']);
    // Only a transcript from a minute later proves that it never arrived.
    for (let look = 0; look < 20 && textsSent(fixture).length === 1; look++) {
      fixture.backend.open('transcript').answer(CALM);
      await fixture.clock.advance(15_000);
    }
    expect(textsSent(fixture)).toEqual(['main', 'main']);
    expect(fixture.clock.now() - NOON).toBeGreaterThanOrEqual(4 * 60_000);
  });

  it('is not sent when the transcript is a snapshot from a pause', async () => {
    const { fixture, outbox, changed } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture, snapshot(...CALM.messages));
    expect(textsSent(fixture)).toEqual([]);
    expect(changed).toEqual(['a']);
    expect(stages(fixture)).toEqual(['waiting']);
    await fixture.clock.advance(1_000);
    await answerTranscript(fixture);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('waits while the transcript cannot be read, and is sent without it when access is denied', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    fixture.backend.open('transcript').refuse(failure({ kind: 'unreachable' }));
    await fixture.clock.advance(1_000);
    expect(textsSent(fixture)).toEqual([]);
    fixture.backend.open('transcript').refuse(failure({ kind: 'not-found' }));
    await fixture.clock.settle();
    expect(textsSent(fixture)).toEqual(['main']);
    expect(fixture.state.deliveries[0]?.attempt?.evidence).toEqual({ build: 1, baseline: null });
  });
});

describe('a message to an agent that is not ready', () => {
  it.each<[string, Task]>([
    ['works', WORKING],
    ['starts', makeTask({ id: 'a', status: 'pending' })],
    ['is paused', PAUSED],
    ['is in error', makeTask({ id: 'a', status: 'error' })],
  ])('waits while the task %s, and is sent when the agent is ready', async (_, task) => {
    const { fixture, outbox } = startOutbox({ tasks: [task] });
    outbox.add('a', 'main');
    await fixture.clock.advance(1_000);
    expect(stages(fixture)).toEqual(['waiting']);
    expect(fixture.backend.calls('transcript')).toEqual([]);
    fixture.receiveList(makeTask({ id: 'a', buildNumber: 9 }));
    await answerTranscript(fixture);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('waits two seconds when the agent is busy, and is sent again', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    fixture.backend.open('send').refuse(busy);
    await fixture.clock.advance(1_999);
    expect(stages(fixture)).toEqual(['waiting']);
    receiveTranscript(fixture, CALM);
    expect(textsSent(fixture)).toHaveLength(1);
    await fixture.clock.advance(1);
    await answerTranscript(fixture);
    expect(textsSent(fixture)).toEqual(['main', 'main']);
    expect(fixture.state.notice).toBeNull();
  });

  it('waits for the Retry-After of the server', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    fixture.backend.open('send').refuse(failure({ kind: 'rate-limited', retryAfterMs: 60_000 }));
    await fixture.clock.advance(59_999);
    expect(fixture.backend.calls('transcript')).toHaveLength(1);
    await fixture.clock.advance(1);
    await answerTranscript(fixture);
    expect(textsSent(fixture)).toHaveLength(2);
  });

  it('stays queued while the server is unreachable, and is sent afterwards', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    fixture.backend.open('send').refuse(failure({ kind: 'unreachable', tookEffect: 'no' }));
    await fixture.clock.advance(1_000);
    await answerTranscript(fixture);
    fixture.backend.open('send').answer({ kind: 'accepted' });
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['accepted']);
  });

  it('stays queued when the task was paused meanwhile', async () => {
    const { fixture, outbox, changed } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    fixture.backend.open('send').refuse(failure({ kind: 'conflict', message: 'Task is paused.' }));
    await fixture.clock.settle();
    expect(changed).toEqual(['a']);
    expect(fixture.state.notice?.text).toBe('Task is paused. The message stays queued.');
    fixture.receiveList(PAUSED);
    await fixture.clock.advance(60_000);
    expect(textsSent(fixture)).toHaveLength(1);
    expect(stages(fixture)).toEqual(['waiting']);
  });
});

describe('a message that resumes its task', () => {
  it('sends one resume, is sent when the agent is ready, and resumes nothing later', async () => {
    const { fixture, outbox, resumed, rows } = startOutbox({ tasks: [PAUSED] });
    outbox.add('a', 'main', { resume: true });
    await fixture.clock.settle();
    expect(resumed).toEqual(['a']);
    expect(rows.all()).toMatchObject([{ stage: 'waiting', resume: false, instanceName: null }]);
    await fixture.clock.advance(60_000);
    expect(resumed).toEqual(['a']);
    fixture.receiveList(makeTask({ id: 'a', buildNumber: 2 }));
    await answerTranscript(fixture);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('waits for the end of a pause first', async () => {
    const pausing = makeTask({ id: 'a', status: 'unknown', workspaceStatus: 'stopping' });
    const { fixture, outbox, resumed } = startOutbox({ tasks: [pausing] });
    outbox.add('a', 'main', { resume: true });
    await fixture.clock.settle();
    expect(resumed).toEqual([]);
    fixture.receiveList(PAUSED);
    await fixture.clock.settle();
    expect(resumed).toEqual(['a']);
  });

  it('resumes nothing when it was only queued', async () => {
    const { fixture, outbox, resumed } = startOutbox({ tasks: [PAUSED] });
    outbox.add('a', 'main');
    await fixture.clock.advance(60_000);
    expect(resumed).toEqual([]);
  });

  it('still does so after a restart of taskdeck', async () => {
    const state = outboxStorage();
    const first = startOutbox({ tasks: [WORKING], rows: state.rows() });
    first.outbox.add('a', 'main', { resume: true });
    first.outbox.stop();
    const second = startOutbox({ tasks: [PAUSED], rows: state.rows() });
    await second.fixture.clock.settle();
    expect(second.resumed).toEqual(['a']);
  });
});

describe('a source with a queue on its server', () => {
  /** Answers look-ups with the last of `resolutions`, and counts them. */
  function startWithQueue(resolutions: readonly Resolution[], rows = outboxStorage().rows()) {
    const looks: SentMessage[] = [];
    const replace: Partial<Source> = {
      prepare: async () => ({ lastId: 7, of: ['queue'] }),
      resolveFrom: () => 'undecided',
      resolve: async (_task, message) => {
        looks.push(message);
        return resolutions[Math.min(looks.length, resolutions.length) - 1] ?? 'undecided';
      },
    };
    return { ...startOutbox({ rows, replace }), looks };
  }
  const queued = { kind: 'queued', queueId: '12' } as const;

  it('has a queued message from then on: it leaves the outbox and is shown until the agent has it', async () => {
    const { fixture, outbox, rows, looks } = startWithQueue(['queued', 'queued', 'accepted']);
    outbox.add('a', 'main');
    await fixture.clock.settle();
    fixture.backend.open('send').answer(queued);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['queued']);
    expect(rows.all()).toEqual([]);
    await fixture.clock.advance(2_999);
    expect(stages(fixture)).toEqual(['queued']);
    expect(looks.map(({ receipt }) => receipt)).toEqual([queued, queued]);
    await fixture.clock.advance(1);
    expect(stages(fixture)).toEqual([]);
    await fixture.clock.advance(600_000);
    expect(looks).toHaveLength(3);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('gets a message during a turn of the agent', async () => {
    const { fixture, outbox } = startWithQueue(['queued']);
    fixture.receiveList(makeChat({ id: 'a', status: 'running' }));
    outbox.add('a', 'main');
    await fixture.clock.settle();
    expect(textsSent(fixture)).toEqual(['main']);
    fixture.backend.open('send').answer(queued);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['queued']);
  });

  it('does not hold back the next message', async () => {
    const { fixture, outbox } = startWithQueue(['queued']);
    outbox.add('a', 'one');
    outbox.add('a', 'two');
    await fixture.clock.settle();
    fixture.backend.open('send').answer(queued);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['queued', 'sending']);
    expect(textsSent(fixture)).toEqual(['one', 'two']);
  });

  it.each<Resolution>(['absent', 'unknown'])(
    'no longer shows a queued message that is %s: others can delete it there',
    async (resolution) => {
      const { fixture, outbox } = startWithQueue(['queued', resolution]);
      outbox.add('a', 'main');
      await fixture.clock.settle();
      fixture.backend.open('send').answer(queued);
      await fixture.clock.advance(10_000);
      expect(stages(fixture)).toEqual([]);
      expect(textsSent(fixture)).toEqual(['main']);
      expect(fixture.state.notice).toBeNull();
    },
  );

  it('finds a message without a response in its queue', async () => {
    const { fixture, outbox, rows } = startWithQueue(['undecided', 'queued']);
    outbox.add('a', 'main');
    await fixture.clock.settle();
    fixture.backend.open('send').refuse(lost);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['unsure']);
    await fixture.clock.advance(1_000);
    expect(stages(fixture)).toEqual(['queued']);
    expect(rows.all()).toEqual([]);
    await fixture.clock.advance(60_000);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('gets its evidence back in the next run, as it was before the send', async () => {
    const state = outboxStorage();
    const first = startWithQueue([], state.rows());
    first.outbox.add('a', 'main');
    await first.fixture.clock.settle();
    expect(textsSent(first.fixture)).toEqual(['main']);
    first.outbox.stop();
    const second = startWithQueue(['absent'], state.rows());
    await second.fixture.clock.settle();
    expect(second.looks).toMatchObject([
      {
        text: 'main',
        startedAt: NOON,
        brokenAt: NOON,
        receipt: null,
        evidence: { lastId: 7, of: ['queue'] },
      },
    ]);
    expect(textsSent(second.fixture)).toEqual(['main']);
  });

  it('does not decide about a later attempt with an earlier look', async () => {
    const { fixture, outbox } = startWithQueue([]);
    let resolveLook: (resolution: Resolution) => void = () => undefined;
    fixture.backend.sources[0].resolve = () =>
      new Promise((resolve) => {
        resolveLook = resolve;
      });
    outbox.add('a', 'main');
    await fixture.clock.settle();
    fixture.backend.open('send').refuse(lost);
    await fixture.clock.settle();
    const answerFirstLook = resolveLook;
    outbox.answer(idOf(fixture), 'resend');
    answerFirstLook('undecided');
    await fixture.clock.settle();
    expect(textsSent(fixture)).toEqual(['main', 'main']);
    fixture.backend.open('send').refuse(lost);
    await fixture.clock.settle();
    const answerSecondLook = resolveLook;
    outbox.answer(idOf(fixture), 'resend');
    // It is about the second attempt. The third one must not be sent twice.
    answerSecondLook('absent');
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['sending']);
    expect(textsSent(fixture)).toEqual(['main', 'main', 'main']);
  });

  it('keeps a message that it cannot prepare', async () => {
    const { fixture, outbox, changed } = startWithQueue([]);
    const { prepare } = fixture.backend.sources[0];
    fixture.backend.sources[0].prepare = () => Promise.reject(failure({ kind: 'conflict' }));
    outbox.add('a', 'main');
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['waiting']);
    expect(changed).toEqual(['a']);
    fixture.backend.sources[0].prepare = prepare;
    await fixture.clock.advance(1_000);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('returns a message to the prompt that it can never prepare', async () => {
    const { fixture, outbox } = startWithQueue([]);
    fixture.backend.sources[0].prepare = () =>
      Promise.reject(failure({ kind: 'forbidden', message: 'Not yours.' }));
    outbox.add('a', 'main');
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual([]);
    expect(draftOf(fixture)).toBe('main');
    expect(fixture.state.notice?.text).toBe('Not sent: Not yours. The text is back in the prompt.');
  });
});

describe('a message that the server refuses permanently', () => {
  const refused = failure({ kind: 'invalid', message: 'Too long.', hint: 'Say less.' });

  it("becomes a draft again, before newer text, with the server's error", async () => {
    const { fixture, outbox, rows } = startOutbox();
    outbox.add('a', 'main');
    fixture.store.dispatch({
      type: 'draft-changed',
      key: 'a',
      buffer: { text: 'or dev', cursor: 6, goalColumn: null },
    });
    await answerTranscript(fixture);
    fixture.backend.open('send').refuse(refused);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual([]);
    expect(rows.all()).toEqual([]);
    expect(draftOf(fixture)).toBe('main\nor dev');
    expect(fixture.state.notice).toMatchObject({
      tone: 'bad',
      text: 'Not sent: Too long. Say less. The text is back in the prompt.',
    });
    await fixture.clock.advance(60_000);
    expect(textsSent(fixture)).toHaveLength(1);
  });

  it('is not lost although a transcript seemed to show it', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    // Another client sent the same text.
    receiveTranscript(fixture, live(...CALM.messages, you(2, 'main')));
    expect(stages(fixture)).toEqual([]);
    fixture.backend.open('send').refuse(busy);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['waiting']);
    await fixture.clock.advance(2_000);
    await answerTranscript(fixture, live(...CALM.messages, you(2, 'main')));
    expect(textsSent(fixture)).toEqual(['main', 'main']);
  });
});

describe('a message without a response', () => {
  async function unanswered(text = 'main', before = CALM) {
    const all = startOutbox();
    all.outbox.add('a', text);
    await answerTranscript(all.fixture, before);
    all.fixture.backend.open('send').refuse(lost);
    await all.fixture.clock.settle();
    expect(stages(all.fixture)).toEqual(['unsure']);
    return all;
  }

  it('has arrived when a transcript shows it', async () => {
    const { fixture, rows } = await unanswered();
    await answerTranscript(fixture);
    expect(stages(fixture)).toEqual(['unsure']);
    await fixture.clock.advance(2_000);
    await answerTranscript(fixture, live(...CALM.messages, you(2, ' main  ')));
    await fixture.clock.advance(60_000);
    expect(stages(fixture)).toEqual([]);
    expect(rows.all()).toEqual([]);
    expect(draftOf(fixture)).toBeUndefined();
    expect(fixture.state.notice).toBeNull();
    expect(textsSent(fixture)).toHaveLength(1);
  });

  it('is sent again only when a transcript from a minute later lacks it', async () => {
    const { fixture } = await unanswered();
    while (fixture.clock.now() < NOON + 60_000) {
      expect(stages(fixture)).toEqual(['unsure']);
      await answerTranscript(fixture);
      const count = fixture.backend.calls('transcript').length;
      while (fixture.backend.calls('transcript').length === count) await fixture.clock.advance(250);
    }
    expect(textsSent(fixture)).toHaveLength(1);
    await answerTranscript(fixture);
    expect(stages(fixture)).toEqual(['waiting']);
    await answerTranscript(fixture);
    expect(textsSent(fixture)).toEqual(['main', 'main']);
  });

  it.each([
    ['starts again at id 0', live(you(0, 'go', NOON + 1), agent(1, 'hello'))],
    ['holds it twice', live(...CALM.messages, you(2, 'main'), agent(3, 'ok'), you(4, 'main'))],
    ['holds another message too', live(...CALM.messages, you(2, 'wait'), agent(3, 'ok'), you(4, 'main'))],
    ['is one that others write to', live(you(0, 'go'), you(1, 'hi all'), you(2, 'main'))],
  ])('needs the user when the conversation %s', async (_, transcript) => {
    const { fixture, outbox, rows } = await unanswered();
    outbox.add('a', 'next');
    await answerTranscript(fixture, transcript);
    expect(stages(fixture)).toEqual(['asked', 'waiting']);
    expect(rows.all()).toMatchObject([{ stage: 'asked', instanceName: null }, { stage: 'waiting' }]);
    expect(fixture.state.notice?.text).toContain('A message to “name-a” has an unknown delivery status.');
    await fixture.clock.advance(600_000);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('needs the user once the disk is writable again; a full disk loses nothing', async () => {
    const rows = outboxStorage().rows();
    let isFull = false;
    let failed = 0;
    // The reload after a failed write creates a new object.
    const all = () => rows.all().map((row) => ({ ...row }));
    const { fixture, outbox } = startOutbox({
      rows: {
        ...rows,
        all,
        updateRow(was, is) {
          if (isFull) failed += 1;
          return !isFull && rows.updateRow(was, is);
        },
      },
    });
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    fixture.backend.open('send').refuse(lost);
    await fixture.clock.settle();
    const restarted = live(you(0, 'go', NOON + 1));
    isFull = true;
    await answerTranscript(fixture, restarted);
    expect(stages(fixture)).toEqual(['unsure']);
    expect(failed).toBe(1);
    isFull = false;
    receiveTranscript(fixture, restarted);
    expect(stages(fixture)).toEqual(['asked']);
  });

  it('still needs the user in the next run', async () => {
    const state = outboxStorage();
    const first = startOutbox({ rows: state.rows() });
    first.outbox.add('a', 'main');
    await answerTranscript(first.fixture);
    first.fixture.backend.open('send').refuse(lost);
    await first.fixture.clock.settle();
    await answerTranscript(first.fixture, live(you(0, 'go', NOON + 1)));
    first.outbox.stop();
    const second = startOutbox({ rows: state.rows() });
    expect(stages(second.fixture)).toEqual(['asked']);
    expect(second.fixture.state.notice?.text).toContain(
      `A message has an unknown delivery status. Press ${keyFor('outbox')}`,
    );
    second.outbox.answer(idOf(second.fixture), 'delivered');
    expect(stages(second.fixture)).toEqual([]);
  });

  it('releases the next one when the user marks it as delivered', async () => {
    const { fixture, outbox } = await unanswered();
    outbox.add('a', 'next');
    outbox.answer(idOf(fixture), 'delivered');
    await fixture.clock.settle();
    fixture.backend.calls('transcript').at(-1)?.answer(CALM);
    await fixture.clock.settle();
    expect(textsSent(fixture)).toEqual(['main', 'next']);
  });

  it('goes first when the user sends it again', async () => {
    const { fixture, outbox } = await unanswered();
    outbox.add('a', 'next');
    await answerTranscript(fixture, live(...CALM.messages, you(2, 'main'), you(3, 'main')));
    outbox.answer(idOf(fixture), 'resend');
    await answerTranscript(fixture, live(...CALM.messages, you(2, 'main'), you(3, 'main')));
    expect(textsSent(fixture)).toEqual(['main', 'main']);
  });

  it('becomes a draft when the user cancels it, and releases the next one', async () => {
    const { fixture, outbox } = await unanswered();
    outbox.add('a', 'next');
    outbox.cancel(idOf(fixture));
    expect(draftOf(fixture)).toBe('main');
    fixture.backend.calls('transcript').at(-1)?.answer(CALM);
    await fixture.clock.settle();
    expect(textsSent(fixture)).toEqual(['main', 'next']);
  });

  it('is looked up with back-off while the server is unreachable', async () => {
    const { fixture } = await unanswered();
    const waits: number[] = [];
    for (let look = 0; look < 8; look++) {
      const start = fixture.clock.now();
      const before = fixture.backend.calls('transcript').length;
      fixture.backend.open('transcript').refuse(failure({ kind: 'unreachable' }));
      while (fixture.backend.calls('transcript').length === before) await fixture.clock.advance(250);
      waits.push(fixture.clock.now() - start);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
    expect(stages(fixture)).toEqual(['unsure']);
  });

  it('moves to the prompt history when its task no longer exists', async () => {
    const { fixture } = await unanswered();
    fixture.backend.open('transcript').refuse(failure({ kind: 'not-found' }));
    fixture.receiveList(makeTask({ id: 'b' }));
    await fixture.clock.advance(1_000);
    fixture.backend.open('get').refuse(failure({ kind: 'not-found' }));
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual([]);
    expect(fixture.state.promptHistory).toEqual(['main']);
    expect(fixture.state.notice?.text).toContain('The task no longer exists.');
  });
});

describe('two messages', () => {
  it('to one task are sent in order, one at a time', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'one');
    outbox.add('a', 'two');
    await answerTranscript(fixture);
    fixture.backend.open('send').answer({ kind: 'accepted' });
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['accepted', 'waiting']);
    receiveTranscript(fixture, live(...CALM.messages, you(2, 'one')));
    await answerTranscript(fixture, live(...CALM.messages, you(2, 'one')));
    expect(textsSent(fixture)).toEqual(['one', 'two']);
    expect(fixture.backend.maxOpen('send')).toBe(1);
  });

  it('with the same text are separate', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'yes');
    outbox.add('a', 'yes');
    const once = live(...CALM.messages, you(2, 'yes'));
    await answerTranscript(fixture);
    fixture.backend.open('send').answer({ kind: 'accepted' });
    await fixture.clock.settle();
    receiveTranscript(fixture, once);
    await answerTranscript(fixture, once);
    expect(stages(fixture)).toEqual(['sending']);
    fixture.backend.open('send').refuse(lost);
    await fixture.clock.settle();
    await answerTranscript(fixture, once);
    expect(stages(fixture)).toEqual(['unsure']);
    await fixture.clock.advance(2_000);
    await answerTranscript(fixture, live(...once.messages, agent(3, 'ok'), you(4, 'yes')));
    expect(stages(fixture)).toEqual([]);
    expect(textsSent(fixture)).toEqual(['yes', 'yes']);
  });

  it('to two tasks do not wait for each other', async () => {
    const { fixture, outbox } = startOutbox({ tasks: [IDLE, makeTask({ id: 'b' })] });
    outbox.add('a', 'one');
    outbox.add('b', 'two');
    for (const look of fixture.backend.calls('transcript')) look.answer(live());
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['sending', 'sending']);
  });

  it('can be swapped while both wait', async () => {
    const { fixture, outbox, rows } = startOutbox({ tasks: [WORKING] });
    for (const text of ['one', 'two', 'three']) outbox.add('a', text);
    outbox.add('b', 'other');
    outbox.move(idOf(fixture, 2), -1);
    expect(fixture.state.deliveries.map(({ text }) => text)).toEqual(['one', 'three', 'two', 'other']);
    outbox.move(idOf(fixture, 0), -1);
    outbox.move(idOf(fixture, 2), 1);
    expect(rows.all().map(({ text }) => text)).toEqual(['one', 'three', 'two', 'other']);
  });
});

describe('cancelling', () => {
  it('a waiting message makes it a draft, on disk at once', async () => {
    const state = outboxStorage();
    const { fixture, outbox } = startOutbox({ tasks: [WORKING], rows: state.rows() });
    outbox.add('a', 'main');
    outbox.cancel(idOf(fixture));
    expect(stages(fixture)).toEqual([]);
    expect(draftOf(fixture)).toBe('main');
    const storage = state.open();
    expect(storage.savedState({ origin: 'https://coder.example.com', user: 'ada' }).drafts().get('a')).toBe(
      'main',
    );
    fixture.receiveList(IDLE);
    await fixture.clock.settle();
    expect(fixture.backend.calls('transcript')).toEqual([]);
  });

  it('a message whose baseline is being read never sends it', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    outbox.cancel(idOf(fixture));
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('send')).toEqual([]);
    expect(draftOf(fixture)).toBe('main');
  });

  it('a pending send finds out from transcripts whether it arrived', async () => {
    const { fixture, outbox } = startOutbox();
    outbox.add('a', 'main');
    await answerTranscript(fixture);
    expect(outbox.edit(idOf(fixture))).toBe(false);
    outbox.cancel(idOf(fixture));
    expect(fixture.backend.calls('send')[0]?.signal.aborted).toBe(true);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['unsure']);
    await answerTranscript(fixture, live(...CALM.messages, you(2, 'main')));
    expect(stages(fixture)).toEqual([]);
    expect(draftOf(fixture)).toBeUndefined();
  });

  it('an unknown message does nothing', () => {
    const { fixture, outbox } = startOutbox();
    const before = fixture.state;
    outbox.cancel('d7');
    expect(fixture.state).toBe(before);
  });
});

describe('the end of an instance', () => {
  it('leaves waiting messages in the queue for the next one', async () => {
    const state = outboxStorage();
    const first = startOutbox({ tasks: [WORKING], rows: state.rows() });
    for (const text of ['one', 'two']) first.outbox.add('a', text);
    first.outbox.stop();
    expect(draftOf(first.fixture)).toBeUndefined();
    const second = startOutbox({ rows: state.rows() });
    await answerTranscript(second.fixture);
    expect(textsSent(second.fixture)).toEqual(['one']);
  });

  it('leaves pending sends to the next one, which reads transcripts', async () => {
    const state = outboxStorage();
    const first = startOutbox({ rows: state.rows() });
    first.outbox.add('a', 'main');
    await answerTranscript(first.fixture);
    first.outbox.stop();
    await first.fixture.clock.settle();
    expect(first.fixture.backend.calls('send')[0]?.signal.aborted).toBe(true);
    expect(first.fixture.clock.due).toEqual([]);
    const second = startOutbox({ rows: state.rows() });
    expect(stages(second.fixture)).toEqual(['unsure']);
    await answerTranscript(second.fixture, live(...CALM.messages, you(2, 'main')));
    expect(stages(second.fixture)).toEqual([]);
    expect(textsSent(second.fixture)).toEqual([]);
  });
});

describe('two instances', () => {
  it('send a message once, and show the same queue', async () => {
    const state = outboxStorage();
    const one = startOutbox({ rows: state.rows() });
    const other = startOutbox({ rows: state.rows() });
    one.outbox.add('a', 'main');
    await other.fixture.clock.advance(2_000);
    expect(stages(other.fixture)).toEqual(['waiting']);
    await answerTranscript(one.fixture);
    await answerTranscript(other.fixture);
    expect([textsSent(one.fixture), textsSent(other.fixture)]).toEqual([['main'], []]);
    expect(stages(other.fixture)).toEqual(['sending']);
    one.fixture.backend.open('send').answer({ kind: 'accepted' });
    await one.fixture.clock.settle();
    await other.fixture.clock.advance(60_000);
    expect(stages(other.fixture)).toEqual([]);
    expect(textsSent(other.fixture)).toEqual([]);
  });

  it('leave a message to its sender while that runs, and then read transcripts', async () => {
    const state = outboxStorage();
    const storage = state.open();
    const one = startOutbox({ rows: storage.outbox({ origin: 'https://coder.example.com', user: 'ada' }) });
    const other = startOutbox({ rows: state.rows() });
    one.outbox.add('a', 'main');
    await answerTranscript(one.fixture);
    await other.fixture.clock.advance(600_000);
    expect(stages(other.fixture)).toEqual(['sending']);
    // Like the lock of a killed process.
    storage.close();
    await other.fixture.clock.advance(2_000);
    expect(stages(other.fixture)).toEqual(['unsure']);
    await answerTranscript(other.fixture, live(...CALM.messages, you(2, 'main')));
    expect(stages(other.fixture)).toEqual([]);
    expect(textsSent(other.fixture)).toEqual([]);
  });
});

describe('a message to a task that is not in the list', () => {
  const others = [makeTask({ id: 'b', ownerName: 'bob' })];

  it('moves to the prompt history only when the task no longer exists', async () => {
    const { fixture, outbox } = startOutbox({ tasks: others });
    outbox.add('a', 'main');
    fixture.backend.open('get').answer(WORKING);
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['waiting']);
    await fixture.clock.advance(15_000);
    fixture.backend.open('get').refuse(failure({ kind: 'unreachable' }));
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual(['waiting']);
    await fixture.clock.advance(15_000);
    fixture.backend.open('get').refuse(failure({ kind: 'not-found' }));
    await fixture.clock.settle();
    expect(stages(fixture)).toEqual([]);
    expect(fixture.state.promptHistory).toEqual(['main']);
  });

  it('is sent when the task is ready, since another scope may list it', async () => {
    const { fixture, outbox } = startOutbox({ tasks: others });
    outbox.add('a', 'main');
    fixture.backend.open('get').answer(WORKING);
    await fixture.clock.advance(15_000);
    fixture.backend.open('get').answer(IDLE);
    await fixture.clock.settle();
    await answerTranscript(fixture);
    fixture.backend.open('send').answer({ kind: 'accepted' });
    await fixture.clock.advance(3_000);
    expect(stages(fixture)).toEqual([]);
    expect(textsSent(fixture)).toEqual(['main']);
  });

  it('resumes it first when requested', async () => {
    const { fixture, outbox, resumed } = startOutbox({ tasks: others });
    outbox.add('a', 'main', { resume: true });
    fixture.backend.open('get').answer(PAUSED);
    await fixture.clock.settle();
    expect(resumed).toEqual(['a']);
    expect(stages(fixture)).toEqual(['waiting']);
  });
});

describe('messages to many tasks', () => {
  const many = Array.from({ length: 10 }, (_, index) => makeTask({ id: `t${index}` }));

  /** Answers all pending transcript requests. */
  async function look({ backend, clock }: SyncFixture): Promise<void> {
    for (const call of backend.calls('transcript')) if (call.isOpen) call.answer(CALM);
    await clock.settle();
  }

  it('are sent four at a time, each of them once', async () => {
    const { fixture, outbox } = startOutbox({ tasks: many });
    for (const { id } of many) outbox.add(id, 'run the tests');
    for (let round = 0; round < 5; round++) {
      await look(fixture);
      expect(fixture.backend.calls('send').filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(4);
      for (const call of fixture.backend.calls('send')) if (call.isOpen) call.answer({ kind: 'accepted' });
      await fixture.clock.settle();
    }
    expect(fixture.backend.maxOpen('send')).toBe(4);
    const sentIds = fixture.backend.calls('send').map(({ args }) => (args[0] as Task).id);
    expect(sentIds.toSorted()).toEqual(many.map(({ id }) => id).toSorted());
  });

  it('do not wait for an agent that accepts one only after a whole turn', async () => {
    const { fixture, outbox } = startOutbox({ tasks: many });
    for (const { id } of many) outbox.add(id, 'run the tests');
    for (let round = 0; round < 3; round++) {
      await look(fixture);
      await fixture.clock.advance(2_000);
    }
    await look(fixture);
    expect(fixture.backend.calls('send')).toHaveLength(10);
    expect(fixture.backend.calls('send').every(({ isOpen }) => isOpen)).toBe(true);
  });
});
