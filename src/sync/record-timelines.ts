import type { Clock } from '../domain/ports/clock.ts';
import type { TimelineChange, TimelineStorage } from '../domain/ports/timeline-storage.ts';
import type { Task } from '../domain/task.ts';
import { addObservation, mergeSegments, observedSegment, type TimelineSegment } from '../domain/timeline.ts';
import { freshnessOf, hasAnswered, newestList } from '../store/list-freshness.ts';
import { selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** The longest time between two observations that counts as observed, ms. */
const MAX_GAP_MS = 60_000;
/** The delay of a save after a change, and the interval at which the observed time is saved; ms. */
const SAVE_DELAY_MS = 2_000;
const HEARTBEAT_MS = 60_000;
/** The delay after a failed write, ms. */
const RETRY_MS = 10_000;
/** Maximum changes per write, so that no key waits long. First observations only fill up a batch: they can wait. */
const BATCH_SIZE = 100;
const BATCH_PAUSE_MS = 20;
/** The last write must not delay the exit. */
const FINAL_BATCH_SIZE = 1_000;
/** While a key is held down, the selection moves on before this delay and its past is not read; ms. */
const SELECTION_DELAY_MS = 120;

export interface TimelineOptions {
  readonly store: Store;
  readonly storage: TimelineStorage;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Records the activity of tasks, and loads records of earlier runs. Returns a function that saves and stops. */
export function recordTimelines({ store, storage, clock, random }: TimelineOptions): () => void {
  const run = `${clock.now().toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}`;
  const openSegments = new Map<string, TimelineSegment>();
  /** First observations that still hold and are not written yet, by task id. */
  const unwritten = new Map<string, TimelineSegment>();
  const loadedTasks = new Set<string>();
  let tasks: readonly Task[] = [];
  let tasksById = new Map<string, Task>();
  let observedAt: number | null = null;
  let heartbeatAt = Number.NEGATIVE_INFINITY;
  let changes: TimelineChange[] = [];
  let cancelSave: (() => void) | null = null;
  let cancelRead = noop;
  let selected: string | null = null;
  let isCleanedUp = false;
  let { listedScope } = store.getState();
  /** When a scope change ended the observation of a task, Unix ms, by task id. */
  const unlistedSince = new Map<string, number>();

  /** How far the wall clock, which stored times use, is ahead of the clock of the state; ms. */
  const aheadMs = (): number => clock.wall() - clock.now();

  /** Writes changes with times of the state. Returns false when the write failed. */
  function write(batch: readonly TimelineChange[], at: number): boolean {
    const ms = aheadMs();
    const stored = batch.map(({ taskId, endedAt, startedSegment }) => ({
      taskId,
      endedAt: endedAt === null ? null : endedAt + ms,
      startedSegment:
        startedSegment === null
          ? null
          : { ...startedSegment, from: startedSegment.from + ms, until: startedSegment.until + ms },
    }));
    return storage.write(run, stored, at + ms);
  }

  /** Stored segments in times of the state, at most now: after the wall clock was set back they can be later. */
  function storedSegments(taskId: string): readonly TimelineSegment[] {
    const ms = aheadMs();
    const now = clock.now();
    return storage.read(taskId).map((segment) => ({
      ...segment,
      from: Math.min(segment.from - ms, now),
      until: Math.min(segment.until - ms, now),
    }));
  }

  const save = (isFinal: boolean): void => {
    cancelSave = null;
    if (observedAt === null) return;
    if (!isCleanedUp) storage.deleteOld(clock.wall());
    isCleanedUp = true;
    const maxChanges = isFinal ? FINAL_BATCH_SIZE : BATCH_SIZE;
    const batch = changes.slice(0, maxChanges);
    changes = changes.slice(batch.length);
    for (const taskId of unwritten.keys()) {
      if (batch.length >= maxChanges) break;
      batch.push(...takeUnwritten(taskId));
    }
    if (!write(batch, observedAt)) {
      changes = [...batch, ...changes];
      if (!isFinal) cancelSave = clock.after(RETRY_MS, () => save(false));
      return;
    }
    heartbeatAt = observedAt;
    if (changes.length > 0) cancelSave = clock.after(BATCH_PAUSE_MS, () => save(false));
  };

  /** Adds one observation of a task. `watched`: observed without a gap since the one before. */
  function observeTask(task: Task, at: number, watched: boolean): void {
    const before = openSegments.get(task.id);
    const seen = observedSegment(task, at);
    if (seen === null) {
      if (before !== undefined) endSegment(task.id, watched ? at : (observedAt ?? at));
      return;
    }
    if (before === undefined) {
      openSegments.set(task.id, seen);
      unwritten.set(task.id, seen);
      return;
    }
    // The segment lasted at least until the last observation.
    const last = { ...before, until: Math.max(before.until, observedAt ?? before.until) };
    const next = addObservation([last], seen, watched);
    const now = next.at(-1) ?? seen;
    if (next.length === 1 && now.activity === before.activity && now.from === before.from) {
      openSegments.set(task.id, now);
      return;
    }
    const ended = next[0] === now ? now.from : (next[0]?.until ?? now.from);
    openSegments.set(task.id, now);
    changes.push(...takeUnwritten(task.id), { taskId: task.id, endedAt: ended, startedSegment: now });
  }

  function endSegment(taskId: string, at: number): void {
    openSegments.delete(taskId);
    changes.push(...takeUnwritten(taskId), { taskId, endedAt: at, startedSegment: null });
  }

  /** Returns the first observation of a task, if any, which must be written before its other changes. */
  function takeUnwritten(taskId: string): readonly TimelineChange[] {
    const segment = unwritten.get(taskId);
    unwritten.delete(taskId);
    return segment === undefined ? [] : [{ taskId, endedAt: null, startedSegment: segment }];
  }

  /** Ends the observation of the tasks that were listed before. Their activity itself goes on. */
  function handleScopeChange(): void {
    listedScope = store.getState().listedScope;
    for (const id of tasksById.keys()) {
      if (observedAt === null || !openSegments.has(id)) continue;
      unlistedSince.set(id, observedAt);
      // An unwritten observation only repeats what the server reports, and will report again.
      if (unwritten.delete(id)) openSegments.delete(id);
      else endSegment(id, observedAt);
    }
    tasksById = new Map();
    tasks = [];
  }

  function observeList(state: State): void {
    if (state.listedScope !== listedScope) handleScopeChange();
    // A list from disk, or from an earlier visit to this scope, is no observation.
    const { requestedAt, refreshMs } = newestList(state);
    const isNew = requestedAt !== null && refreshMs > 0 && requestedAt !== observedAt;
    if (!isNew && (state.tasks === tasks || refreshMs === 0)) return;
    if (observedAt === null && !isNew) return;
    const now = isNew ? requestedAt : Math.max(observedAt ?? 0, state.now);
    const watched = observedAt !== null && now - observedAt <= MAX_GAP_MS;
    const isHeartbeat = now - heartbeatAt >= HEARTBEAT_MS;
    // Some phases change by time alone, so each heartbeat observes all tasks.
    const shownIds: string[] = [];
    if (state.tasks !== tasks || !watched || isHeartbeat) {
      for (const task of state.tasks) {
        if (tasksById.get(task.id) === task && watched && !isHeartbeat) continue;
        // The rows of a source that has not answered yet are old.
        if (!hasAnswered(freshnessOf(state, task))) continue;
        observeTask(task, now, watched);
        if (state.timelines.has(task.id)) shownIds.push(task.id);
      }
      updateTasks(state.tasks, now);
    }
    const observedBefore = observedAt;
    if (isNew) observedAt = requestedAt;
    if ((changes.length > 0 || isHeartbeat) && cancelSave === null)
      cancelSave = clock.after(SAVE_DELAY_MS, () => save(false));
    // Last, because a dispatch calls back here.
    for (const taskId of shownIds) {
      const leftAt = unlistedSince.get(taskId);
      unlistedSince.delete(taskId);
      showProgress(taskId, leftAt === undefined && watched, leftAt ?? observedBefore);
    }
  }

  /** Ends the segments of tasks that left the list. */
  function updateTasks(now: readonly Task[], at: number): void {
    if (now === tasks) return;
    const before = tasksById;
    tasksById = new Map(now.map((task) => [task.id, task]));
    for (const id of before.keys()) if (!tasksById.has(id) && openSegments.has(id)) endSegment(id, at);
    tasks = now;
  }

  /** Updates a timeline that is already loaded. */
  function showProgress(taskId: string, watched: boolean, observedBefore: number | null): void {
    const shown = store.getState().timelines.get(taskId);
    const now = openSegments.get(taskId);
    if (shown === undefined || now === undefined) return;
    const last = shown.at(-1);
    if (watched && last?.activity === now.activity && last.from <= now.from) return;
    // Observations without a change did not extend the last segment in the state.
    const until = Math.max(last?.until ?? 0, observedBefore ?? 0);
    const past = last === undefined ? shown : [...shown.slice(0, -1), { ...last, until }];
    store.dispatch({ type: 'timeline-changed', taskId, segments: addObservation(past, now, watched) });
  }

  /** Loads the past of the selected task, once. */
  function loadPast(): void {
    const task = selectedTask(store.getState());
    if (task === null || loadedTasks.has(task.id)) return;
    loadedTasks.add(task.id);
    // Pending changes are part of its past, so they are written first.
    const pending = changes.filter(({ taskId }) => taskId === task.id);
    if (pending.length > 0) {
      const isWritten = write(pending, observedAt ?? clock.now());
      if (isWritten) changes = changes.filter((change) => !pending.includes(change));
    }
    const past = mergeSegments(storedSegments(task.id));
    const now = openSegments.get(task.id);
    const segments = now === undefined ? past : addObservation(past, now, false);
    store.dispatch({ type: 'timeline-changed', taskId: task.id, segments });
  }

  function handleStateChange(): void {
    const state = store.getState();
    if (state.view.selected !== selected) {
      cancelRead();
      cancelRead = clock.after(selected === null ? 0 : SELECTION_DELAY_MS, loadPast);
      selected = state.view.selected;
    }
    observeList(state);
  }
  const unsubscribe = store.subscribe(handleStateChange);
  handleStateChange();

  return () => {
    unsubscribe();
    cancelRead();
    cancelSave?.();
    save(true);
  };
}

const noop = (): void => {};
