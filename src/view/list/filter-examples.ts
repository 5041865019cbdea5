import { hasChats } from '../../store/list-freshness.ts';
import type { State } from '../../store/state.ts';

/** Examples of what the filter takes, in few columns. */
export const filterExamples = (state: State): string =>
  hasChats(state)
    ? 'words, is:unread, pr:open, owner:ada, !word'
    : 'words, phase:idle, owner:ada, age<2h, !word';
