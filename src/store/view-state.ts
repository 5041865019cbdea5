import type { BulkAction } from '../domain/bulk-rules.ts';
import type { PromptHistorySearch } from '../domain/prompt-history-search.ts';
import type { SortKey } from '../domain/row-order.ts';
import type { SavedScrollPosition } from '../domain/saved-layout.ts';
import type { TranscriptOptions } from '../domain/transcript-options.ts';
import type { OpenForm } from './form-state.ts';

/** What the keys go to. */
export type Pane = 'list' | 'transcript' | 'prompt';

/** Where the user looks, and what they have chosen to see there. */
export interface ViewState {
  readonly selected: string | null;
  readonly focus: Pane;
  /** Where the focus goes back to from the prompt. */
  readonly pane: Exclude<Pane, 'prompt'>;
  /** Whether the list shows only tasks whose texts hold these words; empty shows all. */
  readonly filter: string;
  readonly sort: SortKey;
  /** The ids of the tasks that the user marked, to act on all of them at once; each of them is in the list. */
  readonly marked: ReadonlySet<string>;
  /** The ids of the tasks that need the user, in the order of their rows, while only those are shown; else null. */
  readonly needsAttentionIds: readonly string[] | null;
  readonly overlay: Overlay | null;
  /** Set while the form of a new task is on the screen. */
  readonly openForm: OpenForm | null;
  /** Set while the prompt bar writes to all marked tasks. */
  readonly writesToMarked: boolean;
  /** The paused task whose own prompt the prompt bar changes, and no message to it. */
  readonly initialPromptTaskId: string | null;
  /** Where the transcript is scrolled to; absent: it follows the end. By task id. */
  readonly scrollAnchors: ReadonlyMap<string, ScrollAnchor>;
  /** Where transcripts were scrolled to in the last run that nobody has come back to yet. By task id. */
  readonly savedScrolls: ReadonlyMap<string, SavedScrollPosition>;
  readonly transcriptOptions: TranscriptOptions;
  /** The message that the message cursor stands on. */
  readonly messageCursor: MessageCursor | null;
  /** What is searched for in a transcript. */
  readonly transcriptSearch: TranscriptSearch | null;
  /** The transcript has the whole screen for as long as it is looked at. */
  readonly zoomed: boolean;
  /** The first column on screen of a transcript whose lines are not wrapped. */
  readonly scrollColumn: number;
  /** Set while the prompt shows an earlier one: its place in the history, and what stood there before. */
  readonly historyPosition: PromptHistoryPosition | null;
  /** Set while earlier prompts are searched for a text. */
  readonly promptSearch: PromptHistorySearch | null;
  /** The first key of a sequence, such as `ctrl+x` of `ctrl+x ctrl+e`, while the next one is waited for. */
  readonly chordPrefix: string | null;
}

export interface PromptHistoryPosition {
  /** Whose draft it stands in for: a key of `drafts`. */
  readonly draftKey: string;
  /** The place in the history that is shown. */
  readonly index: number;
  /** What stood in the prompt before. */
  readonly savedDraft: string;
  /** Earlier prompts that were changed while they were shown, by their place in the history. */
  readonly edits: ReadonlyMap<number, string>;
}

/** Words that are looked for in a transcript; its hits are marked for as long as it lasts. */
export interface TranscriptSearch {
  readonly taskId: string;
  readonly text: string;
  /** The hit that the window was moved to; null where there is none. */
  readonly hit: HitPosition | null;
}

/** Where a hit begins: a row of a message's text, and an offset in it. */
export interface HitPosition {
  readonly message: number;
  readonly line: number;
  readonly start: number;
}

/** A message of a transcript, by its place among those that are shown. */
export interface MessageCursor {
  readonly taskId: string;
  readonly message: number;
}

/** The first line on screen, named so that it survives a new width. */
export interface ScrollAnchor {
  readonly message: number;
  readonly line: number;
}

export type Overlay =
  | {
      readonly kind: 'help';
      readonly top: number;
      /** Only what holds these words is listed; all where there are none. */
      readonly find?: string;
      /** They are being typed. */
      readonly typing?: boolean;
    }
  | { readonly kind: 'filter'; readonly before: string }
  | { readonly kind: 'places' }
  | { readonly kind: 'owners' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'outbox'; readonly index: number }
  | { readonly kind: 'confirm-delete'; readonly taskId: string }
  /** Of a local task: it ends the command. */
  | { readonly kind: 'confirm-pause'; readonly taskId: string }
  | { readonly kind: 'confirm-resume'; readonly taskId: string }
  /** Whether this is to be done to several tasks. */
  | { readonly kind: 'confirm-bulk'; readonly act: BulkAction; readonly taskIds: readonly string[] }
  /** What became of the last order that did not go well. */
  | { readonly kind: 'outcome'; readonly top: number }
  /** Messages, errors and the heading in full. */
  | { readonly kind: 'texts'; readonly top: number }
  /** Where the window was before the search: undefined where it followed the end. */
  | { readonly kind: 'search'; readonly before: ScrollAnchor | undefined }
  /** The name that a transcript is to be saved under. */
  | { readonly kind: 'save'; readonly taskId: string; readonly name: string }
  | {
      readonly kind: 'confirm-overwrite';
      readonly taskId: string;
      readonly name: string;
      readonly file: string;
    }
  | { readonly kind: 'confirm-quit' };
