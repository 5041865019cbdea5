import { reportLine } from '../domain/agent-report.ts';
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
import { titleOf } from '../domain/task.ts';
import {
  knownTask,
  needsAttentionIn,
  needsAttentionUndebounced,
  phaseIn,
  phasesStableUntil,
} from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { isTaskInView } from '../store/task-in-view.ts';

/** Tasks that begin to need the user within this time are told of together; ms. */
const BATCH_MS = 1_000;
/** And so long it is quiet after a notice; ms. */
const MIN_GAP_MS = 5_000;

export interface Notifications {
  /** After the user was elsewhere and has come back: what waits by now is to be seen, and is no news. */
  restart(): void;
  stop(): void;
}

interface NotificationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly notifier: Notifier;
}

/** Tells the user when tasks begin to need them, and not of the one that they look at. */
export function startNotifications({ store, clock, notifier }: NotificationOptions): Notifications {
  let ignoreBefore = clock.now();
  /** Null until the server has said what waits already. */
  let notified: NotifiedTasks | null = null;
  let lastState: State | null = null;
  let { listedScope } = store.getState();
  /** The tasks that were listed before others were; null while what is listed goes on. */
  let previousIds: ReadonlySet<string> | null = null;
  let validUntil = 0;
  let pendingIds: readonly string[] = [];
  let cancel: (() => void) | null = null;
  let quietUntil = 0;
  /** Ends the wait before it is looked at what was seen. */
  let cancelSeenCheck: (() => void) | null = null;

  const handleStateChange = (): void => {
    const state = store.getState();
    if (state.listedScope !== listedScope) handleScopeChange(state);
    if (lastState !== null && notified !== null && isUnchanged(lastState, state) && state.now < validUntil) {
      // What was looked at needs nobody any more: no news, and a held key looks at thirty tasks a second.
      if (lastState.seenFingerprints !== state.seenFingerprints)
        cancelSeenCheck ??= clock.after(BATCH_MS, handleSeenChange);
      return;
    }
    lastState = state;
    validUntil = phasesStableUntil(state);
    if (state.listFreshness.requestedAt === null || state.listFreshness.requestedAt < ignoreBefore) return;
    const candidates = candidatesIn(state);
    if (notified === null) {
      notified = initiallyNotified(candidates);
      previousIds = null;
      return;
    }
    if (previousIds !== null) notified = withNewTasks(notified, candidates, previousIds);
    previousIds = null;
    const next = updateNotified(notified, candidates);
    notified = next.notified;
    const begun = next.newIds.filter((id) => !isTaskInView(state, id));
    if (begun.length === 0) return;
    pendingIds = [...pendingIds.filter((id) => !begun.includes(id)), ...begun];
    cancel ??= clock.after(Math.max(BATCH_MS, quietUntil - clock.now()), notify);
  };

  /** Others are listed from now on: what waits there already is no news, but what was watched all along still is. */
  const handleScopeChange = (state: State): void => {
    listedScope = state.listedScope;
    // Two changes in a row: what was watched before the first one is what was watched.
    previousIds ??= new Set(lastState?.tasks.map(({ id }) => id));
    ignoreBefore = clock.now();
    lastState = null;
    if (cancel === null) return;
    cancel();
    notify();
  };

  const handleSeenChange = (): void => {
    cancelSeenCheck = null;
    lastState = null;
    handleStateChange();
  };

  const notify = (): void => {
    cancel = null;
    const state = store.getState();
    // Whatever was answered meanwhile, or is looked at, has been noticed.
    const words = textFor(
      state,
      pendingIds.filter((id) => notified?.has(id) === true && !isTaskInView(state, id)),
    );
    pendingIds = [];
    if (words === null) return;
    quietUntil = clock.now() + MIN_GAP_MS;
    notifier.notify(words);
  };

  const clearPending = (): void => {
    cancel?.();
    cancel = null;
    cancelSeenCheck?.();
    cancelSeenCheck = null;
    pendingIds = [];
  };

  const unsubscribe = store.subscribe(handleStateChange);
  return {
    restart() {
      clearPending();
      ignoreBefore = clock.now();
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

/** What waits already among tasks that were not listed before is no news. */
const withNewTasks = (
  notified: NotifiedTasks,
  candidates: readonly NotificationCandidate[],
  before: ReadonlySet<string>,
): NotifiedTasks =>
  new Map([...notified, ...initiallyNotified(candidates.filter(({ id }) => !before.has(id)))]);

/** Keys and polls move much in the state that is nothing to tell of. */
const isUnchanged = (a: State, b: State): boolean =>
  a.tasks === b.tasks && a.pendingChanges === b.pendingChanges && a.now <= b.now;

const candidatesIn = (state: State): readonly NotificationCandidate[] =>
  state.tasks.map((task) => ({
    id: task.id,
    message: `${phaseIn(state, task)} ${task.state?.message ?? ''}`,
    needsAttention: needsAttentionIn(state, task)
      ? 'yes'
      : needsAttentionUndebounced(state, task)
        ? 'soon'
        : 'no',
  }));

function textFor(state: State, ids: readonly string[]): NotificationText | null {
  const tasks = ids.map((id) => knownTask(state, id)).filter((task) => task !== null);
  return notificationText(
    tasks.map((task) => ({
      title: titleOf(task),
      phase: phaseIn(state, task),
      message: reportLine(task),
    })),
  );
}
