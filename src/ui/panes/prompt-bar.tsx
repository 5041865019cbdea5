import { useRef } from 'react';
import { keysOfCommand } from '../../commands/command-registry.ts';
import { clickPrompt } from '../../commands/mouse-actions.ts';
import { layoutText, scrollWindow } from '../../domain/edit/layout.ts';
import { activePromptSearch, visibleDraft } from '../../store/prompt-history-search.ts';
import type { State } from '../../store/state.ts';
import { promptLines } from '../../view/bars/prompt-lines.ts';
import { promptSearchCursor, promptSearchWords } from '../../view/bars/prompt-search-line.ts';
import { type Extent, PROMPT_MARGIN } from '../../view/layout/geometry.ts';
import { hasHeadRow, hasQuestionOverDraft } from '../../view/layout/screen-layout.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { useRegion } from '../hooks/mouse.ts';
import { Lines } from '../widgets/lines.tsx';
import { TerminalCursor } from '../widgets/terminal-cursor.tsx';
import { AttachField } from './attach-field.tsx';
import { TitleField } from './title-field.tsx';

export interface PromptBarProps {
  readonly state: State;
  readonly extent: Extent;
  readonly row: number;
}

/** The prompt, or the open question in its place. */
export function PromptBar({ state, extent, row }: PromptBarProps) {
  const { theme, context } = useAppContext();
  const top = useRef(0);
  const isWriting = state.view.focus === 'prompt' && state.view.overlay === null;
  const search = activePromptSearch(state);
  const layout = layoutText(visibleDraft(state), extent.width);
  const head = (isWriting && hasHeadRow(state)) || hasQuestionOverDraft(state) ? 1 : 0;
  const visible = scrollWindow(layout, Math.max(1, extent.height - head), top.current);
  top.current = visible.top;
  useRegion({
    x: 0,
    y: row,
    width: state.size.columns,
    height: extent.height,
    click: (column, at) =>
      clickPrompt(
        context,
        // The unfocused prompt does not show the text: the cursor goes to its end.
        isWriting ? Math.max(0, at - head) + visible.top : Number.POSITIVE_INFINITY,
        Math.max(0, column - PROMPT_MARGIN),
      ),
  });
  if (state.view.overlay?.kind === 'rename') return <TitleField state={state} extent={extent} row={row} />;
  if (state.view.overlay?.kind === 'attach') return <AttachField state={state} extent={extent} row={row} />;
  return (
    <>
      <Lines
        lines={promptLines(state, visible.rows, isWriting, theme, (id) => keysOfCommand(state, id))}
        width={state.size.columns}
        height={extent.height}
      />
      {isWriting && search === null && (
        <TerminalCursor x={PROMPT_MARGIN + visible.cursorColumn} y={row + head + visible.cursorRow} />
      )}
      {isWriting && search !== null && (
        <TerminalCursor x={promptSearchCursor(promptSearchWords(search, state.size.columns))} y={row} />
      )}
    </>
  );
}
