import type { Clock } from '../domain/ports/clock.ts';
import type { TimelineChange, TimelineMemory } from '../domain/ports/timeline-memory.ts';
import type { Task } from '../domain/task.ts';
import { inOrder, type Stretch, seenIn, withSeen } from '../domain/timeline.ts';
import { selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** Where looks are further apart than this nobody knows what happened between them, ms. */
const WATCHED_MS = 60_000;
/** What was seen is on disk after this long, and how long was looked is written this often; ms. */
const SAVE_AFTER_MS = 2_000;
const BEAT_MS = 60_000;
/** A write that failed is tried again after this long, ms. */
const TRY_AGAIN_MS = 10_000;
/**
 * Changes are written in portions, so that no key waits for them. A portion is filled up with what tasks did when they
 * were first seen, which mostly repeats the server's word: of a long list that takes many beats, and costs nothing.
 */
const PORTION = 100;
const PORTION_REST_MS = 20;
/** Nobody waits for the end of the program either. */
const LAST_PORTION = 1_000;
/** As with the transcript: only of the task where the selection comes to rest the past is read. */
const SETTLE_MS = 120;

export interface TimelineOptions {
  readonly store: Store;
  readonly memory: TimelineMemory;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Writes down what the tasks spend their time with, and brings back what earlier runs saw. Returns how to end it. */
export function recordTimelines({ store, memory, clock, random }: TimelineOptions): () => void {
  const run = `${clock.now().toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}`;
  const open = new Map<string, Stretch>();
  /** What tasks did when they were first seen, and have gone on doing: not written yet. */
  const unwritten = new Map<string, Stretch>();
  const wasRead = new Set<string>();
  let tasks: readonly Task[] = [];
  let known = new Map<string, Task>();
  let lookedAt: number | null = null;
  let beatAt = Number.NEGATIVE_INFINITY;
  let changes: TimelineChange[] = [];
  let cancelSave: (() => void) | null = null;
  let cancelRead = nothing;
  let selected: string | null = null;
  let begun = false;
  let { listed } = store.getState();
  /** Until when tasks were looked at that were not listed for a while, Unix ms. */
  const left = new Map<string, number>();

  /** Stored times are wall time; ms that it is ahead of the state's. */
  const aheadMs = (): number => clock.wall() - clock.now();

  /** Writes changes whose times are the state's. Returns whether they were written. */
  function write(portion: readonly TimelineChange[], at: number): boolean {
    const ms = aheadMs();
    const stored = portion.map(({ taskId, ended, begun }) => ({
      taskId,
      ended: ended === null ? null : ended + ms,
      begun: begun === null ? null : { ...begun, from: begun.from + ms, until: begun.until + ms },
    }));
    return memory.write(run, stored, at + ms);
  }

  /** What is stored of a task, in the state's time. After the wall clock was set back, stored times can lie in the future. */
  function storedOf(taskId: string): readonly Stretch[] {
    const ms = aheadMs();
    const now = clock.now();
    return memory.read(taskId).map((stretch) => ({
      ...stretch,
      from: Math.min(stretch.from - ms, now),
      until: Math.min(stretch.until - ms, now),
    }));
  }

  const save = (all: boolean): void => {
    cancelSave = null;
    if (lookedAt === null) return;
    if (!begun) memory.forget(clock.wall());
    begun = true;
    const room = all ? LAST_PORTION : PORTION;
    const portion = changes.slice(0, room);
    changes = changes.slice(portion.length);
    for (const taskId of unwritten.keys()) {
      if (portion.length >= room) break;
      portion.push(...firstLook(taskId));
    }
    if (!write(portion, lookedAt)) {
      changes = [...portion, ...changes];
      if (!all) cancelSave = clock.after(TRY_AGAIN_MS, () => save(false));
      return;
    }
    beatAt = lookedAt;
    if (changes.length > 0) cancelSave = clock.after(PORTION_REST_MS, () => save(false));
  };

  /** One look at one task; `watched` since the look before. */
  function see(task: Task, at: number, watched: boolean): void {
    const before = open.get(task.id);
    const seen = seenIn(task, at);
    if (seen === null) {
      if (before !== undefined) end(task.id, watched ? at : (lookedAt ?? at));
      return;
    }
    if (before === undefined) {
      open.set(task.id, seen);
      unwritten.set(task.id, seen);
      return;
    }
    // How long it lasted so far is how long has been looked.
    const last = { ...before, until: Math.max(before.until, lookedAt ?? before.until) };
    const next = withSeen([last], seen, watched);
    const now = next.at(-1) ?? seen;
    if (next.length === 1 && now.activity === before.activity && now.from === before.from) {
      open.set(task.id, now);
      return;
    }
    const ended = next[0] === now ? now.from : (next[0]?.until ?? now.from);
    open.set(task.id, now);
    changes.push(...firstLook(task.id), { taskId: task.id, ended, begun: now });
  }

  function end(taskId: string, at: number): void {
    open.delete(taskId);
    changes.push(...firstLook(taskId), { taskId, ended: at, begun: null });
  }

  /** What is to be written of a task before anything else of it. */
  function firstLook(taskId: string): readonly TimelineChange[] {
    const begun = unwritten.get(taskId);
    unwritten.delete(taskId);
    return begun === undefined ? [] : [{ taskId, ended: null, begun }];
  }

  /** Others are listed: nobody sees any more what these do, and that is no end of anything. */
  function leave(): void {
    listed = store.getState().listed;
    for (const id of known.keys()) {
      if (lookedAt === null || !open.has(id)) continue;
      left.set(id, lookedAt);
      // What was never written is the server's word, which it will tell again.
      if (unwritten.delete(id)) open.delete(id);
      else end(id, lookedAt);
    }
    known = new Map();
    tasks = [];
  }

  function look(state: State): void {
    if (state.listed !== listed) leave();
    // A list that was recalled from disk, or from before others were listed, is nobody's look.
    const { at, promised } = state.list;
    const isNew = at !== null && promised > 0 && at !== lookedAt;
    if (!isNew && (state.tasks === tasks || promised === 0)) return;
    if (lookedAt === null && !isNew) return;
    const now = isNew ? at : Math.max(lookedAt ?? 0, state.now);
    const watched = lookedAt !== null && now - lookedAt <= WATCHED_MS;
    const isBeat = now - beatAt >= BEAT_MS;
    // Some phases change by time alone: all are looked at again with each beat.
    const seen: string[] = [];
    if (state.tasks !== tasks || !watched || isBeat) {
      for (const task of state.tasks) {
        if (known.get(task.id) === task && watched && !isBeat) continue;
        see(task, now, watched);
        if (state.timelines.has(task.id)) seen.push(task.id);
      }
      keep(state.tasks, now);
    }
    const lookedBefore = lookedAt;
    if (isNew) lookedAt = at;
    if ((changes.length > 0 || isBeat) && cancelSave === null)
      cancelSave = clock.after(SAVE_AFTER_MS, () => save(false));
    // At the end: whoever hears of it may call back here.
    for (const taskId of seen) {
      const leftAt = left.get(taskId);
      left.delete(taskId);
      tell(taskId, leftAt === undefined && watched, leftAt ?? lookedBefore);
    }
  }

  /** Remembers which tasks there are; those that went away do nothing any more. */
  function keep(now: readonly Task[], at: number): void {
    if (now === tasks) return;
    const before = known;
    known = new Map(now.map((task) => [task.id, task]));
    for (const id of before.keys()) if (!known.has(id) && open.has(id)) end(id, at);
    tasks = now;
  }

  /** Shows what a task has done since its past was read. */
  function tell(taskId: string, watched: boolean, lookedBefore: number | null): void {
    const shown = store.getState().timelines.get(taskId);
    const now = open.get(taskId);
    if (shown === undefined || now === undefined) return;
    const last = shown.at(-1);
    if (watched && last?.activity === now.activity && last.from <= now.from) return;
    // How long the last one lasted was not told with each look.
    const until = Math.max(last?.until ?? 0, lookedBefore ?? 0);
    const past = last === undefined ? shown : [...shown.slice(0, -1), { ...last, until }];
    store.dispatch({ type: 'timeline-known', taskId, stretches: withSeen(past, now, watched) });
  }

  /** Brings back the past of the task that is looked at. */
  function read(): void {
    const task = selectedTask(store.getState());
    if (task === null || wasRead.has(task.id)) return;
    wasRead.add(task.id);
    // What waits to be written is part of it.
    const mine = changes.filter(({ taskId }) => taskId === task.id);
    if (mine.length > 0) {
      const isWritten = write(mine, lookedAt ?? clock.now());
      if (isWritten) changes = changes.filter((change) => !mine.includes(change));
    }
    const past = inOrder(storedOf(task.id));
    const now = open.get(task.id);
    const stretches = now === undefined ? past : withSeen(past, now, false);
    store.dispatch({ type: 'timeline-known', taskId: task.id, stretches });
  }

  function follow(): void {
    const state = store.getState();
    if (state.view.selected !== selected) {
      cancelRead();
      cancelRead = clock.after(selected === null ? 0 : SETTLE_MS, read);
      selected = state.view.selected;
    }
    look(state);
  }
  const unsubscribe = store.subscribe(follow);
  follow();

  return () => {
    unsubscribe();
    cancelRead();
    cancelSave?.();
    save(true);
  };
}

const nothing = (): void => {};
