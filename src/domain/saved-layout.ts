import { type Column, isColumn, isRowLines, type RowLines } from './list-display.ts';
import type { Message } from './message.ts';
import { type PaneLayout, parsePaneLayout } from './pane-layout.ts';
import type { EntryPosition } from './stored-conversation.ts';

/** The view as stored between runs. */
export interface SavedViewState {
  readonly pane: 'list' | 'transcript';
  readonly panes: PaneLayout;
  readonly filter: string;
  /** Shows only tasks that need you. */
  readonly needing: boolean;
  /** The user's choice, in place of the setting. */
  readonly rowLines?: RowLines;
  readonly columns?: readonly Column[];
}

/** A transcript line as a scroll position, independent of the width and of later growth of the message. */
export interface SavedScrollPosition extends EntryPosition {
  /** Null for a restart or a gap. */
  readonly role: Message['role'] | null;
  /** The offset in the message's text, UTF-16 units; 0 is the line with the sender. */
  readonly offset: number;
}

/** Undefined for an invalid value. */
export function parseViewState(stored: unknown): SavedViewState | undefined {
  const fields = fieldsOf(stored);
  if (fields === null) return undefined;
  const { pane, panes, zoomed, filter, needing, rowLines, columns } = fields;
  return {
    pane: pane === 'transcript' ? pane : 'list',
    // Older versions store only whether the transcript has the whole screen.
    panes: parsePaneLayout(panes ?? { alone: zoomed === true ? 'transcript' : null }),
    filter: typeof filter === 'string' ? filter : '',
    needing: needing === true,
    ...(isRowLines(rowLines) && { rowLines }),
    ...(Array.isArray(columns) && { columns: columns.filter(isColumn) }),
  };
}

/** Parses pairs of a task id and its position; skips invalid ones. */
export function parseScrollPositions(stored: unknown): ReadonlyMap<string, SavedScrollPosition> {
  const positions = new Map<string, SavedScrollPosition>();
  for (const pair of Array.isArray(stored) ? stored : []) {
    const [taskId, value]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const fields = fieldsOf(value);
    if (typeof taskId !== 'string' || fields === null) continue;
    const { run, id, role, offset } = fields;
    if (!isCount(run) || typeof id !== 'number' || !isCount(offset)) continue;
    positions.set(taskId, { run, id, role: role === 'user' || role === 'agent' ? role : null, offset });
  }
  return positions;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
