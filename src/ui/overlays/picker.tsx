import { Box, Text, useInput } from 'ink';
import SelectInput from 'ink-select-input';
import { useRef, useState } from 'react';
import { findItems } from '../../domain/find-items.ts';
import { displayWidth, padOrTruncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE } from '../../view/layout/geometry.ts';
import { frame } from '../../view/rows/frame.ts';
import { scrollIntoView } from '../../view/rows/scroll-into-view.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { keyPress } from '../hooks/key-press.ts';
import { useRegion } from '../hooks/mouse.ts';
import { useAnnouncement } from '../hooks/use-announcement.ts';
import { Lines } from '../widgets/lines.tsx';
import { TextField } from '../widgets/text-field.tsx';

/** An item to choose. Texts are sanitised. */
export interface PickerItem {
  readonly id: string;
  readonly label: string;
  /** Shown at the right: all of them if they fit, else the first. */
  readonly keys?: readonly string[];
  /** The reason if it is disabled; its row is then dimmed. */
  readonly reason?: string;
  /** The description below the list. */
  readonly about: string;
  /** Texts that the search matches. */
  readonly words: readonly string[];
}

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

/** Rows of the search field. */
const FIELD_ROWS = 1;
/** Rows of the description, with a blank row before it. */
const ABOUT_ROWS = 4;
/** A list of fewer rows shows no description. */
const MIN_LIST_ROWS = 4;

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
  useAnnouncement(itemWords(found, index, items.length === 0 ? empty : NOTHING_FOUND));

  const { width, height } = extent;
  const inside = width - FRAME_SIZE;
  const rows = height - FRAME_SIZE - FIELD_ROWS;
  const listRows = Math.max(1, rows - ABOUT_ROWS < MIN_LIST_ROWS ? rows : rows - ABOUT_ROWS);
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

  const about = rows > listRows ? aboutLines(found[index], inside - 4) : [];
  const note = items.length === 0 ? empty : found.length === 0 ? NOTHING_FOUND : '';
  const lines = [
    '',
    ...(note === '' ? [] : [` ${theme.dim(note)}`]),
    ...Array.from({ length: Math.max(0, rows - ABOUT_ROWS + 1 - (note === '' ? 0 : 1)) }, () => ''),
    ...about.map((line) => `  ${theme.dim(line)}`),
  ];
  const framed = frame(
    lines,
    {
      title,
      status: found.length > listRows ? [`${index + 1} of ${found.length}`] : [],
      focused: true,
      width,
      height,
    },
    theme,
  );
  const visible = found.slice(top.current, top.current + listRows);
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Lines lines={framed} width={width} height={height} />
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

/** Columns for the title beside a reason. */
const LABEL_COLUMNS = 34;
const MIN_REASON_COLUMNS = 12;

/** A row of `width` columns: label, reason if it fits, keys at the right. The label is truncated first. */
function pickerRow({ label, keys = [], reason = '' }: PickerItem, width: number): string {
  const all = keys.join(' ');
  const right =
    displayWidth(all) + 2 + Math.min(LABEL_COLUMNS, displayWidth(label)) <= width ? all : (keys[0] ?? '');
  if (right === '' && reason === '') return padOrTruncate(label, width);
  const room = Math.max(1, width - (right === '' ? 0 : displayWidth(right) + 2));
  const rest = room - LABEL_COLUMNS - 2;
  const left =
    reason === '' || rest < MIN_REASON_COLUMNS ? label : `${padOrTruncate(label, LABEL_COLUMNS)}  ${reason}`;
  return padOrTruncate(
    right === '' ? padOrTruncate(left, room) : `${padOrTruncate(left, room)}  ${right}`,
    width,
  );
}

const NOTHING_FOUND = 'No match.';

/** The selected item for screen readers. */
function itemWords(found: readonly PickerItem[], index: number, nothing: string): string {
  const item = found[index];
  if (item === undefined) return nothing;
  const label = [item.label, ...(item.keys ?? [])].join(', ').replaceAll(/ {2,}/gu, ', ');
  return [`${label}.`, item.about, `${index + 1} of ${found.length}.`].filter(Boolean).join(' ');
}

/** The step of a key, for a list of `rows` rows. */
const STEPS: ReadonlyMap<string, (rows: number) => number> = new Map([
  ['up', () => -1],
  ['ctrl+p', () => -1],
  ['down', () => 1],
  ['ctrl+n', () => 1],
  ['pageup', (rows: number) => -rows],
  ['pagedown', (rows: number) => rows],
]);

function aboutLines(item: PickerItem | undefined, width: number): string[] {
  if (item === undefined || item.about === '') return [];
  return wrap(item.about, Math.max(1, width)).slice(0, ABOUT_ROWS - 1);
}

function Indicator({ isSelected = false }: { readonly isSelected?: boolean }) {
  const { theme } = useAppContext();
  return <Text>{isSelected ? theme.selected(`${theme.glyphs.pointer} `) : '  '}</Text>;
}

function Item({ isSelected = false, label }: { readonly isSelected?: boolean; readonly label: string }) {
  const { theme } = useAppContext();
  return <Text wrap="truncate">{isSelected ? theme.selected(`${label} `) : label}</Text>;
}
