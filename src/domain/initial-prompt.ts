import type { Task } from './task.ts';
import { sanitise } from './text/sanitise.ts';

/** What a task began with, as it can be edited. */
export const editableInitialPrompt = ({ initialPrompt }: Pick<Task, 'initialPrompt'>): string =>
  sanitise(initialPrompt.replace(/\r\n?/gu, '\n'));
