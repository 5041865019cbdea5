import type { Phase } from '../../domain/phase.ts';
import type { TimelineSpan } from '../../domain/timeline.ts';
import type { QuestionRow } from '../detail/question-rows.ts';

/** A row of the peek. Plain text that is safe to show. */
export type PeekRow =
  | { readonly kind: 'strong' | 'heading' | 'plain' | 'dim' | 'bad'; readonly text: string }
  | { readonly kind: 'phase'; readonly phase: Phase; readonly text: string }
  | { readonly kind: 'question'; readonly row: QuestionRow; readonly text: string }
  /** The timeline as a bar over all columns; nothing to read out. */
  | { readonly kind: 'bar'; readonly cells: readonly TimelineSpan['activity'][]; readonly text: '' }
  /** `text` follows the sign of the activity. */
  | { readonly kind: 'sign'; readonly activity: TimelineSpan['activity']; readonly text: string };

/** The rows below a heading; none without rows. */
export const section = (heading: string, rows: readonly PeekRow[]): readonly PeekRow[] =>
  rows.length === 0
    ? []
    : [
        { kind: 'plain', text: '' },
        ...(heading === '' ? [] : [{ kind: 'heading', text: heading } as const]),
        ...rows,
      ];
