import type { Action, ActionTable, Place } from './action.ts';
import type { Phase } from './phase.ts';
import { pinActions } from './pin-actions.ts';
import type { Availability } from './rules.ts';
import { buildNumberOf, coderFacts, directoryOf, type Task } from './task.ts';
import { counted, plural } from './text/format.ts';
import { shortPath } from './text/short-path.ts';

/** How long a pause or delete can be undone, ms. */
const UNDO_WINDOW_MS = 5_000;

/** Limits of a path in a question, in columns. */
const MAX_PATH = 32;
const MIN_PATH = 10;
/** Columns for the words and the start of a title. */
const WORDS_BESIDE_PATH = 52;

/** Pausing a command on this machine ends it, and a resume does not run it again; a workspace can be resumed. */
const pause: Action = {
  id: 'pause',
  verb: { present: 'pause', participle: 'pausing', past: 'paused', accepted: 'pausing' },
  title: 'Pause the task; messages stay',
  keys: ['p'],
  confirm: {
    isNeeded: (_task, _phase, { local }) => local,
    question: (_task, phase) => (name) =>
      phase === 'working'
        ? `Pause ${name}? Its command ends and does not run again.`
        : `Pause ${name}? Its running processes end.`,
    no: ['cancel', 'cancel'],
  },
  bulk: { also: (_tasks, { local }) => (local ? 'and end their processes' : '') },
  undo: { delayMs: UNDO_WINDOW_MS, where: 'remote' },
  phase: 'pausing',
  script: { summary: 'pause tasks' },
  mayOn: (_task, phase) => mayPause(phase),
  // A server that does not count builds still reports the requested status.
  hasEffect: (task, before) => hasNewBuild(task, before) || coderFacts(task)?.status === 'paused',
  isReached: (phase) => phase === 'paused' || phase === 'pausing',
};

const resume: Action = {
  id: 'resume',
  verb: { present: 'resume', participle: 'resuming', past: 'resumed', accepted: 'resuming' },
  title: 'Resume, or restart after an error',
  keys: ['r'],
  bulk: {},
  // A pause reverts it.
  undo: null,
  phase: 'resuming',
  script: { summary: 'resume paused tasks' },
  mayOn: (_task, phase) => mayResume(phase),
  hasEffect: (task, before) =>
    hasNewBuild(task, before) || (buildNumberOf(task) === 0 && coderFacts(task)?.status === 'active'),
  isReached: (phase) => phase !== 'paused' && phase !== 'pausing' && phase !== 'error' && phase !== 'unknown',
};

const remove: Action = {
  id: 'delete',
  verb: { present: 'delete', participle: 'deleting', past: 'deleted', accepted: 'deleted' },
  title: 'Delete the task (asks first)',
  keys: ['d'],
  confirm: { isNeeded: () => true, question: deleteQuestion, no: ['keep it', 'keep them'] },
  bulk: { also: deletedAlong, remark: directoryThatStays },
  undo: { delayMs: UNDO_WINDOW_MS },
  phase: 'deleting',
  removesTask: true,
  script: { summary: 'delete tasks', confirm: (names) => `Delete ${names} permanently?` },
  mayOn: (_task, phase) => mayDelete(phase),
  hasEffect: () => false,
  isReached: (phase) => phase === 'deleting',
};

/** The actions of Coder's Tasks, and of tasks of a local server. */
export const CODER_TASK_ACTIONS: ActionTable = {
  source: 'tasks',
  noun: 'a task',
  // Coder cannot pin tasks, so taskdeck does.
  actions: [pause, resume, remove, ...pinActions({ isOwn: true })],
};

const hasNewBuild = (task: Task, before: Task): boolean => buildNumberOf(task) > buildNumberOf(before);

/** Source: the task buttons of coder/coder, and its 409 while any build is active. */
function mayPause(phase: Phase): Availability {
  switch (phase) {
    case 'paused':
      return 'It is already paused.';
    case 'pausing':
    case 'deleting':
      return `It is already ${phase}.`;
    case 'queued':
    case 'starting':
    case 'resuming':
      return 'It is still starting. Pause it when it is working.';
    default:
      return true;
  }
}

function mayResume(phase: Phase): Availability {
  switch (phase) {
    case 'paused':
    case 'error':
    case 'unknown':
      return true;
    case 'pausing':
      return 'It is still pausing. Resume it when it is paused.';
    case 'deleting':
      return 'It is being deleted.';
    default:
      return 'It is not paused.';
  }
}

function mayDelete(phase: Phase): Availability {
  switch (phase) {
    case 'deleting':
      return 'It is already being deleted.';
    case 'queued':
    case 'starting':
    case 'resuming':
    case 'pausing':
      return `It cannot be deleted while it is ${phase}. Try again in a moment.`;
    default:
      return true;
  }
}

/** Names the directory or workspace that is deleted with the task, or the directory that stays. */
function deleteQuestion(task: Task | null, _phase: Phase | null, { local, home, columns }: Place) {
  if (!local)
    return (name: string) =>
      task !== null && coderFacts(task)?.workspaceId === null
        ? `Delete ${name}?`
        : `Delete ${name} and its workspace?`;
  const directory = task === null ? null : directoryOf(task);
  if (directory === null) return (name: string) => `Delete ${name}?`;
  if (directory.owned) return (name: string) => `Delete ${name} and the directory created for it?`;
  const room = Math.max(MIN_PATH, Math.min(MAX_PATH, columns - WORDS_BESIDE_PATH));
  const path = shortPath(directory.path, home, room);
  // A narrow screen shows the path without words.
  const subject = room === MIN_PATH ? path : `The directory ${path}`;
  return (name: string) => `Delete ${name}? ${subject} stays.`;
}

/** The workspaces or directories that are deleted with the tasks. */
function deletedAlong(tasks: readonly Task[], { local }: Place): string {
  const count = tasks.length;
  if (!local) return plural(count, 'with its workspace', 'with their workspaces');
  const owned = tasks.filter((task) => directoryOf(task)?.owned === true).length;
  if (owned === 0) return plural(count, 'but not its directory', 'but not their directories');
  return owned === count
    ? plural(count, 'with the directory created for it', 'with the directories created for them')
    : `with ${counted(owned, 'directory', 'directories')} created for them`;
}

function directoryThatStays(task: Task, { home }: Place, columns: number): string {
  const directory = directoryOf(task);
  return directory === null || directory.owned ? '' : `${shortPath(directory.path, home, columns)} stays`;
}
