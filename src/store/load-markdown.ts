import { lazyLoad } from './lazy-load.ts';
import type { Store } from './store.ts';

/** Each kind of markup once. Rendering it makes the engine compile the renderer. */
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
 * Loads the markdown renderer, which is large and slow at first, after the server's first list and thus after the first
 * frame. Returns a function that cancels.
 */
export function loadMarkdown(store: Store): () => void {
  let stop = (): void => {};
  let immediate: NodeJS.Immediate | null = null;
  const load = (): Promise<void> =>
    lazyLoad(
      store,
      () => import('../domain/markdown/prose.ts'),
      ({ renderProse }) => {
        renderProse(WARM_UP_SAMPLE, 40);
        store.dispatch({ type: 'markdown-loaded', proseRenderer: renderProse });
      },
    );
  const loadWhenListed = (): void => {
    const { listFreshness, tasks } = store.getState();
    // 0: the list is a restored one, and the server has not answered yet.
    if (listFreshness.refreshMs === 0 || tasks.length === 0) return;
    stop();
    immediate = setImmediate(() => void load());
  };
  stop = store.subscribe(loadWhenListed);
  loadWhenListed();
  return () => {
    stop();
    if (immediate !== null) clearImmediate(immediate);
  };
}
