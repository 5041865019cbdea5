import type { Clock } from '../domain/ports/clock.ts';
import { sentenceOfSystem } from '../platform/system-error.ts';
import { buildActive, Refusal } from './refusal.ts';
import type { Repository } from './repository.ts';
import type { BuildRow, TaskRow, Transition } from './rows.ts';
import { untilWritten } from './until-written.ts';

/** What a build does to its task. */
export interface Steps {
  /** The first line of the build's log, stored together with its beginning. */
  readonly opening: (task: TaskRow, build: BuildRow) => LogLine;
  /** Does the work, after the COMMIT that says it runs; may take as long as it takes. Its failure is the build's. */
  readonly work: (task: TaskRow, build: BuildRow, signal: AbortSignal) => Promise<void>;
  /** What is stored in one transaction with the build's success. Called again when that transaction fails. */
  readonly succeeded: (task: TaskRow, build: BuildRow) => void;
}

export interface LogLine {
  readonly stage: string;
  readonly line: string;
}

const ACTIVE: readonly string[] = ['pending', 'running', 'canceling'];
const isActive = (build: BuildRow | null): boolean => build !== null && ACTIVE.includes(build.status);

/** Starts, stops and deletions as records that run one at a time for each task. */
export class Builds {
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #steps: Steps;
  readonly #running = new Map<string, { readonly giveUp: AbortController; readonly done: Promise<void> }>();
  readonly #due = new Map<string, () => void>();
  readonly #serverEnds = new AbortController();

  constructor(repository: Repository, clock: Clock, steps: Steps) {
    this.#repository = repository;
    this.#clock = clock;
    this.#steps = steps;
  }

  get activeCount(): number {
    return this.#running.size + this.#due.size;
  }

  /** Throws the refusal of a second build while one is active. */
  refuseIfActive(taskId: string): void {
    if (isActive(this.#repository.latestBuild(taskId))) throw buildActive();
  }

  /** Queues a build; it begins after the COMMIT of the transaction around this call. Throws when one is active. */
  queue(taskId: string, transition: Transition, reason: string): BuildRow {
    return this.#repository.together(() => {
      this.refuseIfActive(taskId);
      const build = this.#repository.addBuild(taskId, transition, reason, this.#clock.wall());
      this.#repository.afterCommit(() => this.#schedule(build.id));
      return build;
    });
  }

  /** Takes up what an earlier server left unfinished. */
  takeUp(): void {
    for (const { id } of this.#repository.unfinishedBuilds()) this.#schedule(id);
  }

  /** `expected` refuses when the build has moved on. Throws the refusals of section 8 of the contract. */
  cancel(build: BuildRow, expected?: 'pending' | 'running'): void {
    if (expected !== undefined && build.status !== expected) {
      throw new Refusal(412, `Job is no longer ${expected}.`);
    }
    if (build.status === 'canceling' || build.status === 'canceled') {
      throw new Refusal(400, 'Job has already been marked as canceled!');
    }
    if (!isActive(build)) throw new Refusal(400, 'Job has already completed!');
    // Its task is gone from every read: nobody could ever finish what was left.
    if (build.transition === 'delete') throw new Refusal(403, 'A deletion cannot be canceled.');
    const running = this.#running.get(build.id);
    this.#repository.together(() => {
      if (running === undefined) this.#canceled(build);
      else this.#repository.changeBuild(build.id, { status: 'canceling', canceled_at: this.#clock.wall() });
      this.#repository.afterCommit(() => {
        this.#due.get(build.id)?.();
        this.#due.delete(build.id);
        running?.giveUp.abort();
      });
    });
  }

  /** Resolves when nothing is being done any more; what is not through stays as it is for the next server. */
  async settle(): Promise<void> {
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
    this.#serverEnds.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #schedule(id: string): void {
    const cancel = this.#clock.after(0, () => {
      this.#due.delete(id);
      const giveUp = new AbortController();
      const done = this.#run(id, giveUp.signal)
        // Not even the failure could be written down: the next server takes the build up again.
        .catch((error) => console.error(`Build ${id}:`, error))
        .finally(() => this.#running.delete(id));
      this.#running.set(id, { giveUp, done });
    });
    this.#due.set(id, cancel);
  }

  async #run(id: string, canceled: AbortSignal): Promise<void> {
    const repository = this.#repository;
    const build = repository.build(id);
    const task = build === null ? null : repository.anyTask(build.task_id);
    if (build === null || task === null) return;
    const ends = this.#serverEnds.signal;
    // By an earlier server that ended before the build did.
    if (build.status === 'canceling') return this.#untilWritten(() => this.#canceled(build), ends);
    const signal = AbortSignal.any([canceled, ends]);
    try {
      await this.#untilWritten(() => {
        signal.throwIfAborted();
        repository.changeBuild(id, { status: 'running', started_at: this.#clock.wall() });
        const { stage, line } = this.#steps.opening(task, build);
        repository.addBuildLog(id, stage, line, this.#clock.wall());
      }, signal);
      await this.#steps.work(task, build, signal);
      await this.#untilWritten(() => {
        signal.throwIfAborted();
        const now = this.#clock.wall();
        repository.changeBuild(id, { status: 'succeeded', completed_at: now });
        repository.changeTask(task.id, { updated_at: now });
        this.#steps.succeeded(task, build);
      }, signal);
    } catch (error) {
      if (ends.aborted) return;
      await this.#untilWritten(() => {
        const now = repository.build(id);
        if (now?.status === 'canceling') this.#canceled(now);
        else this.#failed(build, error);
      }, ends);
    }
  }

  #untilWritten(write: () => void, signal: AbortSignal): Promise<void> {
    return untilWritten({ repository: this.#repository, clock: this.#clock }, write, signal);
  }

  #canceled(build: BuildRow): void {
    const now = this.#clock.wall();
    this.#repository.changeBuild(build.id, {
      status: 'canceled',
      canceled_at: build.canceled_at ?? now,
      completed_at: now,
      error: 'Canceled by user',
    });
    this.#repository.changeTask(build.task_id, { updated_at: now });
  }

  #failed(build: BuildRow, error: unknown): void {
    const now = this.#clock.wall();
    const message = sentenceOfSystem(error);
    this.#repository.addBuildLog(build.id, 'Failed', message, now, 'error');
    this.#repository.changeBuild(build.id, { status: 'failed', error: message, completed_at: now });
    this.#repository.changeTask(build.task_id, { updated_at: now });
  }
}
