import { type Act, PAST, tasksInWords } from '../../domain/several.ts';
import { titleOf } from '../../domain/task.ts';
import { plural } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { leftOf, waitingOrder } from '../../store/countdown.ts';
import { phaseIn, taskById, unsettled } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { severalAnswers, severalWords } from './several-question.ts';

export interface Question {
  /** Fits on its line, together with the answers when it has them. */
  readonly words: string;
  /** Which key does what. */
  readonly answers: readonly (readonly [key: string, words: string])[];
  /** Whether the line has room for the answers too; else the footer shows them. */
  readonly hasKeys: boolean;
}

/** Blanks, the mark before the question, and the blanks between it and the answers. */
const MARGINS = 6;
/** A title cut to less than this names nothing. */
const LEAST_TITLE = 12;

/** The question that is open, or null. */
export function questionOf(state: State): Question | null {
  const { overlay } = state.view;
  switch (overlay?.kind) {
    case 'confirm-delete':
      return aboutTask(state, overlay.taskId, deletionWords(state, overlay.taskId), [
        ['y', 'deletes'],
        ['other keys', 'keep it'],
      ]);
    case 'confirm-pause':
      return aboutTask(state, overlay.taskId, pauseWords(state, overlay.taskId), [
        ['y', 'pauses'],
        ['other keys', 'leave it'],
      ]);
    case 'confirm-resume': {
      const task = taskById(state, overlay.taskId);
      const phase = task === null ? 'paused' : phaseIn(state, task);
      return plain(state, phase === 'paused' ? 'The task is paused.' : `The task is ${phase}.`, [
        ['y', 'resume and send'],
        ['w', 'queue it'],
        ['other keys', 'back'],
      ]);
    }
    case 'confirm-several':
      return aboutSeveral(state, overlay.act, overlay.taskIds);
    case 'confirm-overwrite':
      return plain(state, `${sanitiseLine(overlay.file)} is there already.`, [
        ['y', 'writes over it'],
        ['other keys', 'another name'],
      ]);
    case 'confirm-quit':
      return aboutQuitting(state);
    default:
      return null;
  }
}

/** A path in a question has at most this many columns, and at least these few. */
const LONGEST_PATH = 32;
const LEAST_PATH = 10;
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
  const room = Math.max(LEAST_PATH, Math.min(LONGEST_PATH, state.size.columns - WORDS_BESIDE_PATH));
  const path = shortPath(directory.path, deployment.home, room);
  // On a narrow screen the path is worth more than the words around it.
  const what = room === LEAST_PATH ? path : `The directory ${path}`;
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
function aboutQuitting(state: State): Question {
  const left = unsettled(state);
  const order = waitingOrder(state) ?? state.orders[0];
  if (left.ordered === 0 || order === undefined)
    return plain(state, leavingWords(left), [
      ['y', 'quits'],
      ['other keys', 'stay'],
    ]);
  const count = leftOf(order);
  return plain(state, `${tasksInWords(count)} ${plural(count, 'is', 'are')} not ${PAST[order.intent]} yet.`, [
    ['y', `${order.intent}s, then quits`],
    ['n', 'quits without'],
    ['other keys', 'stay'],
  ]);
}

/** As many names as fit, before the answers where those fit too. */
function aboutSeveral(state: State, act: Act, taskIds: readonly string[]): Question {
  const answers = severalAnswers(state, act, taskIds);
  const room = state.size.columns - MARGINS;
  const short = severalWords(state, act, taskIds, room - widthOf(answers));
  // A name is worth more than the answers, which the footer has room for.
  const hasKeys = short.includes('“') && short.endsWith('?');
  return { words: hasKeys ? short : severalWords(state, act, taskIds, room), answers, hasKeys };
}

/** The line that stands in the prompt's place while a question is open. */
export function questionLine({ words, answers, hasKeys }: Question, theme: Theme): string {
  const keys = answers.map(([key, what]) => `${theme.accent(key)} ${theme.dim(what)}`).join('  ');
  return ` ${theme.attention('?')} ${theme.strong(words)}${hasKeys ? `  ${keys}` : ''}`;
}

/** What becomes of what has not reached the server: messages go out with the next taskdeck, tasks do not begin. */
function leavingWords({ messages, creating }: ReturnType<typeof unsettled>): string {
  // All of it was done while the question was open.
  if (creating + messages === 0) return 'Quit taskdeck?';
  if (creating > 0)
    return creating === 1 ? 'A task is still being created.' : `${creating} tasks are still being created.`;
  return messages === 1
    ? 'A message stays queued and goes out when taskdeck runs again.'
    : `${messages} messages stay queued and go out when taskdeck runs again.`;
}

type Answers = Question['answers'];

const widthOf = (answers: Answers): number =>
  answers.reduce((sum, [key, words]) => sum + displayWidth(`${key} ${words}`) + 2, 0);

function plain({ size }: State, words: string, answers: Answers): Question {
  const room = size.columns - MARGINS;
  const hasKeys = displayWidth(words) + widthOf(answers) <= room;
  return { words: truncate(words, room), answers, hasKeys };
}

/** A question that names a task: of a long title so much as there is room for. */
function aboutTask(state: State, taskId: string, ask: (name: string) => string, answers: Answers): Question {
  const task = taskById(state, taskId);
  if (task === null) return plain(state, ask('the task'), answers);
  const title = sanitiseLine(titleOf(task));
  const room = state.size.columns - MARGINS - displayWidth(ask('“”'));
  const hasKeys = room - widthOf(answers) >= Math.min(LEAST_TITLE, displayWidth(title));
  const words = ask(`“${truncate(title, hasKeys ? room - widthOf(answers) : room)}”`);
  return { words: truncate(words, state.size.columns - MARGINS), answers, hasKeys };
}
