import { lazyLoad } from './lazy-load.ts';
import type { Store } from './store.ts';

/** Words with one of each kind of markup: what reads them for the first time is compiled by that. */
const WARM_UP_SAMPLE = [
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
    lazyLoad(
      store,
      () => import('../domain/markdown/prose.ts'),
      ({ renderProse: readProse }) => {
        readProse(WARM_UP_SAMPLE, 40);
        store.dispatch({ type: 'markdown-loaded', proseRenderer: readProse });
      },
    );
  const loadWhenListed = (): void => {
    const { listFreshness, tasks } = store.getState();
    // A list that is only recalled promises nothing: the server has not answered yet.
    if (listFreshness.refreshMs === 0 || tasks.length === 0) return;
    stop();
    waiting = setImmediate(() => void load());
  };
  stop = store.subscribe(loadWhenListed);
  loadWhenListed();
  return () => {
    stop();
    if (waiting !== null) clearImmediate(waiting);
  };
}
