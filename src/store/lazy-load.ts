import { isUpdateError } from '../domain/update-error.ts';
import type { Store } from './store.ts';

/** Imports a module and passes it to `use`. Queues a notice if an update of taskdeck has removed it. Never rejects. */
export async function lazyLoad<Part>(
  store: Store,
  load: () => Promise<Part>,
  use: (part: Part) => void,
): Promise<void> {
  try {
    use(await load());
  } catch (error) {
    if (!isUpdateError(error)) return store.report(error);
    store.dispatch({ type: 'notice-queued', text: error.message, now: store.getState().now });
  }
}
