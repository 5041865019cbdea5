import { useRef } from 'react';
import { clickPrompt } from '../../commands/mouse-actions.ts';
import { layoutText, scrollWindow } from '../../domain/edit/layout.ts';
import { type Extent, PROMPT_MARGIN } from '../../store/geometry.ts';
import { activePromptSearch, visibleDraft } from '../../store/prompt-history-search.ts';
import { hasQuestionOverDraft } from '../../store/screen-layout.ts';
import type { State } from '../../store/state.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useRegion } from '../hooks/mouse.ts';
import { Lines } from '../widgets/lines.tsx';
import { TerminalCursor } from '../widgets/terminal-cursor.tsx';
import { promptLines } from './prompt-lines.ts';
import { promptSearchCursor, promptSearchWords } from './prompt-search-line.ts';

export interface PromptBarProps {
  readonly state: State;
  readonly extent: Extent;
  /** The screen row of its first line. */
  readonly row: number;
}

/** Where prompts are written. A question that has to be answered first stands in its place. */
export function PromptBar({ state, extent, row }: PromptBarProps) {
  const { theme, context } = useAppContext();
  const top = useRef(0);
  const isWriting = state.view.focus === 'prompt' && state.view.overlay === null;
  const search = activePromptSearch(state);
  const whole = layoutText(visibleDraft(state), extent.width);
  const isHeaded = isWriting && (search !== null || state.view.initialPromptTaskId !== null);
  const head = isHeaded || hasQuestionOverDraft(state) ? 1 : 0;
  const shown = scrollWindow(whole, Math.max(1, extent.height - head), top.current);
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
        <TerminalCursor x={promptSearchCursor(promptSearchWords(search, state.size.columns))} y={row} />
      )}
    </>
  );
}
