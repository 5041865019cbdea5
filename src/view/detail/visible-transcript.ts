import type { ScrollAnchor } from '../../store/slices/conversations.ts';
import type { State } from '../../store/state.ts';
import { screenLayout } from '../layout/screen-layout.ts';
import { type TranscriptView, transcriptView } from '../transcript/transcript-view.ts';
import { detailLayout } from './detail-layout.ts';

/** The transcript on screen, with its scroll position and size. */
export interface VisibleTranscript {
  readonly taskId: string;
  readonly view: TranscriptView;
  readonly anchor: ScrollAnchor | undefined;
  readonly width: number;
  readonly height: number;
}

/** Null when no transcript is on screen. */
export function visibleTranscript(state: State): VisibleTranscript | null {
  const geometry = screenLayout(state);
  const taskId = state.view.selected;
  if (taskId === null || geometry.kind === 'tiny' || geometry.detail === null) return null;
  const { width, height } = detailLayout(state, geometry.detail).transcript;
  return {
    taskId,
    view: transcriptView(state, taskId, width),
    anchor: state.view.scrollAnchors.get(taskId),
    width,
    height,
  };
}
