import { Box, Text } from 'ink';
import TextInput from 'ink-text-input';
import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useAnnouncedField } from '../hooks/use-announcement.ts';
import { TerminalCursor } from './terminal-cursor.tsx';

export interface TextFieldProps {
  readonly buffer: EditBuffer;
  /** In columns; a longer text scrolls. */
  readonly width: number;
  /** The field's position on the screen. */
  readonly x: number;
  readonly y: number;
  readonly placeholder?: string;
  /** The label for screen readers. */
  readonly label: string;
}

/** Shows a field of one line with the terminal's cursor. It takes no keys: commands edit its text. */
export function TextField({ buffer, width, x, y, placeholder = '', label }: TextFieldProps) {
  const { theme } = useAppContext();
  const { text, cursor } = buffer;
  useAnnouncedField(label, text, cursor);
  const column = displayWidth(text.slice(0, cursor));
  const hidden = Math.max(0, column - width + 1);
  return (
    <Box width={width} height={1} overflow="hidden" contentOffsetX={hidden}>
      <Box flexShrink={0} width={displayWidth(text) + 1}>
        <TextInput value={text} focus={false} showCursor={false} onChange={ignore} />
      </Box>
      {text === '' && <Text wrap="truncate">{theme.dim(truncate(placeholder, width - 1))}</Text>}
      <TerminalCursor x={x + column - hidden} y={y} />
    </Box>
  );
}

const ignore = (): void => {};
