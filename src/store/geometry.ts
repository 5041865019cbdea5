import type { Size } from './state.ts';
import type { Pane } from './view-state.ts';

/** Two panes fit from here on, columns. */
const MIN_WIDE_COLUMNS = 72;
/** Below this there is only one line that says so. */
export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;
/** The prompt may grow to this share of the screen. */
const MAX_PROMPT_SHARE = 1 / 3;
/** And what is to be said above it, to this one: together they leave the panes three rows of the smallest screen. */
const MAX_NOTICE_SHARE = 1 / 5;
/** Columns that a pane's frame takes from its content. */
export const FRAME_SIZE = 2;
/** Columns left of the text in the prompt bar. */
export const PROMPT_MARGIN = 3;
/** Rows of the detail pane that are not the transcript: its heading. */
const HEADING_ROWS = 1;

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Where everything is. The parts add up to exactly the size of the terminal. */
export type Geometry =
  | { readonly kind: 'tiny' }
  | {
      readonly kind: 'wide' | 'narrow';
      /** Frames included; null when the pane is not on screen. */
      readonly list: Extent | null;
      readonly detail: Extent | null;
      readonly body: Extent;
      /** Rows that the prompt's text has, and columns. */
      readonly prompt: Extent;
      readonly notice: number;
    };

export const isTiny = ({ columns, rows }: Size): boolean => columns < MIN_COLUMNS || rows < MIN_ROWS;

/** Columns of the prompt's text. */
export const promptWidth = ({ columns }: Size): number => columns - PROMPT_MARGIN - 1;

export const maxPromptRows = ({ rows }: Size): number => Math.max(1, Math.floor(rows * MAX_PROMPT_SHARE));

/** Rows of the smallest screen that is not tiny: two. */
export const maxNoticeRows = ({ rows }: Size): number => Math.max(1, Math.floor(rows * MAX_NOTICE_SHARE));

/**
 * Shares the screen out. `promptRows` and `noticeRows` are what those would like; `pane` is the one that a narrow
 * screen shows, and a wide one that shows it `alone`.
 */
export function geometry(
  size: Size,
  pane: Pane,
  promptRows: number,
  noticeRows: number,
  zoomed = false,
): Geometry {
  if (isTiny(size)) return { kind: 'tiny' };
  const prompt = { width: promptWidth(size), height: Math.min(promptRows, maxPromptRows(size)) };
  const header = 1;
  const footer = 1;
  const height = size.rows - header - footer - prompt.height - noticeRows;
  const body = { width: size.columns, height };
  const common = { body, prompt, notice: noticeRows };
  if (size.columns < MIN_WIDE_COLUMNS || zoomed) {
    const isList = pane === 'list';
    return { kind: 'narrow', list: isList ? body : null, detail: isList ? null : body, ...common };
  }
  const listWidth = Math.min(64, Math.max(34, Math.round(size.columns * 0.38)));
  return {
    kind: 'wide',
    list: { width: listWidth, height },
    detail: { width: size.columns - listWidth, height },
    ...common,
  };
}

/** Rows of the list that show tasks. */
export const listTaskRows = (list: Extent): number => Math.max(0, list.height - FRAME_SIZE);

/** Which of `total` messages is the first of the `rows` that the outbox shows, with the chosen one among them. */
export function outboxScrollTop(index: number, total: number, rows: number): number {
  const chosen = Math.min(index, total - 1);
  return Math.max(0, Math.min(chosen - (rows >> 1), total - rows));
}

/** The part of the detail pane that shows the transcript. */
export const transcriptExtent = (detail: Extent): Extent => ({
  width: detail.width - FRAME_SIZE - 1,
  height: Math.max(0, detail.height - FRAME_SIZE - HEADING_ROWS),
});
