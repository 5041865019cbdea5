import { Box, Text } from 'ink';
import { useRef } from 'react';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { type Extent, listRows } from '../../store/geometry.ts';
import { visibleTasks } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { frame } from '../widgets/frame.ts';
import { Lines } from '../widgets/lines.tsx';
import { scrolledTo } from '../widgets/scrolled-to.ts';
import { TextField } from '../widgets/text-field.tsx';
import { listLines } from './list-lines.ts';
import { emptyLines } from './problem-lines.ts';

/** The tasks, with the filter under them while it is being typed. */
export function ListPane({ state, extent }: { readonly state: State; readonly extent: Extent }) {
  const { theme } = useDeck();
  const { width, height } = extent;
  const filtering = state.view.overlay?.kind === 'filter';
  const rows = listRows(extent) - (filtering ? 1 : 0);
  const inside = width - 2;

  const tasks = visibleTasks(state);
  const selected = tasks.findIndex(({ id }) => id === state.view.selected);
  // The window moves only as far as the selection pushes it, so that rows stay where the eye left them.
  const top = useRef(0);
  top.current = scrolledTo(top.current, selected, Math.max(1, rows - state.creating.length), tasks.length);

  const isEmpty = tasks.length === 0 && state.creating.length === 0;
  const lines = isEmpty
    ? emptyLines(state, theme, inside)
    : listLines(state, theme, inside, rows, top.current);
  const title = state.view.filter === '' ? 'Tasks' : `Tasks /${sanitiseLine(state.view.filter)}`;
  const hidden = tasks.length - rows;
  const framed = frame(
    lines,
    {
      title,
      status: hidden > 0 ? `${selected + 1} of ${tasks.length}` : '',
      focused: state.view.focus === 'list',
      width,
      height,
    },
    theme,
  );
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Lines lines={framed} width={width} height={height} />
      {filtering && <FilterField filter={state.view.filter} width={inside} row={height - 2} />}
    </Box>
  );
}

function FilterField({
  filter,
  width,
  row,
}: {
  readonly filter: string;
  readonly width: number;
  readonly row: number;
}) {
  const { context, theme } = useDeck();
  const { store } = context;
  return (
    <Box position="absolute" marginLeft={1} marginTop={row} width={width} height={1} overflow="hidden">
      <Text>{theme.accent(' / ')}</Text>
      <TextField
        value={filter}
        placeholder="words in name, owner, template, message"
        onChange={(value) => store.dispatch({ type: 'filtered', filter: value })}
        onSubmit={() => store.dispatch({ type: 'overlay-closed' })}
      />
    </Box>
  );
}
