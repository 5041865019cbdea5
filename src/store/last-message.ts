import { lineOf, reportLine } from '../domain/agent-report.ts';
import { textOf } from '../domain/message.ts';
import { messageOf, type StoredConversation } from '../domain/stored-conversation.ts';
import type { Task } from '../domain/task.ts';
import { memoize } from './memoize.ts';
import { mergedTranscriptOf } from './merged-transcript.ts';
import type { State } from './state.ts';

/**
 * The last message of a task on one line, sanitised and without Markdown markup: the agent's report, which for a chat
 * also says why it failed or waits, else the agent's last words in the conversation as far as it is known. Empty for
 * none.
 */
export const lastMessageOf = (state: Pick<State, 'mergedTranscripts'>, task: Task): string =>
  reportOf(task) || lastWords(mergedTranscriptOf(state, task.id).conversation);

/** Rows are drawn at every key, and a report can be long. */
const reportOf = memoize((task: Task): string => reportLine(task));

/** Messages at the end in which words of the agent are looked for: tools can fill many. */
const MAX_MESSAGES = 50;

const lastWords = memoize(({ entries }: StoredConversation): string => {
  for (const entry of entries.slice(-MAX_MESSAGES).reverse()) {
    const message = messageOf(entry);
    const line = message?.role === 'agent' ? lineOf(textOf(message)) : '';
    if (line !== '') return line;
  }
  return '';
});
