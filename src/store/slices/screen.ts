import type { ActionId } from '../../domain/action.ts';
import { DEFAULT_PANES, type PaneLayout, withListShown } from '../../domain/pane-layout.ts';
import type { WorktreeChoice } from '../../domain/worktree-choice.ts';
import type { ScrollAnchor } from './conversations.ts';
import type { DiffAnchor, DiffCursor } from './diff.ts';
import type { SliceReducer } from './slice.ts';

/** The time, the terminal, and which part of the screen has the keys. */
export interface ScreenState {
  /** The time of the last tick or response, Unix ms. Ages and phases are computed from it. Set by all events with `now`. */
  readonly now: number;
  readonly size: Size;
  /** Whether taskdeck, and not the terminal, handles clicks and the wheel. */
  readonly mouse: boolean;
  /** False for a screen reader. */
  readonly hasPanes: boolean;
  readonly window: WindowFocus;
  readonly view: {
    readonly focus: Pane;
    /** The focus returns here from the prompt. */
    readonly pane: Exclude<Pane, 'prompt'>;
    readonly overlay: Overlay | null;
    /** The cursor in the overlay's field, in UTF-16 units; null at the end of its text. */
    readonly fieldCursor: number | null;
    readonly panes: PaneLayout;
    /** The first key of a chord, such as `ctrl+x` of `ctrl+x ctrl+e`, until the next key. */
    readonly chordPrefix: string | null;
  };
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Focus of the terminal's window. */
interface WindowFocus {
  /** Null when the terminal never reported it: polling then assumes focus, notifications assume none. */
  readonly focused: boolean | null;
  /** Since when, Unix ms. */
  readonly since: number;
}

/** A focusable part of the screen. */
export type Pane = 'list' | 'transcript' | 'prompt';

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
  | PickerOverlay
  | { readonly kind: 'outbox'; readonly index: number }
  /** The search through all stored conversations. */
  | { readonly kind: 'find' }
  | { readonly kind: 'confirm-action'; readonly action: ActionId; readonly taskId: string }
  | { readonly kind: 'confirm-resume'; readonly taskId: string }
  /** `act`: an action id, or `SEND`. */
  | { readonly kind: 'confirm-bulk'; readonly act: ActionId; readonly taskIds: readonly string[] }
  /** The failures of the last bulk operation that had some. */
  | { readonly kind: 'outcome'; readonly top: number }
  /** The selected task with all that is known of it. `top`: the first visible row while `taskId` is selected, else 0. */
  | { readonly kind: 'peek'; readonly taskId: string; readonly top: number }
  /** Notices, errors and the heading in full. */
  | { readonly kind: 'texts'; readonly top: number }
  /** The last requests. `top`: the first visible row; null while the overlay follows the newest one. */
  | { readonly kind: 'requests'; readonly top: number | null }
  /** `before`: the scroll position before the search; undefined when the transcript followed the end. */
  | { readonly kind: 'search'; readonly before: ScrollAnchor | undefined }
  /** The choices for the worktree of a chat. `selected`: null for the first choice. `top`: the first visible row. */
  | {
      readonly kind: 'worktree';
      readonly taskId: string;
      readonly selected: WorktreeChoice | null;
      readonly top: number;
    }
  /** Asks before that is done. */
  | {
      readonly kind: 'confirm-worktree';
      readonly taskId: string;
      readonly choice: WorktreeChoice;
      readonly top: number;
    }
  /** The search field of the open diff. `before`: the scroll position before the search; `cursor`: that of its cursor. */
  | { readonly kind: 'diff-search'; readonly before: DiffAnchor; readonly cursor?: DiffCursor }
  /** Asks before a comment on a diff is deleted. */
  | { readonly kind: 'confirm-comment'; readonly key: string }
  /** Asks for the file name of a transcript. */
  | { readonly kind: 'save'; readonly taskId: string; readonly name: string }
  | {
      readonly kind: 'confirm-overwrite';
      readonly taskId: string;
      readonly name: string;
      readonly file: string;
    }
  | { readonly kind: 'confirm-quit' }
  /** Asks before an older local server is restarted. */
  | { readonly kind: 'confirm-restart' }
  /** Asks before the last prompt of a chat, with this message id, is replaced. */
  | { readonly kind: 'confirm-edit'; readonly taskId: string; readonly messageId: number }
  /** Asks once more before an option of a permission request, from 0, that the agent keeps. */
  | {
      readonly kind: 'confirm-permission';
      readonly taskId: string;
      readonly questionId: string;
      readonly option: number;
    }
  /** Asks before the command that signs in to the agent of a chat runs in a shell. Untrusted text. */
  | { readonly kind: 'confirm-sign-in'; readonly taskId: string; readonly command: string }
  /** Asks before a command of the user, by its name, runs for these tasks. */
  | { readonly kind: 'confirm-own'; readonly name: string; readonly taskIds: readonly string[] }
  /**
   * The options of a task's question have the keys. `questionId`: that of `currentQuestion`. `option`: the selected one, from
   * 0; after the last one, other words.
   */
  | {
      readonly kind: 'options';
      readonly taskId: string;
      readonly questionId: string;
      readonly option: number;
    }
  /** Asks for a title. `isProposing`: the server was asked for one. */
  | {
      readonly kind: 'rename';
      readonly taskId: string;
      readonly title: string;
      readonly isProposing: boolean;
    }
  /** Asks for the path of a file that goes with the draft of this key. */
  | { readonly kind: 'attach'; readonly draftKey: string; readonly path: string };

/** A menu with a search field. */
export interface PickerOverlay {
  readonly kind:
    | 'places'
    | 'views'
    | 'owners'
    | 'groups'
    | 'palette'
    | 'mode'
    | 'workspace'
    | 'links'
    | 'copy'
    | 'snooze'
    | 'columns';
  /** The task of a `mode`, `workspace`, `links` or `copy` picker. */
  readonly taskId?: string;
  /** The tasks of a `snooze` picker. */
  readonly taskIds?: readonly string[];
  /** The search text; empty when missing. */
  readonly text?: string;
  /** The selected item; the first one when missing. */
  readonly selected?: { readonly id: string; readonly index: number };
}

export interface ScreenOptions {
  readonly size: Size;
  readonly mouse?: boolean;
  /** Default: true. */
  readonly hasPanes?: boolean;
  /** Unix ms. */
  readonly now: number;
}

export const initialScreen = ({ size, mouse = false, hasPanes = true, now }: ScreenOptions): ScreenState => ({
  now,
  size,
  mouse,
  hasPanes,
  window: { focused: null, since: now },
  view: {
    focus: 'list',
    pane: 'list',
    overlay: null,
    fieldCursor: null,
    panes: DEFAULT_PANES,
    chordPrefix: null,
  },
});

export type ScreenEvent =
  | { readonly type: 'clock-ticked'; readonly now: number }
  | { readonly type: 'terminal-resized'; readonly size: Size }
  | { readonly type: 'mouse-changed'; readonly on: boolean }
  /** Only from terminals that report focus. */
  | { readonly type: 'window-focus-changed'; readonly focused: boolean; readonly now: number }
  | { readonly type: 'pane-focused'; readonly pane: Pane }
  | { readonly type: 'overlay-opened'; readonly overlay: Overlay }
  | { readonly type: 'overlay-closed' }
  | { readonly type: 'field-cursor-moved'; readonly cursor: number }
  | { readonly type: 'panes-changed'; readonly change: Partial<PaneLayout> }
  | { readonly type: 'chord-prefix-changed'; readonly prefix: string | null };

export const screenReducer = {
  'clock-ticked': () => ({}),
  'terminal-resized': (_, { size }) => ({ size }),
  'mouse-changed': (_, { on }) => ({ mouse: on }),
  'window-focus-changed': ({ window }, { focused, now }) =>
    window.focused === focused ? {} : { window: { focused, since: now } },
  'pane-focused': ({ view: { panes } }, { pane }) => ({
    view:
      pane === 'prompt'
        ? { focus: pane }
        : { focus: pane, pane, ...(pane === 'list' && { panes: withListShown(panes) }) },
  }),
  'overlay-opened': ({ view }, { overlay }) => ({
    view: { overlay, ...(view.overlay?.kind !== overlay.kind && { fieldCursor: null }) },
  }),
  'overlay-closed': () => ({ view: { overlay: null, fieldCursor: null } }),
  'field-cursor-moved': (_, { cursor }) => ({ view: { fieldCursor: cursor } }),
  'panes-changed': ({ view }, { change }) => ({ view: { panes: { ...view.panes, ...change } } }),
  'chord-prefix-changed': (_, { prefix }) => ({ view: { chordPrefix: prefix } }),
} satisfies SliceReducer<ScreenState, ScreenEvent>;
