import { editableInitialPrompt, editableText } from '../domain/initial-prompt.ts';
import { type Message, textOf } from '../domain/message.ts';
import { messageOf } from '../domain/stored-conversation.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { mergedTranscriptOf } from './merged-transcript.ts';
import { queueLengthOf } from './pending-messages.ts';
import type { State } from './state.ts';

/** The last prompt of a chat, and the effects of replacing it. */
export interface LastPrompt {
  readonly id: Message['id'];
  /** Ready for editing. */
  readonly text: string;
  /** The messages after it, which are deleted. */
  readonly after: number;
  /** The messages in the server's queue, which are deleted as well. */
  readonly queued: number;
}

/** The last prompt of a chat, or the reason why it cannot be edited, in a sentence. */
export function lastPromptOf(state: State, { id: taskId }: Pick<Task, 'id'>): LastPrompt | string {
  const { messages = null } = state.transcripts.get(taskId)?.transcript ?? {};
  if (messages === null) return 'Its messages have not loaded yet.';
  const found = findPrompt(messages) ?? findPrompt(storedMessages(state, taskId));
  if (found === null) return 'Its last prompt is not loaded. Scroll up to it.';
  const { message, after } = found;
  if (!message.parts.every(({ type }) => type === 'text'))
    return 'Its last prompt has attachments, which the prompt cannot hold. Edit it on its web page.';
  return {
    id: message.id,
    text: editableText(textOf(message)),
    after,
    queued: queueLengthOf(state, taskId) ?? 0,
  };
}

/** The text that the prompt opens for editing: of a chat the last prompt, else the initial one; null when unknown. */
export function editablePromptOf(state: State, task: Task): string | null {
  if (chatFacts(task) === null) return editableInitialPrompt(task);
  const prompt = lastPromptOf(state, task);
  return typeof prompt === 'string' ? null : prompt.text;
}

function findPrompt(
  messages: readonly Message[],
): { readonly message: Message; readonly after: number } | null {
  const index = messages.findLastIndex(({ role }) => role === 'user');
  const message = messages[index];
  return message === undefined ? null : { message, after: messages.length - 1 - index };
}

/** All messages that were seen and still exist. */
const storedMessages = (state: State, taskId: string): readonly Message[] =>
  mergedTranscriptOf(state, taskId).conversation.entries.flatMap((entry) => {
    const message = entry.kind === 'message' ? messageOf(entry) : null;
    return message === null ? [] : [message];
  });
