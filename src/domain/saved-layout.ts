import type { EntryPosition } from './stored-conversation.ts';

/** Where the keys go and what the list shows, from one run to the next. */
export interface SavedViewState {
  readonly pane: 'list' | 'transcript';
  /** The transcript has the whole screen. */
  readonly zoomed: boolean;
  readonly filter: string;
  /** Only tasks that need the user are shown. */
  readonly needing: boolean;
}

/** A line of a conversation, named so that it is found again at any width, and in a message that has grown since. */
export interface SavedScrollPosition extends EntryPosition {
  /** Null for a mark between messages. */
  readonly from: 'you' | 'agent' | null;
  /** How much of the message's text stands before it: 0 is the line that says who speaks. */
  readonly offset: number;
}

/** What was kept of it; undefined for anything else. */
export function parseViewState(stored: unknown): SavedViewState | undefined {
  const fields = fieldsOf(stored);
  if (fields === null) return undefined;
  const { pane, zoomed, filter, needing } = fields;
  return {
    pane: pane === 'transcript' ? pane : 'list',
    zoomed: zoomed === true,
    filter: typeof filter === 'string' ? filter : '',
    needing: needing === true,
  };
}

/** The places that were kept as pairs of a task's id and its place; whatever is none is left out. */
export function parseScrollPositions(stored: unknown): ReadonlyMap<string, SavedScrollPosition> {
  const positions = new Map<string, SavedScrollPosition>();
  for (const pair of Array.isArray(stored) ? stored : []) {
    const [taskId, value]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const fields = fieldsOf(value);
    if (typeof taskId !== 'string' || fields === null) continue;
    const { run, id, from, offset } = fields;
    if (!isCount(run) || typeof id !== 'number' || !isCount(offset)) continue;
    positions.set(taskId, { run, id, from: from === 'you' || from === 'agent' ? from : null, offset });
  }
  return positions;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
