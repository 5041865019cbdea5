import type { State } from '../store/state.ts';
import { FRAME_SIZE } from '../view/layout/geometry.ts';
import { screenLayout } from '../view/layout/screen-layout.ts';
import { type HelpWindow, helpColumns, helpRows } from '../view/overlays/help-rows.ts';
import type { Command, CommandContext } from './command.ts';
import { helpContent } from './help-content.ts';
import { findInHelp } from './help-find.ts';
import { HELP_MOVES } from './help-moves.ts';

/** The visible rows of the help. Null when the help is closed or the screen is too small. */
export function helpWindow(state: State): HelpWindow | null {
  const where = screenLayout(state);
  const { overlay } = state.view;
  if (where.kind === 'tiny' || overlay?.kind !== 'help') return null;
  const { width, height } = where.body;
  const visible = height - FRAME_SIZE - (overlay.typing === true ? 1 : 0);
  const rows = helpRows(helpContent(state), width - FRAME_SIZE);
  const columns = helpColumns(width - FRAME_SIZE);
  const total = rows.length;
  return { rows, columns, top: Math.min(overlay.top, Math.max(0, total - visible)), height: visible, total };
}

/** Scrolls by the result of `step`, within the text. */
const scroll =
  (step: (height: number) => number) =>
  ({ store }: CommandContext): void => {
    const state = store.getState();
    const window = helpWindow(state);
    const { overlay } = state.view;
    if (window === null || overlay?.kind !== 'help') return;
    const { top, height, total } = window;
    const target = Math.min(Math.max(0, top + step(height)), Math.max(0, total - height));
    if (target !== top) store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, top: target } });
  };

export const scrollHelp = (context: CommandContext, rows: number): void => scroll(() => rows)(context);

export const helpCommands: readonly Command[] = [
  findInHelp,
  ...HELP_MOVES.map(({ step, ...move }) => ({ ...move, run: scroll(step) })),
];
