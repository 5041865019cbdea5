import { attachmentLabel } from '../../domain/attachment.ts';
import type { EditRow } from '../../domain/edit/layout.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { Phase } from '../../domain/phase.ts';
import type { ReviewComment } from '../../domain/review/review-comment.ts';
import { quotable } from '../../domain/review/review-message.ts';
import { closedReason, deliveryTiming } from '../../domain/rules.ts';
import { chatFacts, coderFacts, type Task, titleOf } from '../../domain/task.ts';
import { counted } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { matchingCommands } from '../../store/agent-commands.ts';
import { attachedFiles } from '../../store/attachments.ts';
import { currentQuestion, currentQuestionById } from '../../store/current-question.ts';
import { runsShell } from '../../store/form.ts';
import { firstMarked } from '../../store/marks.ts';
import { isQueueStuck } from '../../store/pending-messages.ts';
import { activePromptSearch, visibleDraft } from '../../store/prompt-history-search.ts';
import { editedComment } from '../../store/review.ts';
import { isWritingToMarked, selectedTask } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import { commentPlaceWords } from '../diff/comment-rows.ts';
import { PROMPT_MARGIN } from '../layout/geometry.ts';
import { taskNames } from '../questions/bulk-question.ts';
import { editEffects } from '../questions/edit-effects.ts';
import { questionLine, questionOf } from '../questions/question.ts';
import { keyLabel, type Theme } from '../theme.ts';
import { promptSearchLine } from './prompt-search-line.ts';

/** The keys of a command, by its id. */
export type KeysOfCommand = (id: string) => readonly string[];

/** The focused prompt, the hint in its place, or the open question. */
export function promptLines(
  state: State,
  rows: readonly Pick<EditRow, 'text'>[],
  isWriting: boolean,
  theme: Theme,
  keysOf: KeysOfCommand,
): string[] {
  const question = questionOf(state);
  // The draft stays visible below the question if there is room.
  const isEmpty = visibleDraft(state).text === '';
  if (question !== null)
    return [
      questionLine(question, theme),
      ...(isEmpty ? [] : rows.map(({ text }) => `   ${theme.dim(text)}`)),
    ];
  if (!isWriting) return [unfocusedLine(state, theme, keysOf)];
  const mark = theme.accent(theme.glyphs.prompt);
  const texts = isEmpty
    ? [theme.dim(placeholder(state, state.size.columns - PROMPT_MARGIN - 1))]
    : rows.map(({ text }) => text);
  const lines = texts.map((text, index) => (index === 0 ? ` ${mark} ${text}` : `   ${text}`));
  const search = activePromptSearch(state);
  if (search !== null) return [promptSearchLine(search, state.size.columns, theme), ...lines];
  const heading =
    initialPromptLine(state, theme) ??
    commandsLine(state, theme) ??
    attachmentsLine(state, theme, state.size.columns - 1);
  return heading === null ? lines : [heading, ...lines];
}

/** A hint with the keys for writing: only a focused prompt looks like a field. */
function unfocusedLine(state: State, theme: Theme, keysOf: KeysOfCommand): string {
  // An overlay has the keys.
  if (state.view.overlay !== null) return '';
  const draft = visibleDraft(state).text;
  const task = selectedTask(state);
  const isNew = task === null && !isWritingToMarked(state);
  if (isNew && state.listFreshness.requestedAt === null) return '';
  const command = isNew ? 'new' : 'answer';
  // The options of a question have its first key in the list.
  const isAsked = !isNew && state.view.pane === 'list' && currentQuestion(state, task) !== null;
  const taken = isAsked ? keysOf('question') : [];
  const free = keysOf(command).filter((key) => !taken.includes(key));
  const keys = keyLabels(state, command, free, theme);
  const columns = state.size.columns - 2 - displayWidth(keys) - 2;
  if (isNew) return ` ${theme.accent(keys)}${theme.dim(': start a new task')}`;
  if (
    !isWritingToMarked(state) &&
    task !== null &&
    deliveryTiming(task, phaseIn(state, task)) === 'never' &&
    draft === ''
  )
    return ` ${theme.dim(placeholder(state, state.size.columns - 2))}`;
  const fileCount = attachedFiles(state).length;
  const words =
    draft === '' && fileCount === 0 ? placeholder(state, columns) : draftWords(draft, fileCount, columns);
  return ` ${theme.accent(keys)}${theme.dim(`: ${words}`)}`;
}

/** The keys of a command as in the footer. */
function keyLabels(state: State, id: string, keys: readonly string[], theme: Theme): string {
  // A command without a key shows its name for the palette.
  if (keys.length === 0) return withKeyNames(keyFor(id), state.keyNames);
  return keys.map((key) => keyLabel(key, theme)).join(' or ');
}

/** The start of a draft, and the number of its files. */
function draftWords(draft: string, fileCount: number, columns: number): string {
  const before = 'continue “';
  const after = fileCount === 0 ? '”' : `” with ${counted(fileCount, 'file')}`;
  return `${before}${truncate(sanitiseLine(draft), columns - displayWidth(before + after))}${after}`;
}

/** The files that go with the text; null without any. A long line keeps the last file, which a key removes first. */
export function attachmentsLine(state: State, theme: Theme, columns: number): string | null {
  const files = attachedFiles(state);
  if (files.length === 0) return null;
  const label = ` ${counted(files.length, 'file')}: `;
  const words = files.map(attachmentLabel).join(', ');
  return `${theme.accent(label.trimEnd())} ${truncate(words, Math.max(1, columns - displayWidth(label)), 'start')}`;
}

/** The heading while the prompt holds a comment, an initial prompt, the last one of a chat or an answer, else null. */
function initialPromptLine(state: State, theme: Theme): string | null {
  const comment = editedComment(state);
  if (comment !== null) return commentLine(state, comment, theme);
  const { collectedComments } = state.view;
  if (collectedComments !== null) {
    const count = counted(collectedComments.comments.length, 'comment');
    return truncate(
      ` ${theme.accent(count)} as a message. Without a change they come back.`,
      state.size.columns - 1,
    );
  }
  if (state.view.answeredQuestion !== null) return answerLine(state, theme);
  const task = taskById(state, state.view.initialPromptTaskId);
  if (task === null) return null;
  const isChat = chatFacts(task) !== null;
  const words = isChat ? 'last prompt of ' : 'initial prompt of ';
  const effects = isChat ? editEffects(state, task) : '';
  const after = effects === '' ? '' : `: ${effects}`;
  const room = state.size.columns - words.length - displayWidth(after) - 2;
  // The effects are worth more than the title, which the pane shows.
  if (isChat && room < MIN_TITLE)
    return truncate(` ${theme.accent('last prompt')}${theme.attention(after)}`, state.size.columns - 1);
  const title = truncate(sanitiseLine(titleOf(task)), Math.max(MIN_TITLE, room));
  return ` ${theme.accent(words)}${title}${theme.attention(after)}`;
}

/** The agent's commands that the prompt begins to name, as many as fit; the key takes the first. Null for none. */
function commandsLine(state: State, theme: Theme): string | null {
  const [first, ...others] = matchingCommands(state);
  if (first === undefined) return null;
  const width = state.size.columns - 1;
  const about = sanitiseLine(first.description);
  const names = others.map(({ name }) => `/${name}`).join('  ');
  const head = `/${first.name}`;
  const room = width - displayWidth(head) - 3;
  // The other names are worth more than the end of a description.
  const rest = truncate(
    names,
    Math.max(0, names === '' ? 0 : Math.max(room - displayWidth(about) - 2, Math.floor(room / 2))),
  );
  const words = truncate(about, Math.max(0, room - displayWidth(rest) - 2));
  return ` ${theme.accent(head)}${words === '' ? '' : ` ${theme.dim(words)}`}${rest === '' ? '' : `  ${rest}`}`;
}

/** The heading while the prompt holds a comment: its place and its line. The end of a path is worth more than its start. */
function commentLine({ size }: State, comment: ReviewComment, theme: Theme): string {
  const label = ' comment on ';
  const place = commentPlaceWords(comment);
  const room = size.columns - 1 - displayWidth(label);
  const quote = quotable(comment.lineText);
  const shown = truncate(place, Math.max(MIN_TITLE, quote === '' ? room : room >> 1), 'start');
  const rest = truncate(quote, Math.max(0, room - displayWidth(shown) - 2));
  return `${theme.accent(label)}${shown}${rest === '' ? '' : `  ${theme.dim(rest)}`}`;
}

/** The heading while the prompt answers a question in words. */
function answerLine(state: State, theme: Theme): string {
  const current = currentQuestionById(state, state.view.answeredQuestion?.taskId ?? null);
  const text = sanitiseLine(current?.question.text ?? '');
  return truncate(` ${theme.accent('your answer to')} ${text}`, state.size.columns - 1);
}

/** The effect of writing here, by the phase of the task. */
export function placeholder(state: State, columns: number): string {
  if (editedComment(state) !== null) return truncate('comment on the line', columns);
  if (state.view.answeredQuestion !== null) return truncate('answer in your own words', columns);
  if (isWritingToMarked(state)) {
    const { size } = state.view.marked;
    const target = size === 1 ? 'the marked task' : `${size} marked tasks`;
    const words = `write to ${target}`;
    const names = taskNames(firstMarked(state, MAX_NAMES), columns - words.length - 2, size);
    return truncate(names === '' ? words : `${words}: ${names}`, columns);
  }
  const task = selectedTask(state);
  if (task === null)
    return state.listFreshness.requestedAt === null
      ? ''
      : withKeyNames(`${keyFor('new')} starts a new task`, state.keyNames);
  const phase = phaseIn(state, task);
  const words = placeholderParts(state, task, phase);
  const [before = '', after = ''] = words.map((part) => withKeyNames(part, state.keyNames));
  const room = columns - displayWidth(before + after);
  // The words around a long title stay visible.
  const title = truncate(sanitiseLine(titleOf(task)), Math.max(MIN_TITLE, room));
  return truncate(`${before}${title}${after}`, columns);
}

/** The server's treatment of a message; empty when the agent gets it at once. */
function serverQueueWords(state: State, task: Task, phase: Phase): string {
  if (state.fullQueues.has(task.id)) return ': waits here: the server’s queue is full';
  if (isQueueStuck(state, task)) return ': queues it: the first queued message runs before it';
  if (phase === 'working') return ': queues it: the agent works';
  if (chatFacts(task)?.status === 'requires_action') return ': queues it: the agent waits for your answer';
  return phase === 'queued' ? ': queues it: the agent has not started' : '';
}

const MIN_TITLE = 8;
/** More than any screen has room for. */
const MAX_NAMES = 50;

/** The words before and after the title. */
function placeholderParts(state: State, task: Task, phase: Phase): readonly [before: string, after: string] {
  if (closedReason(task) !== null) return ['', ' is archived and accepts no messages'];
  const isShell = runsShell(state, coderFacts(task)?.templateName);
  if (state.settings.readOnly) return ['write a draft for ', ': read-only, nothing is sent'];
  const writeTo = isShell ? 'run a command in ' : 'write to ';
  switch (deliveryTiming(task, phase)) {
    case 'now':
      return [writeTo, serverQueueWords(state, task, phase)];
    case 'when-ready':
      return [writeTo, phase === 'working' ? ': queued while it works' : ': queued until it is ready'];
    case 'needs-resume':
      return [writeTo, `: ${phase}, needs a resume first`];
    case 'never':
      return ['', phase === 'deleting' ? ' is being deleted' : ' accepts no messages now'];
  }
}
