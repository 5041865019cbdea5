import type { Capabilities } from '../../domain/ports/source.ts';
import type { State } from '../../store/state.ts';

/**
 * Whether the stream of the selected task may be open. Where it marks the task as read, only while the user reads the
 * task: it was in view for 700 ms since its selection, the window has the focus or does not report it, and the user has
 * not marked the task as unread since; never in read-only mode.
 */
export const mayFollow = (
  { followMarksRead = false }: Capabilities,
  taskId: string,
  { readingTaskId, settings }: Pick<State, 'readingTaskId' | 'settings'>,
): boolean => !followMarksRead || (readingTaskId === taskId && !settings.readOnly);
