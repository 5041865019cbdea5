import { type HelpRow, helpRows, keyColumns } from '../../commands/help-rows.ts';
import { fitTo } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** `height` rows of the help from `top` on: every command with its keys, and for one that cannot act now the reason. */
export function helpLines(
  state: State,
  theme: Theme,
  width: number,
  { top, height }: { readonly top: number; readonly height: number },
): string[] {
  const columns = keyColumns(width);
  return helpRows(state, width)
    .slice(top, top + height)
    .map((row) => helpLine(row, columns, theme));
}

function helpLine(row: HelpRow, columns: number, theme: Theme): string {
  switch (row.kind) {
    case 'blank':
      return '';
    case 'heading':
      return ` ${theme.title(row.text)}`;
    case 'entry': {
      const style = row.quiet ? theme.dim : theme.accent;
      return `   ${style(fitTo(row.keys, Math.max(columns, row.keys.length)))} ${row.quiet ? theme.dim(row.text) : row.text}`;
    }
  }
}

/** Where in the help this is, when there is more of it than fits. */
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
