import { Box, Text } from 'ink';
import { displayWidth } from '../../domain/text/width.ts';
import { overlayField } from '../../store/overlay-field.ts';
import type { State } from '../../store/state.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { TextField } from '../widgets/text-field.tsx';

export interface DetailFieldProps {
  readonly state: State;
  readonly width: number;
  /** The row in the pane. */
  readonly top: number;
  /** The position on the screen. */
  readonly x: number;
  readonly y: number;
}

/** The field below the transcript, or a diff, for a search or a file name. */
export function DetailField({ state, width, top, x, y }: DetailFieldProps) {
  const { theme } = useAppContext();
  const buffer = overlayField(state);
  const { overlay } = state.view;
  const isSearch = overlay?.kind === 'search' || overlay?.kind === 'diff-search';
  const label = isSearch ? ' search ' : ' save as ';
  return (
    <Box position="absolute" marginLeft={1} marginTop={top} width={width} height={1} overflow="hidden">
      {buffer !== null && (
        <>
          <Text>{theme.accent(label)}</Text>
          <TextField
            key={label}
            buffer={buffer}
            width={Math.max(1, width - displayWidth(label) - 1)}
            x={x + displayWidth(label)}
            y={y}
            label={isSearch ? 'search>' : 'save as>'}
            placeholder={isSearch ? '' : 'a file name'}
          />
        </>
      )}
    </Box>
  );
}
