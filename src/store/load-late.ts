import { isUpdated } from '../domain/updated.ts';
import type { Store } from './store.ts';

/**
 * Loads a part of taskdeck that is in a file of its own, and passes it to `use`. When an update has removed the file, a
 * notice says so, and the program goes on without that part.
 */
export async function loadLate<Part>(
  store: Store,
  load: () => Promise<Part>,
  use: (part: Part) => void,
): Promise<void> {
  try {
    use(await load());
  } catch (error) {
    if (!isUpdated(error)) return store.report(error);
    store.dispatch({ type: 'trouble-told', text: error.message, now: store.getState().now });
  }
}
