import { isUpdateError } from '../domain/update-error.ts';
import type { Store } from '../store/store.ts';

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
  const loadRenderer = (): Promise<void> =>
    load(
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
    immediate = setImmediate(() => void loadRenderer());
  };
  stop = store.subscribe(loadWhenListed);
  loadWhenListed();
  return () => {
    stop();
    if (immediate !== null) clearImmediate(immediate);
  };
}

/** Loads the search of the palette and of the pickers, once. Never rejects. */
export async function loadFuzzyFind(store: Store): Promise<void> {
  if (store.getState().fuzzyFind !== null) return;
  await load(
    store,
    () => import('../domain/fuzzy-find.ts'),
    ({ fuzzyFind }) => store.dispatch({ type: 'fuzzy-find-loaded', find: fuzzyFind }),
  );
}

/** Imports a module and passes it to `use`. Queues a notice if an update of taskdeck has removed it. Never rejects. */
async function load<Part>(
  store: Store,
  importPart: () => Promise<Part>,
  use: (part: Part) => void,
): Promise<void> {
  try {
    use(await importPart());
  } catch (error) {
    if (!isUpdateError(error)) return store.report(error);
    store.dispatch({ type: 'notice-queued', text: error.message, now: store.getState().now });
  }
}
