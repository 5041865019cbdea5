import { isHeading, type ListItem } from '../store/list-items.ts';
import type { Store } from '../store/store.ts';

/** Selects a task, or the heading of a collapsed group. */
export const selectItem = (store: Store, item: ListItem): void =>
  store.dispatch(
    isHeading(item) ? { type: 'group-selected', key: item.key } : { type: 'task-selected', taskId: item.id },
  );
