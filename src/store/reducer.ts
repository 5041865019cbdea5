import { actionFor } from '../domain/action.ts';
import { type EditBuffer, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { isSameScope, MINE, type OwnerScope } from '../domain/owner-scope.ts';
import { beginChange } from '../domain/pending-change.ts';
import { DEFAULT_SORT } from '../domain/row-order.ts';
import { DEFAULT_TRANSCRIPT_OPTIONS } from '../domain/transcript-options.ts';
import { acceptAction } from './accepted-action.ts';
import { receiveActivity } from './activity.ts';
import { appendBuildLog, receiveBuild } from './builds.ts';
import {
  addBulkOperation,
  cancelBulkOperation,
  deferBulkOperation,
  finishBulkOperation,
  finishBulkTask,
  startBulkOperation,
  startBulkTask,
} from './bulk-operations.ts';
import type { StoreEvent } from './event.ts';
import { withoutExpiredNotices } from './expire-notices.ts';
import { EMPTY_FORM, isEmptyForm } from './form.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import { NEVER_LOADED } from './initial-state.ts';
import {
  markReadToEnd,
  mergeStoredPart,
  recordLastFollowed,
  requestOlder,
  requestOlderNearStart,
  updateReadPosition,
  withDeliveries,
} from './merged-transcript.ts';
import { receiveUsers } from './owners.ts';
import { prependUndelivered } from './prepend-undelivered.ts';
import { restoreRefusedDraft } from './restore-refused-draft.ts';
import { AWAY_MS, addNewlyNeeding, dropHandled, setAttentionFilter, sortRows } from './row-order.ts';
import { restoredViewState, restoreScroll, withoutSavedScroll } from './saved-layout.ts';
import {
  listsOnlyOwnTasks,
  onlyOwnTasksNotice,
  revertRejectedScope,
  selectScope,
  updateListedScope,
} from './scope-switching.ts';
import { knownTask, taskById } from './selectors.ts';
import type { Freshness, Notice, State } from './state.ts';
import {
  addTask,
  dropSettledChanges,
  isWritingToTask,
  markSeen,
  receiveList,
  receiveTask,
  receiveTranscript,
  recordPrompt,
  removeTask,
  reselect,
  setTasks,
} from './task-list.ts';
import type { ViewState } from './view-state.ts';

/**
 * Applies the events in order. Pure. Returns the same object when nothing changed.
 *
 * Rules that depend on the state between two events run after each: what was read of a transcript when the user left it,
 * the scope that a later list must have, a notice that the next one hides. The other rules apply to the last state.
 */
export function reduce(state: State, events: readonly StoreEvent[]): State {
  const next = events.reduce(applyEvent, state);
  if (next === state) return state;
  const isWatched = next.viewedTaskId !== null && next.viewedTaskId === next.view.selected;
  return addNewlyNeeding(state, isWatched ? markSeen(next) : next);
}

function applyEvent(state: State, event: StoreEvent): State {
  const after = updateReadPosition(state, updateListedScope(changeByEvent(state, event)));
  return rememberHiddenNotice(state, showNextNotice(withoutExpiredNotices(after)));
}

function changeByEvent(state: State, event: StoreEvent): State {
  switch (event.type) {
    case 'clock-ticked':
      return dropSettledChanges({ ...state, now: event.now });
    case 'terminal-resized':
      return { ...state, size: event.size };
    case 'mouse-changed':
      return { ...state, mouse: event.on };
    case 'window-focus-changed': {
      const { focused, now } = event;
      if (state.window.focused === focused) return state;
      const read = focused ? state : markReadToEnd(state, state.view.selected);
      const next = { ...read, now, window: { focused, since: now } };
      const wasAway = state.window.focused === false && now - state.window.since >= AWAY_MS;
      return focused && wasAway ? sortRows(next) : next;
    }
    case 'server-version-received':
      return { ...state, serverVersion: event.version };
    case 'user-received':
      return { ...state, user: event.user };

    case 'users-received':
      return receiveUsers(state, event.users);
    case 'users-forbidden':
      return { ...state, users: { ...state.users, forbidden: true } };
    case 'scope-selected':
      return selectScope({ ...state, now: event.now }, event.scope);
    case 'scope-failed': {
      const { scope, text, now } = event;
      const left = revertRejectedScope({ ...state, now }, scope);
      const cause = { kind: 'scope', scope: left.selectedScope } as const;
      return { ...left, notice: { tone: 'bad', text, at: now, cause } };
    }
    case 'list-received': {
      const { tasks, startedAt, refreshMs, now, scope = state.listedScope } = event;
      if (!isSameScope(scope, state.listedScope)) return state;
      const next = receiveList(state, tasks, startedAt, now);
      const notice = listsOnlyOwnTasks(state, tasks) ? onlyOwnTasksNotice(now) : next.notice;
      const lastAcceptedScope = isSameScope(state.listedScope, state.selectedScope)
        ? state.selectedScope
        : state.lastAcceptedScope;
      return {
        ...next,
        lastAcceptedScope,
        listFreshness: freshAt(startedAt, refreshMs),
        now,
        reorderPending: false,
        notice,
      };
    }
    case 'list-restored':
      return state.listFreshness.requestedAt !== null
        ? state
        : {
            ...setTasks(state, event.tasks, state.now),
            listFreshness: { ...state.listFreshness, requestedAt: event.at },
          };
    case 'list-failed':
      return { ...state, listFreshness: failedRefresh(state.listFreshness, event), now: event.now };
    case 'task-received':
      return receiveTask(state, event.task, event.startedAt, event.now);
    case 'task-disappeared':
      return removeTask(state, event.taskId, event.now);

    case 'transcript-received': {
      const { taskId, transcript, startedAt, refreshMs, now } = event;
      return { ...receiveTranscript(state, taskId, { ...freshAt(startedAt, refreshMs), transcript }), now };
    }
    case 'transcript-failed': {
      const entry = state.transcripts.get(event.taskId) ?? { ...NEVER_LOADED, transcript: null };
      const transcripts = withEntry(state.transcripts, event.taskId, {
        ...entry,
        ...failedRefresh(entry, event),
      });
      return { ...state, transcripts, now: event.now };
    }

    case 'transcript-push-broken': {
      const { taskId, refreshMs, now } = event;
      const entry = state.transcripts.get(taskId);
      if (entry === undefined || entry.requestedAt === null) return state;
      const due = now - entry.requestedAt + refreshMs;
      return {
        ...state,
        transcripts: withEntry(state.transcripts, taskId, { ...entry, refreshMs: due }),
        now,
      };
    }

    case 'transcript-left':
      return state.window.focused === false ? state : markReadToEnd(state, state.view.selected);
    case 'stored-conversation-loaded':
      return mergeStoredPart(state, event.taskId, event.part);
    case 'transcript-polling-stopped': {
      const { taskId } = event;
      const entry = state.transcripts.get(taskId);
      if (entry === undefined) return state;
      const transcripts =
        entry.transcript === null
          ? withoutEntries(state.transcripts, (id) => id === taskId)
          : withEntry(state.transcripts, taskId, { ...entry, ...NOT_POLLED });
      return { ...state, transcripts };
    }

    case 'build-received':
      return { ...receiveBuild(state, event.taskId, event.build), now: event.now };
    case 'build-log-received':
      return appendBuildLog(state, event.taskId, event.buildId, event.lines);

    case 'activity-received':
      return receiveActivity(state, event.activity);
    case 'timeline-changed':
      return { ...state, timelines: withEntry(state.timelines, event.taskId, event.segments) };

    case 'action-started': {
      const task = knownTask(state, event.taskId);
      const action = task && actionFor(state.actionTables, event.action, task);
      if (task === null || action === null) return state;
      const pendingChanges = withEntry(state.pendingChanges, task.id, beginChange(action, task, event.now));
      return { ...state, pendingChanges, inverse: null, notice: null };
    }
    case 'action-accepted':
      return acceptAction(state, event.taskId, event.action, event.patch, event.now);
    case 'action-failed':
      return { ...state, pendingChanges: withoutEntries(state.pendingChanges, (id) => id === event.taskId) };
    case 'bulk-operation-queued':
      return addBulkOperation({ ...state, now: event.now }, event.operation);
    case 'bulk-operation-deferred':
      return deferBulkOperation({ ...state, now: event.now }, event.id, event.until);
    case 'bulk-operation-cancelled':
      return cancelBulkOperation({ ...state, now: event.now }, event.id);
    case 'bulk-operation-started':
      return startBulkOperation({ ...state, now: event.now }, event.id);
    case 'bulk-task-started':
      return startBulkTask(state, event.id, event.taskId, event.now);
    case 'bulk-task-finished':
      return finishBulkTask(state, event.id, event.taskId, event.failure);
    case 'bulk-operation-finished':
      return finishBulkOperation({ ...state, now: event.now }, event.id);
    case 'creation-started': {
      const { key, prompt, now } = event;
      const submitted = event.submitted ?? { form: EMPTY_FORM, prompt };
      return {
        ...state,
        pendingCreations: [
          { key, prompt, since: now, selectedAtStart: state.view.selected, submitted },
          ...state.pendingCreations,
        ],
        notice: null,
      };
    }
    case 'creation-finished': {
      const creation = state.pendingCreations.find(({ key }) => key === event.key);
      const pendingCreations = state.pendingCreations.filter(({ key }) => key !== event.key);
      const next = addTask({ ...state, pendingCreations }, event.task, event.now);
      // A user who has selected another task meanwhile, or is writing to one, stays there.
      const stayed =
        creation?.selectedAtStart === state.view.selected &&
        !isWritingToTask(state.view) &&
        taskById(next, event.task.id) !== null;
      return stayed ? updateView(next, { selected: event.task.id }) : next;
    }
    case 'creation-failed':
      return restoreRefusedDraft(state, event.key, event.fieldErrors ?? {}, event.now);
    case 'templates-received':
      return { ...state, templates: event.templates };
    case 'template-options-received':
      return { ...state, templateOptions: withEntry(state.templateOptions, event.versionId, event.options) };
    case 'form-changed':
      return { ...state, newTaskForm: { ...state.newTaskForm, ...event.change } };
    case 'template-choice-changed':
      return { ...state, lastTemplateChoice: event.choice };
    case 'fuzzy-find-loaded':
      return { ...state, fuzzyFind: event.find };

    case 'delivery-added':
      return markReadToEnd(
        { ...withDeliveries(state, [...state.deliveries, event.delivery]), notice: null },
        event.delivery.taskId,
      );
    case 'delivery-changed': {
      const { delivery } = event;
      return {
        ...state,
        deliveries: state.deliveries.map((each) => (each.id === delivery.id ? delivery : each)),
      };
    }
    case 'deliveries-loaded':
      return withDeliveries(state, event.deliveries);
    case 'delivery-finished':
      return withDeliveries(
        state,
        state.deliveries.filter(({ id }) => id !== event.id),
      );

    case 'draft-changed':
      return updateView(setDraft(state, event.key, event.buffer), {
        historyPosition: event.historyPosition ?? null,
      });
    case 'draft-restored':
      return setDraft(
        state,
        event.key,
        prependUndelivered(state.drafts.get(event.key) ?? EMPTY_BUFFER, event.text),
      );
    case 'saved-state-restored':
      return updateView(
        {
          ...sortRows(
            restoreScope(state, event.scope),
            preferCurrent(state.view.sort, DEFAULT_SORT, event.sort),
          ),
          drafts: new Map([...event.drafts, ...state.drafts]),
          promptHistory: mergeHistory(event.history, state.promptHistory),
          seenFingerprints: new Map([...(event.seen ?? []), ...state.seenFingerprints]),
          newTaskForm: isEmptyForm(state.newTaskForm) ? (event.form ?? state.newTaskForm) : state.newTaskForm,
          lastTemplateChoice: state.lastTemplateChoice ?? event.lastChoice ?? null,
        },
        {
          selected: state.view.selected ?? event.selected,
          transcriptOptions: preferCurrent(
            state.view.transcriptOptions,
            DEFAULT_TRANSCRIPT_OPTIONS,
            event.reading,
          ),
          savedScrolls: new Map([...(event.places ?? []), ...state.view.savedScrolls]),
          ...restoredViewState(state.view, event.view),
        },
      );
    case 'prompt-recorded':
      return recordPrompt(state, event.text);
    case 'prompt-search-changed':
      return state.view.promptSearch === event.search
        ? state
        : updateView(state, { promptSearch: event.search });
    case 'chord-prefix-changed':
      return updateView(state, { chordPrefix: event.prefix });

    case 'task-selected':
      return state.view.selected === event.taskId
        ? state
        : dropHandled(
            updateView(state, {
              selected: event.taskId,
              scrollColumn: 0,
              messageCursor: null,
              transcriptSearch: null,
            }),
          );
    case 'pane-focused':
      return updateView(
        state,
        event.pane === 'prompt'
          ? { focus: 'prompt', promptSearch: null }
          : event.pane === 'list'
            ? { focus: 'list', pane: 'list', zoomed: false, messageCursor: null, writesToMarked: false }
            : { focus: event.pane, pane: event.pane, writesToMarked: false },
      );
    case 'filter-changed': {
      const next = updateListedScope(updateView(state, { filter: event.filter }));
      // Another scope has its own selection.
      return next.listedScope === state.listedScope ? reselect(state, next) : next;
    }
    case 'task-viewed':
      return state.viewedTaskId === event.taskId ? state : { ...state, viewedTaskId: event.taskId };
    case 'sort-changed':
      return sortRows(state, event.sort);
    case 'marks-changed':
      return updateView(state, { marked: event.marked });
    case 'attention-filter-changed':
      return reselect(state, setAttentionFilter(state, event.on));
    case 'reorder-requested':
      return { ...sortRows(state), reorderPending: true };
    case 'overlay-opened':
      return updateView(state, { overlay: event.overlay });
    case 'overlay-closed':
      return updateView(state, { overlay: null });
    case 'initial-prompt-task-changed':
      return updateView(state, { initialPromptTaskId: event.taskId, openForm: null, writesToMarked: false });
    case 'open-form-changed':
      return updateView(state, { openForm: event.openForm, writesToMarked: false });
    case 'recipients-changed':
      return updateView(state, { writesToMarked: event.writesToMarked });
    case 'transcript-scrolled': {
      const { taskId, anchor } = event;
      const { scrollAnchors } = state.view;
      return updateView(requestOlderNearStart(recordLastFollowed(state, taskId, anchor), taskId, anchor), {
        scrollAnchors:
          anchor === null
            ? withoutEntries(scrollAnchors, (id) => id === taskId)
            : withEntry(scrollAnchors, taskId, anchor),
        savedScrolls: withoutSavedScroll(state.view.savedScrolls, taskId),
      });
    }
    case 'scroll-restored':
      return restoreScroll(state, event.taskId, event.anchor);
    case 'older-messages-requested':
      return requestOlder(state, event.taskId);
    case 'markdown-loaded':
      return { ...state, proseRenderer: event.proseRenderer };
    case 'transcript-options-changed':
      return updateView(state, {
        transcriptOptions: { ...state.view.transcriptOptions, ...event.change },
        scrollColumn: 0,
      });
    case 'message-cursor-changed':
      return updateView(state, { messageCursor: event.at });
    case 'transcript-search-changed':
      return updateView(state, { transcriptSearch: event.search });
    case 'zoom-changed':
      return updateView(state, { zoomed: event.on });
    case 'scroll-column-changed':
      return updateView(state, { scrollColumn: event.column });
    case 'notice-changed':
      return state.notice === event.notice ? state : { ...state, notice: event.notice };
    case 'notice-queued': {
      const { notice, queuedNotices } = state;
      const isKnown = [notice, ...queuedNotices].some((each) => each?.text === event.text);
      const added: Notice = { tone: 'bad', text: event.text, at: event.now };
      return isKnown ? state : { ...state, queuedNotices: [...queuedNotices, added] };
    }
    case 'notice-withdrawn': {
      const { notice, queuedNotices } = state;
      return {
        ...state,
        notice: notice?.text === event.text ? null : notice,
        queuedNotices: queuedNotices.filter(({ text }) => text !== event.text),
      };
    }
  }
}

/** Keeps a notice that `after` no longer shows, so that the user can still read its full text. */
function rememberHiddenNotice({ notice }: State, after: State): State {
  const isHidden = notice !== null && notice.tone !== 'bad' && after.notice !== notice;
  return isHidden ? { ...after, lastHiddenNotice: notice } : after;
}

/** A `bad` notice stays until the user hides it; any other gives way to a queued one. */
function showNextNotice(state: State): State {
  const [notice, ...queuedNotices] = state.queuedNotices;
  return notice === undefined || state.notice?.tone === 'bad' ? state : { ...state, notice, queuedNotices };
}

const updateView = (state: State, change: Partial<ViewState>): State => ({
  ...state,
  view: { ...state.view, ...change },
});

function setDraft(state: State, key: string, buffer: EditBuffer): State {
  const { drafts: before } = state;
  const drafts =
    buffer.text === '' ? withoutEntries(before, (id) => id === key) : withEntry(before, key, buffer);
  return drafts === before ? state : { ...state, drafts };
}

/** The saved value, unless the user has already changed the current one from its default. */
const preferCurrent = <Value>(current: Value, initial: Value, saved: Value | undefined): Value =>
  current === initial ? (saved ?? current) : current;

/** Does not switch once the user has selected a scope or is writing to a task. */
const restoreScope = (state: State, scope: OwnerScope | undefined): State =>
  scope !== undefined && isSameScope(state.selectedScope, MINE) && !isWritingToTask(state.view)
    ? updateListedScope({ ...state, selectedScope: scope })
    : state;

/** The saved prompts, then those sent since the start, which may already be saved. */
function mergeHistory(saved: readonly string[], added: readonly string[]): readonly string[] {
  const tail = saved.slice(Math.max(0, saved.length - added.length));
  const isIncluded = tail.length === added.length && tail.every((text, index) => text === added[index]);
  return isIncluded ? saved : [...saved, ...added];
}

const freshAt = (requestedAt: number, refreshMs: number): Freshness => ({
  requestedAt,
  refreshMs,
  error: null,
  retryAt: null,
});

/** No response is due, so the data does not become stale. */
const NOT_POLLED = { refreshMs: Number.POSITIVE_INFINITY, error: null, retryAt: null };

const failedRefresh = (
  before: Freshness,
  { error, retryAt }: Pick<Freshness, 'error' | 'retryAt'>,
): Freshness => ({
  ...before,
  error,
  retryAt,
});
