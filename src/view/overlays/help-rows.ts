import { padOrTruncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import type { Theme } from '../theme.ts';
import { type Sign, signText } from './help-legend.ts';

/** An entry of the help: a command with its keys, or a sign of the screen. */
export type HelpEntry =
  | {
      readonly kind: 'command';
      readonly keys: string;
      readonly text: string;
      /** Why it cannot run now, or empty. */
      readonly reason: string;
    }
  | { readonly kind: 'sign'; readonly sign: Sign; readonly text: string };

export interface HelpSectionEntries {
  readonly title: string;
  readonly entries: readonly HelpEntry[];
}

/** One row of the help, unstyled. */
export type HelpRow =
  | { readonly kind: 'blank' }
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'entry';
      /** Empty in continuation rows. */
      readonly keys: string;
      readonly text: string;
      /** A part of the reason why the command cannot run now, or empty. */
      readonly reason: string;
      readonly disabled: boolean;
    }
  | { readonly kind: 'sign'; readonly sign: Sign; readonly text: string };

/** Widths of the columns of the help. */
export interface HelpColumns {
  readonly keys: number;
  readonly text: number;
  /** 0 when the reason is below the text, for lack of room. */
  readonly reason: number;
}

/** Blanks before the first column, between columns and after the last one. */
const MARGIN = 2;
const GAP = 2;
const END = 1;
/** Width of `pgdn space ctrl+d`. */
const KEYS = 17;
const LEAST_KEYS = 4;
const LEAST_TEXT = 24;
/** Width of the longest title. */
const TEXT = 34;
/** A narrower column would wrap every reason. */
const LEAST_REASON = 20;

/** Keys that are longer than their column push their text to the next row. */
export function helpColumns(width: number): HelpColumns {
  const keys = Math.max(LEAST_KEYS, Math.min(KEYS, width - MARGIN - GAP - END - LEAST_TEXT));
  const rest = Math.max(1, width - MARGIN - keys - GAP - END);
  const reason = rest - TEXT - GAP;
  return reason < LEAST_REASON ? { keys, text: rest, reason: 0 } : { keys, text: TEXT, reason };
}

/** Width of a text without a reason beside it. */
const fullTextWidth = ({ text, reason }: HelpColumns): number => (reason === 0 ? text : text + GAP + reason);

/** The visible rows of the help. */
export interface HelpWindow {
  readonly rows: readonly HelpRow[];
  readonly columns: HelpColumns;
  readonly top: number;
  readonly height: number;
  readonly total: number;
}

/** The sections with a heading each, in rows of `width` columns. */
export function helpRows(sections: readonly HelpSectionEntries[], width: number): readonly HelpRow[] {
  if (sections.length === 0) return [{ kind: 'heading', text: 'No matching keys.' }];
  const columns = helpColumns(width);
  return sections.flatMap(({ title, entries }, index): readonly HelpRow[] => [
    ...(index === 0 ? [] : [{ kind: 'blank' } as const]),
    { kind: 'heading', text: title },
    ...entries.flatMap((entry) =>
      entry.kind === 'sign' ? signRows(entry.sign, entry.text, columns) : commandRows(entry, columns),
    ),
  ]);
}

function commandRows(
  { keys, text, reason }: Extract<HelpEntry, { readonly kind: 'command' }>,
  columns: HelpColumns,
): readonly HelpRow[] {
  const disabled = reason !== '';
  const row = (about: { keys?: string; text?: string; reason?: string }): HelpRow => ({
    kind: 'entry',
    keys: '',
    text: '',
    reason: '',
    disabled,
    ...about,
  });
  const isBeside = disabled && columns.reason > 0;
  const texts = wrap(text, isBeside ? columns.text : fullTextWidth(columns));
  const reasons = isBeside ? wrap(reason, columns.reason) : [];
  const rows = Array.from({ length: Math.max(texts.length, reasons.length) }, (_, index) => ({
    text: texts[index] ?? '',
    reason: reasons[index] ?? '',
  }));
  const below = disabled && !isBeside ? wrap(`not now: ${reason}`, columns.text) : [];
  const isLong = keys.length > columns.keys;
  return [
    ...(isLong ? [row({ keys })] : []),
    ...rows.map((each, index) => row(index === 0 && !isLong ? { keys, ...each } : each)),
    ...below.map((words) => row({ reason: words })),
  ];
}

function signRows(sign: Sign, meaning: string, columns: HelpColumns): readonly HelpRow[] {
  const [first = '', ...rest] = wrap(meaning, fullTextWidth(columns));
  return [
    { kind: 'sign', sign, text: first },
    ...rest.map((text): HelpRow => ({ kind: 'entry', keys: '', text, reason: '', disabled: false })),
  ];
}

/** The visible rows of the help, styled. */
export const helpLines = ({ rows, columns, top, height }: HelpWindow, theme: Theme): string[] =>
  rows.slice(top, top + height).map((row) => helpLine(row, columns, theme));

function helpLine(row: HelpRow, columns: HelpColumns, theme: Theme): string {
  switch (row.kind) {
    case 'blank':
      return '';
    case 'heading':
      return ` ${theme.title(row.text)}`;
    case 'sign':
      return `  ${padOrTruncate(signText(row.sign, theme), columns.keys)}  ${row.text}`;
    case 'entry': {
      const keys = padOrTruncate(row.keys, Math.max(columns.keys, row.keys.length));
      const [keyStyle, textStyle] = row.disabled ? [theme.dim, theme.dim] : [theme.accent, PLAIN];
      // The reason is the only part of a disabled row that is not dimmed.
      if (row.reason === '') return `  ${keyStyle(keys)}  ${textStyle(row.text)}`.trimEnd();
      if (columns.reason === 0) return `  ${keys}  ${row.reason}`;
      return `  ${keyStyle(keys)}  ${textStyle(padOrTruncate(row.text, columns.text))}  ${row.reason}`;
    }
  }
}

const PLAIN = (text: string): string => text;

/** The position in the help if it does not fit on the screen. */
export function helpStatus({ top, height, total }: HelpWindow): string[] {
  if (total <= height) return [];
  const below = total - top - height;
  const more = below > 0 ? `${below} more below` : 'end';
  return [`${top + 1}–${Math.min(total, top + height)} of ${total} · ${more}`, more];
}
