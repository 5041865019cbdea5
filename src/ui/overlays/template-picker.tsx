import { Box, Text, useInput } from 'ink';
import SelectInput from 'ink-select-input';
import { useRef, useState } from 'react';
import { compose } from '../../commands/composing.ts';
import type { Template } from '../../domain/ports.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { fitTo } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { type Extent, FRAME } from '../../store/geometry.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { keyPress } from '../hooks/key-name.ts';
import { templateName } from '../panes/compose-lines.ts';
import { frame } from '../widgets/frame.ts';
import { Lines } from '../widgets/lines.tsx';
import { scrolledTo } from '../widgets/scrolled-to.ts';
import { TextField } from '../widgets/text-field.tsx';
import { findTemplates } from './find-templates.ts';

export interface TemplatePickerProps {
  readonly state: State;
  readonly extent: Extent;
  /** Where its upper left corner stands on the screen. */
  readonly x: number;
  readonly y: number;
}

/** The row of the field in which is typed what to find. */
const FIELD_ROWS = 1;
/** What the chosen template says of itself, with a blank row before it. */
const ABOUT_ROWS = 4;
/** A list shorter than this has no rows to give away. */
const LEAST_LIST = 4;

/** Chooses what a new task is made from. */
export function TemplatePicker({ state, extent, x, y }: TemplatePickerProps) {
  const { context, theme } = useDeck();
  const [text, setText] = useState('');
  const [wanted, setWanted] = useState(0);
  const found = findTemplates(state.templates ?? [], text);
  const index = Math.max(0, Math.min(wanted, found.length - 1));

  const { width, height } = extent;
  const inside = width - FRAME;
  const rows = height - FRAME - FIELD_ROWS;
  const listRows = Math.max(1, rows - ABOUT_ROWS < LEAST_LIST ? rows : rows - ABOUT_ROWS);
  const top = useRef(0);
  top.current = scrolledTo(top.current, index, listRows, found.length);

  useInput((input, key) => {
    const step = STEPS.get(keyPress(input, key)?.name ?? '');
    if (step !== undefined)
      setWanted(Math.max(0, Math.min(found.length - 1, index + step * (Math.abs(step) > 1 ? listRows : 1))));
  });

  const about = rows > listRows ? aboutLines(found[index], inside - 4, ABOUT_ROWS - 1) : [];
  const note = noteOf(state, found.length);
  const lines = [
    '',
    ...(note === '' ? [] : [` ${theme.dim(note)}`]),
    ...Array.from({ length: Math.max(0, rows - ABOUT_ROWS + 1 - (note === '' ? 0 : 1)) }, () => ''),
    ...about.map((line) => `  ${theme.dim(line)}`),
  ];
  const framed = frame(
    lines,
    {
      title: 'New task: from which template?',
      status: found.length > listRows ? [`${index + 1} of ${found.length}`] : [],
      focused: true,
      width,
      height,
    },
    theme,
  );
  const shown = found.slice(top.current, top.current + listRows);
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
          placeholder="type to find"
          onChange={(next) => {
            setText(next);
            setWanted(0);
          }}
          onSubmit={() => {
            const template = found[index];
            if (template !== undefined) compose(context, template);
          }}
        />
      </Box>
      <Box
        position="absolute"
        marginLeft={1}
        marginTop={1 + FIELD_ROWS}
        width={inside}
        height={Math.min(listRows, shown.length)}
        overflow="hidden"
      >
        {/* It would take letters and digits for keys of its own: the field beside it has them, and steers it. */}
        <SelectInput
          key={`${index} ${shown.map(({ id }) => id).join(' ')}`}
          isFocused={false}
          initialIndex={index - top.current}
          items={shown.map((template) => ({
            key: template.id,
            label: labelOf(template, found, inside - 3),
            value: template,
          }))}
          indicatorComponent={Pointer}
          itemComponent={Item}
        />
      </Box>
    </Box>
  );
}

/** Rows, or pages of them, that a key moves by. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ['up', -1],
  ['ctrl+p', -1],
  ['down', 1],
  ['ctrl+n', 1],
  ['pageup', -2],
  ['pagedown', 2],
]);

function noteOf({ templates }: State, found: number): string {
  if (templates === null) return 'Asking for templates…';
  return found === 0 ? 'No template holds these words.' : '';
}

/** The name; with the organization where templates come from several. */
function labelOf(template: Template, all: readonly Template[], columns: number): string {
  const name = templateName(template);
  const several = all.some(({ organizationName }) => organizationName !== template.organizationName);
  return fitTo(several ? `${name} · ${sanitiseLine(template.organizationName)}` : name, columns);
}

function aboutLines(template: Template | undefined, width: number, rows: number): string[] {
  if (template === undefined) return [];
  return wrap(sanitiseLine(template.description), Math.max(1, width)).slice(0, rows);
}

function Pointer({ isSelected = false }: { readonly isSelected?: boolean }) {
  const { theme } = useDeck();
  return <Text>{isSelected ? theme.selected(`${theme.glyphs.pointer} `) : '  '}</Text>;
}

function Item({ isSelected = false, label }: { readonly isSelected?: boolean; readonly label: string }) {
  const { theme } = useDeck();
  return <Text wrap="truncate">{isSelected ? theme.selected(`${label} `) : label}</Text>;
}
