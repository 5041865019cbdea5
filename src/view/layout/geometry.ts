import {
  type Arrangement,
  DEFAULT_PANES,
  type LayoutSetting,
  type PaneLayout,
  type WidthClass,
} from '../../domain/pane-layout.ts';
import type { Pane, Size } from '../../store/slices/screen.ts';

/** Two panes fit side by side from this many columns on. */
const MIN_WIDE_COLUMNS = 72;
/** Two panes fit above each other from this many rows on, also below the longest prompt and notices. */
const MIN_STACKED_ROWS = 18;
/** With the setting `auto`: from this many rows on, two panes above each other are better than a single one. */
const MIN_AUTO_STACKED_ROWS = 30;
/** A wider screen is `large`. */
const MAX_SMALL_COLUMNS = 99;
/** With the setting `auto`: a small screen with at least this many rows has its panes above each other. */
const MIN_AUTO_TALL_ROWS = 40;
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
      /** `wide`: the panes are side by side; `stacked`: the list is above the task; `narrow`: there is one pane. */
      readonly kind: 'wide' | 'stacked' | 'narrow';
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

const maxPromptRows = ({ rows }: Size): number => Math.max(1, Math.floor(rows * MAX_PROMPT_SHARE));

/** Two on the smallest screen that is not tiny. */
export const maxNoticeRows = ({ rows }: Size): number => Math.max(1, Math.floor(rows * MAX_NOTICE_SHARE));

/** `promptRows` is limited to `maxPromptRows`. `pane`: the one that is shown where there is only one. */
export function geometry(
  size: Size,
  pane: Pane,
  promptRows: number,
  noticeRows: number,
  panes: PaneLayout = DEFAULT_PANES,
  layout: LayoutSetting = 'auto',
): Geometry {
  if (isTiny(size)) return { kind: 'tiny' };
  const prompt = { width: promptWidth(size), height: Math.min(promptRows, maxPromptRows(size)) };
  const height = size.rows - BAR_ROWS - prompt.height - noticeRows;
  const body = { width: size.columns, height };
  const common = { body, prompt, notice: noticeRows };
  const arrangement = panes.alone === null ? arrangementOf(size, panes, layout) : null;
  if (arrangement === null) {
    const isList = pane === 'list';
    return { kind: 'narrow', list: isList ? body : null, detail: isList ? null : body, ...common };
  }
  const split = splitOf(size, arrangement, panes.share[arrangement]);
  if (arrangement === 'side') {
    const detail = { width: size.columns - split, height };
    return { kind: 'wide', list: { width: split, height }, detail, ...common };
  }
  // The prompt and the notices take rows of the task, so that the list stays in its place.
  const listRows = Math.max(MIN_PANE_ROWS, Math.min(split, height - MIN_SPLIT.stacked.detail));
  const detail = { width: size.columns, height: height - listRows };
  return { kind: 'stacked', list: { width: size.columns, height: listRows }, detail, ...common };
}

/** Rows of the header and the footer. */
const BAR_ROWS = 2;
/** Rows of a frame with one row inside. */
const MIN_PANE_ROWS = FRAME_SIZE + 1;

/** The smallest panes that the user can choose: columns side by side, rows above each other. */
const MIN_SPLIT: Readonly<Record<Arrangement, { readonly list: number; readonly detail: number }>> = {
  side: { list: 24, detail: 34 },
  stacked: { list: 4, detail: 8 },
};
/** Columns, or rows, of a list that the user has not resized: a share, and the least. */
const DEFAULT_SPLIT: Readonly<Record<Arrangement, { readonly share: number; readonly least: number }>> = {
  side: { share: 0.38, least: 34 },
  stacked: { share: 0.36, least: 6 },
};

export const widthClass = ({ columns }: Pick<Size, 'columns'>): WidthClass =>
  columns <= MAX_SMALL_COLUMNS ? 'small' : 'large';

/** How the panes are arranged when the screen shows both; null where there is room for one only. */
export function arrangementOf(
  { columns, rows }: Size,
  { arrangement }: Pick<PaneLayout, 'arrangement'>,
  layout: LayoutSetting,
): Arrangement | null {
  const canStack = rows >= MIN_STACKED_ROWS;
  const isWide = columns >= MIN_WIDE_COLUMNS;
  switch (arrangement[widthClass({ columns })] ?? layout) {
    case 'side':
      return isWide ? 'side' : null;
    case 'stacked':
      return canStack ? 'stacked' : isWide ? 'side' : null;
    case 'auto':
      if (!isWide) return rows >= MIN_AUTO_STACKED_ROWS ? 'stacked' : null;
      return columns <= MAX_SMALL_COLUMNS && rows >= MIN_AUTO_TALL_ROWS ? 'stacked' : 'side';
  }
}

/** Columns side by side, else rows, that list and task share while the prompt has one row and there is no notice. */
const splitTotal = ({ columns, rows }: Size, arrangement: Arrangement): number =>
  arrangement === 'side' ? columns : rows - BAR_ROWS - 1;

/** Columns, or rows, of the list's frame, for the user's share of it or the default. */
function splitOf(size: Size, arrangement: Arrangement, share: number | null): number {
  const total = splitTotal(size, arrangement);
  const { share: usual, least } = DEFAULT_SPLIT[arrangement];
  return limitSplit(
    share === null ? Math.max(least, Math.round(total * usual)) : Math.round(total * share),
    total,
    arrangement,
  );
}

function limitSplit(split: number, total: number, arrangement: Arrangement): number {
  const { list, detail } = MIN_SPLIT[arrangement];
  return Math.max(list, Math.min(split, total - detail));
}

/**
 * The list's share of the screen after its frame grew by `step` columns, or rows where the panes are above each other; null if
 * it cannot.
 */
export function resizedShare(
  size: Size,
  arrangement: Arrangement,
  share: number | null,
  step: number,
): number | null {
  const total = splitTotal(size, arrangement);
  const before = splitOf(size, arrangement, share);
  const after = limitSplit(before + step, total, arrangement);
  return after === before ? null : after / total;
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
