import { describe, expect, it } from 'vitest';
import { matchedRanges, matchesQuery, type QueryCandidate } from '../../src/domain/matches-query.ts';
import { parseTaskQuery } from '../../src/domain/query.ts';
import { MINUTE, makeChat, makeExtension, makeReport, makeTask, makeWorktree, NOON } from './builders.ts';

const task = makeTask({
  displayName: 'Fix login redirect',
  name: 'fix-login-3f2a',
  ownerName: 'ada',
  organizationId: 'o-7',
  updatedAt: NOON - 90 * MINUTE,
  state: makeReport({
    message: 'Which branch?',
    uri: 'https://git.example.test/orbital/api/pull/12',
    at: NOON - 90 * MINUTE,
  }),
  directory: { path: '/home/ada/src/auth', owned: false },
});
const chat = makeChat({
  displayName: 'Fix the flaky tests',
  extension: makeExtension({
    directory: '/home/ada/worktrees/flaky',
    worktree: makeWorktree({
      path: '/home/ada/worktrees/flaky',
      repository: '/home/ada/src/app',
      branch: 'flaky',
    }),
  }),
});

const candidate: QueryCandidate = { task, phase: 'idle', ageMs: 90 * MINUTE, now: NOON, home: '/home/ada' };
const finds = (filter: string, of: Partial<QueryCandidate> = {}): boolean =>
  matchesQuery({ ...candidate, ...of }, parseTaskQuery(filter));

describe('a word', () => {
  it('finds a title by some of its letters, unless it is quoted or negated', () => {
    expect(['flr', 'fixred', '"flr"', '!flr'].map((filter) => finds(filter))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('finds other texts only where it occurs', () => {
    expect(finds('branch')).toBe(true);
    expect(finds('wbr')).toBe(false);
  });
});

describe('a pattern', () => {
  it.each([
    ['/login|logout/', true],
    ['/^Fix login/', true],
    ['/^fix Login/', false],
    ['/^fix LOGIN/i', true],
    ['/branch\\?$/', true],
    ['/^login/', false],
    ['!/log.n/', false],
    ['ada /redirect$/ phase:idle', true],
    ['/orbital/', false],
  ])('%s matches: %s', (filter, expected) => {
    expect(finds(filter)).toBe(expected);
  });

  it('reads only the beginning of a long text', () => {
    const long = makeTask({ displayName: `${'x'.repeat(250)} end` });
    expect(finds('/end/', { task: long })).toBe(false);
    expect(finds('end', { task: long })).toBe(true);
  });

  it('is a word when it is a path', () => {
    const about = makeTask({ displayName: 'clean /home/ada/tmp and /srv/' });
    expect(finds('/home/ada/tmp', { task: about })).toBe(true);
    expect(finds('"/srv/"', { task: about })).toBe(true);
  });

  it('without an end is ignored, and reported', () => {
    expect(finds('/nothing like this')).toBe(true);
    expect(parseTaskQuery('/fix (a').problem).toBe(
      'The pattern /fix (a has no end. Close it with /, or write it in quotes.',
    );
    expect(parseTaskQuery('/').problem).toBeNull();
  });

  it('with a fault matches everything, and is reported', () => {
    expect(finds('/(x/ ada')).toBe(true);
    expect(finds('/(x/ bob')).toBe(false);
    expect(parseTaskQuery('/(x/').problem).toBe('/(x/ is not a pattern: unterminated group.');
    expect(parseTaskQuery('/(x+)+/').problem).toMatch(/could take too long/u);
    expect(parseTaskQuery('/x/g').problem).toMatch(/^Unknown flag "g"/u);
  });
});

describe('repo:', () => {
  it.each([
    ['repo:api', true],
    ['repo:orbital/api', true],
    ['repo:orb', true],
    ['repo:git.example.test/orbital/api', true],
    ['repo:pi', false],
    ['repo:auth', false],
  ])('%s finds the repository of a pull request: %s', (filter, expected) => {
    expect(finds(filter)).toBe(expected);
  });

  it.each([
    ['repo:app', true],
    ['repo:src/app', true],
    ['repo:/home/ada/src/app', true],
    ['repo:flaky', false],
  ])('%s finds the repository of a worktree: %s', (filter, expected) => {
    expect(finds(filter, { task: chat })).toBe(expected);
  });
});

describe('dir:', () => {
  it.each([
    ['dir:auth', true],
    ['dir:src/auth', true],
    ['dir:~/src', true],
    ['dir:~', true],
    ['dir:/home/ada', true],
    ['dir:"/home/ada/src/auth"', true],
    ['dir:uth', false],
    ['dir:~/other', false],
    ['dir:/src', false],
  ])('%s finds the directory: %s', (filter, expected) => {
    expect(finds(filter)).toBe(expected);
  });

  it('finds a chat by its worktree and by the repository of that', () => {
    expect(['dir:flaky', 'dir:~/src/app'].map((filter) => finds(filter, { task: chat }))).toEqual([
      true,
      true,
    ]);
  });
});

describe('org:', () => {
  const organizations = new Map([
    ['o-7', 'Orbital Mechanics\norbital'],
    ['o-8', 'Deep Sea\nsea'],
  ]);

  it.each([
    ['org:orbital', true],
    ['organization:mechanics', true],
    ['org:o-7', true],
    ['org:sea', false],
    ['org:sea,orbital', true],
    ['!org:orbital', false],
  ])('%s: %s', (filter, expected) => {
    expect(finds(filter, { organizations })).toBe(expected);
  });

  it('matches every task while the names are unknown', () => {
    expect(['org:sea', '!org:sea'].map((filter) => finds(filter))).toEqual([true, true]);
    expect(parseTaskQuery('org:sea').readsOrganizations).toBe(true);
  });
});

describe('since:', () => {
  it.each([
    ['since:2h', true],
    ['since:1h', false],
    ['!since:1h', true],
    ['since:1', true],
    ['since:', true],
  ])('%s: %s', (filter, expected) => {
    expect(finds(filter)).toBe(expected);
  });

  it('explains the times that it takes', () => {
    expect(parseTaskQuery('since:soon').problem).toBe(
      '"soon" is not a time. Use since:2h, since:3d, since:today, since:yesterday or since:2026-11-30.',
    );
    expect(parseTaskQuery('since:2h').isTimeDependent).toBe(true);
  });
});

describe('is:', () => {
  it('has the words that depend on the user', () => {
    const signs = () => ['needs-you', 'snoozed'] as const;
    expect(['is:needs', 'is:snoozed', 'is:ack'].map((filter) => finds(filter, { signs }))).toEqual([
      true,
      true,
      false,
    ]);
    expect(finds('is:needs')).toBe(false);
  });

  it.each([
    ['is:needs-you', true],
    ['is:unread', false],
  ])('%s reads what the user has seen: %s', (filter, expected) => {
    const query = parseTaskQuery(filter);
    expect([query.readsAttention, query.isTimeDependent]).toEqual([expected, expected]);
  });
});

describe('the marked letters of a title', () => {
  const marks = (filter: string, title = 'Fix login redirect'): string => {
    const ranges = matchedRanges(task, title, parseTaskQuery(filter));
    return ranges.map(([start, end]) => title.slice(start, end)).join('|');
  };

  it.each([
    ['login', 'login'],
    ['i', 'i|i|i'],
    ['gin log', 'login'],
    ['flr', 'F|l|r'],
    ['"ix"', 'ix'],
    ['/[flr]/i', 'F|l|r|r'],
    ['/x*/', 'x'],
    ['!login', ''],
    ['ada', ''],
    ['phase:idle', ''],
    ['branch', ''],
    ['', ''],
  ])('%s marks %s', (filter, expected) => {
    expect(marks(filter)).toBe(expected);
  });

  it('keep their offsets beside wide and combined letters', () => {
    expect(marks('登录', '🚀 修复登录')).toBe('登录');
    expect(marks('e', 'İe')).toBe('e');
  });
});
