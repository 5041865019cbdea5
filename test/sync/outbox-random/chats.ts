import type { Clock } from '../../../src/domain/ports/clock.ts';
import { startChatsServer } from '../../support/chats/chats-server.ts';
import type { Fault } from '../../support/chats/faults.ts';
import type { OperationName } from '../../support/chats/operations.ts';
import type { DeliveryServer } from './run-deliveries.ts';

/** Messages that a chat holds in its queue: few, so that it is often full. */
const QUEUE_LIMIT = 3;
/** The shortest and the longest turn, ms. */
const TURN_MS = [500, 6_000] as const;
const STOPS_AFTER_MS = 300;
/** The longest time until a server writes a message, and until it answers, ms. */
const LATE_WRITE_MS = 6_000;
const LATE_ANSWER_MS = 40_000;
/** One of this many requests that read fails, and one of this many steps has an event in some chat. */
const READ_FAULTS = 20;
const EVENTS = 3;

/** Outcomes of a send. */
const FATES: readonly (readonly [name: string, fault: (random: (below: number) => number) => Fault])[] = [
  ['answered late', (random) => ({ delayAfterMs: random(LATE_ANSWER_MS) })],
  ['written late', (random) => ({ delayBeforeMs: random(LATE_WRITE_MS) })],
  ['written late, then cut', (random) => ({ delayBeforeMs: random(LATE_WRITE_MS), cut: 'after the write' })],
  ['cut before it arrives', () => ({ cut: 'before the write' })],
  [
    'cut late, before the write',
    (random) => ({ delayBeforeMs: random(LATE_WRITE_MS), cut: 'before the write' }),
  ],
  ['written, then cut', () => ({ cut: 'after the write' })],
  ['written, then cut late', (random) => ({ delayAfterMs: random(5_000), cut: 'after the write' })],
  ['aborted by a proxy', () => ({ answer: { status: 504, body: '<html>504 Gateway Time-out</html>' } })],
  [
    'refused: too many requests',
    () => ({
      answer: { status: 429, body: { message: 'Too many requests.' }, headers: { 'retry-after': '1' } },
    }),
  ],
];

/**
 * A real HTTP server of Chats that loses connections in many ways. The user also writes in the web page, interrupts
 * turns, sends queued messages at once and deletes those that the web page queued; turns fail.
 */
export async function startChats(
  count: number,
  clock: Clock,
  random: (below: number) => number,
): Promise<DeliveryServer> {
  const server = await startChatsServer({
    // The generation that says least about promoted messages.
    era: 'interrupting',
    queueLimit: QUEUE_LIMIT,
    turnMs: TURN_MS[0],
    stopsAfterMs: STOPS_AFTER_MS,
    timers: { now: clock.now, after: (ms, callback) => void clock.after(ms, callback) },
  });
  const { chats } = server;
  const ids = Array.from({ length: count }, (_, index) => chats.seed({ title: `Chat ${index}` }));
  const counts = new Map<string, number>();
  const note = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  let webTexts = 0;

  chats.faults.decideBy((operation: OperationName) => {
    chats.options.turnMs = TURN_MS[0] + random(TURN_MS[1] - TURN_MS[0]);
    if (operation === 'messages' && random(READ_FAULTS) === 0) return { cut: 'before the write' };
    if (operation !== 'send' || random(100) >= 45) return null;
    const [name, fault] = FATES[random(FATES.length)] ?? [];
    if (name === undefined || fault === undefined) return null;
    note(name);
    return fault(random);
  });

  const isFromWeb = (text: string): boolean => text.startsWith('from the web');

  /** Everything that happens without taskdeck. A refusal means that it does not fit the state of the chat. */
  function happen(id: string): void {
    const queue = chats.queue(id);
    switch (random(6)) {
      case 0:
        chats.web.send(id, `from the web ${++webTexts}`);
        return note('written in the web page');
      case 1:
        chats.web.interrupt(id);
        return note('interrupted in the web page');
      case 2: {
        const row = queue[random(queue.length || 1)];
        if (row === undefined) return;
        chats.web.promote(id, row.id);
        return note('promoted in the web page');
      }
      case 3: {
        const row = queue.find(({ text }) => isFromWeb(text));
        if (row === undefined) return;
        chats.web.deleteQueued(id, row.id);
        return note('deleted in the web page');
      }
      case 4:
        chats.agent(id).say('working');
        return;
      case 5:
        if (chats.chat(id).status !== 'running') return;
        chats.agent(id).fail({ message: 'The provider is overloaded.' });
        return note('failed turns');
    }
  }

  /** The first prompt of the seed and texts of the web page are not from taskdeck. */
  const arrivedIn = (id: string): readonly string[] =>
    [...chats.prompts(id).slice(1), ...chats.queue(id).map(({ text }) => text)].filter(
      (text) => !isFromWeb(text),
    );

  return {
    url: server.url,
    agents: ids.map((id) => ({
      id,
      isShared: true,
      get arrived() {
        return arrivedIn(id);
      },
    })),
    arrivals: (id, text) => arrivedIn(id).filter((each) => each === text).length,
    step() {
      if (random(EVENTS) !== 0) return;
      try {
        happen(ids[random(ids.length)] ?? '');
      } catch {
        // It did not fit the state of the chat.
      }
    },
    figures: () => Object.fromEntries(counts),
    close: () => server.close(),
  };
}
