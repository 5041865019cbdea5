import type { Action, ActionTable } from '../../src/domain/action.ts';
import { ACTION_TABLES } from '../../src/domain/action-tables.ts';

/** A source that exists only in tests, with actions of its own. Its tasks are chats. */
const archive: Action = {
  id: 'archive',
  verb: { present: 'archive', participle: 'archiving', past: 'archived', accepted: 'archived' },
  title: 'Archive the chat',
  keys: ['H'],
  standsFor: 'delete',
  confirm: {
    isNeeded: (_task, phase) => phase === 'working',
    question: () => (name) => `Archive ${name}? Its turn ends.`,
    no: ['leave it', 'leave them'],
  },
  bulk: { also: () => 'and end their turns' },
  undo: { inverse: 'restore' },
  script: { summary: 'archive chats' },
  mayOn: ({ facts }) => (facts.kind === 'chat' && facts.archived ? 'It is already archived.' : true),
};

const restore: Action = {
  id: 'restore',
  verb: { present: 'restore', participle: 'restoring', past: 'restored', accepted: 'restored' },
  title: 'Restore an archived chat',
  keys: [],
  standsFor: 'resume',
  bulk: {},
  undo: { inverse: 'archive' },
  script: { summary: 'restore chats' },
  mayOn: ({ facts }) => (facts.kind === 'chat' && facts.archived) || 'It is not archived.',
};

const interrupt: Action = {
  id: 'interrupt',
  verb: { present: 'interrupt', participle: 'interrupting', past: 'interrupted', accepted: 'interrupted' },
  title: 'Interrupt the turn',
  keys: ['X'],
  standsFor: 'pause',
  undo: null,
  mayOn: (_task, phase) => phase === 'working' || 'No turn runs.',
};

/** The known sources, and this one. */
export const TABLES_WITH_CHATS: readonly ActionTable[] = [
  ...ACTION_TABLES,
  { source: 'chats', noun: 'a chat', actions: [archive, restore, interrupt] },
];
