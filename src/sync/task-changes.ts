import type { HookEvent } from '../domain/hook.ts';
import {
  initiallyNotified,
  type NotificationCandidate,
  type NotifiedTasks,
  phaseChanges,
  updateNotified,
} from '../domain/notifications.ts';
import type { Phase } from '../domain/phase.ts';
import { phaseOf } from '../domain/phase.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { chatFacts, type SourceId, type Task } from '../domain/task.ts';
import { hasAnswered, newestList } from '../store/list-freshness.ts';
import { phasesStableUntil } from '../store/selectors.ts';
import { phaseIn } from '../store/slices/actions.ts';
import { isSnoozedIn, needsAttentionIn, needsAttentionUndebounced } from '../store/slices/attention.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { knownTask } from '../store/task-index.ts';

/** Changes of a task seen after the first list, for notifications and hooks alike. */
export interface TaskChanges {
  readonly state: State;
  /** Tasks that newly need the user. */
  readonly newIds: readonly string[];
  /** Tasks that ask a question. */
  readonly asking: ReadonlySet<string>;
  /** Tasks with a question that was not known before. */
  readonly newlyAsking: ReadonlySet<string>;
  readonly events: readonly HookEvent[];
}

interface TaskChangeListener {
  changed(changes: TaskChanges): void;
  /** The list has another scope; its tasks cause nothing. */
  scopeChanged?(): void;
}

export interface TaskChangeWatch {
  /** Returns a function that unsubscribes. */
  subscribe(listener: TaskChangeListener): () => void;
  /** Whether a task has caused a change because it needs the user, and still needs the user. */
  isNoticed(taskId: string): boolean;
  /** After the user comes back to taskdeck: the tasks as they are then cause nothing. */
  restart(): void;
  stop(): void;
}

const NO_PHASES: ReadonlyMap<string, Phase> = new Map();

/** A held key passes 30 tasks per second, and a seen task causes nothing, so this can wait; ms. */
const SEEN_CHECK_MS = 1_000;
/** Questions that are remembered. */
const MAX_QUESTIONS = 2_000;

/**
 * Watches the list for tasks that change their phase or begin to need the user. The first list, the first of another scope
 * and the first of another source cause nothing.
 */
export function watchTaskChanges({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): TaskChangeWatch {
  const listeners = new Set<TaskChangeListener>();
  let ignoreBefore = clock.now();
  /** Null until the first list. */
  let notified: NotifiedTasks | null = null;
  /** The phases of the tasks of sources whose lists have arrived; empty without hooks. */
  let phases = NO_PHASES;
  let lastState: State | null = null;
  /** The sights at the last check; null before the first one. */
  let lastSights: State['seenFingerprints'] | null = null;
  let { listedScope } = store.getState();
  /** The tasks that were listed before a scope change; null when its first list has arrived. */
  let previousIds: ReadonlySet<string> | null = null;
  /** The sources whose lists have arrived since the start or the last scope change. */
  let answeredBefore: ReadonlySet<SourceId> = new Set();
  let validUntil = 0;
  /** Questions that cause nothing any more, as keys; the oldest go first. */
  const knownQuestions = new Set<string>();
  /** Cancels the delayed check after a change of seen tasks. */
  let cancelSeenCheck: (() => void) | null = null;

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
      if (lastState.seenFingerprints !== state.seenFingerprints)
        cancelSeenCheck ??= clock.after(SEEN_CHECK_MS, handleSeenChange);
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
    // Tasks that need the user in the first list of another source cause nothing either.
    if (answered.size > answeredBefore.size) previousIds ??= new Set(tasksBefore.map(({ id }) => id));
    answeredBefore = answered;
    const candidates = candidatesIn(state);
    const newlyAsking = addQuestions(candidates);
    const before = phases;
    // Only hooks need them, and of 10,000 tasks they take 6 ms.
    phases = state.settings.hooks.length === 0 ? NO_PHASES : phasesOf(state, answered);
    if (notified === null) {
      notified = initiallyNotified(candidates);
      previousIds = null;
      return;
    }
    if (previousIds !== null) notified = withNewTasks(notified, candidates, previousIds);
    previousIds = null;
    const next = updateNotified(notified, candidates);
    notified = next.notified;
    const newIds = next.newIds.filter((id) => !isOwnDoing(sightsBefore, state, id));
    const events: readonly HookEvent[] = [
      ...phaseChanges(before, phases).map((change): HookEvent => ({ on: 'phase', ...change })),
      ...newIds.map(
        (taskId): HookEvent => ({ on: 'needs-you', taskId, previous: before.get(taskId) ?? null }),
      ),
    ];
    if (events.length === 0) return;
    const asking = new Set(
      candidates.filter(({ questionId }) => questionId !== undefined).map(({ id }) => id),
    );
    for (const listener of listeners) listener.changed({ state, newIds, asking, newlyAsking, events });
  };

  /** Tasks that already need the user in the new scope cause nothing, unless they were listed before too. */
  const handleScopeChange = (state: State): void => {
    listedScope = state.listedScope;
    // After two scope changes in a row, the tasks from before the first one count.
    previousIds ??= new Set(lastState?.tasks.map(({ id }) => id));
    ignoreBefore = clock.now();
    answeredBefore = new Set();
    lastState = null;
    for (const listener of listeners) listener.scopeChanged?.();
  };

  const handleSeenChange = (): void => {
    cancelSeenCheck = null;
    lastState = null;
    handleStateChange();
  };

  const clearPending = (): void => {
    cancelSeenCheck?.();
    cancelSeenCheck = null;
  };

  const unsubscribe = store.subscribe(handleStateChange);
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isNoticed: (taskId) => notified?.has(taskId) === true,
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

/** Adds new tasks that already need the user, so that they cause nothing. */
const withNewTasks = (
  notified: NotifiedTasks,
  candidates: readonly NotificationCandidate[],
  previousIds: ReadonlySet<string>,
): NotifiedTasks =>
  new Map([...notified, ...initiallyNotified(candidates.filter(({ id }) => !previousIds.has(id)))]);

/** Whether nothing that matters has changed. */
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

/** As the servers report them: an action of the user that a server then rejects is no change. */
function phasesOf({ tasks, now }: State, answered: ReadonlySet<SourceId>): ReadonlyMap<string, Phase> {
  const phases = new Map<string, Phase>();
  for (const task of tasks) if (answered.has(task.source)) phases.set(task.id, phaseOf(task, now));
  return phases;
}

const answeredSources = ({ sourceFreshness }: State): ReadonlySet<SourceId> =>
  new Set([...sourceFreshness].filter(([, freshness]) => hasAnswered(freshness)).map(([source]) => source));
