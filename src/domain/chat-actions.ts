import type { Action, ActionTable } from './action.ts';
import { keyFor } from './key-placeholder.ts';
import type { Phase } from './phase.ts';
import { pinActions } from './pin-actions.ts';
import type { Availability } from './rules.ts';
import { CHATS, chatFacts, directoryOf, hasExtension, isTurnRunning, type Task } from './task.ts';
import { counted, plural } from './text/format.ts';
import { hasMadeWorktree, withWorktree } from './worktree-stays.ts';

/** How long a deletion can be undone, ms. */
const UNDO_WINDOW_MS = 5_000;

/** The messages in the server's queue; 0 when unknown. */
const queuedCount = (task: Task): number => chatFacts(task)?.queueLength ?? 0;

const isRunning = (task: Task): boolean => {
  const facts = chatFacts(task);
  return facts !== null && isTurnRunning(facts);
};

const isArchived = (task: Task): boolean => chatFacts(task)?.archived === true;

const isSubAgent = (task: Task): boolean => (chatFacts(task)?.parentId ?? null) !== null;

const IDLE_PHASES: ReadonlySet<Phase> = new Set(['idle', 'complete', 'failed']);

/** A chat that waits for a permission looks idle, but its turn goes on. */
const hasNoTurn = (phase: Phase, task: Task): boolean => IDLE_PHASES.has(phase) && !isRunning(task);

/** The server then runs the next message of its queue. */
const interrupt: Action = {
  id: 'interrupt',
  verb: { present: 'interrupt', participle: 'interrupting', past: 'interrupted', accepted: 'interrupted' },
  title: 'Interrupt the turn',
  keys: ['x'],
  standsFor: 'pause',
  confirm: {
    isNeeded: (task) => queuedCount(task) > 0,
    question: (task) => (name) =>
      `Interrupt ${name}? ${queuedWords(task === null ? 1 : queuedCount(task))} then.`,
    no: ['leave it', 'leave them'],
    alternative: { key: 'c', words: 'also clears the queue', action: 'interrupt-all' },
  },
  bulk: {
    also: (tasks) => {
      const count = tasks.filter((task) => queuedCount(task) > 0).length;
      return count === 0 ? '' : `and run the next queued message of ${count}`;
    },
    remark: (task) => (queuedCount(task) > 0 ? 'its queue goes on' : ''),
  },
  undo: null,
  script: { summary: 'interrupt the turns of chats' },
  mayOn: mayInterrupt,
  isReached: hasNoTurn,
};

const queuedWords = (count: number): string =>
  count === 1 ? 'Its queued message runs' : `The next of ${count} queued messages runs`;

const interruptAndClear: Action = {
  id: 'interrupt-all',
  verb: {
    present: 'interrupt and clear',
    participle: 'interrupting',
    past: 'interrupted',
    accepted: 'interrupted, its queue is empty',
  },
  title: 'Interrupt, and clear its queue',
  keys: [],
  confirm: {
    isNeeded: (task) => queuedCount(task) > 0,
    question: (task) => (name) => {
      const count = task === null ? 0 : queuedCount(task);
      return `Interrupt ${name} and delete ${count === 0 ? 'its queue' : counted(count, 'queued message')}?`;
    },
    no: ['leave it', 'leave them'],
  },
  bulk: {
    also: () => 'and delete their queued messages',
    remark: (task) => (queuedCount(task) > 0 ? `deletes ${counted(queuedCount(task), 'message')}` : ''),
  },
  undo: null,
  mayOn: mayInterrupt,
  isReached: hasNoTurn,
};

/** A turn that runs is interrupted first. The workspace stays as it is. */
const archive: Action = {
  id: 'archive',
  verb: { present: 'archive', participle: 'archiving', past: 'archived', accepted: 'archived' },
  title: 'Archive the chat',
  keys: [],
  standsFor: 'delete',
  isFor: (task) => !canDelete(task),
  confirm: {
    isNeeded: isRunning,
    question: (task, _, place) => {
      const count = task === null ? 0 : queuedCount(task);
      const queue =
        count === 0
          ? ''
          : `, and ${plural(count, 'its queued message is', `its ${count} queued messages are`)} deleted`;
      return withWorktree(task, place, (name) => `Archive ${name}? Its turn ends${queue}.`);
    },
    no: ['leave it', 'leave them'],
  },
  bulk: {
    also: (tasks) => {
      const count = tasks.filter(isRunning).length;
      return count === 0 ? '' : `and end the ${plural(count, 'turn', 'turns')} of ${count}`;
    },
    remark: (task) => (hasMadeWorktree(task) ? 'its worktree stays' : ''),
  },
  undo: { inverse: 'restore' },
  removesTask: true,
  mayOn: (task) => {
    if (isSubAgent(task)) return 'A sub-agent is archived with its parent.';
    return isArchived(task) ? 'It is already archived.' : true;
  },
};

const directoryStays = (task: Task | null): string =>
  task === null || directoryOf(task) === null || hasMadeWorktree(task) ? '' : ' Its directory stays.';

/** Only taskdeck's own server deletes chats. */
const canDelete = (task: Task): boolean => isArchived(task) && hasExtension(task, 'delete');

const deleteArchived: Action = {
  id: 'delete-archived',
  verb: { present: 'delete', participle: 'deleting', past: 'deleted', accepted: 'deleted' },
  title: 'Delete an archived chat',
  keys: [],
  standsFor: 'delete',
  isFor: canDelete,
  confirm: {
    isNeeded: () => true,
    question: (task, _, place) =>
      withWorktree(task, place, (name) => `Delete ${name} and its messages?${directoryStays(task)}`),
    no: ['keep it', 'keep them'],
  },
  bulk: {
    also: () => 'and their messages',
    remark: (task) => (hasMadeWorktree(task) ? 'its worktree stays' : ''),
  },
  undo: { delayMs: UNDO_WINDOW_MS },
  phase: 'deleting',
  removesTask: true,
  mayOn: (task) =>
    canDelete(task) || 'Only an archived chat on this machine can be deleted. Other chats are archived.',
  hasEffect: () => false,
  isReached: (phase) => phase === 'deleting',
};

const restore: Action = {
  id: 'restore',
  verb: { present: 'restore', participle: 'restoring', past: 'restored', accepted: 'restored' },
  title: 'Restore an archived chat',
  keys: [],
  standsFor: 'resume',
  isFor: isArchived,
  bulk: {},
  undo: { inverse: 'archive' },
  script: { summary: 'restore archived chats' },
  mayOn: (task) => {
    if (isArchived(task)) return isSubAgent(task) ? 'A sub-agent is restored with its parent.' : true;
    return isRunning(task)
      ? 'It is not archived, and works.'
      : `It is not archived. Press ${keyFor('answer')} to write to it.`;
  },
};

/** After an error the server's queue stands still until its head is promoted. */
const continueQueue: Action = {
  id: 'continue',
  verb: { present: 'continue', participle: 'continuing', past: 'continued', accepted: 'working' },
  title: 'Run the queue of a failed chat',
  keys: [],
  standsFor: 'resume',
  isFor: (task) => !isArchived(task) && chatFacts(task)?.status === 'error',
  bulk: {},
  undo: null,
  mayOn: (task) => {
    const facts = chatFacts(task);
    if (facts?.archived) return 'It is archived.';
    if (facts?.status !== 'error') return 'It has not failed.';
    return facts.queueLength === 0
      ? `Its queue is empty. Press ${keyFor('answer')} to send a message that continues it.`
      : true;
  },
  isReached: (phase) => phase === 'working',
};

function mayPin(task: Task): Availability {
  if (isSubAgent(task)) return 'A sub-agent cannot be pinned.';
  return isArchived(task) ? 'An archived chat cannot be pinned.' : true;
}

const markUnread: Action = {
  id: 'mark-unread',
  verb: {
    present: 'mark as unread',
    participle: 'marking as unread',
    past: 'marked as unread',
    accepted: 'unread',
  },
  title: 'Mark the chat as unread',
  keys: [],
  bulk: {},
  undo: { inverse: 'mark-read' },
  mayOn: (task) => mayMark(task, true),
};

const markRead: Action = {
  id: 'mark-read',
  verb: {
    present: 'mark as read',
    participle: 'marking as read',
    past: 'marked as read',
    accepted: 'read',
  },
  title: 'Mark the chat as read',
  keys: [],
  bulk: {},
  undo: { inverse: 'mark-unread' },
  mayOn: (task) => mayMark(task, false),
};

function mayMark(task: Task, unread: boolean): Availability {
  const facts = chatFacts(task);
  if (facts === null || facts.unread === null) return 'This server does not say what is unread.';
  return facts.unread === unread ? `It is already ${unread ? 'unread' : 'read'}.` : true;
}

const startWorkspace: Action = {
  id: 'start-workspace',
  verb: {
    present: 'start the workspace of',
    participle: 'starting',
    past: 'started',
    accepted: 'starting its workspace',
  },
  title: 'Start the workspace of the chat',
  keys: [],
  bulk: {},
  undo: null,
  mayOn: hasWorkspace,
};

const stopWorkspace: Action = {
  id: 'stop-workspace',
  verb: {
    present: 'stop the workspace of',
    participle: 'stopping',
    past: 'stopped',
    accepted: 'stopping its workspace',
  },
  title: 'Stop the workspace of the chat',
  keys: [],
  confirm: {
    isNeeded: isRunning,
    question: () => (name) => `Stop the workspace of ${name}? Its agent works in it.`,
    no: ['leave it', 'leave them'],
  },
  bulk: {},
  undo: null,
  mayOn: hasWorkspace,
};

/** The actions of chats. */
export const CHAT_ACTIONS: ActionTable = {
  source: CHATS,
  noun: 'a chat',
  actions: [
    interrupt,
    interruptAndClear,
    archive,
    deleteArchived,
    restore,
    continueQueue,
    ...pinActions({ mayPin }),
    markUnread,
    markRead,
    startWorkspace,
    stopWorkspace,
  ],
};

function mayInterrupt(task: Task): Availability {
  if (isRunning(task))
    return chatFacts(task)?.status === 'interrupting' ? 'It is already being interrupted.' : true;
  return isArchived(task) ? 'It is archived.' : 'No turn runs.';
}

function hasWorkspace(task: Task): Availability {
  return (chatFacts(task)?.workspaceId ?? null) !== null || 'It has no workspace.';
}
