import { hasChats } from '../../store/list-freshness.ts';
import type { State } from '../../store/state.ts';

/** Examples of what the filter takes, in few columns. */
export const filterExamples = (state: State): string =>
  hasChats(state)
    ? 'words, is:unread, pr:open, repo:api, !word'
    : 'words, phase:idle, since:2h, owner:ada, !word';
