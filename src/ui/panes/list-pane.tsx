import { Box, Text } from 'ink';
import { useRef } from 'react';
import { keepFilter } from '../../commands/filter.ts';
import { type Extent, FRAME } from '../../store/geometry.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { Lines } from '../widgets/lines.tsx';
import { TextField } from '../widgets/text-field.tsx';
import { listFrame } from './list-frame.ts';

export interface ListPaneProps {
  readonly state: State;
  readonly extent: Extent;
  /** The screen row of its upper border. */
  readonly row: number;
}

/** The tasks, with the filter under them while it is being typed. */
export function ListPane({ state, extent, row }: ListPaneProps) {
  const { theme } = useDeck();
  const { width, height } = extent;
  const filtering = state.view.overlay?.kind === 'filter';
  // The window moves only as far as the selection pushes it, so that rows stay where the eye left them.
  const top = useRef(0);
  const pane = listFrame(state, theme, extent, top.current);
  top.current = pane.top;
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Lines lines={pane.lines} width={width} height={height} />
      {filtering && (
        <FilterField filter={state.view.filter} width={width - FRAME} top={height - 2} y={row + height - 2} />
      )}
    </Box>
  );
}

interface FilterFieldProps {
  readonly filter: string;
  readonly width: number;
  /** Row within the pane, and on the screen. */
  readonly top: number;
  readonly y: number;
}

function FilterField({ filter, width, top, y }: FilterFieldProps) {
  const { context, theme } = useDeck();
  const { store } = context;
  return (
    <Box position="absolute" marginLeft={1} marginTop={top} width={width} height={1} overflow="hidden">
      <Text>{theme.accent(' / ')}</Text>
      <TextField
        value={filter}
        width={width - 4}
        x={4}
        y={y}
        placeholder="words, phase:idle, owner:ada, age<2h, !word"
        onChange={(value) => store.dispatch({ type: 'filtered', filter: value })}
        onSubmit={() => keepFilter(context)}
      />
    </Box>
  );
}
