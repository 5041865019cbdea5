import { describe, expect, it } from 'vitest';
import type { BackendError } from '../../src/domain/errors.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { NOTICE_MS } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { noticeLines } from '../../src/view/layout/screen-layout.ts';
import { resultWindow } from '../../src/view/overlays/result-window.ts';
import { appFixture } from '../commands/app-fixture.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { makeBuild, makeReport, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { renderApp } from './rendered-app.tsx';
import { failure } from './scenes.ts';

const LONG = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ');
const SIZES = [
  { columns: 40, rows: 12 },
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];
const bad = (text: string): StoreEvent => ({
  type: 'notice-changed',
  notice: { tone: 'bad', text, at: NOON },
});
const cutTo = (state: State): string =>
  noticeLines(state)
    .map(({ text }) => text)
    .join(' ');

/** All rows of the overlay while it is scrolled to its end, without the frame. */
function read(state: State): string {
  const shownAt = (top: number): State =>
    applyEvents(state, { type: 'overlay-opened', overlay: { kind: 'texts', top } });
  const total = resultWindow(shownAt(0))?.total ?? 0;
  const seen: string[] = [];
  while (seen.length < total) {
    const shown = shownAt(seen.length);
    const { top } = resultWindow(shown) ?? { top: 0 };
    const rows = renderApp(shown)
      .rows()
      .filter((row) => row.startsWith('│'));
    const fresh = rows.slice(seen.length - top);
    expect(fresh).not.toEqual([]);
    seen.push(...fresh.map((row) => row.replaceAll('│', ' ').trim()));
  }
  return seen.filter((row) => row !== '').join(' ');
}

const failed = (error: BackendError): StoreEvent => ({
  type: 'list-failed',
  source: 'tasks',
  error,
  retryAt: NOON,
  now: NOON,
});
const task = taskIn('idle', 'a');

describe.each(SIZES)('at $columns x $rows', (size) => {
  it.each([
    ['a message', [bad(LONG)]],
    ['a second message', [bad('First.'), { type: 'notice-queued', text: LONG, now: NOON }]],
    ['a problem', [failed(failure('server', LONG))]],
    ['a report of the agent', [listReceived([{ ...task, state: makeReport({ message: LONG }) }], NOON + 1)]],
    ['a title', [listReceived([{ ...task, displayName: LONG }], NOON + 1)]],
    [
      'why its messages cannot be read',
      [{ type: 'transcript-failed', taskId: 'a', error: failure('server', LONG), retryAt: NOON, now: NOON }],
    ],
    [
      'why its build failed',
      [
        listReceived([taskIn('error', 'a')], NOON + 1),
        {
          type: 'build-received',
          taskId: 'a',
          build: makeBuild({ status: 'failed', error: LONG }),
          now: NOON,
        },
      ],
    ],
  ] satisfies readonly (readonly [string, readonly StoreEvent[]])[])(
    '%s can be read in full',
    (_, actions) => {
      expect(read(applyEvents(emptyState(size), listReceived([task]), ...actions))).toContain(LONG);
    },
  );

  it('a cut text names the key for the rest', () => {
    const state = applyEvents(emptyState(size), listReceived([taskIn('idle', 'a')]), bad(LONG));
    expect(cutTo(state)).toMatch(/… {2}:messages shows all$/u);
    const late: StoreEvent = {
      type: 'list-failed',
      source: 'tasks',
      error: failure('server', LONG),
      retryAt: NOON,
      now: NOON,
    };
    expect(cutTo(applyEvents(emptyState(size), listReceived([taskIn('idle', 'a')]), late))).toContain(
      ':messages shows all',
    );
    expect(cutTo(applyEvents(emptyState(size), listReceived([taskIn('idle', 'a')]), bad('Short.')))).toBe(
      'Short.',
    );
  });
});

describe.each(['plain', 'good'] as const)('a message that is %s and was cut on a small screen', (tone) => {
  const SMALL = { columns: 40, rows: 10 };
  const noticed: StoreEvent = { type: 'notice-changed', notice: { tone, text: LONG, at: NOON } };

  it.each([[[]], [[listReceived([taskIn('idle', 'a')])]]] as const)(
    'is read in full with the command that the screen names: %#',
    async (before) => {
      const shown = renderApp(applyEvents(emptyState(SMALL), ...before, noticed));
      await shown.until(':messages');
      shown.press(':');
      await shown.until('Commands');
      shown.send('messages');
      await shown.until('Read notices');
      shown.press('enter');
      await shown.until('Notices and errors');
      expect(read(shown.deck.state())).toContain(LONG);
    },
  );

  it('can be read after it disappeared', () => {
    const later: StoreEvent = { type: 'clock-ticked', now: NOON + NOTICE_MS };
    const state = applyEvents(emptyState(SMALL), listReceived([taskIn('idle', 'a')]), noticed, later);
    expect(state.notice).toBeNull();
    expect(read(state)).toContain(LONG);
  });
});

it('is opened from the palette, scrolls, and is closed by esc and by the key of quit', () => {
  const deck = appFixture(
    applyEvents(emptyState({ columns: 60, rows: 12 }), listReceived([taskIn('idle', 'a')]), bad(LONG)),
  );
  deck.dispatch({ type: 'overlay-opened', overlay: { kind: 'texts', top: 0 } });
  deck.press('j', 'space', 'k');
  expect(deck.state().view.overlay).toMatchObject({ kind: 'texts', top: expect.any(Number) });
  expect(deck.state().view.overlay).not.toMatchObject({ top: 0 });
  deck.press('q');
  expect(deck.state().view.overlay).toBeNull();
  expect(deck.calls).toEqual([]);
});
