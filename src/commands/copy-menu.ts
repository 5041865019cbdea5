import { errorText } from '../domain/errors.ts';
import { splitSections } from '../domain/markdown/sections.ts';
import { messageOf } from '../domain/stored-conversation.ts';
import { chatFacts, coderFacts, directoryOf, type Task, titleOf, worktreeOf } from '../domain/task.ts';
import { sanitise, sanitiseLine } from '../domain/text/sanitise.ts';
import { messageText } from '../domain/transcript-text.ts';
import { parseWebUrl, taskLink } from '../domain/web-link.ts';
import { mergedTranscriptOf } from '../store/merged-transcript.ts';
import { selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { taskById } from '../store/task-index.ts';
import type { PickerItem } from '../view/overlays/picker-rows.ts';
import type { Command, CommandContext } from './command.ts';
import { copyUnderCursor, showCopied } from './message-cursor.ts';

/** The address of the web page, which only the server knows. */
const PAGE = 'page';
/** The message under the cursor of the transcript. */
const MESSAGE = 'message';

/** One text that can be copied, with the key that copies it. */
interface Copyable {
  readonly id: string;
  readonly key: string;
  readonly label: string;
  /** Untrusted; null while it is not known. */
  readonly text: string | null;
}

const NO_MESSAGE = 'No messages yet.';
/** Messages at the end in which the last message and code block are searched. */
const MAX_MESSAGES = 200;
/** Characters of a text in the description of its item. */
const MAX_PREVIEW = 400;

/** The texts of a task to copy: its messages first, then its names and addresses. Only the message can be empty. */
function copyables(state: State, task: Task): readonly Copyable[] {
  const message = messageToCopy(state, task);
  const chat = chatFacts(task);
  const all: readonly Copyable[] = [
    { id: MESSAGE, key: 'y', ...message },
    { id: 'code', key: 'c', label: 'Last code block', text: lastCodeBlock(state, task, message.text) },
    { id: 'title', key: 't', label: 'Title', text: sanitiseLine(titleOf(task)) },
    { id: 'name', key: 'n', label: 'Name', text: `${task.ownerName}/${task.name}` },
    { id: 'id', key: 'i', label: 'Id', text: task.id },
    { id: 'link', key: 'l', label: 'Link of the agent', text: taskLink(task)?.address ?? '' },
    {
      id: 'changes',
      key: 'u',
      label: 'Address of the changes',
      text: parseWebUrl(chat?.changes?.url ?? '') ?? '',
    },
    ...(state.deployment.local
      ? []
      : [{ id: PAGE, key: 'a', label: 'Address of the web page', text: null } as const]),
    {
      id: 'workspace',
      key: 'w',
      label: 'Workspace',
      text:
        coderFacts(task)?.workspaceName ?? (chat?.extension === undefined ? (chat?.workspaceId ?? '') : ''),
    },
    { id: 'branch', key: 'b', label: 'Branch', text: worktreeOf(task)?.branch ?? '' },
    { id: 'directory', key: 'd', label: 'Directory', text: directoryOf(task)?.path ?? '' },
    { id: 'prompt', key: 'p', label: 'First prompt', text: task.initialPrompt },
  ];
  // Its key is pressed without looking, so it is always there.
  return all.filter(({ id, text }) => id === MESSAGE || text === null || text.trim() !== '');
}

/** The message under the cursor of the transcript, or the last visible one; in the list the last one of the agent. */
function messageToCopy(state: State, task: Task): { readonly label: string; readonly text: string } {
  const pointed = state.view.focus === 'transcript' ? copyUnderCursor(state) : null;
  if (pointed !== null) return pointed;
  for (const text of lastTexts(state, task)) return { label: 'Last message', text };
  return { label: 'Last report', text: task.state?.message ?? '' };
}

/** The texts of the last messages of the agent, the newest first. */
function lastTexts(state: State, task: Task): readonly string[] {
  const { entries } = mergedTranscriptOf(state, task.id).conversation;
  return entries
    .slice(-MAX_MESSAGES)
    .reverse()
    .flatMap((entry) => {
      const message = messageOf(entry);
      const text = message?.role === 'agent' ? messageText(message) : '';
      return text === '' ? [] : [text];
    });
}

/** The last code block of the message to copy, else of the conversation; without its fences. Empty for none. */
function lastCodeBlock(state: State, task: Task, first: string): string {
  for (const text of [first, ...lastTexts(state, task)]) {
    if (!text.includes('```') && !text.includes('~~~')) continue;
    const code = splitSections(sanitise(text).split('\n')).sections.findLast(({ kind }) => kind === 'code');
    if (code !== undefined && code.lines.length > 0) return code.lines.join('\n');
  }
  return '';
}

/** The items of the copy menu of a task. */
export function copyItems(state: State, taskId: string): readonly PickerItem[] {
  const task = taskById(state, taskId);
  return task === null
    ? []
    : copyables(state, task).map(({ id, key, label, text }) => ({
        id,
        label,
        keys: [key],
        about: sanitiseLine((text ?? '').slice(0, MAX_PREVIEW)),
        reason: text?.trim() === '' ? NO_MESSAGE : '',
        words: [label],
      }));
}

/** Copies the text of an item, and shows a notice with the result. */
export async function chooseCopy(context: CommandContext, taskId: string, id: string): Promise<void> {
  const { store, clipboard, operations, clock } = context;
  const state = store.getState();
  store.dispatch({ type: 'overlay-closed' });
  const task = taskById(state, taskId);
  const chosen = task && copyables(state, task).find((each) => each.id === id);
  if (task === null || chosen == null) return;
  const notify = (tone: 'good' | 'bad' | 'plain', text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  if (id === MESSAGE && state.view.focus === 'transcript') showCopied(context, state);
  try {
    const text = chosen.text ?? (await operations.pageOf(task));
    if (text === null) return notify('plain', 'It has no web page.');
    if (text.trim() === '') return notify('plain', NO_MESSAGE);
    const { done, words } = await clipboard.copy(text);
    notify(done ? 'good' : 'bad', words);
  } catch (error) {
    notify('bad', `Cannot find the task’s web page: ${errorText(error)}`);
  }
}

export const copyCommand: Command = {
  id: 'copy-message',
  title: 'Copy a message, code, id or link',
  hint: 'copy',
  keys: ['y'],
  keyContext: 'panes',
  enabled: (state) => selectedTask(state) !== null || 'No task is selected.',
  run({ store }) {
    const task = selectedTask(store.getState());
    if (task !== null) store.dispatch({ type: 'overlay-opened', overlay: { kind: 'copy', taskId: task.id } });
  },
};
