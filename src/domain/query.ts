import type { Task } from './task.ts';

/** Whether every word of the filter stands somewhere in what a person reads of the task. Case does not matter. */
export function matches(task: Task, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return true;
  const texts = [
    task.displayName,
    task.name,
    task.ownerName,
    task.templateDisplayName,
    task.templateName,
    task.state?.message ?? '',
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => texts.includes(word));
}
