import type { Action, ActionTable } from '../../src/domain/action.ts';
import { ACTION_TABLES } from '../../src/domain/action-tables.ts';

/** A source that exists only in tests, with actions of its own. Its tasks have the facts of chats. */
export const SESSIONS = 'sessions';

const close: Action = {
  id: 'close',
  verb: { present: 'close', participle: 'closing', past: 'closed', accepted: 'closed' },
  title: 'Close the session',
  keys: ['H'],
  standsFor: 'delete',
  confirm: {
    isNeeded: (_task, phase) => phase === 'working',
    question: () => (name) => `Close ${name}? Its turn ends.`,
    no: ['leave it', 'leave them'],
  },
  bulk: { also: () => 'and end their turns' },
  undo: { inverse: 'reopen' },
  script: { summary: 'close chats' },
  mayOn: ({ facts }) => (facts.kind === 'chat' && facts.archived ? 'It is already closed.' : true),
};

const reopen: Action = {
  id: 'reopen',
  verb: { present: 'reopen', participle: 'reopening', past: 'reopened', accepted: 'reopened' },
  title: 'Reopen a closed session',
  keys: [],
  standsFor: 'resume',
  bulk: {},
  undo: { inverse: 'close' },
  script: { summary: 'reopen chats' },
  mayOn: ({ facts }) => (facts.kind === 'chat' && facts.archived) || 'It is not closed.',
};

const halt: Action = {
  id: 'halt',
  verb: { present: 'halt', participle: 'halting', past: 'halted', accepted: 'halted' },
  title: 'Halt the turn',
  keys: ['X'],
  standsFor: 'pause',
  undo: null,
  mayOn: (_task, phase) => phase === 'working' || 'No turn runs.',
};

/** The known sources, and this one. */
export const TABLES_WITH_SESSIONS: readonly ActionTable[] = [
  ...ACTION_TABLES,
  { source: SESSIONS, noun: 'a session', actions: [close, reopen, halt] },
];
