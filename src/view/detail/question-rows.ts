import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { Question, QuestionOption } from '../../domain/question.ts';
import type { QuestionAnswer } from '../../domain/question-answer.ts';
import type { Task } from '../../domain/task.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import {
  answerBeingSent,
  type CurrentQuestion,
  currentQuestion,
  permissionBeingSent,
} from '../../store/current-question.ts';
import { memoize } from '../../store/memoize.ts';
import type { State } from '../../store/state.ts';
import { scrollIntoView } from '../rows/scroll-into-view.ts';
import { deliveryWords } from './pending-words.ts';

/** A row of the question below the conversation. Plain text that is safe to show. */
export interface QuestionRow {
  readonly kind:
    | 'head'
    | 'text'
    | 'detail'
    | 'added'
    | 'removed'
    | 'answers'
    | 'option'
    | 'description'
    | 'hint'
    | 'more';
  readonly text: string;
  /** The part of an option's text that is not its label. */
  readonly rest?: string;
  /** Whether the keys choose this option. */
  readonly selected?: boolean;
}

/** Rows that the conversation keeps where there is room for both. */
const MIN_TRANSCRIPT_ROWS = 3;
const TRANSCRIPT_SHARE = 1 / 3;
/** Columns before the text of an option, and before its description on a row of its own. */
const POINTER = 2;
const INDENT = 4;
/** A narrower description gets rows of its own, or is left out, columns. */
const MIN_DESCRIPTION = 12;

/**
 * The question of the task in at most `room` rows; none without a question. Options stay before the text, and the text
 * before descriptions.
 */
export function questionRows(state: State, task: Task, width: number, room: number): readonly QuestionRow[] {
  const current = currentQuestion(state, task);
  if (current === null) return sendingRows(state, task, width, room);
  if (room < 2) return [];
  const selected = selectedOption(state, current);
  const isOpen = selected !== null;
  const { question } = current;
  const options = optionRows(question, width, selected, true);
  const compact = optionRows(question, width, selected, false);
  const before = answersRow(current, width);
  const hint: QuestionRow = { kind: 'hint', text: hintWords(state, current, isOpen, width) };
  const text = textRows(question, width);
  const [head] = headRows(current, width);
  const minimum = 2 + compact.length;
  const wanted = Math.max(minimum, room - Math.max(MIN_TRANSCRIPT_ROWS, Math.floor(room * TRANSCRIPT_SHARE)));
  const limit = Math.min(room, wanted);
  if (limit < minimum || head === undefined) return smallest(current, compact, width, room);

  let left = limit - minimum;
  const hints = left > 0 ? [hint] : [];
  left -= hints.length;
  const shown = cut(text, Math.max(1, Math.min(text.length, left + 1)), width, state, isOpen);
  left -= shown.length - 1;
  const hasRoomForAll = options.length - compact.length <= left;
  if (hasRoomForAll) left -= options.length - compact.length;
  return [
    head,
    ...(left >= before.length ? before : []),
    ...shown,
    ...(hasRoomForAll ? options : compact),
    ...hints,
  ];
}

/** The index of the selected option; null while other keys than those of the options are active. */
function selectedOption({ view: { overlay } }: State, { taskId }: CurrentQuestion): number | null {
  return overlay?.kind === 'options' && overlay.taskId === taskId ? overlay.option : null;
}

/** The subject of the question, and its place among several: `Auth, question 2 of 3`. */
export function questionTitle({ question, questions }: CurrentQuestion): string {
  if (question.kind === 'permission')
    return questions.length > 1 ? `permission, ${questions.length - 1} more after it` : KIND_WORDS.permission;
  const header = sanitiseLine(question.header);
  const place = question.count > 1 ? `question ${question.index + 1} of ${question.count}` : '';
  if (header === '' && place === '') return KIND_WORDS[question.kind];
  return [header, place].filter(Boolean).join(', ');
}

const KIND_WORDS: Readonly<Record<Question['kind'], string>> = {
  choice: 'question',
  plan: 'plan',
  permission: 'permission',
  menu: 'menu',
};

const headRows = (current: CurrentQuestion, width: number): readonly QuestionRow[] => [
  { kind: 'head', text: truncate(`? ${questionTitle(current)}`, Math.max(1, width - 6)) },
];

/** The text of a question in rows, then what a permission is about. */
const textRows = memoize((question: Question, width: number): readonly QuestionRow[] => {
  const words = sanitise(question.text).trim();
  const rows = words === '' ? ['(no text)'] : wrap(words, Math.max(1, width));
  const detail = question.detail === undefined ? [] : sanitise(question.detail).split('\n');
  return [
    ...rows.map((text): QuestionRow => ({ kind: 'text', text })),
    ...detail.map(
      (line): QuestionRow => ({ kind: detailKind(line), text: truncate(line, Math.max(1, width)) }),
    ),
  ];
});

const detailKind = (line: string): QuestionRow['kind'] =>
  line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'detail';

/** The first `count` rows; a cut text says where all of it is. */
function cut(
  rows: readonly QuestionRow[],
  count: number,
  width: number,
  state: State,
  isOpen: boolean,
): readonly QuestionRow[] {
  if (rows.length <= count) return rows;
  const keys = isOpen ? keyFor('question-in-full') : `${keyFor('question')} ${keyFor('question-in-full')}`;
  const more = withKeyNames(`… ${keys} shows all`, state.keyNames);
  if (count > 1) return [...rows.slice(0, count - 1), { kind: 'more', text: truncate(more, width) }];
  const room = width - displayWidth(more) - 1;
  const only = rows.flatMap(({ kind, text }) => (kind === 'text' ? [text] : [])).join(' ');
  return [
    {
      kind: 'text',
      text: room < MIN_DESCRIPTION ? truncate(only, width) : `${truncate(only, room)} ${more}`,
    },
  ];
}

/** The words for an answer that is no option. */
export const otherWords = ({ kind }: Question): string =>
  kind === 'plan' ? 'Comment on the plan' : 'Other: your own words';

/** A row for each option and for other words, and below an option its description if `full`. */
function optionRows(
  question: Question,
  width: number,
  selected: number | null,
  full: boolean,
): readonly QuestionRow[] {
  const { options, takesText } = question;
  const rows = options.flatMap((option, index) => optionRow(option, index, width, selected === index, full));
  if (!takesText) return rows;
  return [
    ...rows,
    {
      kind: 'option',
      text: truncate(`i ${otherWords(question)}`, width - POINTER),
      selected: selected === options.length,
    },
  ];
}

function optionRow(
  { label, description }: QuestionOption,
  index: number,
  width: number,
  selected: boolean,
  full: boolean,
): readonly QuestionRow[] {
  const room = width - POINTER;
  const name = truncate(`${index + 1} ${sanitiseLine(label)}`, room);
  const about = sanitiseLine(description);
  if (about === '') return [{ kind: 'option', text: name, selected }];
  const beside = room - displayWidth(name) - 2;
  if (displayWidth(about) <= beside || (!full && beside >= MIN_DESCRIPTION))
    return [{ kind: 'option', text: name, rest: `  ${truncate(about, beside)}`, selected }];
  if (!full) return [{ kind: 'option', text: name, selected }];
  return [
    { kind: 'option', text: name, selected },
    ...wrap(about, Math.max(1, width - INDENT)).map((text): QuestionRow => ({ kind: 'description', text })),
  ];
}

/** The answers to the questions before; none at the first. */
function answersRow({ questions, answers }: CurrentQuestion, width: number): readonly QuestionRow[] {
  if (answers.length === 0) return [];
  const words = answers.map((answer, index) => `${index + 1} ${answerWords(questions[index], answer)}`);
  return [{ kind: 'answers', text: truncate(`answered: ${words.join(' · ')}`, width) }];
}

/** The label of the option, or the words. Safe to show. */
export const answerWords = (question: Question | undefined, answer: QuestionAnswer): string =>
  sanitiseLine('option' in answer ? (question?.options[answer.option]?.label ?? '') : answer.text);

/** The keys that answer, as many as fit, the most useful first. */
function hintWords(state: State, current: CurrentQuestion, isOpen: boolean, width: number): string {
  let text = '';
  for (const words of hints(state, current, isOpen)) {
    const longer = text === '' ? words : `${text}, ${words}`;
    if (displayWidth(longer) > width && text !== '') break;
    text = longer;
  }
  return truncate(text, width);
}

function hints(state: State, current: CurrentQuestion, isOpen: boolean): readonly string[] {
  const { question, answers, taskId } = current;
  const key = (id: string): string => withKeyNames(keyFor(id), state.keyNames);
  if (state.view.answeredQuestion?.taskId === taskId)
    return [`${key('send')} sends your words`, `${key('leave-prompt')} goes back`];
  const { length } = question.options;
  const digits = length === 0 ? [] : [length === 1 ? '1 answers' : `1-${length} answer`];
  if (!isOpen) return state.view.pane === 'list' ? [...digits, `${key('question')} chooses`] : digits;
  return [
    ...digits,
    `${key('take-option')} chooses`,
    'esc back',
    ...(answers.length > 0 ? [`${key('previous-question')} question before`] : []),
  ];
}

/** The question in one row, and as many options as fit around the selected one. */
function smallest(
  { question }: CurrentQuestion,
  options: readonly QuestionRow[],
  width: number,
  room: number,
): readonly QuestionRow[] {
  const text: QuestionRow = {
    kind: 'text',
    text: truncate(`? ${sanitiseLine(question.text) || '(no text)'}`, width),
  };
  const rows = room - 1;
  const selected = Math.max(
    0,
    options.findIndex((row) => row.selected === true),
  );
  const top = scrollIntoView(0, selected, rows, options.length);
  return [text, ...options.slice(top, top + rows)];
}

/** The status of the answer while no server has it; none without one. */
function sendingRows(state: State, task: Task, width: number, room: number): readonly QuestionRow[] {
  const permission = permissionBeingSent(state, task);
  if (permission !== null) {
    const rows: readonly QuestionRow[] = [
      { kind: 'head', text: truncate('your answer is being sent', Math.max(1, width - 6)) },
      { kind: 'text', text: truncate(sanitiseLine(permission), width) },
    ];
    return rows.slice(0, room);
  }
  const delivery = answerBeingSent(state, task);
  if (delivery === null) return [];
  const words = deliveryWords(delivery, state.fullQueues.has(task.id));
  const rows: readonly QuestionRow[] = [
    { kind: 'head', text: truncate('your answer is being sent', Math.max(1, width - 6)) },
    { kind: 'text', text: truncate(sanitiseLine(delivery.text), width) },
    { kind: 'hint', text: truncate(withKeyNames(words, state.keyNames), width) },
  ];
  return rows.slice(0, room);
}
