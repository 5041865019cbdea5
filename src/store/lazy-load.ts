import { isUpdateError } from '../domain/update-error.ts';
import type { Store } from './store.ts';

/**
 * Loads a part of taskdeck that is in a file of its own, and passes it to `use`. When an update has removed the file, a
 * notice says so, and the program goes on without that part.
 */
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
