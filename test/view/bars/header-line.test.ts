import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EVERYONE, type OwnerScope, scopeOfOwner } from '../../../src/domain/owner-scope.ts';
import { PHASES } from '../../../src/domain/phase.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { State } from '../../../src/store/state.ts';
import { headerLine } from '../../../src/view/bars/header-line.ts';
import { taskIn } from '../../commands/phase-builders.ts';
import { makeTask, NOON } from '../../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../../store/state-builders.ts';
import { failure } from '../../ui/scenes.ts';
import { plain } from '../themes.ts';

const header = (state: State): string => stripVTControlCharacters(headerLine(state, plain)).trim();

const twelve = [
  ...Array.from({ length: 4 }, (_, index) => taskIn('working', `w${index}`)),
  ...Array.from({ length: 2 }, (_, index) => taskIn('idle', `i${index}`)),
  ...Array.from({ length: 6 }, (_, index) => taskIn('paused', `p${index}`)),
];

const on = (columns: number, about: Partial<State> = {}): State => ({
  ...applyEvents(emptyState({ columns, rows: 24 }), listReceived(twelve)),
  deployment: { name: 'coder.example.com', local: false },
  user: { id: 'u', username: 'ada', name: '' },
  ...about,
});

const offline = (columns: number): State =>
  applyEvents(
    on(columns),
    {
      type: 'list-failed',
      source: 'tasks',
      error: failure('unreachable'),
      retryAt: NOON + 54_000,
      now: NOON,
    },
    { type: 'clock-ticked', now: NOON + 42_000 },
  );

it('says where, who, how many and how fresh', () => {
  expect(header(on(100))).toMatch(
    /^taskdeck {2}coder\.example\.com · ada {2,}12 tasks · 2 need you · 4 working · 6 paused {2}live$/u,
  );
});

it.each([
  [80, /^coder\.example\.com · ada +12 tasks · 2 need you · 4 working · 6 paused {2}live$/u],
  [64, /^coder\.example\.com +12 tasks · 2 need you · 4 working {2}live$/u],
  [60, /^coder\.example\.com +12 tasks · 2 need you · 4 working {2}live$/u],
  [56, /^coder\.exampl… +12 tasks · 2 need you · 4 working {2}live$/u],
  [48, /^12 tasks · 2 need you · 4 working {2}live$/u],
  [40, /^12 tasks · 2 need you {2}live$/u],
] as const)('at %d columns keeps the counts', (columns, expected) => {
  expect(header(on(columns))).toMatch(expected);
});

it.each([100, 80, 60, 48, 40])('at %d columns never leaves out what is marked', (columns) => {
  const state = applyEvents(
    on(columns),
    { type: 'marks-changed', marked: new Set(['w0', 'w1', 'i0']) },
    { type: 'filter-changed', filter: 'name-w' },
  );
  expect(header(state)).toContain('3 marked, 1 hidden');
  expect(displayWidth(headerLine(state, plain))).toBeLessThanOrEqual(columns);
});

it('says since when it has been offline and when it tries again', () => {
  expect(header(offline(120))).toMatch(/4 working · 6 paused {2}offline 42s, next try in 12s$/u);
  expect(header(offline(80))).toMatch(/4 working {2}offline 42s, retry 12s$/u);
  expect(header(offline(40))).toBe('2 need you  offline 42s, retry 12s');
});

describe('with tasks in all phases', () => {
  const all = [
    ...PHASES.map((phase) => taskIn(phase, phase)),
    taskIn('working', 'w2'),
    makeTask({ id: 'silent', state: null, updatedAt: NOON - 600_000 }),
  ];
  const at = (columns: number): string =>
    header({
      ...applyEvents(emptyState({ columns, rows: 24 }), listReceived(all)),
      deployment: { name: 'coder.example.com', local: false },
    });

  it('counts each once, first those that need you', () => {
    expect(at(140)).toMatch(
      / 14 tasks · 4 need you · 2 working · 3 starting · 1 idle · 2 paused · 1 deleting · 1 unknown {2}live$/u,
    );
  });

  it.each([
    [120, '14 tasks · 4 need you · 2 working · 3 starting · 1 idle · 2 paused · 1 deleting · 1 unknown'],
    [100, '14 tasks · 4 need you · 2 working · 3 starting · 1 idle · 2 paused'],
    [80, '14 tasks · 4 need you · 2 working · 3 starting'],
    [64, '14 tasks · 4 need you · 2 working'],
    [40, '14 tasks · 4 need you'],
  ] as const)('at %d columns keeps the most important ones', (columns, expected) => {
    expect(at(columns)).toMatch(new RegExp(`(?:^| {2})${expected} {2}live$`, 'u'));
  });

  it('counts a failed task that was acknowledged as failed', () => {
    const state = applyEvents(emptyState({ columns: 80, rows: 24 }), listReceived([taskIn('failed', 'a')]), {
      type: 'tasks-acknowledged',
      taskIds: ['a'],
      on: true,
      now: NOON,
    });
    expect(header(state)).toMatch(/1 task · 1 failed {2}live$/u);
  });
});

describe('in few words', () => {
  it('one task', () => {
    const state = applyEvents(emptyState({ columns: 80, rows: 24 }), listReceived([taskIn('idle', 'a')]));
    expect(header(state)).toMatch(/1 task · 1 needs you {2}live$/u);
  });

  it('no counts before there are any', () => {
    expect(header(emptyState())).toMatch(/^taskdeck {2}local +connecting…$/u);
  });

  it('the reason of a failure, without an age if there is no data', () => {
    const failed = (kind: Parameters<typeof failure>[0]) =>
      header(
        applyEvents(emptyState(), {
          type: 'list-failed',
          source: 'tasks',
          error: failure(kind),
          retryAt: NOON + 1_500,
          now: NOON,
        }),
      );
    expect(failed('signed-out')).toMatch(/signed out, next try in 2s$/u);
    expect(failed('timeout')).toMatch(/offline, next try in 2s$/u);
    expect(failed('rate-limited')).toMatch(/waiting, next try in 2s$/u);
    expect(failed('no-tasks')).toMatch(/failing, next try in 2s$/u);
  });
});

it('is made of safe text', () => {
  const line = headerLine(
    on(80, { user: { id: 'u', username: 'a\x1b]0;b\x07\n\x1b[2Jc', name: '' } }),
    plain,
  );
  expect(stripVTControlCharacters(line)).toContain('coder.example.com · a c ');
});

it('is never wider than the screen', () => {
  for (let columns = 1; columns <= 200; columns++) {
    for (const state of [on(columns), offline(columns)])
      if (columns >= 40) expect(displayWidth(headerLine(state, plain)), `${columns}`).toBe(columns);
  }
});

it('says whose tasks these are when they are not one’s own', () => {
  const of = (columns: number, scope: OwnerScope): string =>
    header(applyEvents(on(columns), { type: 'scope-selected', scope, now: NOON }, listReceived(twelve)));
  expect(of(100, EVERYONE)).toMatch(/ 12 tasks of everyone · 2 need you · 4 working · 6 paused {2}live$/u);
  expect(of(100, scopeOfOwner('bob\x1b[31m'))).toMatch(/ 12 tasks of bob · 2 need you/u);
  expect(of(48, scopeOfOwner('b'.repeat(32)))).toMatch(/^12 of b{11}… · 2 need you {2}live$/u);
  const waiting = applyEvents(on(100), { type: 'scope-selected', scope: EVERYONE, now: NOON });
  expect(header(waiting)).toMatch(/ tasks of everyone {2}connecting…?$/u);
});

it('read-only mode is named at every width that has room for it', () => {
  const settings = { ...defaultSettings, readOnly: true };
  expect(header(on(120, { settings }))).toMatch(/^taskdeck {2}coder\.example\.com · ada · read-only {2}/);
  expect(header(on(80, { settings }))).toMatch(
    /^(?:taskdeck {2})?coder\.example\.com( · ada)? · read-only {2}/,
  );
  expect(header(on(50, { settings }))).toContain('read-only');
});
