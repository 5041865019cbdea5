import type { Pane, Size } from '../../store/slices/screen.ts';

/** Two panes fit from this many columns on. */
const MIN_WIDE_COLUMNS = 72;
/** A smaller terminal shows only a message that it is too small. */
export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;
/** Maximum share of the prompt in the screen's rows. */
const MAX_PROMPT_SHARE = 1 / 3;
/** The same for notices. Together they leave the panes three rows of the smallest screen. */
const MAX_NOTICE_SHARE = 1 / 5;
/** Columns, and rows, of a pane's frame. */
export const FRAME_SIZE = 2;
/** Columns left of the text in the prompt bar. */
export const PROMPT_MARGIN = 3;
const HEADING_ROWS = 1;

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** The parts add up to exactly the size of the terminal. */
export type Geometry =
  | { readonly kind: 'tiny' }
  | {
      readonly kind: 'wide' | 'narrow';
      /** Frames included; null when the pane is not on screen. */
      readonly list: Extent | null;
      readonly detail: Extent | null;
      readonly body: Extent;
      /** Of the prompt's text. */
      readonly prompt: Extent;
      readonly notice: number;
    };

export const isTiny = ({ columns, rows }: Size): boolean => columns < MIN_COLUMNS || rows < MIN_ROWS;

export const promptWidth = ({ columns }: Size): number => columns - PROMPT_MARGIN - 1;

export const maxPromptRows = ({ rows }: Size): number => Math.max(1, Math.floor(rows * MAX_PROMPT_SHARE));

/** Two on the smallest screen that is not tiny. */
export const maxNoticeRows = ({ rows }: Size): number => Math.max(1, Math.floor(rows * MAX_NOTICE_SHARE));

/** `promptRows` is limited to `maxPromptRows`. `pane`: the only one on a narrow or `zoomed` screen. */
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

export const listTaskRows = (list: Extent): number => Math.max(0, list.height - FRAME_SIZE);

/** The first of `total` messages that the outbox shows in `rows` rows, with the selected one near the middle. */
export function outboxScrollTop(index: number, total: number, rows: number): number {
  const selected = Math.min(index, total - 1);
  return Math.max(0, Math.min(selected - (rows >> 1), total - rows));
}

export const transcriptExtent = (detail: Extent): Extent => ({
  width: detail.width - FRAME_SIZE - 1,
  height: Math.max(0, detail.height - FRAME_SIZE - HEADING_ROWS),
});
