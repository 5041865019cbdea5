import { describe, expect, it } from 'vitest';
import { actionBehind, availabilityOn, inverseOf, thirdPerson, verbOf } from '../../src/domain/action.ts';
import { ACTION_TABLES } from '../../src/domain/action-tables.ts';
import { CHAT_ACTIONS } from '../../src/domain/chat-actions.ts';
import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import { phaseOf } from '../../src/domain/phase.ts';
import { type ChatFields, makeChat, makeExtension, makeTask, makeWorktree, NOON } from './builders.ts';

const PLACE = { local: false, columns: 80 };

const mayOn = (id: string, about: ChatFields): string | true => {
  const chat = makeChat(about);
  const availability = availabilityOn(ACTION_TABLES, id, chat, phaseOf(chat, NOON));
  return availability === true ? true : withKeyNames(availability, { answer: 'i' });
};

const behind = (id: string, about: ChatFields): string | undefined =>
  actionBehind(ACTION_TABLES, id, makeChat(about))?.id;

describe('the keys of Tasks', () => {
  it.each([
    ['pause', { status: 'running' }, 'interrupt'],
    ['delete', {}, 'archive'],
    ['delete', { extension: makeExtension() }, 'archive'],
    ['delete', { archived: true }, 'archive'],
    ['delete', { archived: true, extension: makeExtension({ names: [] }) }, 'archive'],
    ['delete', { archived: true, extension: makeExtension() }, 'delete-archived'],
    ['resume', { archived: true }, 'restore'],
    ['resume', { status: 'error' }, 'continue'],
    ['resume', { status: 'error', archived: true }, 'restore'],
    ['resume', { status: 'waiting' }, 'restore'],
    ['pin', {}, 'pin'],
    ['pin', { pinOrder: 2 }, 'unpin'],
  ] as const)('%s on %o runs %s', (id, about, expected) => {
    expect(behind(id, about)).toBe(expected);
  });
});

it.each<[id: string, about: ChatFields, expected: string | true]>([
  ['pause', { status: 'running' }, true],
  ['pause', { status: 'requires_action' }, true],
  ['pause', { status: 'pending' }, true],
  ['pause', { status: 'interrupting' }, 'It is already being interrupted.'],
  ['pause', { status: 'waiting' }, 'No turn runs.'],
  ['pause', { status: 'error' }, 'No turn runs.'],
  ['interrupt', { archived: true }, 'It is archived.'],
  ['delete', { status: 'running' }, true],
  ['delete', { archived: true }, 'It is already archived.'],
  ['delete', { parentId: 'p' }, 'A sub-agent is archived with its parent.'],
  ['resume', { archived: true }, true],
  ['resume', { archived: true, parentId: 'p' }, 'A sub-agent is restored with its parent.'],
  ['resume', { status: 'waiting' }, 'It is not archived. Press i to write to it.'],
  ['resume', { status: 'running' }, 'It is not archived, and works.'],
  ['resume', { status: 'error', queueLength: 2 }, true],
  ['resume', { status: 'error', queueLength: null }, true],
  [
    'resume',
    { status: 'error', queueLength: 0 },
    'Its queue is empty. Press i to send a message that continues it.',
  ],
  ['continue', { status: 'waiting' }, 'It has not failed.'],
  ['pin', {}, true],
  ['pin', { parentId: 'p' }, 'A sub-agent cannot be pinned.'],
  ['pin', { archived: true }, 'An archived chat cannot be pinned.'],
  ['unpin', {}, 'It is not pinned.'],
  ['unpin', { pinOrder: 1 }, true],
  ['mark-unread', { unread: false }, true],
  ['mark-unread', { unread: true }, 'It is already unread.'],
  ['mark-unread', { unread: null }, 'This server does not say what is unread.'],
  ['mark-read', { unread: true }, true],
  ['start-workspace', { workspaceId: 'w' }, true],
  ['stop-workspace', {}, 'It has no workspace.'],
])('%s on %o: %s', (id, about, expected) => {
  expect(mayOn(id, about)).toBe(expected);
});

it('on a Task says that it does not apply', () => {
  expect(availabilityOn(ACTION_TABLES, 'interrupt', makeTask(), 'working')).toBe(
    'Interrupt does not apply to a task.',
  );
});

describe('the question', () => {
  const question = (id: string, about: ChatFields): string | null => {
    const action = CHAT_ACTIONS.actions.find((each) => each.id === id);
    const chat = makeChat(about);
    const phase = phaseOf(chat, NOON);
    return action?.confirm?.isNeeded(chat, phase, PLACE)
      ? action.confirm.question(chat, phase, PLACE)('“Chat”')
      : null;
  };

  it.each<[id: string, about: ChatFields, expected: string | null]>([
    ['interrupt', { status: 'running', queueLength: 0 }, null],
    ['interrupt', { status: 'running', queueLength: null }, null],
    ['interrupt', { status: 'running', queueLength: 1 }, 'Interrupt “Chat”? Its queued message runs then.'],
    [
      'interrupt',
      { status: 'running', queueLength: 3 },
      'Interrupt “Chat”? The next of 3 queued messages runs then.',
    ],
    ['archive', { status: 'waiting' }, null],
    ['archive', { status: 'running' }, 'Archive “Chat”? Its turn ends.'],
    [
      'archive',
      { status: 'running', queueLength: 2 },
      'Archive “Chat”? Its turn ends, and its 2 queued messages are deleted.',
    ],
  ])('before %s on %o is %s', (id, about, expected) => {
    expect(question(id, about)).toBe(expected);
  });

  const worktree = makeWorktree({ path: `/home/ada/${'deep/'.repeat(8)}fix-login-77aa` });
  it.each<[string, number, Partial<typeof worktree>, string]>([
    [
      'archive',
      200,
      {},
      `Archive “Chat”? Its turn ends. Its worktree stays: /home/ada/${'deep/'.repeat(8)}fix-login-77aa`,
    ],
    ['archive', 80, {}, 'Archive “Chat”? Its turn ends. Its worktree stays: …/fix-login-77aa'],
    ['delete-archived', 80, {}, 'Delete “Chat” and its messages? Its worktree stays: …/fix-login-77aa'],
    ['archive', 80, { state: 'removed' }, 'Archive “Chat”? Its turn ends.'],
    ['delete-archived', 80, { state: 'planned' }, 'Delete “Chat” and its messages? Its directory stays.'],
  ])('before %s says in %i columns where the worktree stays: %o', (id, columns, about, expected) => {
    const action = CHAT_ACTIONS.actions.find((each) => each.id === id);
    const extension = makeExtension({ worktree: { ...worktree, ...about } });
    const chat = makeChat({ status: 'running', archived: id === 'delete-archived', extension });
    const words = action?.confirm?.question(chat, 'working', { local: true, columns })('“Chat”');
    expect(words).toBe(expected);
    // A title of ten columns fits, too, beside the margins.
    expect(columns - (words?.length ?? 0)).toBeGreaterThanOrEqual(12);
  });

  it('before an interrupt has a third answer, which clears the queue too', () => {
    const interrupt = CHAT_ACTIONS.actions.find(({ id }) => id === 'interrupt');
    const alternative = interrupt?.confirm?.alternative;
    expect(alternative).toMatchObject({ key: 'c', action: 'interrupt-all' });
    expect(CHAT_ACTIONS.actions.some(({ id }) => id === alternative?.action)).toBe(true);
  });
});

it('every inverse exists, and every action is possible in bulk', () => {
  const ids = CHAT_ACTIONS.actions.map(({ id }) => id);
  const inverses = CHAT_ACTIONS.actions.map(inverseOf).filter((id) => id !== null);
  expect(ids).toEqual(expect.arrayContaining(inverses));
  expect(CHAT_ACTIONS.actions.filter(({ bulk }) => bulk === undefined)).toEqual([]);
  expect(CHAT_ACTIONS.actions.filter(({ title }) => title.length > 34)).toEqual([]);
});

it.each([
  ['mark-unread', 'marks as unread'],
  ['interrupt-all', 'interrupts and clears'],
  ['pause', 'pauses'],
])('%s: y %s', (id, words) => {
  expect(thirdPerson(verbOf(ACTION_TABLES, id))).toBe(words);
});
