import type { ChecklistEntry } from '../../domain/chat-extension.ts';
import { chatFacts, type Task } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import type { Theme } from '../theme.ts';

/** The checklist is folded to one row when it would take more of the pane. */
const MAX_SHARE = 1 / 3;

/** A row of the agent's checklist. Plain text that is safe to show. */
export interface ChecklistRow {
  readonly kind: 'folded' | 'done' | 'now' | 'open';
  readonly text: string;
}

const NO_ROWS: readonly ChecklistRow[] = [];

/**
 * The checklist of a chat in at most a third of `height` rows, else in one row: the current step, or the next one. A
 * finished list is one row too. None without a checklist.
 */
export function checklistRows(task: Task, width: number, height: number): readonly ChecklistRow[] {
  const entries = chatFacts(task)?.extension?.checklist ?? [];
  if (entries.length === 0 || height < 1) return NO_ROWS;
  const done = entries.filter(isDone).length;
  if (entries.length <= height * MAX_SHARE && done < entries.length)
    return entries.map((entry) => ({
      kind: isDone(entry) ? 'done' : isCurrent(entry) ? 'now' : 'open',
      // After the sign and a blank.
      text: truncate(sanitiseLine(entry.content), Math.max(1, width - 2)),
    }));
  const current = entries.find(isCurrent) ?? entries.find((entry) => !isDone(entry));
  const words = current === undefined ? '' : `: ${sanitiseLine(current.content)}`;
  return [
    { kind: 'folded', text: truncate(`checklist ${done} of ${entries.length}${words}`, Math.max(1, width)) },
  ];
}

const isDone = ({ status }: ChecklistEntry): boolean => status === 'completed';
const isCurrent = ({ status }: ChecklistEntry): boolean => status === 'in_progress';

/** The rows with their signs and styles. */
export const checklistLines = (rows: readonly ChecklistRow[], theme: Theme): readonly string[] =>
  rows.map((row) => checklistLine(row, theme));

function checklistLine({ kind, text }: ChecklistRow, theme: Theme): string {
  const { complete, working, queued } = theme.glyphs.phase;
  switch (kind) {
    case 'folded':
      return theme.dim(text);
    case 'done':
      return theme.dim(`${complete} ${text}`);
    case 'now':
      return `${theme.phase('working')(working)} ${theme.strong(text)}`;
    case 'open':
      return `${theme.dim(queued)} ${text}`;
  }
}
