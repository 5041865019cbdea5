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
  /** Columns; a longer text is scrolled. */
  readonly width: number;
  /** Where the field begins on the screen. */
  readonly x: number;
  readonly y: number;
  readonly placeholder?: string;
  /** What it is called where it is not seen. */
  readonly label?: string;
  readonly onChange: (value: string) => void;
  readonly onSubmit: () => void;
}

/**
 * ink-text-input for what is typed, its placeholder and Enter, with a cursor of our own: its own cursor counts in UTF-16
 * units, it types the letters of ctrl keys, and it takes line breaks. So whatever it proposes is only looked at for
 * the text that was typed, and goes where our cursor stands.
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
  // It believes its cursor to stand behind the text it proposed last: only a new one learns of another text.
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

/** Hears every key after the input beside it: listeners are called in the order of their mounting. */
function Keys({ onKey }: { readonly onKey: (key: KeyPress) => void }) {
  useInput((input, key) => {
    const pressed = keyPress(input, key);
    if (pressed !== null) onKey(pressed);
  });
  return null;
}
