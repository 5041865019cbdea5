import { Box, Text } from 'ink';
import { useRef, useState } from 'react';
import { clickHeading, clickTask, focusPane, WHEEL_ROWS } from '../../commands/mouse-actions.ts';
import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { isHeading } from '../../store/list-items.ts';
import { overlayField } from '../../store/overlay-field.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE } from '../../view/layout/geometry.ts';
import { filterExamples } from '../../view/list/filter-examples.ts';
import { listFrame } from '../../view/list/list-frame.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useRegion } from '../hooks/mouse.ts';
import { Lines } from '../widgets/lines.tsx';
import { TextField } from '../widgets/text-field.tsx';

export interface ListPaneProps {
  readonly state: State;
  readonly extent: Extent;
  readonly row: number;
}

/** The task list, with the filter field below while it is open. */
export function ListPane({ state, extent, row }: ListPaneProps) {
  const { theme, context } = useAppContext();
  const { width, height } = extent;
  const filter = state.view.overlay?.kind === 'filter' ? overlayField(state) : null;
  // The window moves only as far as the selection needs.
  const top = useRef(0);
  /** The selection when the wheel scrolled away from it; it stays there until the selection changes. */
  const scrolledAway = useRef<{ readonly selected: string | null } | null>(null);
  const [, draw] = useState({});
  const selected = state.view.selected ?? state.view.selectedGroup;
  if (scrolledAway.current?.selected !== selected) scrolledAway.current = null;
  const pane = listFrame(state, theme, extent, top.current, scrolledAway.current !== null);
  top.current = pane.top;
  useRegion({
    x: 0,
    y: row,
    width,
    height,
    click(_, at) {
      const item = pane.itemAt(at - 1);
      if (item === null) focusPane(context, 'list');
      else if (isHeading(item)) clickHeading(context, item.key);
      else clickTask(context, item.id);
    },
    wheel(step) {
      const target = pane.scrolledBy(step * WHEEL_ROWS);
      if (target === top.current) return;
      top.current = target;
      scrolledAway.current = { selected };
      draw({});
    },
  });
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Lines lines={pane.lines} width={width} height={height} />
      {filter !== null && (
        <FilterField
          buffer={filter}
          examples={filterExamples(state)}
          width={width - FRAME_SIZE}
          top={height - 2}
          y={row + height - 2}
        />
      )}
    </Box>
  );
}

interface FilterFieldProps {
  readonly buffer: EditBuffer;
  readonly examples: string;
  readonly width: number;
  /** The row in the pane. */
  readonly top: number;
  readonly y: number;
}

function FilterField({ buffer, examples, width, top, y }: FilterFieldProps) {
  const { theme } = useAppContext();
  return (
    <Box position="absolute" marginLeft={1} marginTop={top} width={width} height={1} overflow="hidden">
      <Text>{theme.accent(' / ')}</Text>
      <TextField buffer={buffer} width={width - 4} x={4} y={y} label="filter>" placeholder={examples} />
    </Box>
  );
}
