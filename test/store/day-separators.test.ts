import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeTranscript } from '../../src/domain/merge-transcript.ts';
import type { Message } from '../../src/domain/message.ts';
import { EMPTY_CONVERSATION } from '../../src/domain/stored-conversation.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { State } from '../../src/store/state.ts';
import { transcriptLines } from '../../src/view/detail/detail-lines.ts';
import { messageWords } from '../../src/view/detail/transcript-words.ts';
import { transcriptView } from '../../src/view/transcript/transcript-view.ts';
import { agent, live, makeTask, you } from '../domain/builders.ts';
import { plain } from '../view/themes.ts';
import { applyEvents, emptyState, listReceived, transcriptReceived } from './state-builders.ts';

const at = (text: string): number => Date.parse(text);
const NOW = at('2026-01-04T12:00:00Z');
const task = makeTask({ id: 'a' });
const { TZ } = process.env;

beforeAll(() => {
  process.env.TZ = 'America/New_York';
});
afterAll(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

const stateWith = (messages: readonly Message[], ...events: readonly StoreEvent[]): State =>
  applyEvents(
    emptyState({ columns: 120, rows: 60 }),
    { type: 'clock-ticked', now: NOW },
    listReceived([task], NOW),
    ...events,
    transcriptReceived('a', live(...messages), NOW),
  );
const lines = (state: State): string[] =>
  transcriptLines(state, task, plain, 80, 200).map((line) => stripVTControlCharacters(line));
const dates = (state: State): string[] => lines(state).filter((line) => /^──.*(?:20|19)\d\d/u.test(line));

const TWO_DAYS = [
  you(0, 'one', at('2026-01-02T01:00:00Z')),
  agent(1, 'two', at('2026-01-02T04:59:00Z')),
  you(2, 'three', at('2026-01-02T05:01:00Z')),
  agent(3, 'four', at('2026-01-03T04:00:00Z')),
];

it('names the day of messages that no day line stands above, unless they are of today', () => {
  const heading = (time: string): string | undefined => lines(stateWith([you(0, 'one', at(time))]))[0];
  expect(heading('2025-12-30T21:25:00Z')).toBe('you 16:25, Tue 30 Dec 2025');
  expect(heading('2026-01-04T11:00:00Z')).toBe('you 06:00');
  expect(heading('2026-01-05T11:00:00Z')).toBe('you 06:00');
});

describe('the day separator', () => {
  it('appears once between messages of different days in the local time zone', () => {
    // In New York the first of January lasts until 05:00 UTC.
    expect(lines(stateWith(TWO_DAYS))).toEqual([
      'you 20:00, Thu 1 Jan 2026',
      '  one',
      '',
      'agent 23:59, Thu 1 Jan 2026',
      '  two',
      '',
      '── Fri 2 Jan 2026 ──',
      '',
      'you 00:01',
      '  three',
      '',
      'agent 23:00',
      '  four',
    ]);
  });

  it.each([
    ['unwrapped', { wrap: false }],
    ['raw', { raw: true }],
    ['without times', { times: false }],
  ] as const)('appears in a plain view too: %s', (_, change) => {
    expect(dates(stateWith(TWO_DAYS, { type: 'transcript-options-changed', change }))).toEqual([
      '── Fri 2 Jan 2026 ──',
    ]);
  });

  it('is before the line of unread messages', () => {
    const history = mergeTranscript(EMPTY_CONVERSATION, live(...TWO_DAYS.slice(0, 2)));
    const state = stateWith(TWO_DAYS, {
      type: 'stored-conversation-loaded',
      taskId: 'a',
      part: { conversation: history, hasOlder: false, readUpTo: { run: 0, id: 1, length: 3 } },
    });
    const all = lines(state);
    const day = all.indexOf('── Fri 2 Jan 2026 ──');
    expect(all[day + 2]).toBe('── new since you looked ──');
  });

  it.each([
    ['zero', [0, 0]],
    ['the year 1', [at('0001-01-01T00:00:00Z'), at('0001-01-01T00:00:00Z')]],
    ['far in the future', [at('2027-05-01T00:00:00Z'), at('2031-01-01T00:00:00Z')]],
    ['out of range', [8.64e15, Number.NaN]],
  ])('does not appear for impossible times: %s', (_, [first = 0, second = 0]) => {
    const odd = [you(0, 'one', NOW - 1_000), agent(1, 'two', first), agent(2, 'three', second)];
    expect(dates(stateWith(odd))).toEqual([]);
    expect(dates(stateWith(odd.toReversed().map((each, id) => ({ ...each, id }))))).toEqual([]);
  });

  it('appears once per day, although times go back and forth', () => {
    const days = ['2026-01-01', '2026-01-02', '2026-01-01', '2026-01-02', '2026-01-03', '2026-01-01'];
    const odd = days.map((day, index) => agent(index, `m${index}`, at(`${day}T15:00:00Z`)));
    expect(dates(stateWith(odd))).toEqual(['── Fri 2 Jan 2026 ──', '── Sat 3 Jan 2026 ──']);
  });

  it('follows local days across clock changes', () => {
    const spring = at('2026-03-08T16:00:00Z');
    const later = applyEvents(
      emptyState({ columns: 120, rows: 60 }),
      { type: 'clock-ticked', now: spring + 9 * 3_600_000 * 24 },
      listReceived([task], spring),
      transcriptReceived(
        'a',
        live(
          agent(0, 'a', spring),
          agent(1, 'b', at('2026-03-09T03:59:00Z')),
          agent(2, 'c', at('2026-03-09T04:01:00Z')),
        ),
        spring,
      ),
    );
    expect(lines(later).indexOf('── Mon 9 Mar 2026 ──')).toBe(6);
  });

  it('is announced by a screen reader, and does not count as a message', () => {
    const state = stateWith(TWO_DAYS);
    const { blocks } = transcriptView(state, 'a', 80);
    const day = blocks.findIndex(({ separator }) => separator === 'day');
    expect(messageWords(state, 'a', day)[0]).toMatch(/^Fri 2 Jan 2026\./u);
    expect(messageWords(state, 'a', day + 1)[0]).toBe('You, 00:01. Message 3 of 4.');
  });

  it('does not move the scroll position', () => {
    const before = applyEvents(stateWith(TWO_DAYS.slice(0, 2)), {
      type: 'transcript-scrolled',
      taskId: 'a',
      anchor: { message: 1, line: 0 },
    });
    const after = applyEvents(before, transcriptReceived('a', live(...TWO_DAYS), NOW + 1));
    expect(after.view.scrollAnchors.get('a')).toEqual({ message: 1, line: 0 });
  });
});
