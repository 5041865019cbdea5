import { layout } from '../domain/edit/layout.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import { type Geometry, geometry, promptWidth } from './geometry.ts';
import { remember } from './remember.ts';
import { draft } from './selectors.ts';
import type { Notice, Pane, Size, State } from './state.ts';

/** A notice may take so many rows; what does not fit is cut. */
const MAX_NOTICE_ROWS = 3;

/** Where everything is at the moment. */
export function screen(state: State): Geometry {
  const { size, view } = state;
  const { rows } = layout(draft(state), promptWidth(size));
  return shared(size, shownPane(state), view.focus === 'prompt' ? rows.length : 1, noticeLines(state).length);
}

const shared = remember((size: Size, pane: Pane, promptRows: number, noticeRows: number) =>
  geometry(size, pane, promptRows, noticeRows),
);

/** The pane that a narrow screen shows: whoever answers a task wants to see what it said. */
function shownPane({ view }: State): Pane {
  return view.focus === 'prompt' && view.composing === null ? 'transcript' : view.pane;
}

/** The notice as lines that fit. */
export const noticeLines = ({ notice, size }: State): readonly string[] => wrapped(notice, size.columns);

const wrapped = remember((notice: Notice | null, columns: number): readonly string[] =>
  notice === null ? [] : wrap(sanitiseLine(notice.text), Math.max(1, columns - 2)).slice(0, MAX_NOTICE_ROWS),
);
