import type { Task } from '../domain/task.ts';
import { visibleTasks } from './selectors.ts';
import type { State } from './state.ts';

/** The heading of a group of tasks. It always has one line. */
export interface GroupHeading {
  readonly kind: 'group';
  /** Stays the same while tasks come and go, such as `phase working`. */
  readonly key: string;
  /** Untrusted text. */
  readonly label: string;
  /** The tasks of the group, collapsed or not, and how many of them need the user. */
  readonly count: number;
  readonly needYou: number;
  readonly isCollapsed: boolean;
}

/** A row of the list: a task, or the heading of a group. */
export type ListItem = Task | GroupHeading;

export const isHeading = (item: ListItem): item is GroupHeading => 'kind' in item && item.kind === 'group';

/** The rows of the list. Without groups, the very array of `visibleTasks`. */
export const listItems = (state: State): readonly ListItem[] => visibleTasks(state);

/** Whether the item has the selection. */
export const isSelected = ({ view }: Pick<State, 'view'>, item: ListItem): boolean =>
  !isHeading(item) && item.id === view.selected;
