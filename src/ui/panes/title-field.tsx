import { Box, Text } from 'ink';
import { displayWidth } from '../../domain/text/width.ts';
import { overlayField } from '../../store/overlay-field.ts';
import type { State } from '../../store/state.ts';
import type { Extent } from '../../view/layout/geometry.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { TextField } from '../widgets/text-field.tsx';

interface TitleFieldProps {
  readonly state: State;
  readonly extent: Extent;
  readonly row: number;
}

/** The field for a title, in place of the prompt. */
export function TitleField({ state, extent, row }: TitleFieldProps) {
  const { theme } = useAppContext();
  const { overlay } = state.view;
  const buffer = overlayField(state);
  const isProposing = overlay?.kind === 'rename' && overlay.isProposing;
  const label = isProposing ? ' title, waiting for a proposal: ' : ' title: ';
  const { columns } = state.size;
  return (
    <Box width={columns} height={extent.height} overflow="hidden">
      {buffer !== null && (
        <>
          <Text>{theme.accent(label)}</Text>
          <TextField
            buffer={buffer}
            width={Math.max(1, columns - displayWidth(label) - 1)}
            x={displayWidth(label)}
            y={row}
            label="title>"
            placeholder="a title"
          />
        </>
      )}
    </Box>
  );
}
