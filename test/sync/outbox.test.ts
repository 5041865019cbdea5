import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import type { DeliveryEntry } from '../../src/store/state.ts';
import { createOutbox } from '../../src/sync/outbox.ts';
import { agent, live, makeReport, makeTask, NOON, snapshot, you } from '../domain/make.ts';
import { failure } from './backend.ts';
import { type Deck, makeDeck } from './deck.ts';

const IDLE = makeTask({ id: 'a' });
const WORKING = makeTask({ id: 'a', state: makeReport({ state: 'working' }) });
const CALM = live(you(0, 'go'), agent(1, 'which branch?'));

/** A deck with an outbox, and the conversation of task `a` as it was told just now. */
function sending(...tasks: readonly Task[]) {
  const deck = makeDeck({ tasks: tasks.length === 0 ? [IDLE] : tasks });
  transcribed(deck, 'a', CALM);
  const sent: string[] = [];
  const outbox = createOutbox({ ...deck, sent: (taskId) => sent.push(taskId) });
  return { deck, outbox, sent };
}

function transcribed({ store, clock }: Deck, taskId: string, transcript: Transcript): void {
  const now = clock.now();
  store.dispatch({ type: 'transcript-arrived', taskId, transcript, startedAt: now, promised: 4_000, now });
}

const stages = ({ state }: Deck): readonly DeliveryEntry['stage'][] =>
  state.deliveries.map(({ stage }) => stage);
const textsSent = ({ backend }: Deck) => backend.calls('send').map(({ args }) => args[1]);
const draftOf = ({ state }: Deck, key = 'a') => state.drafts.get(key)?.text;

/** Nobody can say whether the message arrived. */
const lost = failure({ kind: 'unreachable', message: 'The connection was cut off.', tookEffect: 'maybe' });
const busy = failure({
  kind: 'busy',
  message: 'Task app is not ready to accept input.',
  detail: 'Status: running',
});

describe('a message to an agent that is ready', () => {
  it('is sent in the same tick, once', async () => {
    const { deck, outbox, sent } = sending();
    outbox.add('a', 'main');
    expect(stages(deck)).toEqual(['sending']);
    expect(deck.backend.open('send').args).toEqual([IDLE, 'main']);
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['taken']);
    expect(sent).toEqual(['a']);
    transcribed(deck, 'a', live(...CALM.messages, you(2, 'main')));
    expect(stages(deck)).toEqual([]);
    await deck.clock.advance(60_000);
    expect(textsSent(deck)).toEqual(['main']);
    expect(draftOf(deck)).toBeUndefined();
    expect(deck.clock.due).toEqual([]);
  });

  it('that the server took is shown for three seconds when no transcript is looked at', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').answer(undefined);
    await deck.clock.advance(2_999);
    expect(stages(deck)).toEqual(['taken']);
    await deck.clock.advance(1);
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBeUndefined();
  });

  it.each([
    ['too old', async ({ clock }: Deck) => clock.advance(5_001)],
    ['a snapshot', async (deck: Deck) => transcribed(deck, 'a', snapshot(you(0, 'yes')))],
  ])('is counted against the conversation as it is when the known one is %s', async (_, spoil) => {
    const { deck, outbox } = sending();
    await spoil(deck);
    outbox.add('a', 'yes');
    expect(stages(deck)).toEqual(['waiting']);
    // Whatever else happens does not begin it a second time.
    deck.listed(IDLE);
    // Restored by the resume: the same words were said three times.
    const restored = live(you(0, 'yes'), you(1, 'yes'), you(2, 'yes'));
    deck.backend.open('transcript').answer(restored);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['sending']);
    expect(deck.state.deliveries[0]?.saidBefore).toBe(3);
    transcribed(deck, 'a', restored);
    expect(stages(deck)).toEqual(['sending']);
  });

  it.each([
    ['by the server', failure({ message: 'Out of order.' })],
    ['by a fault of ours', new TypeError('Out of order.')],
  ])('is a draft again when the conversation cannot be read %s', async (_, cause) => {
    const { deck, outbox } = sending();
    await deck.clock.advance(10_000);
    outbox.add('a', 'main');
    deck.backend.open('transcript').refuse(cause);
    await deck.clock.settle();
    expect(deck.backend.calls('send')).toEqual([]);
    expect(draftOf(deck)).toBe('main');
    expect(deck.state.notice?.text).toContain('Out of order.');
  });
});

describe('a message to an agent that is not ready', () => {
  it.each<[string, Task]>([
    ['works', WORKING],
    ['starts', makeTask({ id: 'a', status: 'pending' })],
    ['is paused', makeTask({ id: 'a', status: 'paused' })],
    ['is in error', makeTask({ id: 'a', status: 'error' })],
  ])('waits while the task %s, and goes out when it is ready', async (_, task) => {
    const { deck, outbox } = sending(task);
    outbox.add('a', 'main');
    await deck.clock.advance(1_000);
    expect(stages(deck)).toEqual(['waiting']);
    expect(deck.backend.calls('send')).toEqual([]);
    deck.listed(makeTask({ id: 'a', buildNumber: 9 }));
    await deck.clock.settle();
    expect(textsSent(deck)).toEqual(['main']);
  });

  it('that says it is busy waits two seconds and tries again', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(busy);
    await deck.clock.advance(1_999);
    expect(stages(deck)).toEqual(['waiting']);
    // Whatever else happens does not shorten the wait.
    transcribed(deck, 'a', CALM);
    expect(textsSent(deck)).toHaveLength(1);
    await deck.clock.advance(1);
    expect(textsSent(deck)).toEqual(['main', 'main']);
    expect(deck.state.notice).toBeNull();
  });

  it('that says when to come back is asked then', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(failure({ kind: 'rate-limited', retryAfterMs: 60_000 }));
    await deck.clock.advance(59_999);
    transcribed(deck, 'a', CALM);
    expect(textsSent(deck)).toHaveLength(1);
    await deck.clock.advance(1);
    expect(textsSent(deck)).toHaveLength(2);
  });

  it('that was busy and is paused meanwhile is not asked again', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(busy);
    await deck.clock.settle();
    deck.listed(makeTask({ id: 'a', buildNumber: 2, status: 'paused' }));
    await deck.clock.advance(60_000);
    expect(textsSent(deck)).toHaveLength(1);
    expect(stages(deck)).toEqual(['waiting']);
  });
});

describe('a message that the server refuses', () => {
  const refused = failure({ kind: 'conflict', message: 'Task is paused.', hint: 'Resume the task.' });

  it("is a draft again, with the server's words, and is not sent again", async () => {
    const { deck, outbox, sent } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(refused);
    await deck.clock.settle();
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBe('main');
    expect(deck.state.notice).toMatchObject({
      tone: 'bad',
      text: 'Not sent: Task is paused. Resume the task. It is back in the prompt.',
    });
    await deck.clock.advance(60_000);
    expect(textsSent(deck)).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  it('stands before what has been written since', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.store.dispatch({
      type: 'draft-edited',
      key: 'a',
      buffer: { text: 'or dev', cursor: 6, goal: null },
    });
    deck.backend.open('send').refuse(refused);
    await deck.clock.settle();
    expect(draftOf(deck)).toBe('main\nor dev');
  });

  it('is not lost although the transcript seemed to show it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    // Another client said the very same.
    transcribed(deck, 'a', live(...CALM.messages, you(2, 'main')));
    expect(stages(deck)).toEqual([]);
    deck.backend.open('send').refuse(busy);
    await deck.clock.settle();
    expect(draftOf(deck)).toBe('main');
    expect(deck.state.notice?.text).toContain('not ready to accept input');
  });

  it('lets the next one go', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'one');
    outbox.add('a', 'two');
    deck.backend.open('send').refuse(refused);
    await deck.clock.settle();
    expect(textsSent(deck)).toEqual(['one', 'two']);
    expect(draftOf(deck)).toBe('one');
  });
});

describe('a message without an answer', () => {
  it('was delivered when the transcript shows it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['unsure']);
    deck.backend.open('transcript').answer(CALM);
    await deck.clock.advance(2_000);
    expect(stages(deck)).toEqual(['unsure']);
    deck.backend.open('transcript').answer(live(...CALM.messages, you(2, ' main  ')));
    await deck.clock.advance(60_000);
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBeUndefined();
    expect(deck.state.notice).toBeNull();
    expect(textsSent(deck)).toHaveLength(1);
    expect(deck.backend.calls('transcript')).toHaveLength(2);
  });

  it('was delivered when whoever else looks at the transcript finds it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    deck.backend.open('transcript').answer(CALM);
    await deck.clock.settle();
    transcribed(deck, 'a', live(...CALM.messages, you(2, 'main')));
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
    expect(draftOf(deck)).toBeUndefined();
  });

  it('is a draft again when five looks do not show it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(lost);
    for (let look = 0; look < 5; look++) {
      await deck.clock.settle();
      expect(stages(deck)).toEqual(['unsure']);
      deck.backend.open('transcript').answer(CALM);
      await deck.clock.advance(2_000);
    }
    expect(deck.backend.calls('transcript')).toHaveLength(5);
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBe('main');
    expect(deck.state.notice?.text).toMatch(/cut off.*look before you send it again/u);
    expect(textsSent(deck)).toHaveLength(1);
  });

  it('is judged by answers only, asked for more and more seldom while the server is away', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(lost);
    const asked: number[] = [];
    for (let look = 0; look < 8; look++) {
      await deck.clock.settle();
      const start = deck.clock.now();
      deck.backend.open('transcript').refuse(failure({ kind: 'unreachable' }));
      const before = deck.backend.calls('transcript').length;
      while (deck.backend.calls('transcript').length === before) await deck.clock.advance(250);
      asked.push(deck.clock.now() - start);
    }
    expect(asked).toEqual([2_000, 2_000, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
    expect(stages(deck)).toEqual(['unsure']);
    deck.backend.open('transcript').answer(live(you(0, 'main')));
    await deck.clock.settle();
    expect(stages(deck)).toEqual([]);
  });

  it('is in the history when its task is gone', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    deck.backend.open('transcript').refuse(failure({ kind: 'not-found' }));
    deck.listed(makeTask({ id: 'b' }));
    await deck.clock.advance(60_000);
    expect(stages(deck)).toEqual([]);
    expect(deck.state.history).toEqual(['main']);
    expect(deck.backend.calls('transcript')).toHaveLength(1);
  });

  it('does not hold for an older message with the same words', async () => {
    const { deck, outbox } = sending();
    transcribed(deck, 'a', live(you(0, 'yes')));
    outbox.add('a', 'yes');
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    deck.backend.open('transcript').answer(live(you(0, 'yes')));
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['unsure']);
  });
});

describe('two messages', () => {
  it('to one task go in their order, one at a time', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'one');
    outbox.add('a', 'two');
    expect(stages(deck)).toEqual(['sending', 'waiting']);
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    expect(textsSent(deck)).toEqual(['one']);
    transcribed(deck, 'a', live(you(0, 'one')));
    await deck.clock.settle();
    expect(textsSent(deck)).toEqual(['one', 'two']);
    expect(deck.backend.mostOpen('send')).toBe(1);
  });

  it('with the same words are two', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'yes');
    outbox.add('a', 'yes');
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    transcribed(deck, 'a', live(you(0, 'yes')));
    expect(stages(deck)).toEqual(['sending']);
    transcribed(deck, 'a', live(you(0, 'yes')));
    expect(stages(deck)).toEqual(['sending']);
    transcribed(deck, 'a', live(you(0, 'yes'), you(1, 'yes')));
    expect(stages(deck)).toEqual([]);
    expect(textsSent(deck)).toEqual(['yes', 'yes']);
  });

  it('keep their order while the first is offered again', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'one');
    outbox.add('a', 'two');
    deck.backend.open('send').refuse(busy);
    await deck.clock.advance(2_000);
    expect(textsSent(deck)).toEqual(['one', 'one']);
  });

  it('to two tasks do not wait for each other', async () => {
    const { deck, outbox } = sending(IDLE, makeTask({ id: 'b' }));
    transcribed(deck, 'b', live());
    outbox.add('a', 'one');
    outbox.add('b', 'two');
    expect(stages(deck)).toEqual(['sending', 'sending']);
    expect(deck.backend.mostOpen('send')).toBe(2);
  });
});

describe('giving up', () => {
  it('a message that waits makes it a draft', async () => {
    const { deck, outbox } = sending(WORKING);
    outbox.add('a', 'main');
    outbox.giveUp('d1');
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBe('main');
    deck.listed(IDLE);
    await deck.clock.settle();
    expect(deck.backend.calls('send')).toEqual([]);
  });

  it('a message whose conversation is being read never sends it', async () => {
    for (const deaf of [false, true]) {
      const deck = makeDeck({ deaf, tasks: [IDLE] });
      const outbox = createOutbox({ ...deck, sent: () => {} });
      outbox.add('a', 'main');
      outbox.giveUp('d1');
      if (deaf) deck.backend.open('transcript').answer(CALM);
      await deck.clock.advance(60_000);
      expect(deck.backend.calls('send')).toEqual([]);
      expect(draftOf(deck)).toBe('main');
    }
  });

  it('a message that is being sent asks the transcript what became of it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    outbox.giveUp('d1');
    expect(deck.backend.calls('send')[0]?.signal.aborted).toBe(true);
    await deck.clock.settle();
    expect(stages(deck)).toEqual(['unsure']);
    deck.backend.open('transcript').answer(live(...CALM.messages, you(2, 'main')));
    await deck.clock.advance(60_000);
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBeUndefined();
  });

  it('a message that never left gives it back', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    // Before a byte of it was sent, and told so by the backend.
    deck.backend.open('send').refuse(failure({ kind: 'aborted', message: 'Given up.', tookEffect: 'no' }));
    await deck.clock.settle();
    expect(stages(deck)).toEqual([]);
    expect(draftOf(deck)).toBe('main');
  });

  it('a message that is looked for makes it a draft once, and ends the looking', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    outbox.giveUp('d1');
    expect(draftOf(deck)).toBe('main');
    deck.backend.open('transcript').answer(CALM);
    await deck.clock.advance(60_000);
    expect(draftOf(deck)).toBe('main');
    expect(deck.backend.calls('transcript')).toHaveLength(1);
  });

  it('nothing is nothing', () => {
    const { deck, outbox } = sending();
    const before = deck.state;
    outbox.giveUp('d7');
    expect(deck.state).toBe(before);
  });
});

describe('a task that goes away', () => {
  it('leaves what waited for it in the history, where it can be found', async () => {
    const { deck, outbox } = sending(WORKING);
    outbox.add('a', 'one');
    outbox.add('a', 'two');
    deck.listed(makeTask({ id: 'b' }));
    await deck.clock.settle();
    expect(stages(deck)).toEqual([]);
    expect([...deck.state.history].sort()).toEqual(['one', 'two']);
    expect(deck.state.notice).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('The task is gone.'),
    });
    expect(deck.state.drafts.has('b')).toBe(false);
    expect(deck.backend.calls('send')).toEqual([]);
  });
});

describe('the end', () => {
  it('makes drafts of what waits, in its order, and gives up the rest', async () => {
    const { deck, outbox } = sending();
    for (const text of ['one', 'two', 'three']) outbox.add('a', text);
    deck.store.dispatch({
      type: 'draft-edited',
      key: 'a',
      buffer: { text: 'typing', cursor: 6, goal: null },
    });
    outbox.stop();
    expect(draftOf(deck)).toBe('two\nthree\ntyping');
    expect(stages(deck)).toEqual(['sending']);
    expect(deck.backend.calls('send')[0]?.signal.aborted).toBe(true);
    await deck.clock.advance(60_000);
    expect(draftOf(deck)).toBe('two\nthree\ntyping');
    expect(deck.backend.calls('transcript')).toEqual([]);
    expect(textsSent(deck)).toEqual(['one']);
    expect(deck.clock.due).toEqual([]);
  });

  it('leaves no timer behind, and sends nothing any more', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(busy);
    await deck.clock.settle();
    outbox.stop();
    await deck.clock.settle();
    expect(deck.clock.due).toEqual([]);
    expect(draftOf(deck)).toBe('main');
    deck.listed(IDLE);
    await deck.clock.advance(60_000);
    expect(textsSent(deck)).toHaveLength(1);
  });

  it('while a message is looked for says nothing of it', async () => {
    const { deck, outbox } = sending();
    outbox.add('a', 'main');
    deck.backend.open('send').refuse(lost);
    await deck.clock.settle();
    outbox.stop();
    await deck.clock.settle();
    expect(deck.clock.due).toEqual([]);
    await deck.clock.advance(60_000);
    expect(stages(deck)).toEqual(['unsure']);
    expect(deck.state.notice).toBeNull();
  });
});

it('the time of a delivery is that of its last change', async () => {
  const { deck, outbox } = sending(WORKING);
  outbox.add('a', 'main');
  expect(deck.state.deliveries[0]?.since).toBe(NOON);
  await deck.clock.advance(3_000);
  deck.listed(IDLE);
  expect(deck.state.deliveries[0]).toMatchObject({ stage: 'sending', since: NOON + 3_000 });
});
