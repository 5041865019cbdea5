import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Phase } from '../../../src/domain/phase.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import { openFormAt } from '../../../src/store/form.ts';
import type { State } from '../../../src/store/state.ts';
import { type FooterHint, footerKeyAt, footerLine } from '../../../src/view/bars/footer-line.ts';
import { UP_AND_DOWN } from '../../../src/view/theme.ts';
import { taskIn } from '../../commands/phase-builders.ts';
import { NOON } from '../../domain/builders.ts';
import { applyEvents, delivery, emptyState, listReceived } from '../../store/state-builders.ts';
import { failure, SCENES } from '../../ui/scenes.ts';
import { footerOf } from '../command-lines.ts';
import { plain } from '../themes.ts';

const footer = (state: State): string => stripVTControlCharacters(footerOf(state)).trim();

const two = (columns: number, phase: Phase, ...actions: readonly StoreEvent[]): State =>
  applyEvents(
    emptyState({ columns, rows: 24 }),
    listReceived([taskIn(phase, 'a'), taskIn('idle', 'b')]),
    ...actions,
  );

describe('in the list', () => {
  it('has the most useful keys at 80 columns', () => {
    expect(footer(two(80, 'idle'))).toBe(
      '↑↓ move  ⏎ write  p pause  d delete  n new  / filter  ] next  ? help  q quit',
    );
    expect(footer(two(80, 'paused'))).toBe(
      '↑↓ move  ⏎ write  r resume  d delete  n new  / filter  ] next  ? help  q quit',
    );
  });

  it('leaves the least useful ones out on a narrow screen', () => {
    expect(footer(two(60, 'idle'))).toBe('↑↓ move  ⏎ write  p pause  tab pane  ? help  q quit');
    expect(footer(two(40, 'idle'))).toBe('↑↓ move  tab pane  ? help  q quit');
  });

  it.each(Array.from({ length: 72 - 40 }, (_, index) => 40 + index))(
    'keeps the key of the other pane where there is one pane: %i columns',
    (columns) => {
      expect(footer(two(columns, 'idle'))).toContain('tab pane');
      expect(footer(two(columns, 'idle', { type: 'pane-focused', pane: 'transcript' }))).toContain(
        'tab pane',
      );
    },
  );

  it('keeps it beside a transcript that has the whole screen', () => {
    const alone: StoreEvent = { type: 'panes-changed', change: { alone: 'transcript' } };
    expect(footer(two(80, 'idle', { type: 'pane-focused', pane: 'transcript' }, alone))).toContain(
      'tab pane',
    );
  });

  it('uses longer words on a wide screen', () => {
    expect(footer(two(120, 'idle'))).toBe(
      '↑↓ move  ⏎ write  p pause  d delete  n new  / filter  ] next  e acknowledge  Z snooze  tab pane  ? help  q quit',
    );
  });

  it('has the key for all tasks while only those that need you are shown', () => {
    const state = applyEvents(emptyState(), listReceived([taskIn('idle', 'a')]), {
      type: 'attention-filter-changed',
      on: true,
    });
    expect(footer(state)).toContain('! all');
    expect(footer(applyEvents(state, { type: 'attention-filter-changed', on: false }))).not.toContain(
      '! all',
    );
  });

  it('has no disabled key', () => {
    const empty = applyEvents(emptyState(), listReceived([]));
    expect(footer(empty)).toBe('n new  ? help  q quit');
    const working = applyEvents(emptyState(), listReceived([taskIn('working', 'a')]));
    expect(footer(working)).not.toMatch(/move|next|resume/u);
    const failed = applyEvents(emptyState(), {
      type: 'list-failed',
      source: 'tasks',
      error: failure('unreachable'),
      retryAt: NOON,
      now: NOON,
    });
    expect(footer(failed)).toBe('ctrl+l try again  ? help  q quit');
    const places = [{ id: 'p', name: 'local', url: 'this machine' }];
    expect(footer({ ...failed, otherDeployments: places })).toBe(
      'ctrl+l try again  P switch deployment  ? help  q quit',
    );
  });
});

describe('elsewhere', () => {
  it('in the transcript starts with scrolling', () => {
    expect(footer(two(80, 'idle', { type: 'pane-focused', pane: 'transcript' }))).toMatch(
      /^↑↓ scroll {2}⏎ write {2}f follow .* \? help {2}q quit$/u,
    );
  });

  it('in the prompt has the keys that send and leave', () => {
    const writing = two(80, 'idle', { type: 'pane-focused', pane: 'prompt' });
    expect(footer(writing)).toBe(
      '⏎ send  esc back  alt+enter new line  ↑↓ earlier prompts  ctrl+x ctrl+e editor',
    );
    const starting = applyEvents(writing, { type: 'open-form-changed', openForm: openFormAt('prompt') });
    expect(footer(starting)).toMatch(/^⏎ start {2}esc back {2}tab fields/u);
  });

  it.each([
    ['help', /^↑↓ scroll .* esc close$/u],
    ['outbox', /^↑↓ move {2}e edit {2}x cancel {2}esc close$/u],
    ['filter', /^⏎ keep {2}esc back/u],
    ['three templates', /^⏎ choose {2}esc back {2}tab next field {2}↑↓ move {2}type to find/u],
  ] as const)('in the %s', (name, expected) => {
    expect(footer(SCENES[name]?.({ columns: 80, rows: 24 }) ?? expect.fail())).toMatch(expected);
  });

  it('has the keys of a question only if its line has no room', () => {
    const asking = (columns: number) =>
      two(columns, 'idle', {
        type: 'overlay-opened',
        overlay: { kind: 'confirm-action', action: 'delete', taskId: 'a' },
      });
    expect(footer(asking(80))).toBe('');
    expect(footer(asking(50))).toBe('y deletes  other keys keep it');
  });

  it('has the key of the outbox while it is not empty', () => {
    expect(footer(two(120, 'idle', { type: 'delivery-added', delivery: delivery() }))).toContain('Q outbox');
  });
});

it('is never wider than the screen', () => {
  for (const scene of Object.values(SCENES)) {
    for (let columns = 40; columns <= 140; columns += 7) {
      const state = scene({ columns, rows: 24 });
      expect(displayWidth(footerOf(state))).toBeLessThanOrEqual(columns);
    }
  }
});

describe('a click', () => {
  const keyAt = (hints: readonly FooterHint[], column: number, columns = 80) =>
    footerKeyAt(hints, columns, plain, column);
  const hint = (key: string, words: string, more: Partial<FooterHint> = {}): FooterHint => ({
    key,
    words,
    short: words,
    pinned: false,
    ...more,
  });

  it('on a key or its words runs it, and between two hints nothing', () => {
    const hints = [hint('enter', '修复'), hint('ctrl+x ctrl+e', 'editor')];
    const line = stripVTControlCharacters(footerLine(hints, 80, plain));
    expect(line).toBe(' ⏎ 修复  ctrl+x ctrl+e editor');
    const keys = Array.from({ length: displayWidth(line) + 1 }, (_, column) => keyAt(hints, column));
    expect(keys).toEqual([
      null,
      ...Array(6).fill('enter'),
      null,
      null,
      ...Array('ctrl+x ctrl+e editor'.length).fill('ctrl+x ctrl+e'),
      null,
    ]);
  });

  it('on two keys runs the one on its side', () => {
    expect([1, 2, 3, 4].map((column) => keyAt([hint(UP_AND_DOWN, 'move')], column))).toEqual([
      'up',
      'down',
      null,
      null,
    ]);
    const digits = hint('1-4', 'answer', { clicks: ['1', '4'] });
    expect([1, 2, 3].map((column) => keyAt([digits], column))).toEqual(['1', null, '4']);
  });

  it('on words without a key does nothing', () => {
    expect(keyAt([hint('type', 'to find', { clicks: [] })], 2)).toBeNull();
  });
});
