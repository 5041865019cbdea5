import { Box, Text, useInput } from 'ink';
import SelectInput from 'ink-select-input';
import { useRef, useState } from 'react';
import { findItems } from '../../domain/find-items.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE } from '../../view/layout/geometry.ts';
import {
  FIELD_ROWS,
  type PickerItem,
  pickerFrame,
  pickerListRows,
  pickerRow,
  pickerWords,
} from '../../view/overlays/picker-rows.ts';
import { scrollIntoView } from '../../view/rows/scroll-into-view.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { keyPress } from '../hooks/key-press.ts';
import { useRegion } from '../hooks/mouse.ts';
import { useAnnouncement } from '../hooks/use-announcement.ts';
import { Lines } from '../widgets/lines.tsx';
import { TextField } from '../widgets/text-field.tsx';

export interface PickerProps {
  readonly title: string;
  readonly items: readonly PickerItem[];
  /** Shown if there are no items. */
  readonly empty: string;
  readonly onChoose: (id: string) => void;
  /** The matches of a text, best first. Default: items with all words of the text. */
  readonly find?: (items: readonly PickerItem[], text: string) => readonly PickerItem[];
  /** Called with the search text. */
  readonly onText?: (text: string) => void;
  readonly extent: Extent;
  /** The position of the upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** The common props of all pickers. */
export interface PickerPlacement extends Pick<PickerProps, 'extent' | 'x' | 'y'> {
  readonly state: State;
}

/** Chooses an item: type to find, arrows, enter. */
export function Picker({
  title,
  items,
  empty,
  onChoose,
  find = findItems,
  onText,
  extent,
  x,
  y,
}: PickerProps) {
  const { theme } = useAppContext();
  const [text, setText] = useState('');
  /** The selected item and its index: others may be inserted before it. Null: the first item. */
  const [target, setTarget] = useState<{ readonly id: string; readonly index: number } | null>(null);
  const found = find(items, text);
  const at = target === null ? 0 : found.findIndex(({ id }) => id === target.id);
  const index = at === -1 ? Math.max(0, Math.min(target?.index ?? 0, found.length - 1)) : at;
  const move = (by: number): void => {
    const next = Math.max(0, Math.min(found.length - 1, index + by));
    const item = found[next];
    if (item !== undefined) setTarget({ id: item.id, index: next });
  };

  useAnnouncement(
    `${title.endsWith('?') ? title : `${title}.`} Type to find, up and down, enter chooses, escape goes back.`,
  );
  const content = { title, found, index, note: items.length === 0 ? empty : NOTHING_FOUND };
  useAnnouncement(pickerWords(content));

  const { width, height } = extent;
  const inside = width - FRAME_SIZE;
  const listRows = pickerListRows(height);
  const top = useRef(0);
  top.current = scrollIntoView(top.current, index, listRows, found.length);

  useRegion({
    x,
    y,
    ...extent,
    onTop: true,
    click(_, row) {
      const at = row - 1 - FIELD_ROWS;
      const item = at >= 0 && at < listRows ? found[top.current + at] : undefined;
      if (item !== undefined) onChoose(item.id);
    },
    wheel: move,
  });

  useInput((input, key) => {
    const step = STEPS.get(keyPress(input, key)?.name ?? '');
    if (step !== undefined) move(step(listRows));
  });

  const visible = found.slice(top.current, top.current + listRows);
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Lines lines={pickerFrame(content, extent, theme)} width={width} height={height} />
      <Box position="absolute" marginLeft={1} marginTop={1} width={inside} height={1} overflow="hidden">
        <Text>{theme.accent(' / ')}</Text>
        <TextField
          value={text}
          width={inside - 4}
          x={x + 4}
          y={y + 1}
          label="find>"
          placeholder="type to find"
          onChange={(next) => {
            setText(next);
            setTarget(null);
            onText?.(next);
          }}
          onSubmit={() => {
            const item = found[index];
            if (item !== undefined) onChoose(item.id);
          }}
        />
      </Box>
      <Box
        position="absolute"
        marginLeft={1}
        marginTop={1 + FIELD_ROWS}
        width={inside}
        height={Math.min(listRows, visible.length)}
        overflow="hidden"
      >
        {/* Not focused: it would use letters and digits as keys. The field beside it controls it. */}
        <SelectInput
          key={`${index} ${visible.map(({ id }) => id).join(' ')}`}
          isFocused={false}
          initialIndex={index - top.current}
          items={visible.map((item, at) => {
            const row = pickerRow(item, inside - 3);
            const isDimmed = (item.reason ?? '') !== '' && top.current + at !== index;
            return { key: item.id, label: isDimmed ? theme.dim(row) : row, value: item.id };
          })}
          indicatorComponent={Indicator}
          itemComponent={Item}
        />
      </Box>
    </Box>
  );
}

const NOTHING_FOUND = 'No match.';

/** The step of a key, for a list of `rows` rows. */
const STEPS: ReadonlyMap<string, (rows: number) => number> = new Map([
  ['up', () => -1],
  ['ctrl+p', () => -1],
  ['down', () => 1],
  ['ctrl+n', () => 1],
  ['pageup', (rows: number) => -rows],
  ['pagedown', (rows: number) => rows],
]);

function Indicator({ isSelected = false }: { readonly isSelected?: boolean }) {
  const { theme } = useAppContext();
  return <Text>{isSelected ? theme.selected(`${theme.glyphs.pointer} `) : '  '}</Text>;
}

function Item({ isSelected = false, label }: { readonly isSelected?: boolean; readonly label: string }) {
  const { theme } = useAppContext();
  return <Text wrap="truncate">{isSelected ? theme.selected(`${label} `) : label}</Text>;
}
