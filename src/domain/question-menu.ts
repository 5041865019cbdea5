import { type Message, textOf } from './message.ts';
import type { Question, QuestionOption } from './question.ts';
import { sanitise } from './text/sanitise.ts';

/** A menu is at the end of a message; UTF-16 units. */
const MAX_TAIL = 8_000;
const MIN_OPTIONS = 2;
const MAX_OPTIONS = 9;
/** Lines about keys below the options. */
const MAX_HINTS = 2;
/** Lines above the options that are shown as the question. */
const MAX_TEXT_LINES = 4;

const NO_QUESTIONS: readonly Question[] = [];
/** An unchanged message has the same menu, so that an identity check detects changes. */
const known = new WeakMap<Message, readonly Question[]>();

/**
 * The menu at the end of a terminal agent's last message: 2 to 9 lines that are numbered from 1 without a gap, a marker on
 * exactly one of them, and at most two lines of hints below. Frames and padding do not count. A list without a marker is
 * no menu. The caller makes sure that the agent is idle: it redraws its last message while it works.
 */
export function menuQuestions(messages: readonly Message[]): readonly Question[] {
  const last = messages.at(-1);
  if (last === undefined || last.role === 'user') return NO_QUESTIONS;
  const before = known.get(last);
  if (before !== undefined) return before;
  const menu = menuIn(textOf(last).slice(-MAX_TAIL));
  const questions = menu === null ? NO_QUESTIONS : [toQuestion(last, menu)];
  known.set(last, questions);
  return questions;
}

interface Menu {
  readonly text: string;
  readonly options: readonly QuestionOption[];
}

/** The id has the words besides the position: an agent can draw another menu over an answered one. */
const toQuestion = ({ id }: Message, { text, options }: Menu): Question => ({
  id: `menu-${id}:${hashOf([text, ...options.map(({ label }) => label)].join('\n'))}`,
  kind: 'menu',
  header: '',
  text,
  options,
  takesText: false,
  index: 0,
  count: 1,
});

/** FNV-1a with 32 bits, in base 36. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** Lines, blocks and corners of frames; a bar of ASCII at the sides only. */
const FRAME = '\\u2500-\\u259f';
const LEFT_FRAME = new RegExp(`^\\s*(?:[${FRAME}|]\\s?)*`, 'u');
const RIGHT_FRAME = new RegExp(`[\\s${FRAME}|]+$`, 'u');
const ONLY_FRAME = new RegExp(`^[\\s${FRAME}|+=_-]*$`, 'u');

const OPTION = /^(?<lead>\s*)(?<marker>[❯›>])?(?<gap>\s*)(?<digits>\d{1,2})[.)](?<space>\s+)(?<label>\S.*)$/u;

interface MenuLine {
  /** Null for a line that is no option. */
  readonly number: number | null;
  readonly isMarked: boolean;
  /** The label, or the whole line without its indent. */
  readonly words: string;
  /** The column of the words, in UTF-16 units. */
  readonly column: number;
}

/** Null for a blank line or one of a frame. */
function parseLine(line: string): MenuLine | null {
  if (ONLY_FRAME.test(line)) return null;
  const frame = LEFT_FRAME.exec(line)?.[0] ?? '';
  // Without a frame the indent of the line counts.
  const start = frame.trim() === '' ? 0 : frame.length;
  const text = line.slice(start).replace(RIGHT_FRAME, '');
  const { lead = '', marker = '', gap = '', digits, space = '', label } = OPTION.exec(text)?.groups ?? {};
  if (digits === undefined || label === undefined) {
    const words = text.trimStart();
    return { number: null, isMarked: false, words, column: start + text.length - words.length };
  }
  const column = start + lead.length + marker.length + gap.length + digits.length + 1 + space.length;
  return { number: Number(digits), isMarked: marker !== '', words: label, column };
}

/** Null for no menu. */
function menuIn(tail: string): Menu | null {
  const lines = sanitise(tail).split('\n').map(parseLine);
  let end = lines.length;
  for (let hints = 0; end > 0; end--) {
    const line = lines[end - 1];
    if (line?.number != null) break;
    if (line != null && ++hints > MAX_HINTS) return null;
  }
  const options: MenuLine[] = [];
  /** Rows of the option above them that did not fit on one line, in reverse order. */
  let wrapped: MenuLine[] = [];
  let start = end;
  while (start > 0 && options[0]?.number !== 1) {
    const line = lines[--start];
    if (line == null) continue;
    if (line.number === null) {
      wrapped.push(line);
      continue;
    }
    if (options[0] !== undefined && line.number !== (options[0].number ?? 0) - 1) return null;
    if (options.length === MAX_OPTIONS || wrapped.some(({ column }) => column < line.column)) return null;
    const words = [line, ...wrapped.toReversed()].map((each) => each.words).join(' ');
    options.unshift({ ...line, words });
    wrapped = [];
  }
  const isMenu =
    options[0]?.number === 1 &&
    options.length >= MIN_OPTIONS &&
    options.filter(({ isMarked }) => isMarked).length === 1;
  if (!isMenu) return null;
  return {
    text: textAbove(lines.slice(0, start)),
    options: options.map(({ words }) => ({ label: words, description: '' })),
  };
}

/** The paragraph right above the options; empty without one. */
function textAbove(lines: readonly (MenuLine | null)[]): string {
  const end = lines.findLastIndex((line) => line !== null) + 1;
  const start = lines.lastIndexOf(null, end - 1) + 1;
  return lines
    .slice(Math.max(start, end - MAX_TEXT_LINES), end)
    .map((line) => line?.words ?? '')
    .join(' ');
}
