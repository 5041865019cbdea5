import type { ActionId } from '../domain/action.ts';
import type { PromptHistorySearch } from '../domain/prompt-history-search.ts';
import type { SortKey } from '../domain/row-order.ts';
import type { SavedScrollPosition } from '../domain/saved-layout.ts';
import type { TranscriptOptions } from '../domain/transcript-options.ts';
import type { OpenForm } from './form-state.ts';

/** A focusable part of the screen. */
export type Pane = 'list' | 'transcript' | 'prompt';

export interface ViewState {
  readonly selected: string | null;
  readonly focus: Pane;
  /** The focus returns here from the prompt. */
  readonly pane: Exclude<Pane, 'prompt'>;
  /** See `parseTaskQuery`; empty shows all tasks. */
  readonly filter: string;
  readonly sort: SortKey;
  /** Ids of the marked tasks; all of them are listed. */
  readonly marked: ReadonlySet<string>;
  /** Ids of the tasks that need attention, in row order, while the attention filter is on; else null. */
  readonly needsAttentionIds: readonly string[] | null;
  readonly overlay: Overlay | null;
  /** The form of a new task, while it is open. */
  readonly openForm: OpenForm | null;
  /** Whether the prompt writes to all marked tasks. */
  readonly writesToMarked: boolean;
  /** The paused task whose initial prompt the prompt edits. */
  readonly initialPromptTaskId: string | null;
  /** By task id. A transcript without one follows the end. */
  readonly scrollAnchors: ReadonlyMap<string, ScrollAnchor>;
  /** Scroll positions of the last run that are not restored yet, by task id. */
  readonly savedScrolls: ReadonlyMap<string, SavedScrollPosition>;
  readonly transcriptOptions: TranscriptOptions;
  readonly messageCursor: MessageCursor | null;
  readonly transcriptSearch: TranscriptSearch | null;
  /** Whether the transcript fills the screen. */
  readonly zoomed: boolean;
  /** The first visible column of a transcript without wrapping. */
  readonly scrollColumn: number;
  /** Set while the prompt shows an earlier prompt. */
  readonly historyPosition: PromptHistoryPosition | null;
  /** Set while the user searches the prompt history. */
  readonly promptSearch: PromptHistorySearch | null;
  /** The first key of a chord, such as `ctrl+x` of `ctrl+x ctrl+e`, until the next key. */
  readonly chordPrefix: string | null;
}

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

/** A search whose hits the transcript highlights. */
export interface TranscriptSearch {
  readonly taskId: string;
  readonly text: string;
  /** The current hit; null without hits. */
  readonly hit: HitPosition | null;
}

/** The start of a hit: block index, row of its text, offset in UTF-16 units. */
export interface HitPosition {
  readonly message: number;
  readonly line: number;
  readonly start: number;
}

export interface MessageCursor {
  readonly taskId: string;
  /** The index among the transcript's items and deliveries. */
  readonly message: number;
}

/** The first line on screen: block index and line in the block. Valid at every width. */
export interface ScrollAnchor {
  readonly message: number;
  readonly line: number;
}

export type Overlay =
  | {
      readonly kind: 'help';
      readonly top: number;
      /** Lists only commands that match this text; all when missing. */
      readonly find?: string;
      /** Whether the user is typing it. */
      readonly typing?: boolean;
    }
  | { readonly kind: 'filter'; readonly before: string }
  | { readonly kind: 'places' }
  | { readonly kind: 'owners' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'outbox'; readonly index: number }
  | { readonly kind: 'confirm-action'; readonly action: ActionId; readonly taskId: string }
  | { readonly kind: 'confirm-resume'; readonly taskId: string }
  /** `act`: an action id, or `SEND`. */
  | { readonly kind: 'confirm-bulk'; readonly act: ActionId; readonly taskIds: readonly string[] }
  /** The failures of the last bulk operation that had some. */
  | { readonly kind: 'outcome'; readonly top: number }
  /** Notices, errors and the heading in full. */
  | { readonly kind: 'texts'; readonly top: number }
  /** `before`: the scroll position before the search; undefined when the transcript followed the end. */
  | { readonly kind: 'search'; readonly before: ScrollAnchor | undefined }
  /** Asks for the file name of a transcript. */
  | { readonly kind: 'save'; readonly taskId: string; readonly name: string }
  | {
      readonly kind: 'confirm-overwrite';
      readonly taskId: string;
      readonly name: string;
      readonly file: string;
    }
  | { readonly kind: 'confirm-quit' };
