import type { Task } from '../../domain/task.ts';
import { roundDuration } from '../../domain/text/age.ts';
import { displayWidth } from '../../domain/text/width.ts';
import { segmentWord, type TimelineSpan, type TimelineTotal } from '../../domain/timeline.ts';
import type { State } from '../../store/state.ts';
import type { Style, Theme } from '../theme.ts';
import { timelineBarCells, timelineView } from './timeline-view.ts';

const MINUTE = 60_000;
/** The minimum width of the bar. */
const MIN_BAR = 12;
/** Blanks between bar and words. */
const GAP = 2;

/** The timeline as a bar with the main activities in words. Blank in the first minute and without data. */
export function timelineLine(state: State, task: Task, theme: Theme, width: number): string {
  const view = timelineView(state, task);
  if (view === null) return '';
  const all = textVariants(view.totals);
  const words =
    all.find((text) => displayWidth(text) + GAP + MIN_BAR <= width) ??
    all.find((text) => displayWidth(text) <= width);
  if (words === undefined) return '';
  const columns = width - displayWidth(words) - GAP;
  if (columns < MIN_BAR) return theme.dim(words);
  return `${timelineBar(timelineBarCells(view, columns), theme)}${' '.repeat(GAP)}${theme.dim(words)}`;
}

/** Longest variant first, without activities under a minute. Shares are of the whole timeline, which is named. */
function textVariants(totals: readonly TimelineTotal[]): readonly string[] {
  const worth = totals.filter(({ activity, time }) => time >= MINUTE && activity !== 'unknown');
  const bySize = [...worth].sort((a, b) => b.time - a.time);
  const most = (count: number): readonly TimelineTotal[] =>
    worth.filter((total) => bySize.indexOf(total) < count);
  const plain = ({ activity, time }: TimelineTotal): string =>
    `${segmentWord(activity)} ${roundDuration(time)}`;
  const shared = (total: TimelineTotal): string => `${plain(total)} (${percentOf(total)})`;
  if (worth.length === 0) return [];
  const say = (of: readonly TimelineTotal[], how: (total: TimelineTotal) => string): string =>
    of.map(how).join(' · ');
  return [
    `${say(worth, shared)} of ${roundDuration(wholeOf(totals))}`,
    ...[worth.length, 3, 2, 1].map((count) => say(most(count), plain)),
  ];
}

/** The length of the timeline, ms. */
export const wholeOf = (totals: readonly TimelineTotal[]): number =>
  totals.reduce((sum, { time }) => sum + time, 0);

/** `42 %`; a small share is not 0. */
export function percentOf({ fraction }: TimelineTotal): string {
  const percent = Math.round(fraction * 100);
  return percent === 0 && fraction > 0 ? '<1 %' : `${percent} %`;
}

/** Styles runs of equal cells together. */
export function timelineBar(cells: readonly TimelineSpan['activity'][], theme: Theme): string {
  let line = '';
  for (let from = 0; from < cells.length; ) {
    const activity = cells[from] ?? 'unknown';
    let until = from + 1;
    while (cells[until] === activity) until++;
    line += timelineStyle(activity, theme)(theme.glyphs.timeline[activity].repeat(until - from));
    from = until;
  }
  return line;
}

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
    case 'failed':
      return phase('failed');
    case 'paused':
    case 'unknown':
      return dim;
  }
}
