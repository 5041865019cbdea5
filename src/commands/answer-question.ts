import { keyFor } from '../domain/key-placeholder.ts';
import type { Question } from '../domain/question.ts';
import { answerOf, type QuestionAnswer } from '../domain/question-answer.ts';
import { type Availability, closedReason } from '../domain/rules.ts';
import { counted } from '../domain/text/format.ts';
import {
  answerBeingSent,
  type CurrentQuestion,
  currentQuestionById,
  idOfQuestions,
  permissionBeingSent,
  questionInReach,
} from '../store/current-question.ts';
import { draft, selectedTask } from '../store/selectors.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import { type Command, type CommandContext, type KeyContext, keysOf } from './command.ts';
import { finishSending, leavePrompt } from './prompt-draft.ts';
import { scrollByPage } from './transcript-scroll.ts';

/** Keys answer a question only after it has been in reach for this time, ms. */
const GUARD_MS = 300;
/** A key that answers repeats no sooner when it is held: the longest usual delay of a keyboard, ms. */
const HELD_KEY_MS = 700;

const NO_QUESTION = 'It asks nothing.';
const SENDING = 'The answer is being sent.';
const ONLY_OPTIONS = 'It takes only the options.';

const note = ({ store, clock }: CommandContext, text: string): void =>
  store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });

/** Whether the question in reach can be answered now, apart from the time. */
function mayAnswer(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return 'No task is selected.';
  const closed = closedReason(task);
  if (closed !== null) return closed;
  const current = questionInReach(state);
  if (current !== null) return true;
  const isSending = answerBeingSent(state, task) !== null || permissionBeingSent(state, task) !== null;
  return isSending ? SENDING : NO_QUESTION;
}

/**
 * The question in reach; null, with a notice, while a key must not answer it. `key` may be held. `opens`: the key only opens
 * the options, which the palette does, too.
 */
function answerable(context: CommandContext, key: string, opens = false): CurrentQuestion | null {
  const { store, clock } = context;
  const state = store.getState();
  const current = questionInReach(state);
  if (current === null) return null;
  const now = clock.now();
  const { questionInReach: reach, answerKey } = state;
  if (answerKey?.key === key && now - answerKey.at < HELD_KEY_MS) {
    store.dispatch({ type: 'answer-key-pressed', key, now });
    note(context, `A held key answers only one question. Release it, and press ${key} again.`);
    return null;
  }
  const isNew = reach === null ? !opens : reach.id !== current.id || now - reach.since < GUARD_MS;
  if (isNew) {
    note(context, 'The question has just appeared. Read it, and press the key again.');
    return null;
  }
  store.dispatch({ type: 'answer-key-pressed', key, now });
  return current;
}

/** Answers the question by its option with this index. */
function chooseOption(context: CommandContext, key: string, index: number): void {
  const current = answerable(context, key);
  if (current === null) return;
  const { options } = current.question;
  if (options[index] !== undefined) return answer(context, current, { option: index });
  const others = current.question.takesText ? ` ${keyFor('question')} shows how to answer in words.` : '';
  note(
    context,
    options.length === 0
      ? `It has no options.${others}`
      : `It has ${counted(options.length, 'option')}.${others}`,
  );
}

/** Keeps the answer until the last question has one; then sends all of them. */
function answer(context: CommandContext, current: CurrentQuestion, given: QuestionAnswer): void {
  const { store, outbox } = context;
  const { taskId, questions, question } = current;
  if (question.kind === 'permission') return answerPermission(context, current, given);
  const answers = [...current.answers, given];
  const soFar = (some: readonly QuestionAnswer[]): void =>
    store.dispatch({
      type: 'answers-changed',
      taskId,
      soFar: { questionIds: idOfQuestions(questions), answers: some },
    });
  if (answers.length < questions.length) return soFar(answers);
  soFar([]);
  if (store.getState().view.overlay?.kind === 'options') store.dispatch({ type: 'overlay-closed' });
  const { text, extras } = answerOf(questions, answers);
  // Files belong to the words of the draft, not to options.
  const files = 'text' in given ? (store.getState().attachments.get(taskId) ?? []) : [];
  if (files.length > 0) store.dispatch({ type: 'attachments-changed', key: taskId, files: [] });
  outbox.add(taskId, text, { extras: files.length === 0 ? extras : { ...extras, attachments: files } });
}

/** Answers a permission request, or asks once more when the agent keeps the answer. */
function answerPermission(
  { store, operations }: CommandContext,
  { taskId, id, question }: CurrentQuestion,
  given: QuestionAnswer,
): void {
  const index = 'option' in given ? given.option : -1;
  const option = question.options[index];
  if (option === undefined) return;
  if (option.effect === 'allow_always')
    return store.dispatch({
      type: 'overlay-opened',
      overlay: { kind: 'confirm-permission', taskId, questionId: id, option: index },
    });
  operations.answerPermission(taskId, question, option);
}

/** Answers with the option that the agent keeps after a yes, if the request is still open. */
export function answerPermissionQuestion(
  context: CommandContext,
  { taskId, questionId, option: index }: Extract<Overlay, { readonly kind: 'confirm-permission' }>,
  yes: boolean,
): void {
  const current = currentQuestionById(context.store.getState(), taskId);
  const option = current?.question.options[index];
  if (current === null || current.id !== questionId || option === undefined)
    return note(context, 'The question is no longer open: it was answered elsewhere, or the agent went on.');
  if (yes) context.operations.answerPermission(taskId, current.question, option);
  else note(context, 'Not answered.');
}

/** Gives the keys to the options of the task's question. */
function openOptions({ store }: CommandContext, { taskId, id }: CurrentQuestion): void {
  store.dispatch({
    type: 'overlay-opened',
    overlay: { kind: 'options', taskId, questionId: id, option: 0 },
  });
}

/** The number of rows of the open question: its options and other words. */
const choiceCount = ({ options, takesText }: Question): number => options.length + (takesText ? 1 : 0);

const chosenOption = ({ view: { overlay } }: State): number =>
  overlay?.kind === 'options' ? overlay.option : 0;

/** Moves the selection among the options, around the ends. */
function moveOption({ store }: CommandContext, step: -1 | 1): void {
  const state = store.getState();
  const { overlay } = state.view;
  const current = questionInReach(state);
  if (overlay?.kind !== 'options' || current === null) return;
  const count = Math.max(1, choiceCount(current.question));
  const option = (overlay.option + step + count) % count;
  store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, option } });
}

/** Opens the prompt of the task for an answer in words. The draft of the task is the beginning of it. */
function writeAnswer(context: CommandContext): void {
  const { store } = context;
  const current = questionInReach(store.getState());
  if (current === null) return;
  const { taskId, question } = current;
  if (!question.takesText) return note(context, ONLY_OPTIONS);
  store.dispatch(
    { type: 'overlay-closed' },
    { type: 'open-form-changed', openForm: null },
    { type: 'recipients-changed', writesToMarked: false },
    { type: 'task-selected', taskId },
    { type: 'pane-focused', pane: 'prompt' },
    { type: 'answered-question-changed', question: { taskId, questionId: question.id } },
  );
}

/** Answers the question of the prompt with its text, unless the question is no longer open: then the draft stays. */
export function answerInWords(context: CommandContext): void {
  const { store } = context;
  const state = store.getState();
  const { answeredQuestion } = state.view;
  const current = currentQuestionById(state, answeredQuestion?.taskId ?? null);
  const { text } = draft(state);
  if (text.trim() === '') return note(context, 'The answer is empty.');
  if (current === null || current.question.id !== answeredQuestion?.questionId) {
    leavePrompt(store);
    return note(context, 'The question is no longer open: it was answered elsewhere. The draft stays.');
  }
  finishSending(store, current.taskId, text);
  answer(context, current, { text: text.trim() });
  const next = currentQuestionById(store.getState(), current.taskId);
  if (next !== null && next.questions === current.questions) openOptions(context, next);
}

const keyAt = (context: CommandContext, command: Pick<Command, 'id' | 'keys'>, index: number): string =>
  keysOf(command, context.store.getState().customKeys)[index] ?? '';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Answers the question in reach by the numbers of its options, in this part of the screen. */
export function digitCommand(id: string, title: string, keyContext: KeyContext): Command {
  const command: Command = {
    id,
    title,
    hint: 'answer',
    keys: DIGITS,
    keyContext,
    keyOnly: true,
    sends: true,
    enabled: mayAnswer,
    run: (context, keyIndex) => chooseOption(context, keyAt(context, command, keyIndex), keyIndex),
  };
  return command;
}

export const focusQuestion: Command = {
  id: 'question',
  title: 'Answer the question',
  hint: 'choose',
  keys: ['enter'],
  keyContext: 'list',
  applies: (state) => mayAnswer(state) === true,
  enabled: mayAnswer,
  run(context, keyIndex) {
    const current = answerable(context, keyAt(context, focusQuestion, keyIndex), true);
    if (current !== null) openOptions(context, current);
  },
};

const takeOption: Command = {
  id: 'take-option',
  title: 'Answer by the selected option',
  hint: 'choose',
  keys: ['enter'],
  keyContext: 'options',
  // After the last option, it opens the prompt.
  sends: (state) => chosenOption(state) < (questionInReach(state)?.question.options.length ?? 0),
  run(context, keyIndex) {
    const state = context.store.getState();
    const current = questionInReach(state);
    if (current === null) return;
    const option = chosenOption(state);
    if (option >= current.question.options.length) return writeAnswer(context);
    chooseOption(context, keyAt(context, takeOption, keyIndex), option);
  },
};

/** The answer before this one is given again. */
const previousQuestion: Command = {
  id: 'previous-question',
  title: 'Back to the question before',
  hint: 'question before',
  keys: ['backspace', 'left'],
  keyContext: 'options',
  enabled: (state) => (questionInReach(state)?.answers.length ?? 0) > 0 || 'It is the first question.',
  run({ store }) {
    const current = questionInReach(store.getState());
    if (current === null) return;
    const { taskId, questions, answers } = current;
    store.dispatch({
      type: 'answers-changed',
      taskId,
      soFar: { questionIds: idOfQuestions(questions), answers: answers.slice(0, -1) },
    });
  },
};

/** A digit answers the question of the task; the open options have keys of their own. */
export const questionCommands: readonly Command[] = [
  focusQuestion,
  digitCommand('answer-option', 'Answer the question by its option', 'panes'),
  {
    id: 'next-option',
    title: 'Next option',
    keys: ['down', 'j'],
    keyContext: 'options',
    run: (context) => moveOption(context, 1),
  },
  {
    id: 'previous-option',
    title: 'Previous option',
    keys: ['up', 'k'],
    keyContext: 'options',
    run: (context) => moveOption(context, -1),
  },
  takeOption,
  digitCommand('option-number', 'Answer by the number of an option', 'options'),
  {
    id: 'answer-in-words',
    title: 'Answer in your own words',
    hint: 'own words',
    keys: ['i'],
    keyContext: 'options',
    enabled: (state) => questionInReach(state)?.question.takesText === true || ONLY_OPTIONS,
    run: writeAnswer,
  },
  previousQuestion,
  {
    id: 'question-scroll-up',
    title: 'Scroll the conversation up',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'options',
    run: (context) => scrollByPage(context, -1),
  },
  {
    id: 'question-scroll-down',
    title: 'Scroll the conversation down',
    keys: ['pagedown', 'ctrl+d'],
    keyContext: 'options',
    run: (context) => scrollByPage(context, 1),
  },
  {
    id: 'question-in-full',
    title: 'Read the question in full',
    hint: 'in full',
    keys: ['v'],
    keyContext: 'options',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'texts', top: 0 } }),
  },
];
