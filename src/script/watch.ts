import { BackendError, errorText } from '../domain/errors.ts';
import { asksUser } from '../domain/needs-attention.ts';
import { type Phase, phaseOf } from '../domain/phase.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { optionsText, questionText } from '../domain/question.ts';
import { type SourceLists, sourceOf } from '../domain/sources.ts';
import { chatFacts, type SourceId, type Task, titleOf } from '../domain/task.ts';
import {
  isTaskEnd,
  kindOf,
  rawMessageOf,
  type TaskChangeJson,
  type TaskEnd,
  taskChangeJson,
} from '../domain/task-json.ts';
import { isoSeconds } from '../domain/text/format.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { inParallel } from './in-parallel.ts';
import { isSelected, taskArgumentOf } from './list.ts';
import { listedQuestions } from './open-questions.ts';
import { reportingErrors, writeJsonLine, writeLine, writeNote } from './output.ts';
import { Hint, PushStream } from './push-stream.ts';
import { Retrier } from './retrier.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';
import type { TaskSelection } from './selection.ts';
import { selectionQuery } from './selection-query.ts';
import { messageOf } from './task-message.ts';

export interface WatchOptions extends TaskSelection {
  readonly json: boolean;
}

const POLL_MS = 2_000;
/** While all sources push: their streams do not report everything. */
const PUSHED_POLL_MS = 10_000;
const MIN_GAP_MS = 200;

/** The last reported status of a task. */
interface ReportedTask {
  readonly task: Task;
  readonly phase: Phase;
  /** The agent of one of its sub-agents asks. */
  readonly isAskedBelow: boolean;
}

/** Writes a line for every change until the signal is aborted. */
export const watch: ScriptCommand<WatchOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const { backend, clock, io, signal } = context;
    const retrier = new Retrier(context, false);
    const query = selectionQuery(options);
    let reported: ReadonlyMap<string, ReportedTask> = new Map();
    let failing: ReadonlySet<SourceId> = new Set();
    const hint = new Hint();
    let streams: readonly PushStream[] | null = null;
    try {
      for (;;) {
        const lists = await retrier.run((retrySignal) => query.run(backend, { status: false }, retrySignal));
        streams ??= watchSources(context, hint);
        for (const [source, error] of lists.failures)
          if (!failing.has(source)) await writeNote(io, `${errorText(error)} Retrying.`);
        failing = new Set(lists.failures.keys());
        const missing = await lookUpMissing(context, lists, reported);
        const next = diffTasks(lists, missing, reported, query.selection, clock);
        for (const change of next.changes) {
          if (options.json) await writeJsonLine(io, change.change);
          else await writeLine(io.stdout, formatChange(change, query.selection, clock.wall()));
        }
        reported = next.reported;
        // Several hints follow each other when a turn starts or ends.
        await sleep(clock, MIN_GAP_MS, signal);
        const isPushed = streams.length === backend.sources.length && streams.every((each) => each.isHealthy);
        await hint.wait(clock, (isPushed ? PUSHED_POLL_MS : POLL_MS) - MIN_GAP_MS, signal);
        throwIfAborted(signal);
      }
    } finally {
      for (const stream of streams ?? []) stream.close();
    }
  });

/** The streams of the sources that push. They only hint at changes: the list shows them. */
const watchSources = (context: ScriptContext, hint: Hint): readonly PushStream[] =>
  context.backend.sources.flatMap((source) => {
    const open = source.watch?.bind(source);
    return open === undefined ? [] : new PushStream(context, open, () => hint.give());
  });

/**
 * The tasks that were reported and that the last lists lack, by id; null for those that are gone. A list of chats shifts
 * while it is read page by page, and can end before the last one: there only the chat itself shows whether it is gone.
 */
async function lookUpMissing(
  { backend, signal }: ScriptContext,
  { tasks, failures }: SourceLists,
  reported: ReadonlyMap<string, ReportedTask>,
): Promise<ReadonlyMap<string, Task | null>> {
  const listed = new Set(tasks.map(({ id }) => id));
  const missing = [...reported.values()].filter(
    ({ task }) => !listed.has(task.id) && !failures.has(task.source),
  );
  const found = await inParallel(missing, async ({ task }): Promise<Task | null> => {
    if (kindOf(task) === 'task') return null;
    try {
      return await sourceOf(backend, task).get(task, signal);
    } catch (error) {
      if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
      // An unknown state is none.
      return error.kind === 'not-found' ? null : task;
    }
  });
  return new Map(missing.map(({ task }, index) => [task.id, found[index] ?? null]));
}

interface TaskChange {
  readonly task: Task;
  readonly change: TaskChangeJson;
}

/** Reports changes of selected tasks, and of tasks that were reported once even if no longer selected. */
function diffTasks(
  { tasks }: SourceLists,
  missing: ReadonlyMap<string, Task | null>,
  before: ReadonlyMap<string, ReportedTask>,
  selection: TaskSelection,
  clock: Pick<Clock, 'now' | 'wall'>,
): { readonly reported: ReadonlyMap<string, ReportedTask>; readonly changes: readonly TaskChange[] } {
  const now = clock.now();
  const reported = new Map<string, ReportedTask>();
  const changes: TaskChange[] = [];
  const askedBelow = new Set(tasks.filter(asksUser).map((task) => chatFacts(task)?.parentId));
  const report = (task: Task): void => {
    const known = before.get(task.id);
    if (known === undefined && !isSelected(task, selection, now)) return;
    const next = { task, phase: phaseOf(task, now), isAskedBelow: askedBelow.has(task.id) };
    reported.set(task.id, next);
    if (known === undefined || hasChanged(known, next))
      changes.push(changeOf(next, known?.phase ?? null, clock.wall()));
  };
  tasks.forEach(report);
  for (const [id, known] of before) {
    if (reported.has(id)) continue;
    const found = missing.get(id);
    // Only its own source knows whether a task exists, and that one failed.
    if (found === undefined) reported.set(id, known);
    else if (found === null || chatFacts(found)?.archived !== chatFacts(known.task)?.archived) {
      const phase = found === null ? 'deleted' : 'archived';
      changes.push(changeOf({ ...known, phase }, known.phase, clock.wall()));
    } else report(found);
  }
  return { reported, changes };
}

const hasChanged = (known: ReportedTask, { task, phase, isAskedBelow }: ReportedTask): boolean =>
  phase !== known.phase ||
  isAskedBelow !== known.isAskedBelow ||
  task.facts.status !== known.task.facts.status ||
  task.state?.state !== known.task.state?.state ||
  rawMessageOf(task) !== rawMessageOf(known.task) ||
  listedQuestions(task)[0]?.id !== listedQuestions(known.task)[0]?.id;

const changeOf = (
  { task, phase, isAskedBelow }: Omit<ReportedTask, 'phase'> & { readonly phase: Phase | TaskEnd },
  previous: Phase | null,
  at: number,
): TaskChange => ({
  task,
  change: taskChangeJson({
    task,
    phase,
    previous,
    isAskedBelow,
    question: listedQuestions(task)[0],
    at,
  }),
});

/** Shows the name for other commands, and the title for people. */
function formatChange({ task, change }: TaskChange, selection: TaskSelection, at: number): string {
  const { phase, previous_phase: previous } = change;
  const name = taskArgumentOf(task, selection);
  const label = titleOf(task) === task.name ? name : `${name} (${titleOf(task)})`;
  const phases = previous === null || previous === phase ? phase : `${previous} -> ${phase}`;
  const [question] = isTaskEnd(phase) ? [] : listedQuestions(task);
  const asks = question === undefined ? '' : `${questionText(question)} ${optionsText(question)}`.trim();
  return sanitiseLine([isoSeconds(at), label, phases, messageOf(task), asks].filter(Boolean).join('  '));
}
