import type { Clock } from '../domain/ports/clock.ts';
import { describeSystemError } from '../platform/system-error.ts';
import { buildAlreadyActive, ErrorResponse } from './error-response.ts';
import type { Repository } from './repository.ts';
import type { BuildRow, TaskRow, Transition } from './row-types.ts';
import { writeWithRetry } from './write-with-retry.ts';

/** What a build does to its task. */
export interface BuildSteps {
  /** The first line of the build's log, stored together with its beginning. */
  readonly firstLogLine: (task: TaskRow, build: BuildRow) => BuildLogLine;
  /** Does the work, after the COMMIT that says it runs; may take as long as it takes. Its failure is the build's. */
  readonly run: (task: TaskRow, build: BuildRow, signal: AbortSignal) => Promise<void>;
  /** What is stored in one transaction with the build's success. Called again when that transaction fails. */
  readonly onSuccess: (task: TaskRow, build: BuildRow) => void;
}

export interface BuildLogLine {
  readonly stage: string;
  readonly line: string;
}

const ACTIVE_STATUSES: readonly string[] = ['pending', 'running', 'canceling'];
const isBuildActive = (build: BuildRow | null): boolean =>
  build !== null && ACTIVE_STATUSES.includes(build.status);

/** Starts, stops and deletions as records that run one at a time for each task. */
export class Builds {
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #steps: BuildSteps;
  readonly #running = new Map<string, { readonly giveUp: AbortController; readonly done: Promise<void> }>();
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

  /** Throws the refusal of a second build while one is active. */
  requireNoActiveBuild(taskId: string): void {
    if (isBuildActive(this.#repository.latestBuild(taskId))) throw buildAlreadyActive();
  }

  /** Queues a build; it begins after the COMMIT of the transaction around this call. Throws when one is active. */
  queue(taskId: string, transition: Transition, reason: string): BuildRow {
    return this.#repository.inTransaction(() => {
      this.requireNoActiveBuild(taskId);
      const build = this.#repository.addBuild(taskId, transition, reason, this.#clock.wall());
      this.#repository.afterCommit(() => this.#schedule(build.id));
      return build;
    });
  }

  /** Takes up what an earlier server left unfinished. */
  resumeUnfinished(): void {
    for (const { id } of this.#repository.unfinishedBuilds()) this.#schedule(id);
  }

  /** `expected` refuses when the build has moved on. Throws the refusals of section 8 of the contract. */
  cancel(build: BuildRow, expected?: 'pending' | 'running'): void {
    if (expected !== undefined && build.status !== expected) {
      throw new ErrorResponse(412, `Job is no longer ${expected}.`);
    }
    if (build.status === 'canceling' || build.status === 'canceled') {
      throw new ErrorResponse(400, 'Job has already been marked as canceled!');
    }
    if (!isBuildActive(build)) throw new ErrorResponse(400, 'Job has already completed!');
    // Its task is gone from every read: nobody could ever finish what was left.
    if (build.transition === 'delete') throw new ErrorResponse(403, 'A deletion cannot be canceled.');
    const running = this.#running.get(build.id);
    this.#repository.inTransaction(() => {
      if (running === undefined) this.#canceled(build);
      else this.#repository.updateBuild(build.id, { status: 'canceling', canceled_at: this.#clock.wall() });
      this.#repository.afterCommit(() => {
        this.#scheduled.get(build.id)?.();
        this.#scheduled.delete(build.id);
        running?.giveUp.abort();
      });
    });
  }

  /** Resolves when nothing is being done any more; what is not through stays as it is for the next server. */
  async stop(): Promise<void> {
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
    this.#shutdown.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #schedule(id: string): void {
    const cancel = this.#clock.after(0, () => {
      this.#scheduled.delete(id);
      const giveUp = new AbortController();
      const done = this.#run(id, giveUp.signal)
        // Not even the failure could be written down: the next server takes the build up again.
        .catch((error) => console.error(`Build ${id}:`, error))
        .finally(() => this.#running.delete(id));
      this.#running.set(id, { giveUp, done });
    });
    this.#scheduled.set(id, cancel);
  }

  async #run(id: string, canceled: AbortSignal): Promise<void> {
    const repository = this.#repository;
    const build = repository.build(id);
    const task = build === null ? null : repository.taskOrDeletedTask(build.task_id);
    if (build === null || task === null) return;
    const ends = this.#shutdown.signal;
    // By an earlier server that ended before the build did.
    if (build.status === 'canceling') return this.#writeWithRetry(() => this.#canceled(build), ends);
    const signal = AbortSignal.any([canceled, ends]);
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
      if (ends.aborted) return;
      await this.#writeWithRetry(() => {
        const now = repository.build(id);
        if (now?.status === 'canceling') this.#canceled(now);
        else this.#failed(build, error);
      }, ends);
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
