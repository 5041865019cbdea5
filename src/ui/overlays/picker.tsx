import { Box, Text } from 'ink';
import SelectInput from 'ink-select-input';
import { useRef } from 'react';
import { choosePicked, movePicker, pickerContent } from '../../commands/picker.ts';
import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { overlayField } from '../../store/overlay-field.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE } from '../../view/layout/geometry.ts';
import {
  FIELD_ROWS,
  type PickerContent,
  pickerFrame,
  pickerListRows,
  pickerRow,
  pickerWords,
} from '../../view/overlays/picker-rows.ts';
import { scrollIntoView } from '../../view/rows/scroll-into-view.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useRegion } from '../hooks/mouse.ts';
import { useAnnouncement } from '../hooks/use-announcement.ts';
import { Lines } from '../widgets/lines.tsx';
import { TextField } from '../widgets/text-field.tsx';

/** The place of a picker. */
export interface PickerPlacement {
  readonly state: State;
  readonly extent: Extent;
  /** The position of the upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** The menu of the open picker: a field to find items, and the matches. */
export function Picker(props: PickerPlacement) {
  const content = pickerContent(props.state);
  const buffer = overlayField(props.state);
  return content === null || buffer === null ? null : <Menu {...props} content={content} buffer={buffer} />;
}

interface MenuProps extends PickerPlacement {
  readonly content: PickerContent;
  readonly buffer: EditBuffer;
}

function Menu({ content, buffer, extent, x, y }: MenuProps) {
  const { theme, context } = useAppContext();
  const { title, found, index } = content;
  useAnnouncement(
    `${title.endsWith('?') ? title : `${title}.`} Type to find, up and down, enter chooses, escape goes back.`,
  );
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
      if (item !== undefined) choosePicked(context, item.id);
    },
    wheel: (step) => movePicker(context, step),
  });

  const visible = found.slice(top.current, top.current + listRows);
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Lines lines={pickerFrame(content, extent, theme)} width={width} height={height} />
      <Box position="absolute" marginLeft={1} marginTop={1} width={inside} height={1} overflow="hidden">
        <Text>{theme.accent(' / ')}</Text>
        <TextField
          buffer={buffer}
          width={inside - 4}
          x={x + 4}
          y={y + 1}
          label="find>"
          placeholder="type to find"
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

function Indicator({ isSelected = false }: { readonly isSelected?: boolean }) {
  const { theme } = useAppContext();
  return <Text>{isSelected ? theme.selected(`${theme.glyphs.pointer} `) : '  '}</Text>;
}

function Item({ isSelected = false, label }: { readonly isSelected?: boolean; readonly label: string }) {
  const { theme } = useAppContext();
  return <Text wrap="truncate">{isSelected ? theme.selected(`${label} `) : label}</Text>;
}
