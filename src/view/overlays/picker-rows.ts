import { displayWidth, padOrTruncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { type Extent, FRAME_SIZE } from '../layout/geometry.ts';
import { frame } from '../rows/frame.ts';
import type { Theme } from '../theme.ts';

/** An item to choose. Texts are sanitised. */
export interface PickerItem {
  readonly id: string;
  readonly label: string;
  /** Of an item that is switched on and off: a box shows which. Missing: it is chosen. */
  readonly isOn?: boolean;
  /** Shown at the right: all of them if they fit, else the first. */
  readonly keys?: readonly string[];
  /** The reason if it is disabled; its row is then dimmed. */
  readonly reason?: string;
  /** The description below the list. */
  readonly about: string;
  /** Texts that the search matches. */
  readonly words: readonly string[];
}

/** The contents of a picker. */
export interface PickerContent {
  readonly title: string;
  readonly found: readonly PickerItem[];
  readonly index: number;
  /** Shown if nothing is found. */
  readonly note: string;
}

/** Rows of the search field. */
export const FIELD_ROWS = 1;
/** Rows of the description, with a blank row before it. */
const ABOUT_ROWS = 4;
/** A list of fewer rows shows no description. */
const MIN_LIST_ROWS = 4;

/** The rows of the list, below the search field, in a picker of `height` rows with its frame. */
export function pickerListRows(height: number): number {
  const rows = height - FRAME_SIZE - FIELD_ROWS;
  return Math.max(1, rows - ABOUT_ROWS < MIN_LIST_ROWS ? rows : rows - ABOUT_ROWS);
}

/** The frame, the note, and the description of the selected item. The rows of the field and of the list are blank. */
export function pickerFrame(
  { title, found, index, note }: PickerContent,
  { width, height }: Extent,
  theme: Theme,
): string[] {
  const rows = height - FRAME_SIZE - FIELD_ROWS;
  const listRows = pickerListRows(height);
  const isEmpty = found.length === 0 && note !== '';
  const about = rows > listRows ? aboutLines(found[index], width - FRAME_SIZE - 4) : [];
  const lines = [
    '',
    ...(isEmpty ? [` ${theme.dim(note)}`] : []),
    ...Array.from({ length: Math.max(0, rows - ABOUT_ROWS + 1 - (isEmpty ? 1 : 0)) }, () => ''),
    ...about.map((line) => `  ${theme.dim(line)}`),
  ];
  const status = found.length > listRows ? [`${index + 1} of ${found.length}`] : [];
  return frame(lines, { title, status, focused: true, width, height }, theme);
}

function aboutLines(item: PickerItem | undefined, width: number): string[] {
  if (item === undefined || item.about === '') return [];
  return wrap(item.about, Math.max(1, width)).slice(0, ABOUT_ROWS - 1);
}

/** Columns for the title beside a reason. */
const LABEL_COLUMNS = 34;
const MIN_REASON_COLUMNS = 12;

/** A row of `width` columns: label, reason if it fits, keys at the right. The label is truncated first. */
export function pickerRow({ label: name, isOn, keys = [], reason = '' }: PickerItem, width: number): string {
  const label = isOn === undefined ? name : `[${isOn ? 'x' : ' '}] ${name}`;
  const all = keys.join(' ');
  const right =
    displayWidth(all) + 2 + Math.min(LABEL_COLUMNS, displayWidth(label)) <= width ? all : (keys[0] ?? '');
  if (right === '' && reason === '') return padOrTruncate(label, width);
  const room = Math.max(1, width - (right === '' ? 0 : displayWidth(right) + 2));
  const rest = room - LABEL_COLUMNS - 2;
  const left =
    reason === '' || rest < MIN_REASON_COLUMNS ? label : `${padOrTruncate(label, LABEL_COLUMNS)}  ${reason}`;
  return padOrTruncate(
    right === '' ? padOrTruncate(left, room) : `${padOrTruncate(left, room)}  ${right}`,
    width,
  );
}

/** The selected item for screen readers. */
export function pickerWords({ found, index, note }: PickerContent): string {
  const item = found[index];
  if (item === undefined) return note;
  const on = item.isOn === undefined ? [] : [item.isOn ? 'on' : 'off'];
  const label = [item.label, ...on, ...(item.keys ?? [])].join(', ').replaceAll(/ {2,}/gu, ', ');
  return [`${label}.`, item.about, `${index + 1} of ${found.length}.`].filter(Boolean).join(' ');
}
