import { isAllRead, type MergedTranscript } from './merged-transcript.ts';
import { changeMerged, markReadToEnd } from './slices/conversations.ts';
import { type State, withChange } from './state.ts';

/**
 * Marks as read: the task that the user leaves, and messages that arrive on screen after all others were read. Another
 * selected task is not being read yet.
 */
export function updateReadPosition(before: State, after: State): State {
  const { selected } = after.view;
  if (before.view.selected !== selected) {
    const left = withChange(after, {
      ...markReadToEnd(after, before.view.selected),
      readingTaskId: null,
      unreadTaskId: null,
    });
    return selected === null || !left.mergedTranscripts.has(selected)
      ? left
      : withChange(left, changeMerged(left, selected, unpolled));
  }
  if (selected === null || after.window.focused === false) return after;
  const transcript = before.mergedTranscripts.get(selected);
  if (transcript === undefined || transcript === after.mergedTranscripts.get(selected)) return after;
  return transcript.polledInView && isAllRead(transcript)
    ? withChange(after, markReadToEnd(after, selected))
    : after;
}

/** Until the server answers, new messages arrived before the user opened the task. */
const unpolled = (merged: MergedTranscript): MergedTranscript =>
  merged.polledInView ? { ...merged, polledInView: false } : merged;
