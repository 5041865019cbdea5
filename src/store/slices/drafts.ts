import { withAttachment } from '../../domain/attachment.ts';
import type { Attachment } from '../../domain/delivery.ts';
import { bufferOf, type EditBuffer, EMPTY_BUFFER } from '../../domain/edit/buffer.ts';
import type { PromptHistorySearch } from '../../domain/prompt-history-search.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/** Drafts, sent prompts, and the recipient of the prompt. */
export interface DraftsState {
  /** Texts not sent yet, by task id, `initialPromptKey`, `titleKey`, NEW_TASK_KEY or MARKED_TASKS_KEY. */
  readonly drafts: ReadonlyMap<string, EditBuffer>;
  /** Files that go with the text of a draft, by its key. Never empty lists. */
  readonly attachments: ReadonlyMap<string, readonly Attachment[]>;
  /** Sent prompts, newest last. */
  readonly promptHistory: readonly string[];
  readonly view: {
    /** Whether the prompt writes to all marked tasks. */
    readonly writesToMarked: boolean;
    /** The paused task whose initial prompt the prompt edits, or the chat whose last prompt it edits. */
    readonly initialPromptTaskId: string | null;
    /** Set while the prompt shows an earlier prompt. */
    readonly historyPosition: PromptHistoryPosition | null;
    /** Set while the user searches the prompt history. */
    readonly promptSearch: PromptHistorySearch | null;
  };
}

/** The draft key of a title that the server has not accepted. */
export const titleKey = (taskId: string): string => `title ${taskId}`;

/** The draft key of a changed prompt: the initial one of a paused task, the last one of a chat. */
export const initialPromptKey = (taskId: string): string => `input ${taskId}`;

/** The draft key of a new task. */
export const NEW_TASK_KEY = 'new';
/** The draft key of a message to all marked tasks. */
export const MARKED_TASKS_KEY = 'marked';

export interface PromptHistoryPosition {
  /** The key in `drafts` of the draft that it replaces. */
  readonly draftKey: string;
  /** The index of the visible prompt in the history. */
  readonly index: number;
  /** The draft before the user moved into the history. */
  readonly savedDraft: string;
  /** Edits to earlier prompts, by index in the history. */
  readonly edits: ReadonlyMap<number, string>;
}

export const INITIAL_DRAFTS: DraftsState = {
  drafts: new Map(),
  attachments: new Map(),
  promptHistory: [],
  view: { writesToMarked: false, initialPromptTaskId: null, historyPosition: null, promptSearch: null },
};

export type DraftsEvent =
  | {
      readonly type: 'draft-changed';
      readonly key: string;
      readonly buffer: EditBuffer;
      readonly historyPosition?: PromptHistoryPosition;
    }
  /** Puts an undelivered text before the draft, and its files before those of the draft. */
  | {
      readonly type: 'draft-restored';
      readonly key: string;
      readonly text: string;
      readonly attachments?: readonly Attachment[];
    }
  | { readonly type: 'attachments-changed'; readonly key: string; readonly files: readonly Attachment[] }
  | { readonly type: 'prompt-recorded'; readonly text: string }
  | { readonly type: 'prompt-search-changed'; readonly search: PromptHistorySearch | null }
  /** The prompt edits the initial prompt of this task, or the last one of this chat; null: it writes messages. */
  | { readonly type: 'initial-prompt-task-changed'; readonly taskId: string | null }
  | { readonly type: 'recipients-changed'; readonly writesToMarked: boolean };

export const draftsReducer = {
  'draft-changed': ({ drafts }, { key, buffer, historyPosition = null }) => ({
    drafts: withDraft(drafts, key, buffer),
    view: { historyPosition },
  }),
  'draft-restored': ({ drafts, attachments }, { key, text, attachments: files = [] }) => ({
    drafts: withUndelivered(drafts, key, text),
    attachments: withUndeliveredFiles(attachments, key, files),
  }),
  'attachments-changed': ({ attachments }, { key, files }) => ({
    attachments: withFiles(attachments, key, files),
  }),
  'prompt-recorded': ({ promptHistory }, { text }) => ({ promptHistory: withPrompt(promptHistory, text) }),
  'prompt-search-changed': (_, { search }) => ({ view: { promptSearch: search } }),
  'initial-prompt-task-changed': (_, { taskId }) => ({
    view: { initialPromptTaskId: taskId, writesToMarked: false },
  }),
  'recipients-changed': (_, { writesToMarked }) => ({ view: { writesToMarked } }),
} satisfies SliceReducer<DraftsState, DraftsEvent>;

/** An empty text has no draft. */
const withDraft = (drafts: DraftsState['drafts'], key: string, buffer: EditBuffer): DraftsState['drafts'] =>
  buffer.text === '' ? withoutEntries(drafts, (id) => id === key) : withEntry(drafts, key, buffer);

const withFiles = (
  attachments: DraftsState['attachments'],
  key: string,
  files: readonly Attachment[],
): DraftsState['attachments'] =>
  files.length === 0 ? withoutEntries(attachments, (id) => id === key) : withEntry(attachments, key, files);

/** Puts the files of an undelivered message before those of the draft, each once. */
export const withUndeliveredFiles = (
  attachments: DraftsState['attachments'],
  key: string,
  files: readonly Attachment[],
): DraftsState['attachments'] =>
  files.length === 0
    ? attachments
    : withFiles(attachments, key, (attachments.get(key) ?? []).reduce(withAttachment, files));

/** Puts an undelivered text before the draft. */
export const withUndelivered = (
  drafts: DraftsState['drafts'],
  key: string,
  text: string,
): DraftsState['drafts'] => withDraft(drafts, key, prependUndelivered(drafts.get(key) ?? EMPTY_BUFFER, text));

/** Adds a prompt unless it equals the last one. */
export const withPrompt = (history: readonly string[], text: string): readonly string[] =>
  history.at(-1) === text ? history : [...history, text];

/** Puts an undelivered text before the draft. The cursor stays at its place in the draft. */
export function prependUndelivered({ text: draft, cursor }: EditBuffer, text: string): EditBuffer {
  if (draft === '') return bufferOf(text);
  const joined = `${text}\n${draft}`;
  return bufferOf(joined, joined.length - draft.length + cursor);
}
