import { helpWindow } from '../../commands/help.ts';
import { type HelpRow, helpRows } from '../../commands/help-rows.ts';
import { outcomeWindow } from '../../commands/outcome.ts';
import { shownTranscript } from '../../commands/shown-transcript.ts';
import { keyFor } from '../../domain/key-hint.ts';
import { reportOf } from '../../domain/report.ts';
import { titleOf } from '../../domain/task.ts';
import { counted } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { FRAME } from '../../store/geometry.ts';
import { screen } from '../../store/screen.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { windowOf } from '../../store/transcript-view.ts';
import { coverOf } from '../overlays/cover.ts';
import { outboxLines, outboxStatus } from '../overlays/outbox-lines.ts';
import { questionOf } from '../overlays/question.ts';
import { transcriptLines } from '../panes/detail-lines.ts';
import { emptyLines } from '../panes/problem-lines.ts';
import { placeholder } from '../panes/prompt-lines.ts';
import { createTheme } from '../theme.ts';
import { countMessages, lastMessageWords } from './conversation-words.ts';
import { formWords } from './form-words.ts';
import { selectedWords } from './spoken.ts';

/** Wide enough for any sentence: what is said is wrapped where it is written. */
const WIDE = 1_000;
/** More rows than a list of messages on their way has. */
const MANY = 100;

const theme = createTheme({ color: false });

/** Lines that are made to be drawn, as they are read out: without styles, signs and blanks at their ends. */
const read = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => sanitiseLine(line).trim()).filter(Boolean);

/** What has the keys, and what it says. */
export function placeWords(state: State): readonly string[] {
  const { view, list } = state;
  if (view.overlay !== null) return overlayWords(state);
  const task = selectedTask(state);
  if (view.composing !== null) return formWords(state);
  if (view.rewriting !== null)
    return [
      `What the task begins with when it is resumed. ${keyFor('send')} saves it, ${keyFor('leave-prompt')} goes back.`,
    ];
  if (view.focus === 'prompt') {
    const said = task === null ? [] : (lastSaid(state) ?? []);
    return [
      ...said,
      `${sentence(placeholder(state, WIDE))} Press ${keyFor('send')} to send, escape to go back.`,
    ];
  }
  if (task === null)
    return list.at === null || state.creating.length > 0 ? [] : read(emptyLines(state, theme, WIDE));
  return view.focus === 'transcript' ? transcriptWords(state) : [selectedWords(state, task)];
}

/** The same for somebody who comes back to it from what lay over it. */
export function placeAgain(state: State): readonly string[] {
  const { view } = state;
  const task = selectedTask(state);
  if (view.focus === 'prompt' || task === null) return placeWords(state);
  const title = sanitiseLine(titleOf(task));
  return [view.focus === 'list' ? `List: ${title}.` : `Conversation of ${title}.`];
}

/** What the agent asks: its report where it made one, else its last message. */
function lastSaid(state: State): readonly string[] | null {
  const task = selectedTask(state);
  if (task === null) return null;
  const report = reportOf(task);
  return report === '' ? lastMessageWords(state, task.id) : [`It says: ${report}`];
}

function transcriptWords(state: State): readonly string[] {
  const task = selectedTask(state);
  const shown = shownTranscript(state);
  if (task === null || shown === null) return [];
  const title = sanitiseLine(titleOf(task));
  if (shown.view.total === 0)
    return [`Conversation of ${title}.`, ...read(transcriptLines(state, task, theme, WIDE, MANY))];
  const count = countMessages(shown.view.blocks);
  const head = `Conversation of ${title}, ${counted(count, 'message')}.`;
  if (shown.anchor === undefined) return [`${head} The last:`, ...lastMessageWords(state, task.id)];
  const { lines } = windowOf(shown.view, shown.anchor, shown.height);
  return [
    `${head} From where you were:`,
    ...read(lines.map((line) => (line.kind === 'text' ? line.text : ''))),
  ];
}

/** What lies over the panes. Menus and fields speak for themselves. */
export function overlayWords(state: State): readonly string[] {
  const { overlay } = state.view;
  const question = questionOf(state);
  if (question !== null) {
    const keys = question.answers.map(([key, words]) => `${key}: ${words}`).join(', ');
    return [`Question: ${question.words} ${keys}.`];
  }
  switch (overlay?.kind) {
    case 'help':
      return helpWords(state, null);
    case 'outbox':
      return [`Messages on their way: ${state.deliveries.length}.`, ...outboxWords(state)];
    case 'outcome':
    case 'texts':
      return outcomeWords(state, null);
    case 'filter':
      return ['Filter: words, phase:idle, owner:ada, age<2h, !word. Enter keeps it, escape goes back.'];
    case 'search':
      return ['Search the conversation. Enter keeps the hits, escape goes back.'];
    case 'save':
      return ['Save the conversation under which name? Enter saves, escape goes back.'];
    default: {
      const cover = coverOf(state, theme, WIDE, MANY);
      return cover === null ? [] : [`${cover.title}.`, ...read(cover.lines)];
    }
  }
}

/** The message that is chosen among those on their way. */
export function outboxWords(state: State): readonly string[] {
  const { view, deliveries } = state;
  if (view.overlay?.kind !== 'outbox') return [];
  const { index } = view.overlay;
  const chosen = Math.min(index, deliveries.length - 1);
  const lines = read(outboxLines(state, index, theme, WIDE, Math.max(1, deliveries.length)));
  const line = (lines[Math.max(0, chosen)] ?? '').replaceAll(/ {2,}/gu, ', ');
  const place = chosen < 0 ? [] : [`${chosen + 1} of ${deliveries.length}.`];
  return [[line, ...place, ...outboxStatus(state, index)].join(' ')];
}

/** The rows of the help that are on screen and were not before. */
export function helpWords(state: State, before: State | null): readonly string[] {
  const window = helpWindow(state);
  const where = screen(state);
  if (window === null || where.kind === 'tiny') return [];
  const old = before === null ? null : helpWindow(before);
  const rows = helpRows(state, where.body.width - FRAME);
  const words: string[] = [];
  for (let row = window.top; row < Math.min(window.total, window.top + window.height); row++) {
    const wasThere = old !== null && row >= old.top && row < old.top + old.height;
    const line = rows[row];
    if (!wasThere && line !== undefined) words.push(helpRowWords(line));
  }
  const head = before === null ? ['Keys. Space reads on, escape closes.'] : [];
  const end = window.top + window.height >= window.total ? ['End of the keys.'] : [];
  return words.length === 0 ? [] : [...head, ...words.filter(Boolean), ...end];
}

/** The rows of an outcome, or of texts in full, that are on screen and were not before. */
export function outcomeWords(state: State, before: State | null): readonly string[] {
  const window = outcomeWindow(state);
  if (window === null) return [];
  const { title, rows, top, height, total } = window;
  const old = before === null ? null : outcomeWindow(before);
  const fresh = rows
    .slice(top, top + height)
    .filter((_, index) => old === null || top + index < old.top || top + index >= old.top + old.height);
  if (fresh.length === 0) return [];
  const isEnd = top + height >= total;
  const more = isEnd ? '' : ' Space reads on.';
  return [
    ...(before === null ? [`${title}.${more} Escape closes.`] : []),
    ...read(fresh.map(({ kind, text }) => (kind === 'task' ? `${text}:` : text))),
    ...(isEnd ? ['End.'] : []),
  ];
}

function helpRowWords(row: HelpRow): string {
  switch (row.kind) {
    case 'blank':
      return '';
    case 'heading':
      return `${row.text}:`;
    case 'sign':
      return `${row.text}.`;
    case 'entry': {
      const text = [row.text, row.reason].filter(Boolean).join('. Not now: ');
      const keys = row.keys.replaceAll(' ', ' or ').replace('pgdn', 'page down').replace('pgup', 'page up');
      return keys === '' ? text : `${keys}: ${text}`;
    }
  }
}

const sentence = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1) + (/[.?!…)]$/u.test(words) ? '' : '.');
