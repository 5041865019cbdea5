import { useRef } from 'react';
import { clickPrompt } from '../../commands/pointing.ts';
import { layout, windowOf } from '../../domain/edit/layout.ts';
import { type Extent, PROMPT_MARGIN } from '../../store/geometry.ts';
import { searchIn, written } from '../../store/prompt-search.ts';
import { isAskedOverDraft } from '../../store/screen.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { useRegion } from '../hooks/mouse.ts';
import { Lines } from '../widgets/lines.tsx';
import { TerminalCursor } from '../widgets/terminal-cursor.tsx';
import { promptLines } from './prompt-lines.ts';
import { cursorIn, searchWords } from './search-line.ts';

export interface PromptBarProps {
  readonly state: State;
  readonly extent: Extent;
  /** The screen row of its first line. */
  readonly row: number;
}

/** Where prompts are written. A question that has to be answered first stands in its place. */
export function PromptBar({ state, extent, row }: PromptBarProps) {
  const { theme, context } = useDeck();
  const top = useRef(0);
  const isWriting = state.view.focus === 'prompt' && state.view.overlay === null;
  const search = searchIn(state);
  const whole = layout(written(state), extent.width);
  const isHeaded = isWriting && (search !== null || state.view.rewriting !== null);
  const head = isHeaded || isAskedOverDraft(state) ? 1 : 0;
  const shown = windowOf(whole, Math.max(1, extent.height - head), top.current);
  top.current = shown.top;
  useRegion({
    x: 0,
    y: row,
    width: state.size.columns,
    height: extent.height,
    click: (column, at) =>
      clickPrompt(
        context,
        // At rest the text is not on screen: the cursor goes to its end.
        isWriting ? Math.max(0, at - head) + shown.top : Number.POSITIVE_INFINITY,
        Math.max(0, column - PROMPT_MARGIN),
      ),
  });
  return (
    <>
      <Lines
        lines={promptLines(state, shown.rows, isWriting, theme)}
        width={state.size.columns}
        height={extent.height}
      />
      {isWriting && search === null && (
        <TerminalCursor x={PROMPT_MARGIN + shown.cursorColumn} y={row + head + shown.cursorRow} />
      )}
      {isWriting && search !== null && (
        <TerminalCursor x={cursorIn(searchWords(search, state.size.columns))} y={row} />
      )}
    </>
  );
}
