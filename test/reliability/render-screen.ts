import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import { sanitiseLine } from '../../src/domain/text/sanitise.ts';
import { connectionProblem } from '../../src/store/connection-problem.ts';
import { dataAge } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { freshnessWords } from '../../src/ui/widgets/freshness-words.ts';
import { renderApp } from '../ui/rendered-app.tsx';

/** A screen, and what of it tells how things stand. */
export interface RenderedScreen {
  readonly text: string;
  readonly rows: readonly string[];
  /** The corner of the header, such as `live`; the same in fewer words after it. */
  readonly corner: readonly string[];
  /** What stands above the prompt about what is wrong or happened; empty when nothing does. */
  readonly remarks: readonly string[];
}

/** Draws a state as taskdeck does, in a terminal of its size. */
export async function renderScreen(state: State): Promise<RenderedScreen> {
  const shown = renderApp(state);
  await shown.until(() => {
    if (shown.rows().length < state.size.rows) throw new Error('Nothing is drawn yet.');
  });
  const rows = shown.rows();
  const remarks = [connectionProblem(state)?.text, state.notice?.text].filter((text) => text !== undefined);
  return {
    text: shown.text(),
    rows,
    corner: freshnessWords(dataAge(state.listFreshness, state.now)),
    remarks: remarks.map((text) => sanitiseLine(withKeyNames(text, state.keyNames))),
  };
}
