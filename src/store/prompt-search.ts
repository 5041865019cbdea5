import { bufferOf, type EditBuffer } from '../domain/edit/buffer.ts';
import { type HistorySearch, placeOf } from '../domain/history-search.ts';
import { draft } from './selectors.ts';
import type { State } from './state.ts';

/** The search that the prompt is in, or null. Whoever leaves the prompt leaves it. */
export const searchIn = ({ view }: State): HistorySearch | null =>
  view.focus === 'prompt' ? view.promptSearch : null;

/** What stands in the prompt: the draft, or the earlier prompt that was found for it. */
export function written(state: State): EditBuffer {
  const search = searchIn(state);
  const found = search === null || search.at === null ? undefined : state.history[search.at];
  return search === null || found === undefined ? draft(state) : bufferOf(found, placeOf(search, found));
}
