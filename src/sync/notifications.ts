import { reportLine } from '../domain/agent-report.ts';
import { asksUser } from '../domain/needs-attention.ts';
import {
  initiallyNotified,
  type NotificationCandidate,
  type NotificationText,
  type NotifiedTasks,
  notificationText,
  updateNotified,
} from '../domain/notifications.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Notifier } from '../domain/ports/terminal-services.ts';
import { chatFacts, type SourceId, type Task, titleOf } from '../domain/task.ts';
import { hasAnswered, newestList } from '../store/list-freshness.ts';
import { questionsOf } from '../store/questions.ts';
import { phasesStableUntil } from '../store/selectors.ts';
import { phaseIn } from '../store/slices/actions.ts';
import { isSnoozedIn, needsAttentionIn, needsAttentionUndebounced } from '../store/slices/attention.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { knownTask } from '../store/task-index.ts';
import type { TaskInView } from './mark-seen.ts';

/** Tasks that begin to need the user within this time share a notification; ms. */
const BATCH_MS = 1_000;
/** The minimum time between notifications, ms. */
const MIN_GAP_MS = 5_000;
/** How long the notification of a task waits for the conversation that can show its question, ms. */
const MAX_MENU_WAIT_MS = 5_000;
/** Questions that are remembered. */
const MAX_QUESTIONS = 2_000;

export interface Notifications {
  /** After the user comes back to taskdeck: tasks that need them now cause no notification. */
  restart(): void;
  stop(): void;
}

interface NotificationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly taskInView: TaskInView;
  /** See `Sync`. */
  readonly isMenuPending: (taskId: string) => boolean;
}

/** Notifies the user when tasks begin to need them, except the task in view. */
export function startNotifications({
  store,
  clock,
  notifier,
  taskInView,
  isMenuPending,
}: NotificationOptions): Notifications {
  let ignoreBefore = clock.now();
  /** Null until the first list: tasks that already need the user cause no notification. */
  let notified: NotifiedTasks | null = null;
  let lastState: State | null = null;
  /** The sights at the last check; null before the first one. */
  let lastSights: State['seenFingerprints'] | null = null;
  let { listedScope } = store.getState();
  /** The tasks that were listed before a scope change; null when its first list has arrived. */
  let previousIds: ReadonlySet<string> | null = null;
  /** The sources whose lists have arrived since the start or the last scope change. */
  let answeredBefore: ReadonlySet<SourceId> = new Set();
  let validUntil = 0;
  let pendingIds: readonly string[] = [];
  let cancel: (() => void) | null = null;
  /** When the notification of `pendingIds` stops waiting for a conversation; null while it does not wait. */
  let menuWaitEndsAt: number | null = null;
  let quietUntil = 0;
  /** Questions that need no notification any more, as keys; the oldest go first. */
  const knownQuestions = new Set<string>();
  /** Cancels the delayed check after a change of seen tasks. */
  let cancelSeenCheck: (() => void) | null = null;

  /** Null while the terminal does not report that its window has the focus. */
  const watchedTask = (state: State): string | null =>
    state.window.focused === true ? taskInView(state) : null;

  /** Remembers the questions, and returns the ids of the tasks with one that was not known. */
  const addQuestions = (candidates: readonly NotificationCandidate[]): ReadonlySet<string> => {
    const newIds = new Set<string>();
    for (const { id, questionId, isSnoozed } of candidates) {
      if (questionId === undefined) continue;
      const key = `${id} ${questionId}`;
      // It is news again at the end of its snooze.
      if (isSnoozed) knownQuestions.delete(key);
      else {
        if (!knownQuestions.has(key)) newIds.add(id);
        knownQuestions.add(key);
      }
    }
    for (const oldest of knownQuestions) {
      if (knownQuestions.size <= MAX_QUESTIONS) break;
      knownQuestions.delete(oldest);
    }
    return newIds;
  };

  const handleStateChange = (): void => {
    const state = store.getState();
    if (state.listedScope !== listedScope) handleScopeChange(state);
    if (lastState !== null && notified !== null && isUnchanged(lastState, state) && state.now < validUntil) {
      // A seen task causes no notification, so this can wait: a held key passes 30 tasks per second.
      if (lastState.seenFingerprints !== state.seenFingerprints)
        cancelSeenCheck ??= clock.after(BATCH_MS, handleSeenChange);
      return;
    }
    const tasksBefore = lastState?.tasks ?? [];
    const sightsBefore = lastSights;
    lastSights = state.seenFingerprints;
    lastState = state;
    validUntil = phasesStableUntil(state);
    const { requestedAt } = newestList(state);
    if (requestedAt === null || requestedAt < ignoreBefore) return;
    const answered = answeredSources(state);
    // Tasks that need the user in the first list of another source cause no notification either.
    if (answered.size > answeredBefore.size) previousIds ??= new Set(tasksBefore.map(({ id }) => id));
    answeredBefore = answered;
    const candidates = candidatesIn(state);
    const newlyAsking = addQuestions(candidates);
    if (notified === null) {
      notified = initiallyNotified(candidates);
      previousIds = null;
      return;
    }
    if (previousIds !== null) notified = withNewTasks(notified, candidates, previousIds);
    previousIds = null;
    const next = updateNotified(notified, candidates);
    notified = next.notified;
    const watched = watchedTask(state);
    const newIds = next.newIds.filter((id) => id !== watched && !isOwnDoing(sightsBefore, state, id));
    if (newIds.length === 0) return;
    const asking = new Set(
      candidates.filter(({ questionId }) => questionId !== undefined).map(({ id }) => id),
    );
    const others = newIds.filter((id) => !asking.has(id));
    pendingIds = [...pendingIds.filter((id) => !newIds.includes(id)), ...others];
    if (others.length > 0)
      cancel ??= clock.after(Math.max(BATCH_MS, quietUntil - clock.now()), notifyPending);
    // A question waits for no other notification: the agent can do nothing before its answer.
    notify(
      state,
      newIds.filter((id) => newlyAsking.has(id)),
    );
  };

  /** Tasks that already need the user in the new scope cause no notification, unless they were listed before too. */
  const handleScopeChange = (state: State): void => {
    listedScope = state.listedScope;
    // After two scope changes in a row, the tasks from before the first one count.
    previousIds ??= new Set(lastState?.tasks.map(({ id }) => id));
    ignoreBefore = clock.now();
    answeredBefore = new Set();
    lastState = null;
    if (cancel === null) return;
    cancel();
    menuWaitEndsAt = clock.now();
    notifyPending();
  };

  const handleSeenChange = (): void => {
    cancelSeenCheck = null;
    lastState = null;
    handleStateChange();
  };

  const notifyPending = (): void => {
    cancel = null;
    const state = store.getState();
    // Skip tasks that no longer need the user or are in view.
    const watched = watchedTask(state);
    const ids = pendingIds.filter((id) => notified?.has(id) === true && id !== watched);
    if (awaitsMenu(ids)) {
      const now = clock.now();
      menuWaitEndsAt ??= now + MAX_MENU_WAIT_MS;
      if (now < menuWaitEndsAt) {
        cancel = clock.after(menuWaitEndsAt - now, notifyPending);
        return;
      }
    }
    menuWaitEndsAt = null;
    pendingIds = [];
    notify(state, ids);
  };

  /** Several tasks share a notification without their questions. */
  const awaitsMenu = (ids: readonly string[]): boolean =>
    ids.length === 1 && ids.some((id) => isMenuPending(id));

  const notify = (state: State, ids: readonly string[]): void => {
    const text = textFor(state, ids);
    if (text === null) return;
    quietUntil = clock.now() + MIN_GAP_MS;
    notifier.notify(text);
  };

  const clearPending = (): void => {
    cancel?.();
    cancel = null;
    cancelSeenCheck?.();
    cancelSeenCheck = null;
    menuWaitEndsAt = null;
    pendingIds = [];
  };

  const unsubscribe = store.subscribe(() => {
    handleStateChange();
    if (menuWaitEndsAt === null || awaitsMenu(pendingIds)) return;
    cancel?.();
    notifyPending();
  });
  return {
    restart() {
      clearPending();
      ignoreBefore = clock.now();
      answeredBefore = new Set();
      notified = null;
      previousIds = null;
      lastState = null;
    },
    stop() {
      unsubscribe();
      clearPending();
    },
  };
}

/** Adds new tasks that already need the user, so that they cause no notification. */
const withNewTasks = (
  notified: NotifiedTasks,
  candidates: readonly NotificationCandidate[],
  previousIds: ReadonlySet<string>,
): NotifiedTasks =>
  new Map([...notified, ...initiallyNotified(candidates.filter(({ id }) => !previousIds.has(id)))]);

/** Whether nothing that matters for notifications has changed. */
const isUnchanged = (a: State, b: State): boolean =>
  a.tasks === b.tasks && a.pendingChanges === b.pendingChanges && a.now <= b.now;

const candidatesIn = (state: State): readonly NotificationCandidate[] =>
  state.tasks.map((task) => ({
    id: task.id,
    ...reasonOf(state, task),
    isSnoozed: isSnoozedIn(state, task),
    needsAttention: needsAttentionIn(state, task)
      ? 'yes'
      : needsAttentionUndebounced(state, task)
        ? 'soon'
        : 'no',
  }));

/** Whether the task needs the user only because the user woke it, or undid an acknowledgement: that is no news. */
function isOwnDoing(sightsBefore: State['seenFingerprints'] | null, state: State, id: string): boolean {
  const task = knownTask(state, id);
  if (task === null || sightsBefore === null || sightsBefore.get(id) === state.seenFingerprints.get(id))
    return false;
  return !needsAttentionIn({ ...state, seenFingerprints: sightsBefore }, task);
}

/** A question is a new reason after the end of the turn that asks it, and words that follow later are none. */
function reasonOf(state: State, task: Task): Pick<NotificationCandidate, 'message' | 'questionId'> {
  const questionId = chatFacts(task)?.questions[0]?.id;
  return questionId === undefined
    ? { message: `${phaseIn(state, task)} ${task.state?.message ?? ''}` }
    : { message: `asks ${questionId}`, questionId };
}

/** Null without tasks. A question that already has an answer needs no notification. */
function textFor(state: State, ids: readonly string[]): NotificationText | null {
  const tasks = ids.map((id) => knownTask(state, id)).filter((task) => task !== null);
  return notificationText(
    tasks.flatMap((task) => {
      const [question] = questionsOf(state, task);
      if (question === undefined && asksUser(task)) return [];
      const subject = { title: titleOf(task), phase: phaseIn(state, task), message: reportLine(task) };
      return question === undefined ? subject : { ...subject, question };
    }),
  );
}

const answeredSources = ({ sourceFreshness }: State): ReadonlySet<SourceId> =>
  new Set([...sourceFreshness].filter(([, freshness]) => hasAnswered(freshness)).map(([source]) => source));
