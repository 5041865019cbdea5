import type { Clock } from '../../domain/ports/clock.ts';
import type { Repository } from '../database/repository.ts';
import { writeWithRetry } from '../database/write-with-retry.ts';
import {
  endProcesses,
  exclusiveGroupsOf,
  type OwnerProcesses,
  runningProcessesOf,
  taggedOwners,
} from './end-processes.ts';
import type { ProcessGroupRecord } from './process-group.ts';
import { processTable } from './process-table.ts';

export interface OwnedProcessesOptions {
  readonly repository: Repository;
  readonly clock: Clock;
  /** Whether a task, deleted or not, or a chat has this id. */
  readonly isOwner: (id: string) => boolean;
}

export interface EndOwnedOptions {
  /** Time between SIGTERM and SIGKILL, ms. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** Process groups that stay, from `runningGroups`. Missing: none. */
  readonly keep?: ReadonlySet<number>;
}

/** Between two sweeps while a turn runs, and for the next sweeps, ms. */
const SWEEP_MS = 2_000;
/** This many sweeps without a turn and without a new process later, sweeps take at most RESTING_SHARE of the time. */
const RESTING_AFTER = 15;
const RESTING_SHARE = 1 / 4_000;
const RESTING_SWEEP_LIMIT_MS = 60_000;

const neverAborted = new AbortController().signal;

/**
 * The processes of all tasks and chats. An owner is the id of one of them, and the tag of its processes
 * (TASK_ID_VARIABLE). Their groups are stored, so that a later server finds them after a crash. While there are any,
 * sweeps add the groups of descendants and delete those of empty groups. On macOS, which does not show the environment
 * of a process, only a stored group finds processes whose parents have ended.
 */
export class OwnedProcesses {
  readonly #setup: OwnedProcessesOptions;
  /** Groups that are not on disk yet. */
  readonly #unsaved = new Map<string, Set<ProcessGroupRecord>>();
  readonly #withTurn = new Set<string>();
  #cancelSweep: (() => void) | null = null;
  #sweeping: Promise<void> | null = null;
  /** Sweeps since the last turn or new process. */
  #restingSweeps = 0;
  readonly #shutdown = new AbortController();

  constructor(setup: OwnedProcessesOptions) {
    this.#setup = setup;
  }

  /** The owners with a running turn or a process. */
  get busyOwners(): ReadonlySet<string> {
    return new Set([...this.#withTurn, ...this.#owners()]);
  }

  /** Marks that a turn of the owner runs: sweeps every 2 s until `turnEnded`. */
  turnStarted(owner: string): void {
    this.#withTurn.add(owner);
    this.#sweepSoon();
  }

  turnEnded(owner: string): void {
    this.#withTurn.delete(owner);
  }

  /**
   * Adds a process group to an owner, for `end` at once. Resolves when it is on disk, or when the owner was ended before.
   * Never rejects; logs errors.
   */
  async record(owner: string, group: ProcessGroupRecord): Promise<void> {
    const { repository } = this.#setup;
    const unsaved = this.#unsaved.get(owner) ?? new Set();
    this.#unsaved.set(owner, unsaved.add(group));
    this.#sweepSoon();
    try {
      await this.#writeWithRetry(() => {
        if (this.#unsaved.get(owner)?.has(group) !== true) return;
        repository.addGroup({ task_id: owner, number: group.group, identity: group.identity });
        repository.afterCommit(() => this.#forget(owner, [group]));
      }, neverAborted);
    } catch (error) {
      console.error(`The process of ${owner}:`, error);
    }
  }

  /** The numbers of all groups in which the owner has a running process. Throws ProcessTableUnreadable. */
  runningGroups(owner: string): ReadonlySet<number> {
    return new Set(runningProcessesOf(this.#processesOf(owner), processTable()).map(({ group }) => group));
  }

  /**
   * Ends all processes of an owner but those of the groups to keep. Resolves when they are gone. Rejects with
   * ProcessesSurvived, ProcessTableUnreadable, or the signal's reason.
   */
  async end(owner: string, { graceMs, signal, keep = new Set() }: EndOwnedOptions): Promise<void> {
    const { repository, clock } = this.#setup;
    const isKept = ({ group }: { readonly group: number }): boolean => keep.has(group);
    // A process that is starting may add its group meanwhile.
    for (let again = true; again; ) {
      const { groups } = this.#processesOf(owner);
      await endProcesses({ owner, groups }, { clock, graceMs, signal, isKept });
      const ended = groups.filter((record) => !isKept(record));
      await this.#writeWithRetry(() => {
        for (const { group } of ended) repository.deleteGroup(owner, group);
        repository.afterCommit(() => this.#forget(owner, ended));
      }, signal);
      again = this.#processesOf(owner).groups.some((record) => !isKept(record));
    }
  }

  /** Stops the sweeps, and retries no failed write from now on. */
  stop(): void {
    this.#shutdown.abort();
    this.#cancelSweep?.();
    this.#cancelSweep = null;
  }

  /** Ends the processes of all owners at the server's end, after `stop`. Never rejects; logs errors. */
  async endAll(graceMs: number): Promise<void> {
    const owners = new Set([...this.#owners(), ...[...taggedOwners()].filter(this.#setup.isOwner)]);
    const ends = [...owners].map((owner) => this.end(owner, { graceMs, signal: neverAborted }));
    for (const result of await Promise.allSettled(ends)) {
      if (result.status === 'rejected') console.error('Ending a process:', result.reason);
    }
  }

  /** Updates the stored groups now, and then regularly while there are any. Never rejects; logs errors. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = null;
    });
    return this.#sweeping;
  }

  async #sweep(): Promise<void> {
    if (this.#shutdown.signal.aborted) return;
    let took = 0;
    try {
      await this.#writeWithRetry(() => {
        const begun = performance.now();
        this.#updateGroups();
        took = performance.now() - begun;
      }, neverAborted);
    } catch (error) {
      console.error('The processes of tasks and chats:', error);
    }
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    this.#restingSweeps = this.#withTurn.size > 0 ? 0 : this.#restingSweeps + 1;
    if (this.busyOwners.size === 0) return;
    const isResting = this.#restingSweeps > RESTING_AFTER;
    const pause = isResting
      ? Math.min(Math.max(SWEEP_MS, took / RESTING_SHARE), RESTING_SWEEP_LIMIT_MS)
      : SWEEP_MS;
    this.#scheduleSweep(pause);
  }

  /** Sweeps in at most SWEEP_MS. */
  #sweepSoon(): void {
    const isSoon = this.#cancelSweep !== null && this.#restingSweeps <= RESTING_AFTER;
    this.#restingSweeps = 0;
    // A sweep that is due soon stays, although owners that begin one after the other could put it off.
    if (!isSoon) this.#scheduleSweep(SWEEP_MS);
  }

  #scheduleSweep(afterMs: number): void {
    if (this.#shutdown.signal.aborted) return;
    this.#cancelSweep?.();
    this.#cancelSweep = this.#setup.clock.after(afterMs, () => void this.sweep());
  }

  #updateGroups(): void {
    const { repository } = this.#setup;
    const owners = this.#owners();
    if (owners.size === 0) return;
    const table = processTable();
    for (const owner of owners) {
      const own = this.#processesOf(owner);
      const running = runningProcessesOf(own, table);
      const alive = new Set(running.flatMap(({ group, session }) => [group, session]));
      for (const { group, identity } of exclusiveGroupsOf(running, table)) {
        if (own.groups.some((stored) => stored.group === group)) continue;
        repository.addGroup({ task_id: owner, number: group, identity });
      }
      // Even during a turn: the kernel may reuse the number of an empty group for a process of the user.
      const empty = own.groups.filter(({ group }) => !alive.has(group));
      for (const { group } of empty) repository.deleteGroup(owner, group);
      repository.afterCommit(() => this.#forget(owner, empty));
    }
  }

  #owners(): ReadonlySet<string> {
    return new Set([
      ...this.#unsaved.keys(),
      ...this.#setup.repository.groups().map(({ task_id: owner }) => owner),
    ]);
  }

  #processesOf(owner: string): OwnerProcesses {
    const stored = this.#setup.repository
      .groupsOf(owner)
      .map(({ number, identity }) => ({ group: number, identity }));
    return { owner, groups: [...stored, ...(this.#unsaved.get(owner) ?? [])] };
  }

  /** Matches by number: `groups` may be read from the database. */
  #forget(owner: string, groups: readonly ProcessGroupRecord[]): void {
    const unsaved = this.#unsaved.get(owner);
    if (unsaved === undefined) return;
    const numbers = new Set(groups.map(({ group }) => group));
    for (const record of unsaved) if (numbers.has(record.group)) unsaved.delete(record);
    if (unsaved.size === 0) this.#unsaved.delete(owner);
  }

  #writeWithRetry(write: () => void, signal: AbortSignal): Promise<void> {
    return writeWithRetry(this.#setup, write, AbortSignal.any([signal, this.#shutdown.signal]));
  }
}
