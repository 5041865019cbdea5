import { Box, Text, useInput, usePaste } from 'ink';
import TextInput from 'ink-text-input';
import { Fragment, useRef, useState } from 'react';
import { bufferOf, type EditBuffer, insert } from '../../domain/edit/buffer.ts';
import { lineEdit } from '../../domain/edit/keys.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { type KeyPress, keyPress } from '../hooks/key-press.ts';
import { useAnnouncedField } from '../hooks/use-announcement.ts';
import { TerminalCursor } from './terminal-cursor.tsx';

export interface TextFieldProps {
  readonly value: string;
  /** In columns; a longer text scrolls. */
  readonly width: number;
  /** The field's position on the screen. */
  readonly x: number;
  readonly y: number;
  readonly placeholder?: string;
  /** The label for screen readers. */
  readonly label?: string;
  readonly onChange: (value: string) => void;
  readonly onSubmit: () => void;
}

/**
 * ink-text-input with a cursor of our own: its cursor counts UTF-16 units, and it types letters of ctrl keys and line breaks. So
 * only the typed text is taken from its value and inserted at our cursor.
 */
export function TextField({
  value,
  width,
  x,
  y,
  placeholder = '',
  label = '>',
  onChange,
  onSubmit,
}: TextFieldProps) {
  const { theme } = useAppContext();
  const [edited, setEdited] = useState<EditBuffer>(() => bufferOf(value));
  const proposed = useRef<string | null>(null);
  // It assumes its cursor at the end of its last value: only a new instance learns of another text.
  const [generation, setGeneration] = useState(0);
  const buffer = edited.text === value ? edited : bufferOf(value);

  const become = (next: EditBuffer, believed: string): void => {
    setEdited(next);
    if (next.text !== value) onChange(next.text);
    if (next.text.length !== believed.length) setGeneration((number) => number + 1);
  };
  const onKey = ({ name, text }: KeyPress): void => {
    const wanted = proposed.current ?? value;
    proposed.current = null;
    const edit = lineEdit(name);
    if (edit !== undefined) become(edit(buffer), wanted);
    else if (text !== '' && wanted.startsWith(value))
      become(insert(buffer, sanitiseLine(wanted.slice(value.length))), wanted);
    else become(buffer, wanted);
  };
  usePaste((text) => become(insert(buffer, sanitiseLine(text)), value));

  useAnnouncedField(label, value, buffer.cursor);

  const column = displayWidth(value.slice(0, buffer.cursor));
  const hidden = Math.max(0, column - width + 1);
  return (
    <Box width={width} height={1} overflow="hidden" contentOffsetX={hidden}>
      <Fragment key={generation}>
        <Box flexShrink={0} width={displayWidth(value) + 1}>
          <TextInput
            value={value}
            showCursor={false}
            onChange={(next) => {
              proposed.current = next;
            }}
            onSubmit={onSubmit}
          />
        </Box>
        <Keys onKey={onKey} />
      </Fragment>
      {value === '' && <Text wrap="truncate">{theme.dim(truncate(placeholder, width - 1))}</Text>}
      <TerminalCursor x={x + column - hidden} y={y} />
    </Box>
  );
}

/** Receives every key after the input: Ink calls listeners in the order of mounting. */
function Keys({ onKey }: { readonly onKey: (key: KeyPress) => void }) {
  useInput((input, key) => {
    const pressed = keyPress(input, key);
    if (pressed !== null) onKey(pressed);
  });
  return null;
}
