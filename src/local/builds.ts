import type { Clock } from '../domain/ports/clock.ts';
import { buildActive, Refusal } from './refusal.ts';
import type { Repository } from './repository.ts';
import type { BuildRow, TaskRow, Transition } from './rows.ts';

/** What a build does to its task. */
export interface Steps {
  /** Does the work and says what it does; may take as long as it takes. Its failure is the build's. */
  readonly work: (task: TaskRow, build: BuildRow, signal: AbortSignal, log: Log) => Promise<void>;
  /** Written down in one step with the build's success. */
  readonly succeeded: (task: TaskRow, build: BuildRow) => void;
}

export type Log = (stage: string, line: string) => void;

const SERVER_ENDS = new Error('The server ends.');

const ACTIVE: readonly string[] = ['pending', 'running', 'canceling'];
export const isActive = (build: BuildRow | null): boolean => build !== null && ACTIVE.includes(build.status);

/** Starts, stops and deletions as records that run one at a time for each task. */
export class Builds {
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #steps: Steps;
  readonly #running = new Map<string, { readonly giveUp: AbortController; readonly done: Promise<void> }>();
  readonly #due = new Map<string, () => void>();

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

  /** Queues a build and returns at once. Throws when one is active. */
  queue(taskId: string, transition: Transition, reason: string): BuildRow {
    this.refuseIfActive(taskId);
    const build = this.#repository.addBuild(taskId, transition, reason, this.#clock.wall());
    this.#schedule(build);
    return build;
  }

  /** Takes up what an earlier server left unfinished. */
  takeUp(): void {
    for (const build of this.#repository.unfinishedBuilds()) {
      if (build.status === 'canceling') this.#canceled(build);
      else this.#schedule(build);
    }
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
    this.#due.get(build.id)?.();
    this.#due.delete(build.id);
    const running = this.#running.get(build.id);
    if (running === undefined) {
      this.#canceled(build);
      return;
    }
    this.#repository.changeBuild(build.id, { status: 'canceling', canceled_at: this.#clock.wall() });
    running.giveUp.abort();
  }

  /** Resolves when nothing is being done any more; what is not through stays as it is for the next server. */
  async settle(): Promise<void> {
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
    const running = [...this.#running.values()];
    for (const { giveUp } of running) giveUp.abort(SERVER_ENDS);
    await Promise.all(running.map(({ done }) => done));
  }

  #schedule(build: BuildRow): void {
    const cancel = this.#clock.after(0, () => {
      this.#due.delete(build.id);
      const giveUp = new AbortController();
      const done = this.#run(build, giveUp.signal)
        // Not even the failure could be written down: the next server takes the build up again.
        .catch((error) => console.error(`Build ${build.id}:`, error))
        .finally(() => this.#running.delete(build.id));
      this.#running.set(build.id, { giveUp, done });
    });
    this.#due.set(build.id, cancel);
  }

  async #run(build: BuildRow, signal: AbortSignal): Promise<void> {
    const repository = this.#repository;
    const task = repository.anyTask(build.task_id);
    if (task === null) return;
    const log: Log = (stage, line) => repository.addBuildLog(build.id, stage, line, this.#clock.wall());
    repository.changeBuild(build.id, { status: 'running', started_at: this.#clock.wall() });
    try {
      await this.#steps.work(task, build, signal, log);
      const now = this.#clock.wall();
      repository.together(() => {
        repository.changeBuild(build.id, { status: 'succeeded', completed_at: now });
        repository.changeTask(task.id, { updated_at: now });
        this.#steps.succeeded(task, build);
      });
    } catch (error) {
      if (signal.reason === SERVER_ENDS) return;
      if (signal.aborted) this.#canceled(build);
      else this.#failed(build, error);
    }
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
    const message = error instanceof Error ? error.message : String(error);
    this.#repository.together(() => {
      this.#repository.addBuildLog(build.id, 'Failed', message, now, 'error');
      this.#repository.changeBuild(build.id, { status: 'failed', error: message, completed_at: now });
      this.#repository.changeTask(build.task_id, { updated_at: now });
    });
  }
}
