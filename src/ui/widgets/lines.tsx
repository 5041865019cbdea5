import { Box, Text } from 'ink';
import { memo } from 'react';

/** One prebuilt row. Memoised, so that a row that reads the same is not even compared by Ink's layout. */
const Row = memo(({ text }: { readonly text: string }) => (
  <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
));

export interface LinesProps {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Exactly `height` rows of `width` columns; rows that are missing are blank. */
export function Lines({ lines, width, height }: LinesProps) {
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {Array.from({ length: height }, (_, index) => (
        // Rows have no identity but their place on the screen.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Row key={index} text={lines[index] ?? ''} />
      ))}
    </Box>
  );
}
