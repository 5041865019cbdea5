import { detailLayout } from '../store/detail-layout.ts';
import { screen } from '../store/screen.ts';
import type { State } from '../store/state.ts';
import { type TranscriptView, transcriptView } from '../store/transcript-view.ts';
import type { Anchor } from '../store/view.ts';

/** The transcript that is on screen, and what of it. */
export interface ShownTranscript {
  readonly taskId: string;
  readonly view: TranscriptView;
  readonly anchor: Anchor | undefined;
  readonly width: number;
  readonly height: number;
}

/** Null when no transcript is on screen. */
export function shownTranscript(state: State): ShownTranscript | null {
  const geometry = screen(state);
  const taskId = state.view.selected;
  if (taskId === null || geometry.kind === 'tiny' || geometry.detail === null) return null;
  const { width, height } = detailLayout(state, geometry.detail).transcript;
  return {
    taskId,
    view: transcriptView(state, taskId, width),
    anchor: state.view.scroll.get(taskId),
    width,
    height,
  };
}
