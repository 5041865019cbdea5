import { keysOfCommand } from '../commands/command-registry.ts';
import { footerHints } from '../commands/footer-hints.ts';
import { helpWindow } from '../commands/help.ts';
import type { State } from '../store/state.ts';
import { footerLine } from '../view/bars/footer-line.ts';
import { headerLine } from '../view/bars/header-line.ts';
import { noticeLines } from '../view/bars/notice-lines.ts';
import { promptLines } from '../view/bars/prompt-lines.ts';
import { tooSmallLines } from '../view/bars/too-small.ts';
import { detailFrame } from '../view/detail/detail-frame.ts';
import { FRAME_SIZE } from '../view/layout/geometry.ts';
import { screenLayout } from '../view/layout/screen-layout.ts';
import { listFrame } from '../view/list/list-frame.ts';
import { modalOf } from '../view/overlays/modal.ts';
import { frame } from '../view/rows/frame.ts';
import type { Theme } from '../view/theme.ts';

/**
 * The rows of `App`'s first frame, without Ink. Null while a field or menu has the focus: only Ink can place the cursor.
 * No start has an open diff.
 */
export function firstFrame(state: State, theme: Theme): readonly string[] | null {
  const where = screenLayout(state);
  const { rows } = state.size;
  if (where.kind === 'tiny') return exactly(rows, tooSmallLines(state, theme));
  const { overlay, openDiff, focus } = state.view;
  if (overlay !== null || openDiff !== null || focus === 'prompt') return null;
  const { width, height } = where.body;
  const modal = modalOf(state, helpWindow(state), theme, width - FRAME_SIZE, height - FRAME_SIZE);
  const panes =
    modal === null
      ? joinPanes(
          where.kind,
          where.list === null ? [] : listFrame(state, theme, where.list, 0).lines,
          where.detail === null ? [] : detailFrame(state, theme, where.detail),
        )
      : frame(modal.lines, { ...modal, focused: true, width, height }, theme);
  return [
    headerLine(state, theme),
    ...exactly(height, panes),
    ...exactly(where.notice, noticeLines(state, theme)),
    ...exactly(
      where.prompt.height,
      promptLines(state, [], false, theme, (id) => keysOfCommand(state, id)),
    ),
    footerLine(footerHints(state), state.size.columns, theme),
  ];
}

const exactly = (height: number, lines: readonly string[]): readonly string[] =>
  Array.from({ length: height }, (_, index) => lines[index] ?? '');

/** The rows of both panes side by side, or one after the other. */
function joinPanes(
  kind: 'wide' | 'stacked' | 'narrow',
  list: readonly string[],
  detail: readonly string[],
): readonly string[] {
  if (kind !== 'wide') return [...list, ...detail];
  return list.map((row, index) => row + (detail[index] ?? ''));
}
