import type { Clock } from '../../domain/ports/clock.ts';
import { describeSystemError } from '../../platform/system-error.ts';
import type { Repository } from '../database/repository.ts';
import type { BuildRow, TaskRow, Transition } from '../database/row-types.ts';
import { writeWithRetry } from '../database/write-with-retry.ts';
import { buildAlreadyActive, ErrorResponse } from '../http/error-response.ts';

/** The work of a build. */
export interface BuildSteps {
  /** The first line of the build's log, stored with the status `running`. */
  readonly firstLogLine: (task: TaskRow, build: BuildRow) => BuildLogLine;
  /** Called after the build is stored as running. If it rejects, the build fails. */
  readonly run: (task: TaskRow, build: BuildRow, signal: AbortSignal) => Promise<void>;
  /** Called in the transaction that stores the success; called again if the transaction fails. */
  readonly onSuccess: (task: TaskRow, build: BuildRow) => void;
}

export interface BuildLogLine {
  readonly stage: string;
  readonly line: string;
}

const ACTIVE_STATUSES: readonly string[] = ['pending', 'running', 'canceling'];
const isBuildActive = (build: BuildRow | null): boolean =>
  build !== null && ACTIVE_STATUSES.includes(build.status);

/** Runs the builds of tasks (starts, stops and deletions), one at a time for each task. */
export class Builds {
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #steps: BuildSteps;
  readonly #running = new Map<string, { readonly abort: () => void; readonly done: Promise<void> }>();
  readonly #scheduled = new Map<string, () => void>();
  readonly #shutdown = new AbortController();

  constructor(repository: Repository, clock: Clock, steps: BuildSteps) {
    this.#repository = repository;
    this.#clock = clock;
    this.#steps = steps;
  }

  get activeCount(): number {
    return this.#running.size + this.#scheduled.size;
  }

  /** Throws a 409 if a build of the task is active. */
  requireNoActiveBuild(taskId: string): void {
    if (isBuildActive(this.#repository.latestBuild(taskId))) throw buildAlreadyActive();
  }

  /** Queues a build, which begins after the COMMIT. Throws a 409 if another build of the task is active. */
  queue(taskId: string, transition: Transition, reason: string): BuildRow {
    return this.#repository.inTransaction(() => {
      this.requireNoActiveBuild(taskId);
      const build = this.#repository.addBuild(taskId, transition, reason, this.#clock.wall());
      this.#repository.afterCommit(() => this.#schedule(build.id));
      return build;
    });
  }

  /** Schedules the unfinished builds of an earlier server. */
  resumeUnfinished(): void {
    for (const { id } of this.#repository.unfinishedBuilds()) this.#schedule(id);
  }

  /** Throws a 412 if the status is not `expected`, and the other errors of section 8 of the contract. */
  cancel(build: BuildRow, expected?: 'pending' | 'running'): void {
    if (expected !== undefined && build.status !== expected) {
      throw new ErrorResponse(412, `Job is no longer ${expected}.`);
    }
    if (build.status === 'canceling' || build.status === 'canceled') {
      throw new ErrorResponse(400, 'Job has already been marked as canceled!');
    }
    if (!isBuildActive(build)) throw new ErrorResponse(400, 'Job has already completed!');
    // Users no longer see the task, so they could not delete the rest.
    if (build.transition === 'delete') throw new ErrorResponse(403, 'A deletion cannot be canceled.');
    const running = this.#running.get(build.id);
    this.#repository.inTransaction(() => {
      if (running === undefined) this.#canceled(build);
      else this.#repository.updateBuild(build.id, { status: 'canceling', canceled_at: this.#clock.wall() });
      this.#repository.afterCommit(() => {
        this.#scheduled.get(build.id)?.();
        this.#scheduled.delete(build.id);
        running?.abort();
      });
    });
  }

  /** Aborts all builds and resolves when they have stopped. The next server continues them. */
  async stop(): Promise<void> {
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
    this.#shutdown.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #schedule(id: string): void {
    const cancel = this.#clock.after(0, () => {
      this.#scheduled.delete(id);
      const cancellation = new AbortController();
      const done = this.#run(id, cancellation.signal)
        // The failure could not be stored: the next server runs the build again.
        .catch((error) => console.error(`Build ${id}:`, error))
        .finally(() => this.#running.delete(id));
      this.#running.set(id, { abort: () => cancellation.abort(), done });
    });
    this.#scheduled.set(id, cancel);
  }

  async #run(id: string, canceled: AbortSignal): Promise<void> {
    const repository = this.#repository;
    const build = repository.build(id);
    const task = build === null ? null : repository.taskOrDeletedTask(build.task_id);
    if (build === null || task === null) return;
    const shutdown = this.#shutdown.signal;
    // Canceled under an earlier server.
    if (build.status === 'canceling') return this.#writeWithRetry(() => this.#canceled(build), shutdown);
    const signal = AbortSignal.any([canceled, shutdown]);
    try {
      await this.#writeWithRetry(() => {
        signal.throwIfAborted();
        repository.updateBuild(id, { status: 'running', started_at: this.#clock.wall() });
        const { stage, line } = this.#steps.firstLogLine(task, build);
        repository.addBuildLog(id, stage, line, this.#clock.wall());
      }, signal);
      await this.#steps.run(task, build, signal);
      await this.#writeWithRetry(() => {
        signal.throwIfAborted();
        const now = this.#clock.wall();
        repository.updateBuild(id, { status: 'succeeded', completed_at: now });
        repository.updateTask(task.id, { updated_at: now });
        this.#steps.onSuccess(task, build);
      }, signal);
    } catch (error) {
      if (shutdown.aborted) return;
      await this.#writeWithRetry(() => {
        const current = repository.build(id);
        if (current?.status === 'canceling') this.#canceled(current);
        else this.#failed(build, error);
      }, shutdown);
    }
  }

  #writeWithRetry(write: () => void, signal: AbortSignal): Promise<void> {
    return writeWithRetry({ repository: this.#repository, clock: this.#clock }, write, signal);
  }

  #canceled(build: BuildRow): void {
    const now = this.#clock.wall();
    this.#repository.updateBuild(build.id, {
      status: 'canceled',
      canceled_at: build.canceled_at ?? now,
      completed_at: now,
      error: 'Canceled by user',
    });
    this.#repository.updateTask(build.task_id, { updated_at: now });
  }

  #failed(build: BuildRow, error: unknown): void {
    const now = this.#clock.wall();
    const message = describeSystemError(error);
    this.#repository.addBuildLog(build.id, 'Failed', message, now, 'error');
    this.#repository.updateBuild(build.id, { status: 'failed', error: message, completed_at: now });
    this.#repository.updateTask(build.task_id, { updated_at: now });
  }
}
