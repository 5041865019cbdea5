import { reportLine } from '../../domain/agent-report.ts';
import { textOf } from '../../domain/message.ts';
import { asksUser } from '../../domain/needs-attention.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import { type ConversationEntry, messageOf } from '../../domain/stored-conversation.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { ageOf } from '../../domain/text/age.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, padEnd } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { memoize } from '../../store/memoize.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import { needsAttentionIn } from '../../store/slices/attention.ts';
import type { State } from '../../store/state.ts';
import { questionRows } from '../detail/question-rows.ts';
import { linkItems } from '../overlays/link-items.ts';
import { ASKS } from '../rows/chat-words.ts';
import { peekFacts, WARNING } from './peek-facts.ts';
import { type PeekRow, section } from './peek-row.ts';
import { timelineRows } from './timeline-rows.ts';

/** More of the last message is at the end of the peek, rows. */
const MAX_MESSAGE_ROWS = 12;
/** A longer text is cut, UTF-16 units: its layout takes time. The transcript has all of it. */
const MAX_TEXT = 64 * 1_024;
/** More links are in the menu of links. */
const MAX_LINKS = 20;
/** Rows of a question: more than any has. */
const QUESTION_ROOM = 10_000;
/** Between two columns. */
const GAP = 2;

/** Everything known of a task in rows of `width` columns, the most urgent first. */
export function peekRows(state: State, task: Task, width: number): readonly PeekRow[] {
  const message = lastMessageRows(state, task, width);
  const isCut = message.length > MAX_MESSAGE_ROWS;
  const facts = peekFacts(state, task);
  const labels = Math.max(...facts.map(([name]) => name.length));
  return [
    ...titleRows(task, width),
    phaseRow(state, task),
    ...section(
      '',
      questionRows(state, task, width, QUESTION_ROOM).map((row) => ({
        kind: 'question',
        row,
        text: [row.text, row.rest].filter(Boolean).join(''),
      })),
    ),
    ...section('Last message', isCut ? message.slice(0, MAX_MESSAGE_ROWS) : message),
    ...(isCut ? [dim(`… ${message.length - MAX_MESSAGE_ROWS} more rows, below`)] : []),
    ...section(
      'Facts',
      facts.flatMap(([name, value]) => factRows(name, value, labels, width)),
    ),
    ...section('Links', linkRows(state, task, width)),
    ...timelineRows(state, task, width),
    ...section('First prompt', promptRows(task.initialPrompt, width)),
    ...(isCut ? section('Last message in full', message) : []),
  ];
}

/** The columns of the frame beside a title in it. */
const TITLE_FRAME = 4;

/** The title where the frame cuts it. */
function titleRows(task: Task, width: number): readonly PeekRow[] {
  const title = sanitiseLine(titleOf(task));
  return displayWidth(title) <= width - TITLE_FRAME ? [] : plainRows(title, width, 'strong');
}

const dim = (text: string): PeekRow => ({ kind: 'dim', text });

const plainRows = (
  text: string,
  width: number,
  kind: 'plain' | 'strong' | 'bad' = 'plain',
): readonly PeekRow[] =>
  text === '' ? [] : wrap(text, Math.max(1, width)).map((row): PeekRow => ({ kind, text: row }));

function phaseRow(state: State, task: Task): PeekRow {
  const phase = phaseIn(state, task);
  const word = phase === 'idle' && asksUser(task) ? ASKS : phase;
  const needs = needsAttentionIn(state, task) ? ' · needs you' : '';
  return { kind: 'phase', phase, text: `${word} ${ageOf(phaseSince(task, state.now), state.now)}${needs}` };
}

/** A label and its value, which continues below itself. */
function factRows(name: string, value: string, labels: number, width: number): readonly PeekRow[] {
  const isWarning = name === WARNING;
  const rows = wrap(value, Math.max(1, width - labels - GAP));
  return rows.map(
    (row, index): PeekRow => ({
      kind: isWarning ? 'bad' : 'plain',
      text: `${padEnd(index === 0 ? name : '', labels)}${' '.repeat(GAP)}${row}`,
    }),
  );
}

function linkRows(state: State, task: Task, width: number): readonly PeekRow[] {
  const items = linkItems(state, task.id).filter(({ about }) => about !== '');
  const rows = items.slice(0, MAX_LINKS).flatMap(({ about }) => plainRows(about, width));
  const more = items.length - MAX_LINKS;
  return more > 0 ? [...rows, dim(`… ${more} more`)] : rows;
}

/** Messages at the end among which the last words of the agent are searched: tools can fill many. */
const MAX_MESSAGES = 50;

/** The last words of the agent with their lines; the report where the conversation is not known. */
function lastMessageRows(state: State, task: Task, width: number): readonly PeekRow[] {
  const { entries } = mergedTranscriptOf(state, task.id).conversation;
  const report = reportLine(task);
  const said = lastWordsIn(entries);
  if (said === '') return plainRows(report, width);
  // A report that only repeats the message is not shown twice.
  const isRepeated = report === '' || said.replaceAll(/\s+/gu, ' ').includes(report);
  return [...(isRepeated ? [] : plainRows(`“${report}”`, width)), ...messageRows(said, width)];
}

const lastWordsIn = memoize((entries: readonly ConversationEntry[]): string => {
  for (const entry of entries.slice(-MAX_MESSAGES).reverse()) {
    const message = messageOf(entry);
    const text = message?.role === 'agent' ? textOf(message).trim() : '';
    if (text !== '') return text;
  }
  return '';
});

const textRows = (text: string, width: number): readonly PeekRow[] => {
  const words = sanitise(text.slice(0, MAX_TEXT)).trim();
  const rows = words
    .split('\n')
    .flatMap((line) => (line === '' ? [{ kind: 'plain', text: '' } as const] : plainRows(line, width)));
  return text.length > MAX_TEXT ? [...rows, dim('… The transcript has the rest.')] : words === '' ? [] : rows;
};

const messageRows = memoize(textRows);
const promptRows = memoize(textRows);
