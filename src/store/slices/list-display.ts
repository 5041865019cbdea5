import type { Column, RowLines } from '../../domain/list-display.ts';
import type { SliceReducer } from './slice.ts';

/** How the rows of the list look, as the user chose it: these replace the settings. Null: no choice. */
export interface ListDisplayState {
  readonly view: {
    readonly rowLines: RowLines | null;
    readonly columns: readonly Column[] | null;
  };
}

export const INITIAL_LIST_DISPLAY: ListDisplayState = { view: { rowLines: null, columns: null } };

export type ListDisplayEvent =
  | { readonly type: 'row-lines-chosen'; readonly lines: RowLines }
  /** Null: those of the settings. */
  | { readonly type: 'columns-chosen'; readonly columns: readonly Column[] | null };

export const listDisplayReducer = {
  'row-lines-chosen': (_, { lines }) => ({ view: { rowLines: lines } }),
  'columns-chosen': (_, { columns }) => ({ view: { columns } }),
} satisfies SliceReducer<ListDisplayState, ListDisplayEvent>;
