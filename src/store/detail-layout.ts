import type { Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import { logRows, shownBuild } from './build-view.ts';
import { conversationOf } from './conversation.ts';
import { type Extent, transcriptExtent } from './geometry.ts';
import { type Heading, headingOf, headingRows } from './heading.ts';
import { screen } from './screen.ts';
import { selectedTask } from './selectors.ts';
import type { State } from './state.ts';

/** Which parts the detail pane has, in rows. */
export interface DetailLayout {
  /** Null without a task. */
  readonly heading: Heading | null;
  readonly timeline: number;
  readonly build: number;
  /** For what is typed under the transcript. */
  readonly field: number;
  readonly transcript: Extent;
}

/** The timeline is worth a row only where so many are left for the rest. */
const ROWS_FOR_TIMELINE = 8;
/** What a conversation, or the words in its place, keeps at least. */
const LEAST_TRANSCRIPT = 2;
/** The steps and the progress of a build, and the blank row after it. */
const BUILD_FRAME = 3;
/** Of the reason why a build failed, so many rows are shown. */
const ERROR_ROWS = 4;

/** Shares the detail pane out between what is known of the selected task. */
export function detailLayout(state: State, detail: Extent): DetailLayout {
  const whole = transcriptExtent(detail);
  const task = selectedTask(state);
  const { overlay } = state.view;
  const field = overlay?.kind === 'search' || overlay?.kind === 'save' ? 1 : 0;
  if (task === null) return { heading: null, timeline: 0, build: 0, field, transcript: whole };
  const heading = headingOf(state, task, whole.width, whole.height);
  const below = whole.height + 1 - headingRows(heading);
  const timeline = below >= ROWS_FOR_TIMELINE ? 1 : 0;
  const rest = below - timeline;
  const build = Math.min(rest, buildRows(state, task, whole.width, rest));
  const height = Math.max(0, rest - build - field);
  return { heading, timeline, build, field, transcript: { width: whole.width, height } };
}

/** Columns that a transcript has, or would have were it on screen. */
export function readingWidth(state: State): number {
  const where = screen(state);
  const detail =
    where.kind === 'tiny' ? { width: state.size.columns, height: 0 } : (where.detail ?? where.body);
  return Math.max(1, transcriptExtent(detail).width);
}

function buildRows(state: State, task: Task, width: number, rows: number): number {
  const entry = shownBuild(state, task);
  if (entry === null) return 0;
  const wanted = BUILD_FRAME + errorRows(entry.build.error, width).length + logRows(entry.lines).length;
  const said = conversationOf(state, task.id).history.entries.length > 0;
  // Where there is a conversation too, each has half of the pane.
  const room = said ? Math.floor(rows / 2) : rows - LEAST_TRANSCRIPT;
  return Math.max(0, Math.min(wanted, room));
}

/** Why a build failed, in the rows that the pane has for it. */
export function errorRows(error: string, width: number): readonly string[] {
  const words = sanitiseLine(error).trim();
  return words === '' ? [] : wrap(words, Math.max(1, width)).slice(0, ERROR_ROWS);
}
