import { Box, Text, useCursor } from 'ink';
import { useRef } from 'react';
import { layout, windowOf } from '../../domain/edit/layout.ts';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import { type Extent, PROMPT_MARGIN } from '../../store/geometry.ts';
import { draft, selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { questionLine } from '../overlays/question-line.ts';
import { Lines } from '../widgets/lines.tsx';

export interface PromptBarProps {
  readonly state: State;
  readonly extent: Extent;
  /** The screen row of its first line. */
  readonly row: number;
}

/** Where prompts are written. A question that has to be answered first stands in its place. */
export function PromptBar({ state, extent, row }: PromptBarProps) {
  const { theme } = useDeck();
  const { setCursorPosition } = useCursor();
  const top = useRef(0);
  const { columns } = state.size;
  const question = questionLine(state, theme);
  const isWriting = state.view.focus === 'prompt' && question === null && state.view.overlay === null;

  const buffer = draft(state);
  const shown = windowOf(layout(buffer, extent.width), extent.height, top.current);
  top.current = shown.top;
  // The terminal's own cursor, so that input methods compose where the text goes.
  setCursorPosition(
    isWriting ? { x: PROMPT_MARGIN + shown.cursorColumn, y: row + shown.cursorRow } : undefined,
  );

  const mark = state.view.composing === null ? theme.glyphs.prompt : '+';
  const prefix = (index: number): string =>
    index === 0 ? ` ${isWriting ? theme.accent(mark) : theme.dim(mark)} ` : '   ';
  const lines =
    question !== null
      ? [question]
      : buffer.text === ''
        ? [prefix(0) + theme.dim(truncate(placeholder(state), columns - PROMPT_MARGIN - 1))]
        : shown.rows.map(({ text }, index) => prefix(index) + (isWriting ? text : theme.dim(text)));
  return <Lines lines={lines} width={columns} height={extent.height} />;
}

function placeholder(state: State): string {
  const { composing } = state.view;
  if (composing !== null)
    return `what should the new task do? (${sanitiseLine(composing.template.displayName || composing.template.name)})`;
  const task = selectedTask(state);
  return task === null ? 'n starts a new task' : `answer ${sanitiseLine(titleOf(task))}…`;
}

/** What happened, or what went wrong, above the prompt. */
export function NoticeLines({
  lines,
  bad,
  width,
}: {
  readonly lines: readonly string[];
  readonly bad: boolean;
  readonly width: number;
}) {
  const { theme } = useDeck();
  if (lines.length === 0) return null;
  const style = bad ? theme.bad : theme.strong;
  return (
    <Box width={width} height={lines.length} flexShrink={0} flexDirection="column">
      {lines.map((line) => (
        <Text key={line} wrap="truncate">{` ${style(line)}`}</Text>
      ))}
    </Box>
  );
}
