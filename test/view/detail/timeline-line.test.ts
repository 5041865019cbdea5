import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { SegmentKind, TimelineSegment } from '../../../src/domain/timeline.ts';
import { createTheme } from '../../../src/ui/theme.ts';
import { detailLayout } from '../../../src/view/detail/detail-layout.ts';
import { timelineLine } from '../../../src/view/detail/timeline-line.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const stretch = (activity: SegmentKind, from: number, until: number): TimelineSegment => ({
  activity,
  from: NOON + from * MINUTE,
  until: NOON + until * MINUTE,
  build: 1,
});

const task = makeTask({
  id: 'a',
  createdAt: NOON - 20 * MINUTE,
  state: makeReport({ at: NOON - 6 * MINUTE }),
});
const known = [stretch('working', -20, -6), stretch('waiting', -6, 0)];
const state = (stretches: readonly TimelineSegment[], now = NOON) =>
  applyEvents(
    emptyState(),
    listReceived([task]),
    { type: 'timeline-changed', taskId: 'a', segments: stretches },
    { type: 'clock-ticked', now },
  );
const line = (width: number, from = state(known)): string =>
  stripVTControlCharacters(timelineLine(from, task, plain, width));

it('is a bar with what there was, how long, and its share', () => {
  expect(line(60)).toBe(`${'━'.repeat(11)}${'─'.repeat(5)}  working 14m (70 %) · idle 6m (30 %) of 20m`);
  expect(line(60)).toHaveLength(60);
});

it('says less where there is less room, and gives up the bar before the words', () => {
  expect(line(40)).toMatch(/^━+─+ {2}working 14m · idle 6m$/u);
  expect(line(26)).toMatch(/^━+─+ {2}working 14m$/u);
  expect(line(12)).toBe('working 14m');
  expect(line(5)).toBe('');
});

it.each(['0001-01-01T00:00:00Z', '2525-01-01T00:00:00Z'])(
  'begins with what was seen of a task made %s',
  (time) => {
    const bogus = { ...task, createdAt: Date.parse(time) };
    const from = applyEvents(emptyState(), listReceived([bogus]), {
      type: 'timeline-changed',
      taskId: 'a',
      segments: known,
    });
    expect(stripVTControlCharacters(timelineLine(from, bogus, plain, 60))).toBe(line(60));
  },
);

it('waits for the first minute', () => {
  const young = { ...task, createdAt: NOON - 30_000, state: makeReport({ at: NOON - 20_000 }) };
  const from = applyEvents(emptyState(), listReceived([young]), {
    type: 'timeline-changed',
    taskId: 'a',
    segments: [{ ...stretch('queued', 0, 0), from: NOON - 30_000, until: NOON - 20_000 }],
  });
  expect(timelineLine(from, young, plain, 60)).toBe('');
});

it('distinguishes phases with and without colours', () => {
  const colored = timelineLine(state(known), task, createTheme({ color: true }), 60);
  expect(colored).toMatch(/\x1b\[36m━+\x1b\[39m\x1b\[33m─+\x1b\[39m/u);
});

it('shows unknown time as unknown', () => {
  expect(line(60, state([stretch('waiting', -6, 0)]))).toMatch(/^·+─+ {2}idle 6m \(30 %\) of 20m$/u);
});

it('is blank until something is known', () => {
  const unread = applyEvents(emptyState(), listReceived([task]));
  expect(timelineLine(unread, task, plain, 60)).toBe('');
});

it('stays as it is between two marks of the age', () => {
  const lines = [0, 20_000, 59_000].map((ms) =>
    line(60, applyEvents(state(known), listReceived([task]), { type: 'clock-ticked', now: NOON + ms })),
  );
  expect(new Set(lines).size).toBe(1);
  expect(
    line(
      60,
      applyEvents(state(known, NOON + MINUTE), listReceived([task], NOON + MINUTE), {
        type: 'clock-ticked',
        now: NOON + MINUTE,
      }),
    ),
  ).toContain('idle 7m');
});

it('has a row where there is room for it, whether or not it is known', () => {
  expect(detailLayout(state(known), { width: 60, height: 20 }).timeline).toBe(1);
  expect(detailLayout(state([]), { width: 60, height: 20 }).timeline).toBe(1);
  expect(detailLayout(state(known), { width: 60, height: 9 }).timeline).toBe(0);
});
