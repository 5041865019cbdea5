import { type Task, titleOf } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';
import { truncate } from './text/width.ts';

const MAX_COLUMNS = 40;

/** The task's title for use in a sentence: sanitised, at most 40 columns. */
export const shortTitle = (task: Task): string => truncate(sanitiseLine(titleOf(task)), MAX_COLUMNS);
