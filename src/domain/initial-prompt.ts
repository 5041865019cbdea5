import type { Task } from './task.ts';
import { sanitise } from './text/sanitise.ts';

/** A received text, ready for editing in the prompt. */
export const editableText = (text: string): string => sanitise(text.replace(/\r\n?/gu, '\n'));

/** The initial prompt of a task, ready for editing. */
export const editableInitialPrompt = ({ initialPrompt }: Pick<Task, 'initialPrompt'>): string =>
  editableText(initialPrompt);
