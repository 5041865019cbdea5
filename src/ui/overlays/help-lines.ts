import { type HelpColumns, type HelpRow, helpColumns, helpRows } from '../../commands/help-rows.ts';
import { padOrTruncate } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import { signText } from '../../view/overlays/help-legend.ts';
import type { Theme } from '../../view/theme.ts';

/** `height` styled rows of the help, from row `top` on. */
export function helpLines(
  state: State,
  theme: Theme,
  width: number,
  { top, height }: { readonly top: number; readonly height: number },
): string[] {
  const columns = helpColumns(width);
  return helpRows(state, width)
    .slice(top, top + height)
    .map((row) => helpLine(row, columns, theme));
}

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
export function helpStatus({
  top,
  height,
  total,
}: {
  readonly top: number;
  readonly height: number;
  readonly total: number;
}): string[] {
  if (total <= height) return [];
  const below = total - top - height;
  const more = below > 0 ? `${below} more below` : 'end';
  return [`${top + 1}–${Math.min(total, top + height)} of ${total} · ${more}`, more];
}
