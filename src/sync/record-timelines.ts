import type { Clock } from '../domain/ports/clock.ts';
import type { TimelineChange, TimelineStorage } from '../domain/ports/timeline-storage.ts';
import type { Task } from '../domain/task.ts';
import { addObservation, mergeSegments, observedSegment, type TimelineSegment } from '../domain/timeline.ts';
import { selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** Where looks are further apart than this nobody knows what happened between them, ms. */
const MAX_GAP_MS = 60_000;
/** What was seen is on disk after this long, and how long was looked is written this often; ms. */
const SAVE_DELAY_MS = 2_000;
const HEARTBEAT_MS = 60_000;
/** A write that failed is tried again after this long, ms. */
const RETRY_MS = 10_000;
/**
 * Changes are written in portions, so that no key waits for them. A portion is filled up with what tasks did when they
 * were first seen, which mostly repeats the server's word: of a long list that takes many beats, and costs nothing.
 */
const BATCH_SIZE = 100;
const BATCH_PAUSE_MS = 20;
/** Nobody waits for the end of the program either. */
const FINAL_BATCH_SIZE = 1_000;
/** As with the transcript: only of the task where the selection comes to rest the past is read. */
const SELECTION_DELAY_MS = 120;

export interface TimelineOptions {
  readonly store: Store;
  readonly storage: TimelineStorage;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Writes down what the tasks spend their time with, and brings back what earlier runs saw. Returns how to end it. */
export function recordTimelines({ store, storage, clock, random }: TimelineOptions): () => void {
  const run = `${clock.now().toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}`;
  const openSegments = new Map<string, TimelineSegment>();
  /** What tasks did when they were first seen, and have gone on doing: not written yet. */
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
  let begun = false;
  let { listedScope } = store.getState();
  /** Until when tasks were looked at that were not listed for a while, Unix ms. */
  const unlistedSince = new Map<string, number>();

  /** Stored times are wall time; ms that it is ahead of the state's. */
  const aheadMs = (): number => clock.wall() - clock.now();

  /** Writes changes whose times are the state's. Returns whether they were written. */
  function write(portion: readonly TimelineChange[], at: number): boolean {
    const ms = aheadMs();
    const stored = portion.map(({ taskId, endedAt, startedSegment }) => ({
      taskId,
      endedAt: endedAt === null ? null : endedAt + ms,
      startedSegment:
        startedSegment === null
          ? null
          : { ...startedSegment, from: startedSegment.from + ms, until: startedSegment.until + ms },
    }));
    return storage.write(run, stored, at + ms);
  }

  /** What is stored of a task, in the state's time. After the wall clock was set back, stored times can lie in the future. */
  function storedSegments(taskId: string): readonly TimelineSegment[] {
    const ms = aheadMs();
    const now = clock.now();
    return storage.read(taskId).map((segment) => ({
      ...segment,
      from: Math.min(segment.from - ms, now),
      until: Math.min(segment.until - ms, now),
    }));
  }

  const save = (all: boolean): void => {
    cancelSave = null;
    if (observedAt === null) return;
    if (!begun) storage.deleteOld(clock.wall());
    begun = true;
    const room = all ? FINAL_BATCH_SIZE : BATCH_SIZE;
    const portion = changes.slice(0, room);
    changes = changes.slice(portion.length);
    for (const taskId of unwritten.keys()) {
      if (portion.length >= room) break;
      portion.push(...takeUnwritten(taskId));
    }
    if (!write(portion, observedAt)) {
      changes = [...portion, ...changes];
      if (!all) cancelSave = clock.after(RETRY_MS, () => save(false));
      return;
    }
    heartbeatAt = observedAt;
    if (changes.length > 0) cancelSave = clock.after(BATCH_PAUSE_MS, () => save(false));
  };

  /** One look at one task; `watched` since the look before. */
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
    // How long it lasted so far is how long has been looked.
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

  /** What is to be written of a task before anything else of it. */
  function takeUnwritten(taskId: string): readonly TimelineChange[] {
    const begun = unwritten.get(taskId);
    unwritten.delete(taskId);
    return begun === undefined ? [] : [{ taskId, endedAt: null, startedSegment: begun }];
  }

  /** Others are listed: nobody sees any more what these do, and that is no end of anything. */
  function handleScopeChange(): void {
    listedScope = store.getState().listedScope;
    for (const id of tasksById.keys()) {
      if (observedAt === null || !openSegments.has(id)) continue;
      unlistedSince.set(id, observedAt);
      // What was never written is the server's word, which it will tell again.
      if (unwritten.delete(id)) openSegments.delete(id);
      else endSegment(id, observedAt);
    }
    tasksById = new Map();
    tasks = [];
  }

  function observeList(state: State): void {
    if (state.listedScope !== listedScope) handleScopeChange();
    // A list that was recalled from disk, or from before others were listed, is nobody's look.
    const { requestedAt, refreshMs } = state.listFreshness;
    const isNew = requestedAt !== null && refreshMs > 0 && requestedAt !== observedAt;
    if (!isNew && (state.tasks === tasks || refreshMs === 0)) return;
    if (observedAt === null && !isNew) return;
    const now = isNew ? requestedAt : Math.max(observedAt ?? 0, state.now);
    const watched = observedAt !== null && now - observedAt <= MAX_GAP_MS;
    const isBeat = now - heartbeatAt >= HEARTBEAT_MS;
    // Some phases change by time alone: all are looked at again with each beat.
    const seen: string[] = [];
    if (state.tasks !== tasks || !watched || isBeat) {
      for (const task of state.tasks) {
        if (tasksById.get(task.id) === task && watched && !isBeat) continue;
        observeTask(task, now, watched);
        if (state.timelines.has(task.id)) seen.push(task.id);
      }
      updateTasks(state.tasks, now);
    }
    const lookedBefore = observedAt;
    if (isNew) observedAt = requestedAt;
    if ((changes.length > 0 || isBeat) && cancelSave === null)
      cancelSave = clock.after(SAVE_DELAY_MS, () => save(false));
    // At the end: whoever hears of it may call back here.
    for (const taskId of seen) {
      const leftAt = unlistedSince.get(taskId);
      unlistedSince.delete(taskId);
      showProgress(taskId, leftAt === undefined && watched, leftAt ?? lookedBefore);
    }
  }

  /** Remembers which tasks there are; those that went away do nothing any more. */
  function updateTasks(now: readonly Task[], at: number): void {
    if (now === tasks) return;
    const before = tasksById;
    tasksById = new Map(now.map((task) => [task.id, task]));
    for (const id of before.keys()) if (!tasksById.has(id) && openSegments.has(id)) endSegment(id, at);
    tasks = now;
  }

  /** Shows what a task has done since its past was read. */
  function showProgress(taskId: string, watched: boolean, lookedBefore: number | null): void {
    const shown = store.getState().timelines.get(taskId);
    const now = openSegments.get(taskId);
    if (shown === undefined || now === undefined) return;
    const last = shown.at(-1);
    if (watched && last?.activity === now.activity && last.from <= now.from) return;
    // How long the last one lasted was not told with each look.
    const until = Math.max(last?.until ?? 0, lookedBefore ?? 0);
    const past = last === undefined ? shown : [...shown.slice(0, -1), { ...last, until }];
    store.dispatch({ type: 'timeline-changed', taskId, segments: addObservation(past, now, watched) });
  }

  /** Brings back the past of the task that is looked at. */
  function loadPast(): void {
    const task = selectedTask(store.getState());
    if (task === null || loadedTasks.has(task.id)) return;
    loadedTasks.add(task.id);
    // What waits to be written is part of it.
    const mine = changes.filter(({ taskId }) => taskId === task.id);
    if (mine.length > 0) {
      const isWritten = write(mine, observedAt ?? clock.now());
      if (isWritten) changes = changes.filter((change) => !mine.includes(change));
    }
    const past = mergeSegments(storedSegments(task.id));
    const now = openSegments.get(task.id);
    const stretches = now === undefined ? past : addObservation(past, now, false);
    store.dispatch({ type: 'timeline-changed', taskId: task.id, segments: stretches });
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
