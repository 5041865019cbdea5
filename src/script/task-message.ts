import { reportLine } from '../domain/agent-report.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';

/** The last words about the turn of the agent of a task, or why it failed, on one line; sanitised. Empty when unknown. */
export function messageOf(task: Task): string {
  const chat = chatFacts(task);
  if (chat === null) return reportLine(task);
  const words = chat.status === 'error' ? chat.lastError?.message : chat.summary;
  return sanitiseLine(words ?? '') || reportLine(task);
}
