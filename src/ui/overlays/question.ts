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
  /** Fits on its line, together with the answers when it has them. */
  readonly words: string;
  /** Which key does what. */
  readonly answers: readonly (readonly [key: string, words: string])[];
  /** Whether the line has room for the answers too; else the footer shows them. */
  readonly hasKeys: boolean;
}

/** Blanks, the mark before the question, and the blanks between it and the answers. */
const MARGIN_COLUMNS = 6;
/** A title cut to less than this names nothing. */
const MIN_TITLE = 12;

/** The question that is open, or null. */
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
        ['other keys', 'leave it'],
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
      return plainQuestion(state, `${sanitiseLine(overlay.file)} is there already.`, [
        ['y', 'writes over it'],
        ['other keys', 'another name'],
      ]);
    case 'confirm-quit':
      return quitQuestion(state);
    default:
      return null;
  }
}

/** A path in a question has at most this many columns, and at least these few. */
const MAX_PATH = 32;
const MIN_PATH = 10;
/** Columns for the words of the question, and for the beginning of a title. */
const WORDS_BESIDE_PATH = 52;

/** What goes with the task, and what stays. */
function deletionWords(state: State, taskId: string): (name: string) => string {
  const { deployment } = state;
  const task = taskById(state, taskId);
  if (!deployment.local)
    return (name) => (task?.workspaceId === null ? `Delete ${name}?` : `Delete ${name} and its workspace?`);
  const directory = task?.directory ?? null;
  if (directory === null) return (name) => `Delete ${name}?`;
  if (directory.owned) return (name) => `Delete ${name} and the directory made for it?`;
  const room = Math.max(MIN_PATH, Math.min(MAX_PATH, state.size.columns - WORDS_BESIDE_PATH));
  const path = shortPath(directory.path, deployment.home, room);
  // On a narrow screen the path is worth more than the words around it.
  const what = room === MIN_PATH ? path : `The directory ${path}`;
  return (name) => `Delete ${name}? ${what} stays.`;
}

/** What a pause on this machine ends. */
function pauseWords(state: State, taskId: string): (name: string) => string {
  const task = taskById(state, taskId);
  const isWorking = task !== null && phaseIn(state, task) === 'working';
  return (name) =>
    isWorking
      ? `Pause ${name}? Its command ends and is not run again.`
      : `Pause ${name}? What it still runs ends.`;
}

/** What is not done to several tasks is never done after a quit; messages and new tasks keep. */
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

/** As many names as fit, before the answers where those fit too. */
function bulkQuestion(state: State, act: BulkAction, taskIds: readonly string[]): Question {
  const answers = bulkAnswers(state, act, taskIds);
  const room = state.size.columns - MARGIN_COLUMNS;
  const short = bulkQuestionWords(state, act, taskIds, room - answersWidth(answers));
  // A name is worth more than the answers, which the footer has room for.
  const hasKeys = short.includes('“') && short.endsWith('?');
  return { words: hasKeys ? short : bulkQuestionWords(state, act, taskIds, room), answers, hasKeys };
}

/** The line that stands in the prompt's place while a question is open. */
export function questionLine({ words, answers, hasKeys }: Question, theme: Theme): string {
  const keys = answers.map(([key, what]) => `${theme.accent(key)} ${theme.dim(what)}`).join('  ');
  return ` ${theme.attention('?')} ${theme.strong(words)}${hasKeys ? `  ${keys}` : ''}`;
}

/** What becomes of what has not reached the server: messages go out with the next taskdeck, tasks do not begin. */
function quitWords({ messages, creating }: ReturnType<typeof unsentWork>): string {
  // All of it was done while the question was open.
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

/** A question that names a task: of a long title so much as there is room for. */
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
