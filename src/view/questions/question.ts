import { type ActionId, actionById, actionFor, thirdPerson, verbOf } from '../../domain/action.ts';
import { countedTasks } from '../../domain/bulk-rules.ts';
import { titleOf, worktreeOf } from '../../domain/task.ts';
import { capitalize, plural } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { choiceTitle, type WorktreeChoice } from '../../domain/worktree-choice.ts';
import { pendingBulkOperation, remainingTasks } from '../../store/bulk-progress.ts';
import { currentQuestionById } from '../../store/current-question.ts';
import { placeOf, unsentWork } from '../../store/selectors.ts';
import { withServerQueue } from '../../store/server-queue.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { Overlay } from '../../store/slices/screen.ts';
import type { State } from '../../store/state.ts';
import { knownTask, taskById } from '../../store/task-index.ts';
import { commentPlaceWords } from '../diff/comment-rows.ts';
import type { Theme } from '../theme.ts';
import { branchDeletion } from '../worktree/worktree-rows.ts';
import { bulkAnswers, bulkQuestionWords } from './bulk-question.ts';
import { editEffects } from './edit-effects.ts';

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
    case 'confirm-action':
      return actionQuestion(state, overlay.action, overlay.taskId);
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
    case 'confirm-edit':
      return plainQuestion(state, editQuestionWords(state, overlay.taskId), [
        ['y', 'replaces it'],
        ['other keys', 'back to the text'],
      ]);
    case 'confirm-permission':
      return plainQuestion(state, permissionWords(state, overlay), [
        ['y', 'allows it always'],
        ['other keys', 'back'],
      ]);
    case 'confirm-worktree':
      return worktreeQuestion(state, overlay.taskId, overlay.choice);
    case 'confirm-sign-in':
      return plainQuestion(state, `Sign in with “${sanitiseLine(overlay.command)}”?`, [
        ['y', 'runs it'],
        ['s', 'only a shell'],
        ['other keys', 'back'],
      ]);
    case 'confirm-own':
      return plainQuestion(state, ownCommandWords(state, overlay), [
        ['y', 'runs it'],
        ['other keys', 'back'],
      ]);
    case 'confirm-restart':
      return plainQuestion(
        state,
        `Restart the older local server (taskdeck ${sanitiseLine(state.olderServer ?? '')})? Nothing runs.`,
        [
          ['y', 'restarts it'],
          ['other keys', 'later'],
        ],
      );
    case 'confirm-comment':
      return plainQuestion(
        state,
        `Delete the comment on ${commentPlaceWords(state.comments.get(overlay.key))}?`,
        [
          ['y', 'deletes it'],
          ['other keys', 'back'],
        ],
      );
    case 'confirm-quit':
      return quitQuestion(state);
    default:
      return null;
  }
}

/** The question before an action on one task. */
function actionQuestion(state: State, id: ActionId, taskId: string): Question | null {
  const listed = taskById(state, taskId);
  const task = listed && withServerQueue(state, listed);
  // The task can be gone meanwhile.
  const action = task === null ? actionById(state.actionTables, id) : actionFor(state.actionTables, id, task);
  if (action?.confirm === undefined) return null;
  const { question, no, alternative } = action.confirm;
  const phase = task === null ? null : phaseIn(state, task);
  return taskQuestion(state, taskId, question(task, phase, placeOf(state)), [
    ['y', thirdPerson(action.verb)],
    ...(alternative === undefined ? [] : [[alternative.key, alternative.words] as const]),
    ['other keys', no[0]],
  ]);
}

/** The question before an action on a worktree. The rows above it say what runs. */
function worktreeQuestion(state: State, taskId: string, choice: WorktreeChoice): Question {
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  const words = worktree === null ? 'Go on' : choiceTitle(choice, worktree);
  return plainQuestion(state, `${words}?`, [
    ['y', WORKTREE_ANSWERS[choice]],
    ...(branchDeletion(state, taskId, choice) === null ? [] : [['b', 'removes it and the branch'] as const]),
    ['other keys', 'back'],
  ]);
}

const WORKTREE_ANSWERS: Readonly<Record<WorktreeChoice, string>> = {
  merge: 'merges it',
  rebase: 'rebases it',
  push: 'pushes it',
  'pull-request': 'opens it',
  keep: 'archives the chat',
  remove: 'removes it',
};

/** The effects of replacing the last prompt, as they are now. */
function editQuestionWords(state: State, taskId: string): string {
  const task = taskById(state, taskId);
  const effects = task === null ? '' : editEffects(state, task);
  return `Replace it?${effects === '' ? '' : ` ${capitalize(effects)}.`}`;
}

/** taskdeck can neither show nor undo what an agent keeps. */
function permissionWords(
  state: State,
  { taskId, option }: Extract<Overlay, { readonly kind: 'confirm-permission' }>,
): string {
  const current = currentQuestionById(state, taskId);
  const label = sanitiseLine(current?.question.options[option]?.label ?? 'Allow always');
  return `${label}? The agent keeps this itself, outside taskdeck.`;
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
  const verb = verbOf(state.actionTables, operation.action);
  return plainQuestion(state, `${countedTasks(count)} ${plural(count, 'is', 'are')} not ${verb.past} yet.`, [
    ['y', `${thirdPerson(verb)}, then quits`],
    ['n', 'quits without'],
    ['other keys', 'stay'],
  ]);
}

/** With as many names as fit, then the answers if there is room. */
function bulkQuestion(state: State, act: ActionId, taskIds: readonly string[]): Question {
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

function ownCommandWords(
  state: State,
  { name, taskIds }: Extract<Overlay, { readonly kind: 'confirm-own' }>,
): string {
  const [only] = taskIds;
  const task = taskIds.length === 1 && only !== undefined ? knownTask(state, only) : null;
  const tasks = task === null ? `${taskIds.length} tasks` : sanitiseLine(titleOf(task));
  return `Run “${sanitiseLine(name)}” for ${tasks}?`;
}
