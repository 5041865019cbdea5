import type { Task } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { visibleBuild } from '../../store/builds.ts';
import { currentQuestion } from '../../store/current-question.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { type Extent, transcriptExtent } from '../layout/geometry.ts';
import { screenLayout } from '../layout/screen-layout.ts';
import { logRows } from './build-log.ts';
import { type ChecklistRow, checklistRows } from './checklist.ts';
import { type Heading, headingOf, headingRows } from './heading.ts';
import { type QuestionRow, questionRows } from './question-rows.ts';

/** The parts of the detail pane, in rows, from top to bottom; the conversation is above the question. */
export interface DetailLayout {
  /** Null without a task. */
  readonly heading: Heading | null;
  readonly timeline: number;
  /** The agent's checklist; empty for none. */
  readonly checklist: readonly ChecklistRow[];
  readonly build: number;
  /** The question below the conversation; empty for none. */
  readonly question: readonly QuestionRow[];
  /** The input line under the transcript. */
  readonly field: number;
  readonly transcript: Extent;
}

/** The timeline appears from this many rows on. */
const MIN_ROWS_FOR_TIMELINE = 8;
/** Minimum rows for the transcript, or the text in its place. */
const MIN_TRANSCRIPT_ROWS = 2;
/** Steps, progress and the blank row after a build. */
const BUILD_FRAME_ROWS = 3;
/** Maximum rows of a build's error. */
const MAX_ERROR_ROWS = 4;

const NO_ROWS: readonly QuestionRow[] = [];
const NO_CHECKLIST: readonly ChecklistRow[] = [];

export function detailLayout(state: State, detail: Extent): DetailLayout {
  const available = transcriptExtent(detail);
  const task = selectedTask(state);
  const { overlay } = state.view;
  const field = overlay?.kind === 'search' || overlay?.kind === 'save' ? 1 : 0;
  if (task === null)
    return {
      heading: null,
      timeline: 0,
      checklist: NO_CHECKLIST,
      build: 0,
      question: NO_ROWS,
      field,
      transcript: available,
    };
  const heading = headingOf(state, task, available.width, available.height);
  const below = available.height + 1 - headingRows(heading);
  const timeline = below >= MIN_ROWS_FOR_TIMELINE ? 1 : 0;
  const inside = below - timeline - field;
  // A question needs the rows more.
  const isAsked = currentQuestion(state, task) !== null;
  const checklist = checklistRows(task, available.width, isAsked ? Math.floor(inside / 2) : inside);
  const rest = below - timeline - checklist.length;
  const build = Math.min(rest, buildRows(state, task, available.width, rest));
  const question = questionRows(state, task, available.width, rest - build - field);
  const height = Math.max(0, rest - build - field - question.length);
  return {
    heading,
    timeline,
    checklist,
    build,
    question,
    field,
    transcript: { width: available.width, height },
  };
}

/** Columns of the transcript, also when it is not on screen. */
export function transcriptWidth(state: State): number {
  const where = screenLayout(state);
  const detail =
    where.kind === 'tiny' ? { width: state.size.columns, height: 0 } : (where.detail ?? where.body);
  return Math.max(1, transcriptExtent(detail).width);
}

function buildRows(state: State, task: Task, width: number, rows: number): number {
  const entry = visibleBuild(state, task);
  if (entry === null) return 0;
  const neededRows =
    BUILD_FRAME_ROWS + errorRows(entry.build.error, width).length + logRows(entry.lines).length;
  const hasTranscript = mergedTranscriptOf(state, task.id).conversation.entries.length > 0;
  // A build and a transcript get half of the pane each.
  const room = hasTranscript ? Math.floor(rows / 2) : rows - MIN_TRANSCRIPT_ROWS;
  return Math.max(0, Math.min(neededRows, room));
}

/** The build's error in at most MAX_ERROR_ROWS rows of `width` columns. */
export function errorRows(error: string, width: number): readonly string[] {
  const words = sanitiseLine(error).trim();
  return words === '' ? [] : wrap(words, Math.max(1, width)).slice(0, MAX_ERROR_ROWS);
}
