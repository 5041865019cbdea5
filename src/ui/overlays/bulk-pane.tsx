import { FRAME_SIZE } from '../../view/layout/geometry.ts';
import { bulkLines, bulkTitle } from '../../view/questions/bulk-question.ts';
import { frame } from '../../view/rows/frame.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { Lines } from '../widgets/lines.tsx';
import type { PickerPlacement } from './picker.tsx';

/** The tasks of a bulk question, one in each row. */
export function BulkPane({ state, extent }: PickerPlacement) {
  const { theme } = useAppContext();
  const { overlay } = state.view;
  const { width, height } = extent;
  if (overlay?.kind !== 'confirm-bulk') return <Lines lines={[]} width={width} height={height} />;
  const inside = { width: width - FRAME_SIZE - 2, height: height - FRAME_SIZE };
  const lines = bulkLines(state, overlay.act, overlay.taskIds, theme, inside);
  return (
    <Lines
      lines={frame(
        lines.map((line) => ` ${line}`),
        { title: bulkTitle(state, overlay.act, overlay.taskIds), focused: true, width, height },
        theme,
      )}
      width={width}
      height={height}
    />
  );
}
