import { childEnvironment } from '../domain/child-environment.ts';
import { argvOf, taskEnvironmentOf } from '../domain/configured-program.ts';
import { type Hook, type HookEvent, hookName, isHookFor } from '../domain/hook.ts';
import { asksUser } from '../domain/needs-attention.ts';
import type { Phase } from '../domain/phase.ts';
import { phaseOf } from '../domain/phase.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import type { ProgramEnd, ProgramRun } from '../domain/ports/programs.ts';
import { programFault } from '../domain/program-fault.ts';
import { settleWithin } from '../domain/settle-within.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { safeJson, taskChangeJson } from '../domain/task-json.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { truncate } from '../domain/text/width.ts';
import { questionsOf } from '../store/questions.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { knownTask } from '../store/task-index.ts';
import { taskValues } from '../store/task-values.ts';
import type { TaskChangeWatch } from './task-changes.ts';

/** Hooks that run at once. */
const MAX_RUNNING = 4;
/** Changes that wait for a hook; more are dropped. */
const MAX_WAITING = 200;
/** How long a hook waits for the address of the task's web page, ms. */
const MAX_PAGE_MS = 2_000;
/** For the words of a failure, UTF-16 units. */
const MAX_OUTPUT = 4_000;

interface HookOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly changes: TaskChangeWatch;
  readonly pageOf: TaskOperations['pageOf'];
  readonly run: (program: ProgramRun) => Promise<ProgramEnd>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory of the hooks. */
  readonly directory: string;
}

/** A change that waits for its hook. */
interface Waiting {
  readonly hook: Hook;
  /** As it was after the change. */
  readonly task: Task;
  readonly phase: Phase;
  /** The phase before the first of the changes that were joined. */
  readonly previous: Phase | null;
}

/**
 * Runs the programs of the setting `hooks` when tasks change. Changes of a task while a hook runs or waits for it are one
 * change, from the first phase to the last.
 */
export function startHooks({ store, clock, changes, pageOf, run, env, directory }: HookOptions): {
  stop(): void;
} {
  const waiting: Waiting[] = [];
  /** The hooks that run, with their tasks. */
  const running = new Map<Hook, Set<string>>();
  let runningCount = 0;
  /** The programs that failed last time: only the first failure in a row is shown. */
  const failing = new Set<string>();
  let hasReportedDrop = false;
  const controller = new AbortController();

  const warn = (text: string): void => store.dispatch({ type: 'notice-queued', text, now: clock.now() });

  const add = (state: State, hook: Hook, event: HookEvent): void => {
    const task = knownTask(state, event.taskId);
    if (task === null) return;
    const phase = event.on === 'phase' ? event.phase : phaseOf(task, state.now);
    const index = waiting.findIndex((each) => each.hook === hook && each.task.id === task.id);
    const joined = index === -1 ? undefined : waiting.splice(index, 1)[0];
    const previous = joined === undefined ? event.previous : joined.previous;
    // Joined changes can cancel each other out.
    if (hook.on === 'phase' && phase === previous) return;
    if (waiting.length < MAX_WAITING) waiting.push({ hook, task, phase, previous });
    else if (!hasReportedDrop) {
      hasReportedDrop = true;
      warn(`Tasks change faster than the hook “${nameOf(hook)}” runs. Some changes were dropped.`);
    }
  };

  const next = (): Waiting | undefined => {
    const index = waiting.findIndex(({ hook, task }) => running.get(hook)?.has(task.id) !== true);
    return index === -1 ? undefined : waiting.splice(index, 1)[0];
  };

  const startWaiting = (): void => {
    while (runningCount < MAX_RUNNING && !controller.signal.aborted) {
      const item = next();
      if (item === undefined) return;
      const tasks = running.get(item.hook) ?? new Set();
      running.set(item.hook, tasks.add(item.task.id));
      runningCount++;
      void runHook(item).finally(() => {
        tasks.delete(item.task.id);
        if (tasks.size === 0) running.delete(item.hook);
        runningCount--;
        if (waiting.length === 0) hasReportedDrop = false;
        startWaiting();
      });
    }
  };

  const runHook = async ({ hook, task, phase, previous }: Waiting): Promise<void> => {
    const url = await settleWithin(clock, MAX_PAGE_MS, pageOf(task));
    if (controller.signal.aborted) return;
    const state = store.getState();
    const values = taskValues(state, task, phase, url);
    const end = await run({
      argv: argvOf(hook.program, values),
      cwd: directory,
      env: {
        ...childEnvironment(env),
        ...taskEnvironmentOf(values),
        TASKDECK_EVENT: hook.on,
        TASKDECK_PREVIOUS_PHASE: previous ?? '',
      },
      input: `${safeJson(changeOf(state, task, phase, previous, clock.wall()))}\n`,
      timeoutMs: hook.timeout * 1_000,
      maxOutput: MAX_OUTPUT,
      signal: controller.signal,
    });
    if (!controller.signal.aborted) report(hook, end);
  };

  const report = (hook: Hook, end: ProgramEnd): void => {
    const key = JSON.stringify(hook.program);
    const fault = programFault(end, hook.timeout);
    if (fault === null) failing.delete(key);
    else if (!failing.has(key)) {
      failing.add(key);
      warn(`The hook “${nameOf(hook)}” ${fault}. Further failures are not shown.`);
    }
  };

  const unsubscribe = changes.subscribe({
    changed({ state, events }) {
      const { hooks } = state.settings;
      if (hooks.length === 0) return;
      for (const event of events)
        for (const hook of hooks) if (isHookFor(hook, event)) add(state, hook, event);
      startWaiting();
    },
  });
  return {
    stop() {
      unsubscribe();
      waiting.length = 0;
      controller.abort();
    },
  };
}

const changeOf = (state: State, task: Task, phase: Phase, previous: Phase | null, at: number) =>
  taskChangeJson({
    task,
    phase,
    previous,
    isAskedBelow: state.tasks.some((other) => chatFacts(other)?.parentId === task.id && asksUser(other)),
    question: questionsOf(state, task)[0],
    at,
  });

const nameOf = (hook: Hook): string => truncate(sanitiseLine(hookName(hook)), 40);
