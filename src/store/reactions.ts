import { PIN } from '../domain/action.ts';
import { MARK_UNREAD } from '../domain/needs-attention.ts';
import { includesOwnTasks } from '../domain/owner-scope.ts';
import { showAcceptedAction } from './accepted-action.ts';
import type { StoreEvent } from './event.ts';
import { followTasks, reselect } from './follow-tasks.ts';
import { isAwaited } from './list-freshness.ts';
import { selectedGroup } from './list-items.ts';
import { readHere, settleRead, settleShownReads } from './local-reads.ts';
import { reportFinished, reportUndone, unmarkQueued } from './operation-reports.ts';
import { showOwnFields } from './own-fields.ts';
import { restoreRefusedDraft } from './restore-refused-draft.ts';
import {
  clearOtherFilter,
  listsOnlyOwnTasks,
  onlyOwnTasksNotice,
  ownListNotice,
  updateListedScope,
} from './scope-switching.ts';
import { hasSelectedAnother, isWritingToTask, rowGroups } from './selectors.ts';
import { reportAcknowledged, reportRestored, reportSnoozed } from './sight-changes.ts';
import { dropSettledChanges, operationById } from './slices/actions.ts';
import { markReadToEnd } from './slices/conversations.ts';
import { withoutConfirmedRequests } from './slices/outbox.ts';
import { AWAY_MS, pinnedRowsFirst, sortRows } from './slices/rows.ts';
import { addTask, isOfListedScope } from './slices/tasks.ts';
import { type State, withChange } from './state.ts';
import { taskById } from './task-index.ts';
import { groupKeyIn, revealSelected } from './task-tree.ts';

type EventOf<Type> = Extract<StoreEvent, { readonly type: Type }>;

/**
 * Changes that an event makes in other slices than its own. Each entry gets the state in which the event's own slice has
 * changed, and the state before. Rules that depend on no event, only on two states, are in `reducer.ts`.
 */
const REACTIONS: {
  readonly [Type in StoreEvent['type']]?: (after: State, event: EventOf<Type>, before: State) => State;
} = {
  // The user may have switched it: only a change of the setting counts.
  'settings-changed': (after, { settings }, before) =>
    settings.mouse === before.settings.mouse ? after : withChange(after, { mouse: settings.mouse }),
  'clock-ticked': (after) => withChange(after, dropSettledChanges(after)),
  'window-focus-changed'(after, { focused, now }, { window }) {
    if (window.focused === focused) return after;
    if (!focused)
      return withChange(after, { ...markReadToEnd(after, after.view.selected), readingTaskId: null });
    const wasAway = window.focused === false && now - window.since >= AWAY_MS;
    return wasAway ? revealSelected(withChange(after, sortRows(after))) : after;
  },
  'pane-focused': (after, { pane }) =>
    withChange(after, {
      view:
        pane === 'prompt'
          ? { promptSearch: null }
          : {
              writesToMarked: false,
              answeredQuestion: null,
              editedComment: null,
              collectedComments: null,
              ...(pane === 'list' && { messageCursor: null }),
            },
    }),

  'sources-known': (after, _, before) => (after.tasks === before.tasks ? after : followTasks(before, after)),
  'list-received'(after, event, before) {
    if (!isOfListedScope(before, event)) return after;
    // Sorted with the first list of each source: else the rows of the last one would begin below all others.
    const received = isAwaited(before, event.source) ? { ...after, reorderPending: true } : after;
    const next = {
      ...settleShownReads(followTasks(before, received), event.tasks),
      reorderPending: false,
    };
    return listsOnlyOwnTasks(before, event.source, event.tasks)
      ? { ...next, notice: onlyOwnTasksNotice(event.now) }
      : next;
  },
  'list-restored': (after, _, before) =>
    before.listFreshness.requestedAt === null ? followTasks(before, after) : after,
  'task-received': (after, { task }, before) => settleShownReads(followTasks(before, after), [task]),
  'task-disappeared': (after, _, before) => followTasks(before, after),
  'scope-selected': clearOtherFilter,
  'scope-failed'(after, { text, now }) {
    const cause = { kind: 'scope', scope: after.selectedScope } as const;
    return { ...after, notice: { tone: 'bad', text, at: now, cause } };
  },

  'own-title-changed': showOwnFields,
  'own-pin-changed': showOwnFields,
  'own-fields-read': showOwnFields,

  'task-viewed': (after) => (after.viewedTaskId === null ? after : readHere(after, [after.viewedTaskId])),
  'tasks-acknowledged': (after, event, before) => reportAcknowledged(before, after, event),
  'tasks-snoozed': (after, event, before) => reportSnoozed(before, after, event),
  'sights-restored': (after, { sights }, before) => reportRestored(before, after, [...sights.keys()]),
  'task-selected': (after, { taskId }, before) =>
    revealSelected(taskId === before.view.selected ? after : leaveTranscript(after)),
  'group-selected': leaveTranscript,
  // Rows change their group now; the selected one may move into a collapsed group.
  'grouping-changed': (after, _, before) => reselect(before, revealSelected(after)),
  'sort-changed': revealSelected,
  'reorder-requested': revealSelected,
  'groups-collapsed'(after, { keys, isCollapsed }, before) {
    const { selected } = before.view;
    const group = selected === null ? selectedGroup(before) : groupKeyIn(after, selected);
    if (group === null || !keys.includes(group)) return after;
    // The selection goes to the heading that hides it, and from a heading into its group.
    if (isCollapsed)
      return leaveTranscript(withChange(after, { view: { selected: null, selectedGroup: group } }));
    const [first = null] = rowGroups(after)?.find(({ key }) => key === group)?.ids ?? [];
    return selected === null ? withChange(after, { view: { selected: first } }) : after;
  },
  'filter-changed'(after, _, before) {
    const next = updateListedScope(after);
    // Another scope has its own selection.
    return next.listedScope === before.listedScope ? reselect(before, revealSelected(next)) : next;
  },
  'attention-filter-changed': (after, _, before) => reselect(before, revealSelected(after)),

  'transcript-received': (after, { taskId, startedAt }) =>
    withChange(after, {
      queueRequests: withoutConfirmedRequests(after.queueRequests, taskId, startedAt),
    }),
  'transcript-left': (after) =>
    after.window.focused === false ? after : withChange(after, markReadToEnd(after, after.view.selected)),
  'delivery-added': (after, { delivery }) =>
    withChange(hideNotice(after), markReadToEnd(after, delivery.taskId)),

  'action-started'(after, { taskId, action }, before) {
    if (after.pendingChanges === before.pendingChanges) return after;
    return hideNotice(action === MARK_UNREAD ? settleRead(after, taskId) : after);
  },
  'action-accepted'(after, event, before) {
    const shown = showAcceptedAction(before, after, event);
    return event.action === PIN ? withChange(shown, pinnedRowsFirst(shown)) : shown;
  },
  'bulk-task-started': (after, { id, taskId }) =>
    operationById(after, id)?.action === MARK_UNREAD ? settleRead(after, taskId) : after,
  'bulk-operation-queued': (after, { operation }) => hideNotice(unmarkQueued(after, operation)),
  'bulk-operation-cancelled'(after, { id }, before) {
    const operation = operationById(before, id);
    return operation === null || operation.stage === 'running' ? after : reportUndone(after, operation);
  },
  'bulk-operation-finished'(after, { id }, before) {
    const operation = operationById(before, id);
    return operation === null ? after : reportFinished(after, operation);
  },

  'open-form-changed': (after) => withChange(after, { view: { writesToMarked: false } }),
  'initial-prompt-task-changed': (after) => withChange(after, { view: { openForm: null } }),
  'creation-started': hideNotice,
  'creation-finished'(after, { key, task, now }, before) {
    const added = withChange(after, addTask(after, task, now));
    if (!includesOwnTasks(after.listedScope, task))
      return { ...added, notice: ownListNotice(after.listedScope, now) };
    const next = followTasks(before, added);
    const creation = before.pendingCreations.find((each) => each.key === key);
    // A user who has selected another task meanwhile, or is writing to one, stays there.
    const stayed =
      creation !== undefined &&
      !hasSelectedAnother(before, creation) &&
      !isWritingToTask(before) &&
      taskById(next, task.id) !== null;
    return stayed ? withChange(next, { view: { selected: task.id } }) : next;
  },
  'creation-failed'(after, { key, fieldErrors = {}, now }, before) {
    const creation = before.pendingCreations.find((each) => each.key === key);
    return creation === undefined ? after : restoreRefusedDraft(after, creation, fieldErrors, now);
  },
};

function leaveTranscript(state: State): State {
  return withChange(state, { view: { scrollColumn: 0, messageCursor: null, transcriptSearch: null } });
}

function hideNotice(state: State): State {
  return withChange(state, { notice: null });
}

/** Applies the changes of `event` in other slices than its own. */
export function reactionTo(event: StoreEvent, after: State, before: State): State {
  const reaction = REACTIONS[event.type] as
    | ((after: State, event: StoreEvent, before: State) => State)
    | undefined;
  return reaction === undefined ? after : reaction(after, event, before);
}
