import { allWithOwnFields } from '../domain/own-fields.ts';
import { type State, withChange } from './state.ts';
import { withPositionsOf } from './task-index.ts';

/** Shows the own titles and pins on all known tasks. Rows keep their places. */
export function showOwnFields(state: State): State {
  const { tasks, parkedLists, ownFields } = state;
  const shown = allWithOwnFields(tasks, ownFields);
  const parked = [...parkedLists].map(([key, list]) => {
    const changed = allWithOwnFields(list.tasks, ownFields);
    return [key, changed === list.tasks ? list : { ...list, tasks: changed }] as const;
  });
  const isSame = parked.every(([key, list]) => parkedLists.get(key) === list);
  return withChange(state, {
    tasks: shown === tasks ? tasks : withPositionsOf(tasks, shown),
    parkedLists: isSame ? parkedLists : new Map(parked),
  });
}
