import type { Task } from './task.ts';
import { sanitise } from './text/sanitise.ts';

/** The initial prompt of a task, ready for editing. */
export const editableInitialPrompt = ({ initialPrompt }: Pick<Task, 'initialPrompt'>): string =>
  sanitise(initialPrompt.replace(/\r\n?/gu, '\n'));
