import { describe, expect, it } from 'vitest';
import { matchesQuery, type QueryCandidate } from '../../src/domain/matches-query.ts';
import { parseTaskQuery } from '../../src/domain/query.ts';
import {
  requestedArchived,
  requestedOwners,
  requestedStatus,
  withoutOwnerTerm,
} from '../../src/domain/query-requests.ts';
import { makeChat, makeExtension, makeReport, makeTask, makeWorktree, NOON } from './builders.ts';

const HOUR = 3_600_000;
const task = makeTask({
  displayName: 'Fix login redirect',
  name: 'fix-login-3f2a',
  ownerName: 'ada',
  templateName: 'docker-ai',
  templateDisplayName: 'Docker with an agent',
  initialPrompt: 'unspeakable',
  status: 'active',
  state: makeReport({ message: 'Which branch?' }),
});
const candidate: QueryCandidate = { task, phase: 'idle', ageMs: 2 * HOUR, now: NOON };
const finds = (filter: string, of: Partial<QueryCandidate> = {}): boolean =>
  matchesQuery({ ...candidate, ...of }, parseTaskQuery(filter));

describe('words', () => {
  it.each([
    'login',
    'LOGIN',
    '3f2a',
    'ada',
    'docker-ai',
    'with an',
    'branch?',
    'branch login',
    ' login  ada ',
    '"login redirect"',
    '"login red',
  ])('finds %j', (filter) => {
    expect(finds(filter)).toBe(true);
  });

  it.each(['logout', 'login bob', 'unspeakable', 't1', 'redirectfix', '"redirect login"', 'http://x'])(
    'does not find %j',
    (filter) => {
      expect(finds(filter)).toBe(false);
    },
  );

  it.each(['', '  ', '!', '"', '""', '!"'])('%j matches everything', (filter) => {
    expect(parseTaskQuery(filter)).toMatchObject({ terms: [], problem: null, isTimeDependent: false });
  });

  it('does not find one word across two texts', () => {
    expect(finds('abcd', { task: makeTask({ displayName: 'ab', name: 'cd' }) })).toBe(false);
  });
});

describe('fields', () => {
  it.each([
    'phase:idle',
    'phase:i',
    'PHASE:Idle',
    'phase:working,idle',
    'status:active',
    'owner:ad',
    'owner:bob,ada',
    'template:docker-ai',
    'template:"with an"',
    'phase:idle login',
  ])('%j holds', (filter) => {
    expect(finds(filter)).toBe(true);
  });

  it.each(['phase:working', 'status:paused', 'owner:bob', 'template:other', 'phase:idle logout'])(
    '%j does not',
    (filter) => {
      expect(finds(filter)).toBe(false);
    },
  );

  it.each(['phase:', 'owner:', 'phase:,', 'template:"'])('%j is not finished and asks nothing', (filter) => {
    expect(parseTaskQuery(filter).terms).toEqual([]);
    expect(parseTaskQuery(filter).problem).toBeNull();
  });

  it('lists the phases after an unknown one', () => {
    const { problem, terms } = parseTaskQuery('phase:bored login');
    expect(problem).toMatch(/^Unknown phase "bored"\. Phases: queued, .*unknown\.$/);
    expect(terms).toHaveLength(1);
  });

  it('a colon elsewhere is a word', () => {
    expect(finds('https://x', { task: makeTask({ displayName: 'See https://x.example' }) })).toBe(true);
  });
});

describe('ages', () => {
  it.each(['age<3h', 'age>1h', 'age<1d', 'age>119m', 'age>7199s', 'age<1w', 'AGE>1.5H', 'age>=1h'])(
    'two hours are %j',
    (filter) => {
      expect(finds(filter)).toBe(true);
    },
  );

  it.each(['age<2h', 'age>2h', 'age<90s', 'age>3d'])('two hours do not match %j', (filter) => {
    expect(finds(filter)).toBe(false);
  });

  it.each(['age<', 'age<2', 'age>1.'])('%j is not finished and asks nothing', (filter) => {
    expect(parseTaskQuery(filter)).toMatchObject({ terms: [], problem: null });
  });

  it('explains the format of an age', () => {
    expect(parseTaskQuery('age<soon').problem).toBe('"soon" is not an age. Use 90s, 30m, 2h, 3d or 1w.');
  });
});

describe('negation', () => {
  it.each(['!logout', '!phase:working', '!age<1h', '!"redirect login"', '!owner:bob login'])(
    '%j holds',
    (filter) => {
      expect(finds(filter)).toBe(true);
    },
  );

  it.each(['!login', '!phase:idle', '!age<3h', 'login !ada'])('%j does not', (filter) => {
    expect(finds(filter)).toBe(false);
  });
});

it('detects terms that depend on time', () => {
  expect(parseTaskQuery('phase:idle').isTimeDependent).toBe(true);
  expect(parseTaskQuery('login age<2h').isTimeDependent).toBe(true);
  expect(parseTaskQuery('login owner:ada status:active').isTimeDependent).toBe(false);
});

describe('the parameters for a server', () => {
  it.each([
    ['', null],
    ['owner:Bob', ['bob']],
    ['login owner:"bob,Ada L" age<2h', ['bob', 'ada l']],
    ['!owner:bob', null],
    ['owner:', null],
    ['owner:bob owner:ada', ['bob']],
  ] as const)('the owners of “%s”', (text, expected) => {
    expect(requestedOwners(parseTaskQuery(text))).toEqual(expected);
  });

  it('leave the other terms to the filter', () => {
    expect(withoutOwnerTerm(parseTaskQuery('owner:bob !owner:eve login')).terms).toEqual(
      parseTaskQuery('!owner:eve login').terms,
    );
    const query = parseTaskQuery('login');
    expect(withoutOwnerTerm(query)).toBe(query);
  });

  it.each([
    ['status:paused', 'paused'],
    ['status:pau', 'paused'],
    ['status:p', null],
    ['status:p status:paused', 'paused'],
    ['status:active,paused', null],
    ['!status:paused', null],
    ['status:strange', null],
    ['', null],
  ])('the status of “%s”', (text, expected) => {
    expect(requestedStatus(parseTaskQuery(text), ['pending', 'active', 'paused'])).toBe(expected);
  });

  it('me is the user once the name is known', () => {
    const james = { task: makeTask({ ownerName: 'james' }), phase: 'idle', ageMs: 0, now: NOON } as const;
    const found = (me?: string | null) =>
      matchesQuery({ ...james, ...(me !== undefined && { me }) }, parseTaskQuery('owner:me'));
    expect([found(), found(null), found('ada'), found('James')]).toEqual([true, true, false, true]);
  });
});

describe('a filter for chats', () => {
  const pullRequest = {
    number: 812,
    state: 'open',
    title: '',
    isDraft: false,
    isApproved: false,
    changesRequested: false,
  };
  const changes = { url: '', pullRequest, additions: 0, deletions: 0, files: 0 };
  const open = makeChat({ changes });
  const draft = makeChat({ changes: { ...changes, pullRequest: { ...pullRequest, isDraft: true } } });
  const merged = makeChat({ changes: { ...changes, pullRequest: { ...pullRequest, state: 'merged' } } });
  const task = makeTask();

  it.each([
    ['kind:chat', open, true],
    ['kind:task', open, false],
    ['kind:task', task, true],
    ['kind:t,c', task, true],
    ['is:unread', makeChat({ unread: true }), true],
    ['is:unread', makeChat({ unread: null }), false],
    ['is:unread', task, false],
    ['is:worktree', makeChat({ extension: makeExtension({ worktree: makeWorktree() }) }), true],
    ['is:worktree', makeChat({ extension: makeExtension() }), false],
    ['FIX-LOGIN-77aa', makeChat({ extension: makeExtension({ worktree: makeWorktree() }) }), true],
    ['!is:unread', task, true],
    ['is:pinned', makeChat({ pinOrder: 2 }), true],
    ['is:pinned', open, false],
    ['pr:812', open, true],
    ['pr:#812', open, true],
    ['pr:81', open, false],
    ['pr:open', open, true],
    ['pr:open', draft, false],
    ['pr:draft', draft, true],
    ['pr:merged,closed', merged, true],
    ['pr:none', makeChat(), true],
    ['pr:none', task, true],
    ['pr:none', open, false],
    ['archived:yes', makeChat({ archived: true }), true],
    ['archived:yes', open, false],
    ['archived:no', task, true],
    ['pr:', open, true],
  ] as const)('%s', (filter, candidate, matches) => {
    const query = parseTaskQuery(filter);
    expect(query.problem).toBeNull();
    expect(matchesQuery({ task: candidate, phase: 'idle', ageMs: 0, now: NOON }, query)).toBe(matches);
  });

  it.each([
    ['kind:chatt', 'Unknown kind: "chatt". Did you mean "chat"? Use task, chat.'],
    ['is:new', 'Unknown is: "new". Use needs-you, acknowledged, snoozed, unread, pinned, worktree.'],
    ['pr:x', 'Unknown pr: "x". Use a number, draft, open, merged, closed, none.'],
    ['archived:maybe', 'Unknown archived: "maybe". Use yes, no.'],
  ])('reports an unknown value: %s', (filter, problem) => {
    expect(parseTaskQuery(filter).problem).toBe(problem);
  });

  it.each([
    ['archived:yes', true],
    ['!archived:yes', false],
    ['archived:no', false],
    ['archived:yes,no', null],
    ['auth', null],
  ])('%s requests archived chats: %s', (filter, archived) => {
    expect(requestedArchived(parseTaskQuery(filter))).toBe(archived);
  });
});
