import { parseFilter } from '../store/selectors.ts';
import type { CommandContext } from './command.ts';

/** Leaves the field with the filter in force; one that is not understood is said, and stays to be mended. */
export function confirmFilter({ store, clock }: Pick<CommandContext, 'store' | 'clock'>): void {
  const { problem } = parseFilter(store.getState().view.filter);
  store.dispatch(
    problem === null
      ? { type: 'overlay-closed' }
      : { type: 'notice-changed', notice: { tone: 'plain', text: problem, at: clock.now() } },
  );
}
