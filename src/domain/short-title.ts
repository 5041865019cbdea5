import { type Task, titleOf } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';
import { truncate } from './text/width.ts';

const MAX_COLUMNS = 40;

/** What a task is called in a sentence about it: the rest of the sentence must fit, too. Safe. */
export const shortTitle = (task: Task): string => truncate(sanitiseLine(titleOf(task)), MAX_COLUMNS);
