import { Box, Text } from 'ink';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { displayWidth } from '../../domain/text/width.ts';
import { overlayField } from '../../store/overlay-field.ts';
import type { State } from '../../store/state.ts';
import { attachmentsLine } from '../../view/bars/prompt-lines.ts';
import type { Extent } from '../../view/layout/geometry.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { Lines } from '../widgets/lines.tsx';
import { TextField } from '../widgets/text-field.tsx';

interface AttachFieldProps {
  readonly state: State;
  readonly extent: Extent;
  readonly row: number;
}

const LABEL = ' attach file: ';

/** The field for the path of a file, in place of the prompt, below the files that are attached already. */
export function AttachField({ state, extent, row }: AttachFieldProps) {
  const { theme } = useAppContext();
  const { columns } = state.size;
  const buffer = overlayField(state);
  const files = extent.height > 1 ? attachmentsLine(state, theme, columns - 1) : null;
  const head = files === null ? 0 : 1;
  return (
    <Box width={columns} height={extent.height} flexDirection="column" overflow="hidden">
      {files !== null && <Lines lines={[files]} width={columns} height={1} />}
      <Box width={columns} height={1} overflow="hidden">
        {buffer !== null && (
          <>
            <Text>{theme.accent(LABEL)}</Text>
            <TextField
              buffer={buffer}
              width={Math.max(1, columns - displayWidth(LABEL) - 1)}
              x={displayWidth(LABEL)}
              y={row + head}
              label="attach file>"
              placeholder={withKeyNames(`a path; ${keyFor('complete-path')} completes it`, state.keyNames)}
            />
          </>
        )}
      </Box>
    </Box>
  );
}
