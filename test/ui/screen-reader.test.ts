import { describe, expect, it } from 'vitest';
import { renderProse } from '../../src/domain/markdown/prose.ts';
import type { Message } from '../../src/domain/message.ts';
import { localDate } from '../../src/domain/text/time-of-day.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { InputLine } from '../../src/terminal/screen-reader-output.ts';
import { startAnnouncer } from '../../src/ui/screen-reader/announcer.ts';
import { virtualScreenSize } from '../../src/ui/screen-reader/virtual-screen.ts';
import { appFixture } from '../commands/app-fixture.ts';
import { agent, live, MINUTE, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import {
  applyEvents,
  delivery,
  emptyState,
  listReceived,
  serverError,
  transcriptReceived,
} from '../store/state-builders.ts';
import { manualClock } from '../support/manual-clock.ts';

const idle = (id: string, title: string, message = '') =>
  makeTask({ id, displayName: title, state: makeReport({ message }) });
const working = (id: string, title: string) =>
  makeTask({ id, displayName: title, state: makeReport({ state: 'working' }) });

const TASKS = [idle('a', 'Fix login', 'Which branch?'), working('b', 'Docs'), working('c', 'Flaky test')];
const TALK = live(
  you(0, 'Please fix the login'),
  agent(1, 'I looked at it.\n\n**Two** things.'),
  agent(2, Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n')),
);

/** An app with a recorded screen reader. */
function listener(...actions: readonly StoreEvent[]) {
  const deck = appFixture(applyEvents(emptyState(virtualScreenSize({ columns: 80 })), ...actions));
  const clock = manualClock(NOON);
  const said: string[] = [];
  let line: InputLine | null = null;
  let again = (): void => {};
  startAnnouncer({
    store: deck.store,
    clock,
    screenReader: {
      announce: (lines) => void said.push(...lines),
      showInput: (next) => {
        line = next;
      },
      onRepaint: (listen) => {
        again = listen;
      },
    },
  });
  const announced = async (ms = 0): Promise<readonly string[]> => {
    await clock.advance(ms);
    return said.splice(0);
  };
  return {
    deck,
    announced,
    line: () => line,
    again: () => again(),
    async does(...actions: readonly StoreEvent[]) {
      deck.dispatch(...actions);
      return announced(1_200);
    },
    async presses(...keys: readonly string[]) {
      deck.press(...keys);
      return announced(200);
    },
  };
}

async function settled() {
  const person = listener();
  const { deck } = person;
  await person.does(
    listReceived(TASKS),
    { type: 'sort-changed', sort: 'created' },
    { type: 'task-selected', taskId: 'a' },
  );
  deck.dispatch({ type: 'markdown-loaded', proseRenderer: renderProse }, transcriptReceived('a', TALK));
  await person.announced(2_000);
  return person;
}

describe('a screen-reader user', () => {
  it('hears the status and the selected task', async () => {
    const { does } = listener();
    expect(await does(listReceived(TASKS))).toEqual([
      'taskdeck, for screen readers. ? lists the keys, ctrl+l says where you are, q quits.',
      'local: 3 tasks, 1 needs you, 2 working.',
      'Fix login: idle for 10 minutes, needs you, not seen yet. “Which branch?” 1 of 3.',
    ]);
  });

  it('hears the list of the last run at once, then the server’s', async () => {
    const recalled: StoreEvent = { type: 'list-restored', tasks: TASKS, at: NOON - MINUTE };
    const { announced, does } = listener(recalled);
    expect((await announced()).slice(1)).toEqual([
      'From the last run:',
      expect.stringMatching(/^Fix login: idle/),
    ]);
    expect(await does(listReceived(TASKS))).toEqual(['local: 3 tasks, 1 needs you, 2 working.']);
  });

  it('hears nothing about a poll without news', async () => {
    const { does } = await settled();
    expect(
      await does(listReceived(TASKS, NOON + 5_000), { type: 'clock-ticked', now: NOON + 5_000 }),
    ).toEqual([]);
    expect(await does(transcriptReceived('a', TALK, NOON + 5_000))).toEqual([]);
  });

  it('hears each selected task, and only the last one after a held key', async () => {
    const { presses } = await settled();
    expect(await presses('j')).toEqual(['Docs: working for 10 minutes. 2 of 3.']);
    const words = await presses('j', 'k', 'k', 'j', 'j');
    expect(words.at(-1)).toBe('Flaky test: working for 10 minutes. 3 of 3.');
    expect(words.length).toBeLessThanOrEqual(2);
  });

  it('hears once which tasks begin to need them, or no longer do', async () => {
    const { does } = await settled();
    const now = NOON + MINUTE;
    const waiting = makeTask({
      id: 'b',
      displayName: 'Docs',
      state: makeReport({ message: 'Done?', at: NOON + 50_000 }),
    });
    expect(await does(listReceived([TASKS[0] ?? waiting, waiting, TASKS[2] ?? waiting], now))).toEqual([
      'Docs: idle, needs you. “Done?”',
      '2 need you in all.',
    ]);
    expect(
      await does(listReceived([TASKS[0] ?? waiting, waiting, TASKS[2] ?? waiting], now + 5_000)),
    ).toEqual([]);
    expect(await does(listReceived(TASKS, now + 10_000))).toEqual([
      'Docs: no longer needs you.',
      '1 needs you in all.',
    ]);
  });

  it('hears changes of the selected task, but no short-lived ones', async () => {
    const { does, deck } = await settled();
    const [, ...rest] = TASKS;
    const now = NOON + 1_000;
    expect(
      await does(listReceived([working('a', 'Fix login'), ...rest], now), listReceived(TASKS, now + 100)),
    ).toEqual([]);
    expect(await does(listReceived([working('a', 'Fix login'), ...rest], now + 200))).toEqual([
      'Fix login: working for 10 minutes.',
    ]);
    expect(await does({ type: 'action-started', taskId: 'a', action: 'pause', now: now + 300 })).toEqual([
      expect.stringMatching(/^Fix login: pausing/),
    ]);
    expect(deck.state().view.selected).toBe('a');
  });

  it('hears a message of the agent when it is complete', async () => {
    const { does } = await settled();
    const [, ...rest] = TASKS;
    await does(listReceived([working('a', 'Fix login'), ...rest], NOON + 1_000));
    const { messages } = TALK;
    expect(await does(transcriptReceived('a', live(...messages, agent(3, 'It')), NOON + 2_000))).toEqual([]);
    const whole = live(...messages, agent(3, 'It is **done**.'));
    expect(await does(transcriptReceived('a', whole, NOON + 3_000))).toEqual([]);
    expect(await does(listReceived(TASKS, NOON + 4_000))).toEqual([
      'Fix login: idle for 10 minutes, needs you. “Which branch?”',
      'Agent:',
      'It is done.',
    ]);
  });

  describe('hears the date of a new day before the first message of the agent on it', () => {
    const day = 24 * 60 * MINUTE;
    const SECOND = 1_000;
    const arrives = (number: number, days: number, ...messages: readonly Message[]): StoreEvent =>
      transcriptReceived('a', live(...TALK.messages, ...messages), NOON + days * day + number * SECOND);
    const question = you(3, 'Good morning', NOON + day);
    const answer = agent(4, 'It is done.', NOON + day + SECOND);
    const date = `${localDate(NOON + day)}.`;

    const nextMorning = async () => {
      const person = await settled();
      await person.does(listReceived(TASKS, NOON + day));
      return person;
    };

    it('if it is the first message of the day', async () => {
      const { does } = await nextMorning();
      expect(await does(arrives(2, 1, answer))).toEqual(['Agent:', date, 'It is done.']);
    });

    it('if it comes with the user’s message', async () => {
      const { does } = await nextMorning();
      expect(await does(arrives(2, 1, question, answer))).toEqual(['Agent:', date, 'It is done.']);
    });

    it('if it comes after the user’s message, once a day', async () => {
      const { does } = await nextMorning();
      expect(await does(arrives(0, 1, question))).toEqual([]);
      expect(await does(arrives(2, 1, question, answer))).toEqual(['Agent:', date, 'It is done.']);
      const more = [question, answer, you(5, 'And?', NOON + day + 2 * SECOND)];
      const next = agent(6, 'All is well.', NOON + day + 3 * SECOND);
      expect(await does(arrives(4, 1, ...more, next))).toEqual(['Agent:', 'All is well.']);
      await does(listReceived(TASKS, NOON + 2 * day));
      const later = agent(7, 'Still well.', NOON + 2 * day);
      expect(await does(arrives(0, 2, ...more, next, later))).toEqual([
        'Agent:',
        `${localDate(NOON + 2 * day)}.`,
        'Still well.',
      ]);
    });
  });

  it('hears the question, the prompt, and the delivery status', async () => {
    const { presses, does, line, deck } = await settled();
    expect(await presses('enter')).toEqual([
      'Report: Which branch?',
      'Write to Fix login. Press enter to send, escape to go back.',
    ]);
    deck.type('main');
    expect(await does({ type: 'clock-ticked', now: NOON + 100 })).toEqual([]);
    expect(line()).toEqual({ label: 'message>', text: 'main', cursor: 4 });
    expect(await presses('esc')).toEqual([expect.stringMatching(/^Fix login: idle/)]);
    expect(line()).toBeNull();
    expect(await does({ type: 'delivery-added', delivery: delivery({ stage: 'waiting' }) })).toEqual([
      'Your message: queued until the agent is ready.',
    ]);
  });

  it('reads the transcript by messages, by lines and by pages', async () => {
    const { presses } = await settled();
    const entered = await presses('tab');
    expect(entered.slice(0, 3)).toEqual([
      'Transcript of Fix login, 3 messages. The last:',
      expect.stringMatching(/^Agent, \d\d:\d\d\. Message 3 of 3\.$/),
      '  line 0',
    ]);
    expect(entered.at(-1)).toBe('  And 20 more lines.');
    await presses('{');
    expect(await presses('{')).toEqual([
      expect.stringMatching(/^Agent, \d\d:\d\d\. Message 2 of 3\.$/),
      '  I looked at it.',
      '  Two things.',
    ]);
    await presses('G');
    const [first] = await presses('k');
    expect(first).toMatch(/^line \d+$/);
    expect(await presses('k')).toHaveLength(1);
    expect(await presses('G')).toEqual(['line 58', 'line 59', 'End of the transcript.']);
  });

  it('hears questions with their keys, and reasons of disabled keys', async () => {
    const { presses } = await settled();
    expect(await presses('d')).toEqual(['Question: Delete “Fix login”? y: deletes, other keys: keep it.']);
    expect(await presses('n')).toEqual(['List: Fix login.']);
    expect(await presses('r')).toEqual(['It is not paused.']);
    expect(await presses('space')).toEqual([
      'Marked Fix login. 1 marked.',
      'Docs: working for 10 minutes. 2 of 3.',
    ]);
  });

  it('reads the keys page by page', async () => {
    const { presses } = await settled();
    const words = await presses('?');
    expect(words[0]).toBe('Keys. Space reads on, escape closes.');
    expect(words.join('\n')).toMatch(/^enter or i: Write to the task/m);
    const more = await presses('space');
    expect(more.length).toBeGreaterThan(5);
    expect(words).not.toContain(more[1]);
  });

  describe('hears full texts page by page', () => {
    const reasons = Array.from({ length: 60 }, (_, index) => `Reason ${index}.`);
    const failures = reasons.map((reason, index) => ({
      taskId: `t${index}`,
      title: `Task ${index}`,
      reason,
    }));
    const order = {
      id: 'o1',
      action: 'pause',
      tasks: TASKS,
      isSingle: false,
      stage: 'running',
      startsAt: NOON,
      doneCount: 60,
    } as const;
    const outcome: readonly StoreEvent[] = [
      { type: 'bulk-operation-queued', operation: { ...order, failures }, now: NOON },
      { type: 'bulk-operation-finished', id: 'o1', now: NOON },
    ];
    const long: readonly StoreEvent[] = [
      { type: 'notice-changed', notice: { tone: 'bad', text: reasons.join(' ').repeat(4), at: NOON } },
      { type: 'overlay-opened', overlay: { kind: 'texts', top: 0 } },
    ];
    const opened = async (actions: readonly StoreEvent[]) => {
      const person = await settled();
      await person.does(...actions.slice(0, -1));
      return { ...person, first: await person.does(...actions.slice(-1)) };
    };

    it.each([
      ['what a bulk operation could not do', 'Not paused.', outcome],
      ['a long message', 'Notices and errors.', long],
    ])('%s', async (_, title, actions) => {
      const { first, presses } = await opened(actions);
      expect(first.find((line) => line.startsWith(title))).toBe(`${title} Space reads on. Escape closes.`);
      const words = [...first];
      for (let page = 0; page < 20 && words.at(-1) !== 'End.'; page++) {
        const more = await presses('space');
        expect(more.length).toBeGreaterThan(0);
        words.push(...more);
      }
      expect(words.at(-1)).toBe('End.');
      for (const reason of reasons) expect(words.join(' ')).toContain(reason);
      expect(await presses('space')).toEqual([]);
    });

    it('and by rows, each row once', async () => {
      const { first, presses } = await opened(outcome);
      const next = await presses('j');
      expect(next).toHaveLength(1);
      expect(first).not.toContain(next[0]);
      expect(await presses('k')).toHaveLength(1);
    });
  });

  it('hears once that the server is unreachable, and that it is back', async () => {
    const { does } = await settled();
    const failed: StoreEvent = {
      type: 'list-failed',
      source: 'tasks',
      error: serverError('No route.'),
      retryAt: NOON + 9_000,
      now: NOON,
    };
    expect(await does(failed)).toEqual([expect.stringContaining('No route.')]);
    expect(await does({ ...failed, retryAt: NOON + 20_000 })).toEqual([]);
    expect(await does(listReceived(TASKS, NOON + 21_000))).toEqual(['Up to date again.']);
  });

  it('hears everything again on request', async () => {
    const { again, announced } = await settled();
    again();
    expect(await announced()).toEqual([
      'local: 3 tasks, 1 needs you, 2 working.',
      expect.stringMatching(/^Fix login: idle/),
    ]);
  });
});

it('the keys act on a screen whose conversation is as wide as the terminal', () => {
  for (const columns of [1, 40, 80, 132, 300]) {
    const state = applyEvents(emptyState(virtualScreenSize({ columns })), listReceived(TASKS));
    expect(state.size.columns).toBeGreaterThanOrEqual(72);
  }
});
