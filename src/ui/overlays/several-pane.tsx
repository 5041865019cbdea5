import { tasksInWords } from '../../domain/several.ts';
import { FRAME } from '../../store/geometry.ts';
import type { Overlay } from '../../store/view.ts';
import { useDeck } from '../hooks/deck.ts';
import { frame } from '../widgets/frame.ts';
import { Lines } from '../widgets/lines.tsx';
import type { OnScreen } from './picker.tsx';
import { severalLines } from './several-question.ts';

/** Beside a question about several tasks: all that it is about, one a line. */
export function SeveralPane({ state, extent }: OnScreen) {
  const { theme } = useDeck();
  const { overlay } = state.view;
  const { width, height } = extent;
  if (overlay?.kind !== 'confirm-several') return <Lines lines={[]} width={width} height={height} />;
  const inside = { width: width - FRAME - 2, height: height - FRAME };
  const lines = severalLines(state, overlay.act, overlay.taskIds, theme, inside);
  return (
    <Lines
      lines={frame(
        lines.map((line) => ` ${line}`),
        { title: severalTitle(overlay), focused: true, width, height },
        theme,
      )}
      width={width}
      height={height}
    />
  );
}

const VERBS = { pause: 'To pause', resume: 'To resume', delete: 'To delete' } as const;

const severalTitle = ({ act, taskIds }: Extract<Overlay, { readonly kind: 'confirm-several' }>): string =>
  act === 'send' ? `To ${tasksInWords(taskIds.length)}` : VERBS[act];
