import type { TimelineSpan } from '../../domain/timeline.ts';
import type { Style, Theme } from '../theme.ts';

/** The style of a timeline activity: that of its phase. */
export function timelineStyle(activity: TimelineSpan['activity'], { phase, dim }: Theme): Style {
  switch (activity) {
    case 'queued':
    case 'starting':
      return phase('starting');
    case 'working':
      return phase('working');
    case 'waiting':
      return phase('idle');
    case 'done':
      return phase('complete');
    case 'paused':
    case 'unknown':
      return dim;
  }
}
