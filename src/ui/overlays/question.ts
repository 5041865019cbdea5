import { type BulkAction, countedTasks, PAST_PARTICIPLES } from '../../domain/bulk-rules.ts';
import { titleOf } from '../../domain/task.ts';
import { plural } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { pendingBulkOperation, remainingTasks } from '../../store/bulk-progress.ts';
import { phaseIn, taskById, unsentWork } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { bulkAnswers, bulkQuestionWords } from './bulk-question.ts';

export interface Question {
  /** Fits on its line, with the answers if `hasKeys`. */
  readonly words: string;
  /** Key and effect. */
  readonly answers: readonly (readonly [key: string, words: string])[];
  /** Whether the line also shows the answers; else the footer does. */
  readonly hasKeys: boolean;
}

/** Blanks and the mark before the question, and blanks before the answers. */
const MARGIN_COLUMNS = 6;
/** A shorter title is not useful. */
const MIN_TITLE = 12;

/** The open question, or null. */
export function questionOf(state: State): Question | null {
  const { overlay } = state.view;
  switch (overlay?.kind) {
    case 'confirm-delete':
      return taskQuestion(state, overlay.taskId, deletionWords(state, overlay.taskId), [
        ['y', 'deletes'],
        ['other keys', 'keep it'],
      ]);
    case 'confirm-pause':
      return taskQuestion(state, overlay.taskId, pauseWords(state, overlay.taskId), [
        ['y', 'pauses'],
        ['other keys', 'cancel'],
      ]);
    case 'confirm-resume': {
      const task = taskById(state, overlay.taskId);
      const phase = task === null ? 'paused' : phaseIn(state, task);
      return plainQuestion(state, phase === 'paused' ? 'The task is paused.' : `The task is ${phase}.`, [
        ['y', 'resume and send'],
        ['w', 'queue it'],
        ['other keys', 'back'],
      ]);
    }
    case 'confirm-bulk':
      return bulkQuestion(state, overlay.act, overlay.taskIds);
    case 'confirm-overwrite':
      return plainQuestion(state, `${sanitiseLine(overlay.file)} already exists.`, [
        ['y', 'overwrites it'],
        ['other keys', 'another name'],
      ]);
    case 'confirm-quit':
      return quitQuestion(state);
    default:
      return null;
  }
}

/** The limits of a path in a question, in columns. */
const MAX_PATH = 32;
const MIN_PATH = 10;
/** Columns for the words and the start of a title. */
const WORDS_BESIDE_PATH = 52;

/** The question with the directory or workspace that is deleted, or the directory that stays. */
function deletionWords(state: State, taskId: string): (name: string) => string {
  const { deployment } = state;
  const task = taskById(state, taskId);
  if (!deployment.local)
    return (name) => (task?.workspaceId === null ? `Delete ${name}?` : `Delete ${name} and its workspace?`);
  const directory = task?.directory ?? null;
  if (directory === null) return (name) => `Delete ${name}?`;
  if (directory.owned) return (name) => `Delete ${name} and the directory created for it?`;
  const room = Math.max(MIN_PATH, Math.min(MAX_PATH, state.size.columns - WORDS_BESIDE_PATH));
  const path = shortPath(directory.path, deployment.home, room);
  // A narrow screen shows the path without words.
  const what = room === MIN_PATH ? path : `The directory ${path}`;
  return (name) => `Delete ${name}? ${what} stays.`;
}

/** The question with the effect of a pause on this machine. */
function pauseWords(state: State, taskId: string): (name: string) => string {
  const task = taskById(state, taskId);
  const isWorking = task !== null && phaseIn(state, task) === 'working';
  return (name) =>
    isWorking
      ? `Pause ${name}? Its command ends and does not run again.`
      : `Pause ${name}? Its running processes end.`;
}

/** A quit drops the rest of a bulk operation; messages and new tasks are stored. */
function quitQuestion(state: State): Question {
  const left = unsentWork(state);
  const operation = pendingBulkOperation(state) ?? state.bulkOperations[0];
  if (left.bulkTasks === 0 || operation === undefined)
    return plainQuestion(state, quitWords(left), [
      ['y', 'quits'],
      ['other keys', 'stay'],
    ]);
  const count = remainingTasks(operation);
  return plainQuestion(
    state,
    `${countedTasks(count)} ${plural(count, 'is', 'are')} not ${PAST_PARTICIPLES[operation.action]} yet.`,
    [
      ['y', `${operation.action}s, then quits`],
      ['n', 'quits without'],
      ['other keys', 'stay'],
    ],
  );
}

/** With as many names as fit, then the answers if there is room. */
function bulkQuestion(state: State, act: BulkAction, taskIds: readonly string[]): Question {
  const answers = bulkAnswers(state, act, taskIds);
  const room = state.size.columns - MARGIN_COLUMNS;
  const short = bulkQuestionWords(state, act, taskIds, room - answersWidth(answers));
  // A name is more useful than the answers, which the footer can show.
  const hasKeys = short.includes('“') && short.endsWith('?');
  return { words: hasKeys ? short : bulkQuestionWords(state, act, taskIds, room), answers, hasKeys };
}

/** The line of an open question, in place of the prompt. */
export function questionLine({ words, answers, hasKeys }: Question, theme: Theme): string {
  const keys = answers.map(([key, what]) => `${theme.accent(key)} ${theme.dim(what)}`).join('  ');
  return ` ${theme.attention('?')} ${theme.strong(words)}${hasKeys ? `  ${keys}` : ''}`;
}

/** The question about unsent messages, which go out at the next start, and unfinished new tasks. */
function quitWords({ messages, creating }: ReturnType<typeof unsentWork>): string {
  // Everything was sent while the question was open.
  if (creating + messages === 0) return 'Quit taskdeck?';
  if (creating > 0)
    return creating === 1 ? 'A task is still being created.' : `${creating} tasks are still being created.`;
  return messages === 1
    ? 'A message stays queued and goes out when taskdeck runs again.'
    : `${messages} messages stay queued and go out when taskdeck runs again.`;
}

type Answers = Question['answers'];

const answersWidth = (answers: Answers): number =>
  answers.reduce((sum, [key, words]) => sum + displayWidth(`${key} ${words}`) + 2, 0);

function plainQuestion({ size }: State, words: string, answers: Answers): Question {
  const room = size.columns - MARGIN_COLUMNS;
  const hasKeys = displayWidth(words) + answersWidth(answers) <= room;
  return { words: truncate(words, room), answers, hasKeys };
}

/** A question with the title of a task, truncated to fit. */
function taskQuestion(
  state: State,
  taskId: string,
  ask: (name: string) => string,
  answers: Answers,
): Question {
  const task = taskById(state, taskId);
  if (task === null) return plainQuestion(state, ask('the task'), answers);
  const title = sanitiseLine(titleOf(task));
  const room = state.size.columns - MARGIN_COLUMNS - displayWidth(ask('“”'));
  const hasKeys = room - answersWidth(answers) >= Math.min(MIN_TITLE, displayWidth(title));
  const words = ask(`“${truncate(title, hasKeys ? room - answersWidth(answers) : room)}”`);
  return { words: truncate(words, state.size.columns - MARGIN_COLUMNS), answers, hasKeys };
}
