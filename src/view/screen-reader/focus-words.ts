import { reportLine } from '../../domain/agent-report.ts';
import { attachmentLabel } from '../../domain/attachment.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import { quotable } from '../../domain/review/review-message.ts';
import { chatFacts, titleOf } from '../../domain/task.ts';
import { counted } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { attachedFiles } from '../../store/attachments.ts';
import { currentQuestionById, questionInReach } from '../../store/current-question.ts';
import { selectedHeading } from '../../store/list-items.ts';
import { allPendingMessages } from '../../store/pending-messages.ts';
import { editedComment } from '../../store/review.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import { placeholder } from '../bars/prompt-lines.ts';
import { transcriptLines } from '../detail/detail-lines.ts';
import { optionWords, questionWords } from '../detail/question-words.ts';
import { countMessages, lastMessageWords } from '../detail/transcript-words.ts';
import { visibleTranscript } from '../detail/visible-transcript.ts';
import { commentPlaceWords } from '../diff/comment-rows.ts';
import { diffHeading } from '../diff/diff-window.ts';
import { filterExamples } from '../list/filter-examples.ts';
import { headingWords } from '../list/heading-line.ts';
import { selectedWords } from '../list/list-words.ts';
import { emptyLines } from '../list/problem-lines.ts';
import { formWords } from '../overlays/form-words.ts';
import type { HelpRow, HelpWindow } from '../overlays/help-rows.ts';
import { modalOf } from '../overlays/modal.ts';
import { outboxLines, outboxStatus, outboxTitle } from '../overlays/outbox-lines.ts';
import { resultWindow } from '../overlays/result-window.ts';
import { editEffects } from '../questions/edit-effects.ts';
import { questionOf } from '../questions/question.ts';
import { PLAIN_THEME } from '../theme.ts';
import { visibleLines } from '../transcript/transcript-view.ts';
import { diffWords } from './diff-words.ts';
import { peekWords } from './peek-words.ts';
import { requestWords } from './request-words.ts';
import { worktreeQuestionWords, worktreeWords } from './worktree-choice-words.ts';

/** Lines are not wrapped here: the output wraps them. */
const WIDE = 1_000;
/** More rows than the outbox has. */
const MAX_ROWS = 100;

/** Drawn lines as text: without styles and blanks at the ends. */
const readableLines = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => sanitiseLine(line).trim()).filter(Boolean);

/** The focused part of the screen and its content. `help` is null while the help is closed. */
export function focusWords(state: State, help: HelpWindow | null): readonly string[] {
  const { view, listFreshness } = state;
  if (view.overlay !== null) return overlayWords(state, help);
  if (view.openDiff !== null && view.focus !== 'prompt') return diffWords(state, null);
  const comment = editedComment(state);
  if (comment !== null)
    return [
      `Comment on ${commentPlaceWords(comment)}. ${quotable(comment.lineText)}`.trimEnd(),
      `Press ${keyFor('send')} to keep it, escape to go back; the text stays.`,
    ];
  const task = selectedTask(state);
  if (view.openForm !== null) return formWords(state);
  const edited = taskById(state, view.initialPromptTaskId);
  if (edited !== null && chatFacts(edited) !== null) {
    const effects = editEffects(state, edited);
    return [
      `Last prompt of the chat.${effects === '' ? '' : ` Sending ${effects}.`} ${keyFor('send')} asks first, ${keyFor('leave-prompt')} goes back.`,
    ];
  }
  if (view.initialPromptTaskId !== null)
    return [
      `Initial prompt of the task, used by the next resume. ${keyFor('send')} saves it, ${keyFor('leave-prompt')} goes back.`,
    ];
  if (view.answeredQuestion !== null) {
    const current = currentQuestionById(state, view.answeredQuestion.taskId);
    const text = sanitiseLine(current?.question.text ?? '');
    return [`Your answer to: ${text} Press ${keyFor('send')} to send, escape to go back.`];
  }
  if (view.focus === 'prompt') {
    const message = task === null ? [] : (lastAgentWords(state) ?? []);
    const files = attachedFiles(state);
    const attached = files.length === 0 ? [] : [`Attached: ${files.map(attachmentLabel).join(', ')}.`];
    return [
      ...message,
      ...attached,
      `${sentence(placeholder(state, WIDE))} Press ${keyFor('send')} to send, escape to go back.`,
    ];
  }
  const group = selectedHeading(state);
  if (group !== null) return [`${headingWords(group)} ${keyFor('expand-group')} shows its tasks.`];
  if (task === null)
    return listFreshness.requestedAt === null || state.pendingCreations.length > 0
      ? []
      : readableLines(emptyLines(state, PLAIN_THEME, WIDE));
  return view.focus === 'transcript' ? transcriptWords(state) : [selectedWords(state, task)];
}

/** A short form of `focusWords` for the return from an overlay. */
export function returnWords(state: State): readonly string[] {
  const { view } = state;
  const task = selectedTask(state);
  if (view.openDiff !== null && view.focus !== 'prompt') return [`${diffHeading(state, view.openDiff)}.`];
  if (view.focus === 'prompt' || task === null) return focusWords(state, null);
  const title = sanitiseLine(titleOf(task));
  return [view.focus === 'list' ? `List: ${title}.` : `Transcript of ${title}.`];
}

/** The agent's report, or its last message. */
function lastAgentWords(state: State): readonly string[] | null {
  const task = selectedTask(state);
  if (task === null) return null;
  const report = reportLine(task);
  return report === '' ? lastMessageWords(state, task.id) : [`Report: ${report}`];
}

function transcriptWords(state: State): readonly string[] {
  const task = selectedTask(state);
  const visible = visibleTranscript(state);
  if (task === null || visible === null) return [];
  const title = sanitiseLine(titleOf(task));
  if (visible.view.total === 0)
    return [
      `Transcript of ${title}.`,
      ...readableLines(transcriptLines(state, task, PLAIN_THEME, WIDE, MAX_ROWS)),
    ];
  const count = countMessages(visible.view.blocks);
  const head = `Transcript of ${title}, ${counted(count, 'message')}.`;
  if (visible.anchor === undefined) return [`${head} The last:`, ...lastMessageWords(state, task.id)];
  const { lines } = visibleLines(visible.view, visible.anchor, visible.height);
  return [
    `${head} From where you were:`,
    ...readableLines(lines.map((line) => (line.kind === 'text' ? line.text : ''))),
  ];
}

/** The open overlay. Menus and fields announce themselves. */
export function overlayWords(state: State, help: HelpWindow | null): readonly string[] {
  const { overlay } = state.view;
  const question = questionOf(state);
  if (question !== null) {
    const keys = question.answers.map(([key, words]) => `${key}: ${words}`).join(', ');
    const details = overlay?.kind === 'confirm-worktree' ? worktreeQuestionWords(state) : [];
    return [...details, `Question: ${question.words} ${keys}.`];
  }
  switch (overlay?.kind) {
    case 'help':
      return helpWords(help, null);
    case 'outbox':
      return [
        `${outboxTitle(state)}: ${counted(allPendingMessages(state).length, 'message')}.`,
        ...outboxWords(state),
      ];
    case 'options':
      return openQuestionWords(state);
    case 'worktree':
      return worktreeWords(state);
    case 'outcome':
    case 'texts':
      return resultWords(state, null);
    case 'requests':
      return requestWords(state, null);
    case 'peek':
      return peekWords(state, null);
    case 'filter':
      return [`Filter: ${filterExamples(state)}. Enter keeps it, escape goes back.`];
    case 'diff-search':
      return ['Search the diff. Enter keeps the hits, escape goes back.'];
    case 'search':
      return ['Search the transcript. Enter keeps the hits, escape goes back.'];
    case 'rename':
      return [
        `The title of the chat. Enter renames it, ${keyFor('propose-title')} lets the server propose one, escape goes back.`,
      ];
    case 'attach':
      return [
        `Path of a file to attach. Enter attaches it, ${keyFor('complete-path')} completes it, escape goes back.`,
      ];
    case 'save':
      return ['Save the transcript under which name? Enter saves, escape goes back.'];
    default: {
      const modal = modalOf(state, help, PLAIN_THEME, WIDE, MAX_ROWS);
      return modal === null ? [] : [`${modal.title}.`, ...readableLines(modal.lines)];
    }
  }
}

/** The open question with the keys that answer it. */
function openQuestionWords(state: State): readonly string[] {
  const current = questionInReach(state);
  if (current === null) return [];
  return [questionWords(current), `${keyFor('take-option')} or the number answers, escape goes back.`];
}

/** The selected option of the open question. */
export function selectedOptionWords(state: State): readonly string[] {
  const { overlay } = state.view;
  const current = questionInReach(state);
  return overlay?.kind === 'options' && current !== null ? [optionWords(current, overlay.option)] : [];
}

/** The chosen message of the outbox. */
export function outboxWords(state: State): readonly string[] {
  const { view } = state;
  if (view.overlay?.kind !== 'outbox') return [];
  const { index } = view.overlay;
  const { length } = allPendingMessages(state);
  const chosen = Math.min(index, length - 1);
  const lines = readableLines(outboxLines(state, index, PLAIN_THEME, WIDE, Math.max(1, length)));
  const line = (lines[Math.max(0, chosen)] ?? '').replaceAll(/ {2,}/gu, ', ');
  const place = chosen < 0 ? [] : [`${chosen + 1} of ${length}.`];
  return [[line, ...place, ...outboxStatus(state, index)].join(' ')];
}

/** The rows of the help that were not visible before. */
export function helpWords(window: HelpWindow | null, before: HelpWindow | null): readonly string[] {
  if (window === null) return [];
  const words: string[] = [];
  for (let row = window.top; row < Math.min(window.total, window.top + window.height); row++) {
    const wasThere = before !== null && row >= before.top && row < before.top + before.height;
    const line = window.rows[row];
    if (!wasThere && line !== undefined) words.push(helpRowWords(line));
  }
  const head = before === null ? ['Keys. Space reads on, escape closes.'] : [];
  const end = window.top + window.height >= window.total ? ['End of the keys.'] : [];
  return words.length === 0 ? [] : [...head, ...words.filter(Boolean), ...end];
}

/** The rows of bulk results or full texts that were not visible before. */
export function resultWords(state: State, before: State | null): readonly string[] {
  const window = resultWindow(state);
  if (window === null) return [];
  const { title, rows, top, height, total } = window;
  const old = before === null ? null : resultWindow(before);
  const fresh = rows
    .slice(top, top + height)
    .filter((_, index) => old === null || top + index < old.top || top + index >= old.top + old.height);
  if (fresh.length === 0) return [];
  const isEnd = top + height >= total;
  const more = isEnd ? '' : ' Space reads on.';
  return [
    ...(before === null ? [`${title}.${more} Escape closes.`] : []),
    ...readableLines(fresh.map(({ kind, text }) => (kind === 'task' ? `${text}:` : text))),
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
