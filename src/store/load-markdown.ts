import { loadLate } from './load-late.ts';
import type { Store } from './store.ts';

/** Words with one of each kind of markup: what reads them for the first time is compiled by that. */
const WARMING = [
  '# a **b** `c` [d](e)',
  '',
  '- f',
  '  - _g_',
  '',
  '| h | i |',
  '|---|---|',
  '| j | k |',
  '',
  '> l',
];

/**
 * Loads what reads markdown, which is large and slow to begin with, while the server is asked for the first
 * transcript: the first frame does without. Returns how to give that up.
 */
export function loadMarkdown(store: Store): () => void {
  let stop = (): void => {};
  let waiting: NodeJS.Immediate | null = null;
  const load = (): Promise<void> =>
    loadLate(
      store,
      () => import('../domain/markdown/prose.ts'),
      ({ readProse }) => {
        readProse(WARMING, 40);
        store.dispatch({ type: 'markdown-loaded', read: readProse });
      },
    );
  const look = (): void => {
    const { list, tasks } = store.getState();
    // A list that is only recalled promises nothing: the server has not answered yet.
    if (list.promised === 0 || tasks.length === 0) return;
    stop();
    waiting = setImmediate(() => void load());
  };
  stop = store.subscribe(look);
  look();
  return () => {
    stop();
    if (waiting !== null) clearImmediate(waiting);
  };
}
