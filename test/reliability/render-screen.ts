import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import { sanitiseLine } from '../../src/domain/text/sanitise.ts';
import { dataAge } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { connectionProblem } from '../../src/view/layout/connection-problem.ts';
import { freshnessWords } from '../../src/view/rows/freshness-words.ts';
import { renderApp } from '../ui/rendered-app.tsx';

export interface RenderedScreen {
  readonly text: string;
  readonly rows: readonly string[];
  /** The corner of the header, such as `live`, followed by its shorter forms. */
  readonly corner: readonly string[];
  /** The connection problem and the notice above the prompt. */
  readonly remarks: readonly string[];
}

/** Draws a state at the size of its terminal. */
export async function renderScreen(state: State): Promise<RenderedScreen> {
  const rendered = renderApp(state);
  await rendered.until(() => {
    if (rendered.rows().length < state.size.rows) throw new Error('Nothing drawn yet.');
  });
  const rows = rendered.rows();
  const remarks = [connectionProblem(state)?.text, state.notice?.text].filter((text) => text !== undefined);
  return {
    text: rendered.text(),
    rows,
    corner: freshnessWords(dataAge(state.listFreshness, state.now)),
    remarks: remarks.map((text) => sanitiseLine(withKeyNames(text, state.keyNames))),
  };
}
