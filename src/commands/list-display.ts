import type { RowLines } from '../domain/list-display.ts';
import { rowLines } from '../store/list-display.ts';
import { columnsAfter } from '../view/overlays/column-items.ts';
import type { Command, CommandContext } from './command.ts';

/** The choice after another one, and its words. */
const NEXT: Readonly<Record<RowLines, { readonly lines: RowLines; readonly text: string }>> = {
  auto: { lines: 1, text: 'Rows have one line.' },
  1: { lines: 2, text: 'Rows have two lines: the second has the question or the last message.' },
  2: { lines: 'auto', text: 'Rows have two lines from 40 terminal rows on, and among tasks that need you.' },
};

export const listDisplayCommands: readonly Command[] = [
  {
    id: 'columns',
    title: 'Choose columns of the list',
    keys: [],
    keyContext: 'panes',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'columns' } }),
  },
  {
    id: 'row-lines',
    title: 'Rows of 1 line, 2, or automatic',
    keys: [],
    keyContext: 'panes',
    run({ store, clock }) {
      const { lines, text } = NEXT[rowLines(store.getState())];
      store.dispatch(
        { type: 'row-lines-chosen', lines },
        { type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } },
      );
    },
  },
];

/** Shows or hides a column, and leaves the menu open. */
export const toggleColumn = ({ store }: CommandContext, id: string): void =>
  store.dispatch({ type: 'columns-chosen', columns: columnsAfter(store.getState(), id) });
