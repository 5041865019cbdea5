import { bufferOf, type EditBuffer } from '../domain/edit/buffer.ts';
import { matchOffset, type PromptHistorySearch } from '../domain/prompt-history-search.ts';
import { draft } from './selectors.ts';
import type { State } from './state.ts';

/** Null unless the prompt has the focus. */
export const activePromptSearch = ({ view }: State): PromptHistorySearch | null =>
  view.focus === 'prompt' ? view.promptSearch : null;

/** The prompt's text: the draft, or the earlier prompt that the search found. */
export function visibleDraft(state: State): EditBuffer {
  const search = activePromptSearch(state);
  const found = search === null || search.index === null ? undefined : state.promptHistory[search.index];
  return search === null || found === undefined ? draft(state) : bufferOf(found, matchOffset(search, found));
}
