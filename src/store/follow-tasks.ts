import { withListShown } from '../domain/pane-layout.ts';
import type { Task } from '../domain/task.ts';
import { withoutEntries } from './immutable-map.ts';
import { selectedGroup } from './list-items.ts';
import { updatedReportTimes } from './report-times.ts';
import { isWritingToTask, rowGroups, visibleTasks } from './selectors.ts';
import { dropSettledChanges } from './slices/actions.ts';
import { initialPromptKey, withPrompt } from './slices/drafts.ts';
import { parkMarks, updateRowOrder, withoutMarks } from './slices/rows.ts';
import { type State, withChange } from './state.ts';
import { knownTask } from './task-index.ts';
import { revealSelected } from './task-tree.ts';

/**
 * Follows a change of the tasks: drops the data of tasks that are gone, moves their drafts into the prompt history, and
 * updates rows, marks and the selection.
 */
export function followTasks(before: State, after: State): State {
  const settled = withChange(after, dropSettledChanges(after));
  if (after.tasks === before.tasks && after.parkedLists === before.parkedLists)
    return after.reorderPending ? withChange(settled, updateRowOrder(before, settled)) : settled;
  // A task counts as gone only if it was listed before.
  const isGone = (id: string): boolean => knownTask(before, id) !== null && knownTask(after, id) === null;
  const cleaned = withChange(settled, {
    ...withoutMarks(settled, isGone),
    promptHistory: rescueDrafts(isGone, settled),
    transcripts: withoutEntries(settled.transcripts, isGone),
    mergedTranscripts: withoutEntries(settled.mergedTranscripts, isGone),
    builds: withoutEntries(settled.builds, isGone),
    timelines: withoutEntries(settled.timelines, isGone),
    startupLogs: withoutEntries(settled.startupLogs, isGone),
    activity: withoutEntries(settled.activity, isGone),
    seenFingerprints: withoutEntries(settled.seenFingerprints, isGone),
    reads: withoutEntries(settled.reads, isGone),
    answersSoFar: withoutEntries(settled.answersSoFar, isGone),
    reportTimes: updatedReportTimes(before, settled, isGone),
  });
  const marked = withChange(cleaned, parkMarks(cleaned));
  return keepSelection(before, withChange(marked, updateRowOrder(before, marked)));
}

/** The prompt history with the drafts of gone tasks, so that the user can still get at them. */
function rescueDrafts(isGone: (id: string) => boolean, { drafts, promptHistory }: State): readonly string[] {
  const texts = [...drafts].filter(([id]) => isGone(id)).map(([, { text }]) => text);
  const lost = texts.filter((text) => text.trim() !== '' && !promptHistory.includes(text));
  return lost.length === 0 ? promptHistory : [...promptHistory, ...new Set(lost)];
}

/** Keeps the selected task, or selects its neighbour when it is gone. */
function keepSelection(before: State, after: State): State {
  const { selected } = after.view;
  if (selected !== null && after.tasks.some(({ id }) => id === selected)) return revealSelected(after);
  if (selectedGroup(after) !== null) return after;
  return stopWritingTo(selected, selectNeighbour(before, after));
}

/** Selects a visible task after the user has changed which tasks are visible. */
export function reselect(before: State, after: State): State {
  const isVisible = visibleTasks(after).some(({ id }) => id === after.view.selected);
  return isVisible || selectedGroup(after) !== null ? after : selectNeighbour(before, after);
}

/**
 * Selects the next row of before that is still visible, else the last one above it, else the first row. Without any, the
 * heading of the first group.
 */
function selectNeighbour(before: State, after: State): State {
  const rows = visibleTasks(after);
  const visibleIds = new Set(rows.map(({ id }) => id));
  const oldRows = visibleTasks(before);
  const index = oldRows.findIndex(({ id }) => id === after.view.selected);
  const isVisible = ({ id }: Task): boolean => visibleIds.has(id);
  const neighbour =
    index === -1
      ? undefined
      : (oldRows.slice(index).find(isVisible) ?? oldRows.slice(0, index).findLast(isVisible));
  const selected = (neighbour ?? rows[0])?.id ?? null;
  return {
    ...after,
    view: {
      ...after.view,
      selected,
      ...(selected === null && {
        ...focusList(after.view),
        selectedGroup: rowGroups(after)?.[0]?.key ?? null,
      }),
    },
  };
}

/** Moves the focus out of a transcript that no longer exists. */
const focusList = ({ focus, panes }: State['view']): Partial<State['view']> => ({
  focus: focus === 'transcript' ? 'list' : focus,
  pane: 'list',
  panes: withListShown(panes),
});

/** Leaves the prompt when its task is gone, and moves the text into the history, not to the next task. */
function stopWritingTo(gone: string | null, state: State): State {
  if (gone === null || !isWritingToTask(state)) return state;
  const key = state.view.initialPromptTaskId === gone ? initialPromptKey(gone) : gone;
  const text = state.drafts.get(key)?.text ?? '';
  const hint = text === '' ? '' : ' Your text is in the prompt history: press up in the prompt.';
  return {
    ...state,
    promptHistory: text === '' ? state.promptHistory : withPrompt(state.promptHistory, text),
    view: {
      ...state.view,
      focus: state.view.pane,
      initialPromptTaskId: null,
      answeredQuestion: null,
      editedComment: null,
      collectedComments: null,
    },
    notice: { tone: 'bad', text: `The task no longer exists.${hint}`, at: state.now },
  };
}
