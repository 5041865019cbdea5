import { PHASES, type Phase } from '../../domain/phase.ts';
import type { TimelineSpan } from '../../domain/timeline.ts';
import { timelineStyle } from '../detail/timeline-line.ts';
import type { Theme } from '../theme.ts';

/** A sign on the screen by its meaning; the theme has the character. */
export type Sign =
  | { readonly kind: 'phase'; readonly phase: Phase }
  | { readonly kind: 'timeline'; readonly activity: TimelineSpan['activity'] }
  | {
      readonly kind:
        | 'pointer'
        | 'unseen'
        | 'marked'
        | 'pin'
        | 'tree'
        | 'child'
        | 'spark'
        | 'needs-you'
        | 'snoozed';
    };

export interface LegendEntry {
  readonly sign: Sign;
  readonly meaning: string;
}

/** `as`: the phase shares the sign and the meaning of this one. */
const PHASE_MEANINGS: Readonly<Record<Phase, string | { readonly as: Phase }>> = {
  queued: 'Queued, starting or resuming',
  starting: { as: 'queued' },
  resuming: { as: 'queued' },
  working: 'Working',
  idle: 'Idle: waits for a message',
  complete: 'Complete',
  failed: 'Failed, or in error',
  error: { as: 'failed' },
  pausing: 'Pausing or paused',
  paused: { as: 'pausing' },
  deleting: 'Being deleted',
  unknown: 'Unknown: no state from the server',
};

const TIMELINE_MEANINGS: Readonly<Record<TimelineSpan['activity'], string>> = {
  queued: 'Timeline: queued',
  starting: 'Timeline: starting',
  working: 'Timeline: working',
  waiting: 'Timeline: idle',
  done: 'Timeline: complete',
  failed: 'Timeline: failed, or in error',
  paused: 'Timeline: paused',
  unknown: 'Timeline: unknown',
};

/** Every sign of the list and the timeline, in the order of the help. */
export const LEGEND: readonly LegendEntry[] = [
  ...PHASES.flatMap((phase): LegendEntry[] => {
    const meaning = PHASE_MEANINGS[phase];
    return typeof meaning === 'string' ? [{ sign: { kind: 'phase', phase }, meaning }] : [];
  }),
  { sign: { kind: 'needs-you' }, meaning: 'Needs you: it is your turn' },
  { sign: { kind: 'snoozed' }, meaning: 'Snoozed until this time' },
  { sign: { kind: 'unseen' }, meaning: 'Unread: changed since you looked' },
  { sign: { kind: 'marked' }, meaning: 'Marked: keys act on all marked' },
  { sign: { kind: 'pin' }, meaning: 'Pinned: first by activity' },
  { sign: { kind: 'tree' }, meaning: 'Sub-agents hidden, or below' },
  { sign: { kind: 'child' }, meaning: 'A sub-agent of the task above' },
  { sign: { kind: 'pointer' }, meaning: 'Selected' },
  { sign: { kind: 'spark' }, meaning: 'Activity in the last minutes' },
  ...(Object.keys(TIMELINE_MEANINGS) as TimelineSpan['activity'][]).map(
    (activity): LegendEntry => ({
      sign: { kind: 'timeline', activity },
      meaning: TIMELINE_MEANINGS[activity],
    }),
  ),
];

/** A sign of the legend in its style on the screen. */
export function signText(sign: Sign, theme: Theme): string {
  const { glyphs } = theme;
  switch (sign.kind) {
    case 'phase':
      return theme.phase(sign.phase)(glyphs.phase[sign.phase]);
    case 'timeline':
      return timelineStyle(sign.activity, theme)(glyphs.timeline[sign.activity].repeat(2));
    case 'pointer':
      return theme.accent(glyphs.pointer);
    case 'unseen':
      return theme.attention(glyphs.unseen);
    case 'marked':
      return theme.accent(glyphs.marked);
    case 'pin':
      return glyphs.pin;
    case 'tree':
      return theme.dim(`${glyphs.tree.folded} ${glyphs.tree.unfolded}`);
    case 'child':
      return theme.dim(`${glyphs.tree.child} ${glyphs.tree.lastChild}`);
    case 'spark':
      return theme.phase('working')(glyphs.spark.join(''));
    case 'needs-you':
      return theme.strong('bold');
    case 'snoozed':
      return theme.dim('z 9:30');
  }
}
