import { describe, expect, it } from 'vitest';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import type { OutboxStorage } from '../../src/domain/ports/outbox-storage.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { createOutbox } from '../../src/sync/outbox/outbox.ts';
import { pollSelectedTask } from '../../src/sync/poll-selected-task.ts';
import { agent, live, makeReport, makeTask, NOON, snapshot, you } from '../domain/builders.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const IDLE = makeTask({ id: 'a' });
const WORKING = makeTask({ id: 'a', state: makeReport({ state: 'working' }) });
const PAUSED = makeTask({ id: 'a', status: 'paused' });
const CALM = live(you(0, 'go'), agent(1, 'which branch?'));

interface Start {
  readonly tasks?: readonly Task[];
  readonly rows?: OutboxStorage;
  readonly resumes?: boolean;
}

/** A taskdeck with an outbox on rows of its own, or on those that another one left. */
function sending({ tasks = [IDLE], rows = outboxStorage().rows(), resumes = true }: Start = {}) {
  const deck = syncFixture({ tasks });
  const changed: string[] = [];
  const resumed: string[] = [];
  const outbox = createOutbox({
    ...deck,
    outboxStorage: rows,
    onTaskChanged: (taskId) => changed.push(taskId),
    resume: async (taskId) => {
      resumed.push(taskId);
      return resumes;
    },
  });
  return { deck, outbox, changed, resumed, rows };
}

function transcribed({ store, clock }: SyncFixture, transcript: Transcript, taskId = 'a'): void {
  const now = clock.now();
  store.dispatch({ type: 'transcript-received', taskId, transcript, startedAt: now, refreshMs: 4_000, now });
}

/** Answers the look at the transcript that is open. */
async function looked(deck: SyncFixture, transcript: Transcript = CALM): Promise<void> {
  deck.backend.open('transcript').answer(transcript);
  await deck.clock.settle();
}

const stages = ({ state }: SyncFixture) => state.deliveries.map(({ stage }) => stage);
const textsSent = ({ backend }: SyncFixture) => backend.calls('send').map(({ args }) => args[1]);
const draftOf = ({ state }: SyncFixture, key = 'a') => state.drafts.get(key)?.text;
const idOf = ({ state }: SyncFixture, index = 0): string => state.deliveries[index]?.id ?? '';

/** Nobody can say whether the message arrived. */
const lost = failure({ kind: 'unreachable', message: 'The connection was cut off.', tookEffect: 'maybe' });
const busy = failure({ kind: 'busy', message: 'Task app is not ready to accept input.' });

describe('a message to an agent that is ready', () => {
  it('is sent once although the transcript request that it shares with the poll hangs', async () => {
    const { deck, outbox } = sending();
    const poll = pollSelectedTask(deck);
    poll.wake();
    await deck.clock.settle();
    const hung = deck.backend.open('transcript');
    outbox.add('a', 'main');
    await deck.clock.advance(35_000);
    expect(hung.signal.aborted).toBe(true);
    expect(deck.backend.calls('transcript')).toHaveLength(2);
    await deck.clock.advance(1_000);
    expect(textsSent(deck)).toEqual([]);
    // The request began before the outbox looked again, so that it looks once more.
    await looked(deck);
    await looked(deck);
    expect(textsSent(deck)).toEqual(['main']);
    expect(deck.backend.mostOpen('transcript')).toBe(1);
    poll.stop();
  });

  it('is sent once, after a look at what stood there before, and ends when the transcript shows it', async () => {
    const { deck, outbox, changed, rows } = sending();
    outbox.add('a', 'main');
    expect(stages(deck)).toEqual(['waiting']);
    await looked(deck);
    expect(stages(deck)).toEqual(['sending']);
    expect(rows.all()).toMatchObject([{ stage: 'sending', text: 'main', instanceName: rows.instanceName }]);
    expect(deck.backend.open('send').args).toEqual([IDLE, 'main']);
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['accepted']);
    expect(rows.all()).toEqual([]);
    expect(changed).toEqual(['a']);
    transcribed(deck, live(...CALM.messages, you(2, 'main')));
    expect(stages(deck)).toEqual([]);
    await deck.clock.advance(60_000);
    expect(textsSent(deck)).toEqual(['main']);
    expect(draftOf(deck)).toBeUndefined();
  });

  it.each([
    ['three seconds', 'b', 3_000],
    ['ten seconds, as long as its transcript is looked at,', 'a', 10_000],
  ])('that the server took is shown for %s when no transcript shows it', async (_, selected, ms) => {
    const { deck, outbox } = sending({ tasks: [IDLE, makeTask({ id: 'b' })] });
    deck.select(selected);
    outbox.add('a', 'main');
    await looked(deck);
    deck.backend.open('send').answer(undefined);
    await deck.clock.advance(ms - 1);
    expect(stages(deck)).toEqual(['accepted']);
    await deck.clock.advance(1);
    expect(stages(deck)).toEqual([]);
  });

  it('is written down before a byte of it leaves', async () => {
    const { deck, outbox, rows } = sending();
    outbox.add('a', 'main');
    const seen: unknown[] = [];
    const { send } = deck.backend;
    deck.backend.send = (...args) => {
      seen.push(rows.all()[0]);
      return send(...args);
    };
    await looked(deck);
    expect(seen).toMatchObject([
      { stage: 'sending', attempt: { at: NOON, brokenAt: null, build: 1, baseline: { last: { id: 0 } } } },
    ]);
  });

  it('is settled by the transcript while its send is open, however long the turn takes', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    await deck.clock.advance(19_999);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    await deck.clock.advance(1);
    for (let look = 0; look < 30; look++) {
      deck.backend.open('transcript').answer(CALM);
      await deck.clock.advance(5_000);
    }
    expect(stages(deck)).toEqual(['sending']);
    await looked(deck, live(...CALM.messages, you(2, 'main')));
    expect(stages(deck)).toEqual([]);
    await deck.clock.advance(60 * 60_000);
    expect(deck.backend.calls('send')[0]?.signal.aborted).toBe(false);
    expect(textsSent(deck)).toEqual(['main']);
  });

  it('is sent again when no transcript shows it for minutes: it hangs on its way', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    const send = deck.backend.open('send');
    await deck.clock.advance(20_000);
    for (let look = 0; look < 40 && !send.signal.aborted; look++) {
      deck.backend.open('transcript').answer(CALM);
      await deck.clock.advance(5_000);
    }
    expect(send.signal.aborted).toBe(true);
    expect(deck.clock.now() - NOON).toBeGreaterThanOrEqual(3 * 60_000);
    expect(stages(deck)).toEqual(['unsure']);
    // Only what is not there a minute later never arrived.
    for (let look = 0; look < 20 && textsSent(deck).length === 1; look++) {
      deck.backend.open('transcript').answer(CALM);
      await deck.clock.advance(15_000);
    }
    expect(textsSent(deck)).toEqual(['main', 'main']);
    expect(deck.clock.now() - NOON).toBeGreaterThanOrEqual(4 * 60_000);
  });

  it('is not sent when the conversation is one that was kept at a pause', async () => {
    const { deck, outbox, changed } = sending();
    outbox.add('a', 'main');
    await looked(deck, snapshot(...CALM.messages));
    expect(textsSent(deck)).toEqual([]);
    expect(changed).toEqual(['a']);
    expect(stages(deck)).toEqual(['waiting']);
    await deck.clock.advance(1_000);
    await looked(deck);
    expect(textsSent(deck)).toEqual(['main']);
  });

  it('waits while the conversation cannot be read, and is sent without it where it never can', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('transcript').refuse(failure({ kind: 'unreachable' }));
    await deck.clock.advance(1_000);
    expect(textsSent(deck)).toEqual([]);
    deck.backend.open('transcript').refuse(failure({ kind: 'not-found' }));
    await deck.clock.settle();
    expect(textsSent(deck)).toEqual(['main']);
    expect(deck.state.deliveries[0]?.attempt?.baseline).toBeNull();
  });
});

describe('a message to an agent that is not ready', () => {
  it.each<[string, Task]>([
    ['works', WORKING],
    ['starts', makeTask({ id: 'a', status: 'pending' })],
    ['is paused', PAUSED],
    ['is in error', makeTask({ id: 'a', status: 'error' })],
  ])('waits while the task %s, and goes out when it is ready', async (_, task) => {
    const { deck, outbox } = sending({ tasks: [task] });
    outbox.add('a', 'main');
    await deck.clock.advance(1_000);
    expect(stages(deck)).toEqual(['waiting']);
    expect(deck.backend.calls('transcript')).toEqual([]);
    deck.receiveList(makeTask({ id: 'a', buildNumber: 9 }));
    await looked(deck);
    expect(textsSent(deck)).toEqual(['main']);
  });

  it('that says it is busy waits two seconds and tries again', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    deck.backend.open('send').refuse(busy);
    await deck.clock.advance(1_999);
    expect(stages(deck)).toEqual(['waiting']);
    transcribed(deck, CALM);
    expect(textsSent(deck)).toHaveLength(1);
    await deck.clock.advance(1);
    await looked(deck);
    expect(textsSent(deck)).toEqual(['main', 'main']);
    expect(deck.state.notice).toBeNull();
  });

  it('that says when to come back is asked then', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    deck.backend.open('send').refuse(failure({ kind: 'rate-limited', retryAfterMs: 60_000 }));
    await deck.clock.advance(59_999);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    await deck.clock.advance(1);
    await looked(deck);
    expect(textsSent(deck)).toHaveLength(2);
  });

  it('stays queued while nothing reaches the server, and goes out when it is back', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    deck.backend.open('send').refuse(failure({ kind: 'unreachable', tookEffect: 'no' }));
    await deck.clock.advance(1_000);
    await looked(deck);
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['accepted']);
  });

  it('that was paused meanwhile stays queued', async () => {
    const { deck, outbox, changed } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    deck.backend.open('send').refuse(failure({ kind: 'conflict', message: 'Task is paused.' }));
    await deck.clock.settle();
    expect(changed).toEqual(['a']);
    expect(deck.state.notice?.text).toBe('Task is paused. The message stays queued.');
    deck.receiveList(PAUSED);
    await deck.clock.advance(60_000);
    expect(textsSent(deck)).toHaveLength(1);
    expect(stages(deck)).toEqual(['waiting']);
  });
});

describe('a message that resumes its task', () => {
  it('asks for it once, goes out when the agent is ready, and resumes nothing later', async () => {
    const { deck, outbox, resumed, rows } = sending({ tasks: [PAUSED] });
    outbox.add('a', 'main', true);
    await deck.clock.settle();
    expect(resumed).toEqual(['a']);
    expect(rows.all()).toMatchObject([{ stage: 'waiting', resume: false, instanceName: null }]);
    await deck.clock.advance(60_000);
    expect(resumed).toEqual(['a']);
    deck.receiveList(makeTask({ id: 'a', buildNumber: 2 }));
    await looked(deck);
    expect(textsSent(deck)).toEqual(['main']);
  });

  it('waits for the end of a pause first', async () => {
    const pausing = makeTask({ id: 'a', status: 'unknown', workspaceStatus: 'stopping' });
    const { deck, outbox, resumed } = sending({ tasks: [pausing] });
    outbox.add('a', 'main', true);
    await deck.clock.settle();
    expect(resumed).toEqual([]);
    deck.receiveList(PAUSED);
    await deck.clock.settle();
    expect(resumed).toEqual(['a']);
  });

  it('that was only queued resumes nothing', async () => {
    const { deck, outbox, resumed } = sending({ tasks: [PAUSED] });
    outbox.add('a', 'main');
    await deck.clock.advance(60_000);
    expect(resumed).toEqual([]);
  });

  it('still does after a restart', async () => {
    const state = outboxStorage();
    const first = sending({ tasks: [WORKING], rows: state.rows() });
    first.outbox.add('a', 'main', true);
    first.outbox.stop();
    const second = sending({ tasks: [PAUSED], rows: state.rows() });
    await second.deck.clock.settle();
    expect(second.resumed).toEqual(['a']);
  });
});

describe('a message that the server refuses for good', () => {
  const refused = failure({ kind: 'invalid', message: 'Too long.', hint: 'Say less.' });

  it("is a draft again, before what was written since, with the server's words", async () => {
    const { deck, outbox, rows } = sending();
    outbox.add('a', 'main');
    deck.store.dispatch({
      type: 'draft-changed',
      key: 'a',
      buffer: { text: 'or dev', cursor: 6, goalColumn: null },
    });
    await looked(deck);
    deck.backend.open('send').refuse(refused);
    await deck.clock.settle();
    expect(stages(deck)).toEqual([]);
    expect(rows.all()).toEqual([]);
    expect(draftOf(deck)).toBe('main\nor dev');
    expect(deck.state.notice).toMatchObject({
      tone: 'bad',
      text: 'Not sent: Too long. Say less. The text is back in the prompt.',
    });
    await deck.clock.advance(60_000);
    expect(textsSent(deck)).toHaveLength(1);
  });

  it('is not lost although the transcript seemed to show it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    // Another client said the very same.
    transcribed(deck, live(...CALM.messages, you(2, 'main')));
    expect(stages(deck)).toEqual([]);
    deck.backend.open('send').refuse(busy);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['waiting']);
    await deck.clock.advance(2_000);
    await looked(deck, live(...CALM.messages, you(2, 'main')));
    expect(textsSent(deck)).toEqual(['main', 'main']);
  });
});

describe('a message without an answer', () => {
  async function unanswered(text = 'main', before = CALM) {
    const all = sending();
    all.outbox.add('a', text);
    await looked(all.deck, before);
    all.deck.backend.open('send').refuse(lost);
    await all.deck.clock.settle();
    expect(stages(all.deck)).toEqual(['unsure']);
    return all;
  }

  it('has arrived when the transcript shows it', async () => {
    const { deck, rows } = await unanswered();
    await looked(deck);
    expect(stages(deck)).toEqual(['unsure']);
    await deck.clock.advance(2_000);
    await looked(deck, live(...CALM.messages, you(2, ' main  ')));
    await deck.clock.advance(60_000);
    expect(stages(deck)).toEqual([]);
    expect(rows.all()).toEqual([]);
    expect(draftOf(deck)).toBeUndefined();
    expect(deck.state.notice).toBeNull();
    expect(textsSent(deck)).toHaveLength(1);
  });

  it('is sent again only when a transcript of a minute later does not hold it', async () => {
    const { deck } = await unanswered();
    while (deck.clock.now() < NOON + 60_000) {
      expect(stages(deck)).toEqual(['unsure']);
      await looked(deck);
      const count = deck.backend.calls('transcript').length;
      while (deck.backend.calls('transcript').length === count) await deck.clock.advance(250);
    }
    expect(textsSent(deck)).toHaveLength(1);
    await looked(deck);
    expect(stages(deck)).toEqual(['waiting']);
    await looked(deck);
    expect(textsSent(deck)).toEqual(['main', 'main']);
  });

  it.each([
    ['begins anew at id 0', live(you(0, 'go', NOON + 1), agent(1, 'hello'))],
    ['holds it twice', live(...CALM.messages, you(2, 'main'), agent(3, 'ok'), you(4, 'main'))],
    ['holds another message too', live(...CALM.messages, you(2, 'wait'), agent(3, 'ok'), you(4, 'main'))],
    ['is one that others write to', live(you(0, 'go'), you(1, 'hi all'), you(2, 'main'))],
  ])('is asked about when the conversation %s', async (_, transcript) => {
    const { deck, outbox, rows } = await unanswered();
    outbox.add('a', 'next');
    await looked(deck, transcript);
    expect(stages(deck)).toEqual(['asked', 'waiting']);
    expect(rows.all()).toMatchObject([{ stage: 'asked', instanceName: null }, { stage: 'waiting' }]);
    expect(deck.state.notice?.text).toContain('A message to “name-a” has an unknown delivery status.');
    await deck.clock.advance(600_000);
    expect(textsSent(deck)).toEqual(['main']);
  });

  it('is asked about once the disk can be written again, and a full disk ends nothing', async () => {
    const rows = outboxStorage().rows();
    let isFull = false;
    let failed = 0;
    // Read again after a failed write, it is another object.
    const all = () => rows.all().map((row) => ({ ...row }));
    const { deck, outbox } = sending({
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
    await looked(deck);
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    const begunAnew = live(you(0, 'go', NOON + 1));
    isFull = true;
    await looked(deck, begunAnew);
    expect(stages(deck)).toEqual(['unsure']);
    expect(failed).toBe(1);
    isFull = false;
    transcribed(deck, begunAnew);
    expect(stages(deck)).toEqual(['asked']);
  });

  it('that was asked about is asked about again by the next taskdeck', async () => {
    const state = outboxStorage();
    const first = sending({ rows: state.rows() });
    first.outbox.add('a', 'main');
    await looked(first.deck);
    first.deck.backend.open('send').refuse(lost);
    await first.deck.clock.settle();
    await looked(first.deck, live(you(0, 'go', NOON + 1)));
    first.outbox.stop();
    const second = sending({ rows: state.rows() });
    expect(stages(second.deck)).toEqual(['asked']);
    expect(second.deck.state.notice?.text).toContain(
      `A message has an unknown delivery status. Press ${keyFor('outbox')}`,
    );
    second.outbox.answer(idOf(second.deck), 'delivered');
    expect(stages(second.deck)).toEqual([]);
  });

  it('that the user says is there lets the next one go', async () => {
    const { deck, outbox } = await unanswered();
    outbox.add('a', 'next');
    outbox.answer(idOf(deck), 'delivered');
    await deck.clock.settle();
    deck.backend.calls('transcript').at(-1)?.answer(CALM);
    await deck.clock.settle();
    expect(textsSent(deck)).toEqual(['main', 'next']);
  });

  it('that the user says to send again goes first', async () => {
    const { deck, outbox } = await unanswered();
    outbox.add('a', 'next');
    await looked(deck, live(...CALM.messages, you(2, 'main'), you(3, 'main')));
    outbox.answer(idOf(deck), 'resend');
    await looked(deck, live(...CALM.messages, you(2, 'main'), you(3, 'main')));
    expect(textsSent(deck)).toEqual(['main', 'main']);
  });

  it('that the user takes back is a draft, and lets the next one go', async () => {
    const { deck, outbox } = await unanswered();
    outbox.add('a', 'next');
    outbox.cancel(idOf(deck));
    expect(draftOf(deck)).toBe('main');
    deck.backend.calls('transcript').at(-1)?.answer(CALM);
    await deck.clock.settle();
    expect(textsSent(deck)).toEqual(['main', 'next']);
  });

  it('is asked about less and less often while the server is away', async () => {
    const { deck } = await unanswered();
    const waits: number[] = [];
    for (let look = 0; look < 8; look++) {
      const start = deck.clock.now();
      const before = deck.backend.calls('transcript').length;
      deck.backend.open('transcript').refuse(failure({ kind: 'unreachable' }));
      while (deck.backend.calls('transcript').length === before) await deck.clock.advance(250);
      waits.push(deck.clock.now() - start);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
    expect(stages(deck)).toEqual(['unsure']);
  });

  it('is in the history when its task is gone', async () => {
    const { deck } = await unanswered();
    deck.backend.open('transcript').refuse(failure({ kind: 'not-found' }));
    deck.receiveList(makeTask({ id: 'b' }));
    await deck.clock.advance(1_000);
    deck.backend.open('get').refuse(failure({ kind: 'not-found' }));
    await deck.clock.settle();
    expect(stages(deck)).toEqual([]);
    expect(deck.state.promptHistory).toEqual(['main']);
    expect(deck.state.notice?.text).toContain('The task no longer exists.');
  });
});

describe('two messages', () => {
  it('to one task go in their order, one at a time', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'one');
    outbox.add('a', 'two');
    await looked(deck);
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['accepted', 'waiting']);
    transcribed(deck, live(...CALM.messages, you(2, 'one')));
    await looked(deck, live(...CALM.messages, you(2, 'one')));
    expect(textsSent(deck)).toEqual(['one', 'two']);
    expect(deck.backend.mostOpen('send')).toBe(1);
  });

  it('with the same words are two', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'yes');
    outbox.add('a', 'yes');
    const once = live(...CALM.messages, you(2, 'yes'));
    await looked(deck);
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    transcribed(deck, once);
    await looked(deck, once);
    expect(stages(deck)).toEqual(['sending']);
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    await looked(deck, once);
    expect(stages(deck)).toEqual(['unsure']);
    await deck.clock.advance(2_000);
    await looked(deck, live(...once.messages, agent(3, 'ok'), you(4, 'yes')));
    expect(stages(deck)).toEqual([]);
    expect(textsSent(deck)).toEqual(['yes', 'yes']);
  });

  it('to two tasks do not wait for each other', async () => {
    const { deck, outbox } = sending({ tasks: [IDLE, makeTask({ id: 'b' })] });
    outbox.add('a', 'one');
    outbox.add('b', 'two');
    for (const look of deck.backend.calls('transcript')) look.answer(live());
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['sending', 'sending']);
  });

  it('change places as long as both wait', async () => {
    const { deck, outbox, rows } = sending({ tasks: [WORKING] });
    for (const text of ['one', 'two', 'three']) outbox.add('a', text);
    outbox.add('b', 'other');
    outbox.move(idOf(deck, 2), -1);
    expect(deck.state.deliveries.map(({ text }) => text)).toEqual(['one', 'three', 'two', 'other']);
    outbox.move(idOf(deck, 0), -1);
    outbox.move(idOf(deck, 2), 1);
    expect(rows.all().map(({ text }) => text)).toEqual(['one', 'three', 'two', 'other']);
  });
});

describe('taking back', () => {
  it('a message that waits makes it a draft, on disk at once', async () => {
    const state = outboxStorage();
    const { deck, outbox } = sending({ tasks: [WORKING], rows: state.rows() });
    outbox.add('a', 'main');
    outbox.cancel(idOf(deck));
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBe('main');
    const storage = state.open();
    expect(storage.savedState({ origin: 'https://coder.example.com', user: 'ada' }).drafts().get('a')).toBe(
      'main',
    );
    deck.receiveList(IDLE);
    await deck.clock.settle();
    expect(deck.backend.calls('transcript')).toEqual([]);
  });

  it('a message whose conversation is being read never sends it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    outbox.cancel(idOf(deck));
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('send')).toEqual([]);
    expect(draftOf(deck)).toBe('main');
  });

  it('a message that is being sent asks the transcript what became of it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    await looked(deck);
    expect(outbox.edit(idOf(deck))).toBe(false);
    outbox.cancel(idOf(deck));
    expect(deck.backend.calls('send')[0]?.signal.aborted).toBe(true);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['unsure']);
    await looked(deck, live(...CALM.messages, you(2, 'main')));
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBeUndefined();
  });

  it('nothing is nothing', () => {
    const { deck, outbox } = sending();
    const before = deck.state;
    outbox.cancel('d7');
    expect(deck.state).toBe(before);
  });
});

describe('the end of a taskdeck', () => {
  it('leaves what waits in the queue, for the next one', async () => {
    const state = outboxStorage();
    const first = sending({ tasks: [WORKING], rows: state.rows() });
    for (const text of ['one', 'two']) first.outbox.add('a', text);
    first.outbox.stop();
    expect(draftOf(first.deck)).toBeUndefined();
    const second = sending({ rows: state.rows() });
    await looked(second.deck);
    expect(textsSent(second.deck)).toEqual(['one']);
  });

  it('leaves what is on its way to the transcript', async () => {
    const state = outboxStorage();
    const first = sending({ rows: state.rows() });
    first.outbox.add('a', 'main');
    await looked(first.deck);
    first.outbox.stop();
    await first.deck.clock.settle();
    expect(first.deck.backend.calls('send')[0]?.signal.aborted).toBe(true);
    expect(first.deck.clock.due).toEqual([]);
    const second = sending({ rows: state.rows() });
    expect(stages(second.deck)).toEqual(['unsure']);
    await looked(second.deck, live(...CALM.messages, you(2, 'main')));
    expect(stages(second.deck)).toEqual([]);
    expect(textsSent(second.deck)).toEqual([]);
  });
});

describe('two taskdecks', () => {
  it('send a message once, and show the same queue', async () => {
    const state = outboxStorage();
    const one = sending({ rows: state.rows() });
    const other = sending({ rows: state.rows() });
    one.outbox.add('a', 'main');
    await other.deck.clock.advance(2_000);
    expect(stages(other.deck)).toEqual(['waiting']);
    await looked(one.deck);
    await looked(other.deck);
    expect([textsSent(one.deck), textsSent(other.deck)]).toEqual([['main'], []]);
    expect(stages(other.deck)).toEqual(['sending']);
    one.deck.backend.open('send').answer(undefined);
    await one.deck.clock.settle();
    await other.deck.clock.advance(60_000);
    expect(stages(other.deck)).toEqual([]);
    expect(textsSent(other.deck)).toEqual([]);
  });

  it('leave a message to the one that sends it for as long as that lives, and then to the transcript', async () => {
    const state = outboxStorage();
    const storage = state.open();
    const one = sending({ rows: storage.outbox({ origin: 'https://coder.example.com', user: 'ada' }) });
    const other = sending({ rows: state.rows() });
    one.outbox.add('a', 'main');
    await looked(one.deck);
    await other.deck.clock.advance(600_000);
    expect(stages(other.deck)).toEqual(['sending']);
    // As the system does for one that is killed.
    storage.close();
    await other.deck.clock.advance(2_000);
    expect(stages(other.deck)).toEqual(['unsure']);
    await looked(other.deck, live(...CALM.messages, you(2, 'main')));
    expect(stages(other.deck)).toEqual([]);
    expect(textsSent(other.deck)).toEqual([]);
  });
});

describe('a message to a task that is not in the list', () => {
  const others = [makeTask({ id: 'b', ownerName: 'bob' })];

  it('goes to the history when the task is gone, and only then', async () => {
    const { deck, outbox } = sending({ tasks: others });
    outbox.add('a', 'main');
    deck.backend.open('get').answer(WORKING);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['waiting']);
    await deck.clock.advance(15_000);
    deck.backend.open('get').refuse(failure({ kind: 'unreachable' }));
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['waiting']);
    await deck.clock.advance(15_000);
    deck.backend.open('get').refuse(failure({ kind: 'not-found' }));
    await deck.clock.settle();
    expect(stages(deck)).toEqual([]);
    expect(deck.state.promptHistory).toEqual(['main']);
  });

  it('is sent when the task is ready, since it may be in the list of another owner', async () => {
    const { deck, outbox } = sending({ tasks: others });
    outbox.add('a', 'main');
    deck.backend.open('get').answer(WORKING);
    await deck.clock.advance(15_000);
    deck.backend.open('get').answer(IDLE);
    await deck.clock.settle();
    await looked(deck);
    deck.backend.open('send').answer(undefined);
    await deck.clock.advance(3_000);
    expect(stages(deck)).toEqual([]);
    expect(textsSent(deck)).toEqual(['main']);
  });

  it('resumes it first when that was asked for', async () => {
    const { deck, outbox, resumed } = sending({ tasks: others });
    outbox.add('a', 'main', true);
    deck.backend.open('get').answer(PAUSED);
    await deck.clock.settle();
    expect(resumed).toEqual(['a']);
    expect(stages(deck)).toEqual(['waiting']);
  });
});

describe('messages to many tasks', () => {
  const many = Array.from({ length: 10 }, (_, index) => makeTask({ id: `t${index}` }));

  /** Answers every look at a transcript that is open. */
  async function look({ backend, clock }: SyncFixture): Promise<void> {
    for (const call of backend.calls('transcript')) if (call.isOpen) call.answer(CALM);
    await clock.settle();
  }

  it('go out four at a time, each of them once', async () => {
    const { deck, outbox } = sending({ tasks: many });
    for (const { id } of many) outbox.add(id, 'run the tests');
    for (let round = 0; round < 5; round++) {
      await look(deck);
      expect(deck.backend.calls('send').filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(4);
      for (const call of deck.backend.calls('send')) if (call.isOpen) call.answer(undefined);
      await deck.clock.settle();
    }
    expect(deck.backend.mostOpen('send')).toBe(4);
    const asked = deck.backend.calls('send').map(({ args }) => (args[0] as Task).id);
    expect(asked.toSorted()).toEqual(many.map(({ id }) => id).toSorted());
  });

  it('do not wait for an agent that takes a whole turn to take one', async () => {
    const { deck, outbox } = sending({ tasks: many });
    for (const { id } of many) outbox.add(id, 'run the tests');
    for (let round = 0; round < 3; round++) {
      await look(deck);
      await deck.clock.advance(2_000);
    }
    await look(deck);
    expect(deck.backend.calls('send')).toHaveLength(10);
    expect(deck.backend.calls('send').every(({ isOpen }) => isOpen)).toBe(true);
  });
});
