import { useRef } from 'react';
import { whereWords } from '../../store/form.ts';
import { type Extent, FRAME } from '../../store/geometry.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { frame } from '../widgets/frame.ts';
import { Lines } from '../widgets/lines.tsx';
import { TerminalCursor } from '../widgets/terminal-cursor.tsx';
import { type FormTops, formView } from './form-lines.ts';

/** Columns of the frame and of the words before where the task runs. */
const TITLE = 14;

export interface FormPaneProps {
  readonly state: State;
  readonly extent: Extent;
  /** The screen row of its border. */
  readonly y: number;
}

/** What a new task is asked for with, over both panes. */
export function FormPane({ state, extent, y }: FormPaneProps) {
  const { theme } = useDeck();
  const { width, height } = extent;
  const tops = useRef<FormTops>({ prompt: 0, list: 0 });
  const view = formView(state, theme, width - FRAME, height - FRAME, tops.current);
  tops.current = view.tops;
  const framed = frame(
    view.lines,
    {
      title: `New task ${whereWords(state, width - TITLE)}`,
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
