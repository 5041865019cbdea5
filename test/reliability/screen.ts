import { withKeyNames } from '../../src/domain/key-hint.ts';
import { sanitiseLine } from '../../src/domain/text/sanitise.ts';
import { howFresh } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { trouble } from '../../src/store/trouble.ts';
import { freshnessWords } from '../../src/ui/widgets/freshness.ts';
import { stage } from '../ui/stage.tsx';

/** A screen, and what of it tells how things stand. */
export interface Picture {
  readonly text: string;
  readonly rows: readonly string[];
  /** The corner of the header, such as `live`; the same in fewer words after it. */
  readonly corner: readonly string[];
  /** What stands above the prompt about what is wrong or happened; empty when nothing does. */
  readonly remarks: readonly string[];
}

/** Draws a state as taskdeck does, in a terminal of its size. */
export async function picture(state: State): Promise<Picture> {
  const shown = stage(state);
  await shown.until(() => {
    if (shown.rows().length < state.size.rows) throw new Error('Nothing is drawn yet.');
  });
  const rows = shown.rows();
  const remarks = [trouble(state)?.whole, state.notice?.text].filter((text) => text !== undefined);
  return {
    text: shown.text(),
    rows,
    corner: freshnessWords(howFresh(state.list, state.now)),
    remarks: remarks.map((text) => sanitiseLine(withKeyNames(text, state.keyNames))),
  };
}
