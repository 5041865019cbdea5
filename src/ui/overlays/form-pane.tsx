import { useRef } from 'react';
import { formKind } from '../../store/form-kind.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE } from '../../view/layout/geometry.ts';
import { type FormScroll, formView } from '../../view/overlays/form-lines.ts';
import { locationWords } from '../../view/overlays/form-words.ts';
import { frame } from '../../view/rows/frame.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { Lines } from '../widgets/lines.tsx';
import { TerminalCursor } from '../widgets/terminal-cursor.tsx';

/** Columns of the frame and of the words before the location. */
const TITLE_COLUMNS = 14;

export interface FormPaneProps {
  readonly state: State;
  readonly extent: Extent;
  readonly y: number;
}

/** The form of a new task, over both panes. */
export function FormPane({ state, extent, y }: FormPaneProps) {
  const { theme } = useAppContext();
  const { width, height } = extent;
  const tops = useRef<FormScroll>({ prompt: 0, list: 0 });
  const view = formView(state, theme, width - FRAME_SIZE, height - FRAME_SIZE, tops.current);
  tops.current = view.tops;
  const framed = frame(
    view.lines,
    {
      title: `New ${formKind(state) === 'chat' ? 'chat' : 'task'} ${locationWords(state, width - TITLE_COLUMNS)}`,
      status: view.status,
      focused: true,
      width,
      height,
    },
    theme,
  );
  return (
    <>
      <Lines lines={framed} width={width} height={height} />
      {view.cursor !== null && <TerminalCursor x={1 + view.cursor.x} y={y + 1 + view.cursor.y} />}
    </>
  );
}
