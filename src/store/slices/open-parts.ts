import { withEntry } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/** The opened tool calls, thoughts and other parts of messages. They are not stored between runs. */
export interface OpenPartsState {
  readonly view: {
    /** The keys of `domain/part-key.ts`, by task id. */
    readonly openParts: ReadonlyMap<string, ReadonlySet<string>>;
  };
}

export const INITIAL_OPEN_PARTS: OpenPartsState = { view: { openParts: new Map() } };

export interface OpenPartsEvent {
  readonly type: 'part-toggled';
  readonly taskId: string;
  readonly key: string;
  readonly open: boolean;
}

export const openPartsReducer = {
  'part-toggled'({ view: { openParts } }, { taskId, key, open }) {
    const before = openPartsOf({ view: { openParts } }, taskId);
    if (before.has(key) === open) return {};
    const keys = new Set(before);
    if (open) keys.add(key);
    else keys.delete(key);
    return { view: { openParts: withEntry(openParts, taskId, keys) } };
  },
} satisfies SliceReducer<OpenPartsState, OpenPartsEvent>;

const NONE: ReadonlySet<string> = new Set();

/** The keys of the open parts of a task's conversation. The same object while none changes. */
export const openPartsOf = ({ view: { openParts } }: OpenPartsState, taskId: string): ReadonlySet<string> =>
  openParts.get(taskId) ?? NONE;
