import type { Clock } from '../../domain/ports/clock.ts';
import { neverAborted } from '../../platform/never-aborted.ts';
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

/**
 * The processes of all tasks and chats. An owner is the id of one of them, and the tag of its processes
 * (TASK_ID_VARIABLE). Their groups are stored, so that a later server finds them after a crash; in memory they are known at
 * once, also while the disk is full. While there are any, sweeps add the groups of descendants and remove empty ones. On
 * macOS, which does not show the environment of a process, only a known group finds processes whose parents have ended.
 */
export class OwnedProcesses {
  readonly #setup: OwnedProcessesOptions;
  /** Groups that are not on disk yet. */
  readonly #unsaved = new GroupsByOwner();
  /** Groups on disk that are empty. */
  readonly #gone = new GroupsByOwner();
  readonly #withTurn = new Set<string>();
  #storing: Promise<void> | null = null;
  #cancelSweep: (() => void) | null = null;
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

  /** Adds a process group to an owner. Resolves when it is on disk. Never rejects; logs errors. */
  async record(owner: string, group: ProcessGroupRecord): Promise<void> {
    this.#add(owner, group);
    this.#sweepSoon();
    await this.#store();
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
    const { clock } = this.#setup;
    const isKept = ({ group }: { readonly group: number }): boolean => keep.has(group);
    // A process that is starting may add its group meanwhile.
    for (let again = true; again; ) {
      const { groups } = this.#processesOf(owner);
      await endProcesses({ owner, groups }, { clock, graceMs, signal, isKept });
      for (const record of groups) if (!isKept(record)) this.#remove(owner, record);
      void this.#store();
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
    await this.#storing;
  }

  /** Updates the known groups now, and then regularly while there are any. Logs errors. */
  sweep(): void {
    const begun = performance.now();
    try {
      this.#findGroups();
    } catch (error) {
      console.error('The processes of tasks and chats:', error);
    }
    const took = performance.now() - begun;
    void this.#store();
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    this.#restingSweeps = this.#withTurn.size > 0 ? 0 : this.#restingSweeps + 1;
    if (this.busyOwners.size === 0) return;
    const isResting = this.#restingSweeps > RESTING_AFTER;
    const pause = Math.min(Math.max(SWEEP_MS, took / RESTING_SHARE), RESTING_SWEEP_LIMIT_MS);
    this.#scheduleSweep(isResting ? pause : SWEEP_MS);
  }

  /** Sweeps in at most SWEEP_MS. */
  #sweepSoon(): void {
    const isSoon = this.#cancelSweep !== null && this.#restingSweeps <= RESTING_AFTER;
    this.#restingSweeps = 0;
    // Owners that begin one after the other do not put off a sweep that is due soon.
    if (!isSoon) this.#scheduleSweep(SWEEP_MS);
  }

  #scheduleSweep(afterMs: number): void {
    if (this.#shutdown.signal.aborted) return;
    this.#cancelSweep?.();
    this.#cancelSweep = this.#setup.clock.after(afterMs, () => this.sweep());
  }

  #findGroups(): void {
    const owners = this.#owners();
    if (owners.size === 0) return;
    const table = processTable();
    for (const owner of owners) {
      const own = this.#processesOf(owner);
      const running = runningProcessesOf(own, table);
      const alive = new Set(running.flatMap(({ group, session }) => [group, session]));
      const known = new Set(own.groups.map(({ group }) => group));
      for (const found of exclusiveGroupsOf(running, table)) {
        if (!known.has(found.group)) this.#add(owner, found);
      }
      // Even during a turn: the kernel may reuse the number of an empty group for a process of the user.
      for (const record of own.groups) if (!alive.has(record.group)) this.#remove(owner, record);
    }
  }

  #add(owner: string, record: ProcessGroupRecord): void {
    this.#gone.delete(owner, record.group);
    this.#unsaved.set(owner, record);
  }

  #remove(owner: string, record: ProcessGroupRecord): void {
    this.#unsaved.delete(owner, record.group);
    this.#gone.set(owner, record);
  }

  /** Writes the changes of groups. Resolves when none is left. Never rejects; logs errors. */
  #store(): Promise<void> {
    this.#storing ??= this.#storeAll().finally(() => {
      this.#storing = null;
    });
    return this.#storing;
  }

  async #storeAll(): Promise<void> {
    const { repository } = this.#setup;
    const write = (): void => {
      const [added, gone] = [this.#unsaved.all(), this.#gone.all()];
      for (const [owner, { group, identity }] of added) {
        repository.addGroup({ task_id: owner, number: group, identity });
      }
      for (const [owner, { group }] of gone) repository.deleteGroup(owner, group);
      repository.afterCommit(() => {
        for (const [owner, { group }] of added) this.#unsaved.delete(owner, group);
        for (const [owner, { group }] of gone) this.#gone.delete(owner, group);
      });
    };
    try {
      while (!this.#unsaved.isEmpty || !this.#gone.isEmpty) {
        await writeWithRetry(this.#setup, write, this.#shutdown.signal);
      }
    } catch (error) {
      console.error('The processes of tasks and chats:', error);
    }
  }

  #owners(): ReadonlySet<string> {
    const stored = this.#setup.repository
      .groups()
      .filter(({ task_id: owner, number }) => !this.#gone.has(owner, number))
      .map(({ task_id: owner }) => owner);
    return new Set([...this.#unsaved.all().map(([owner]) => owner), ...stored]);
  }

  #processesOf(owner: string): OwnerProcesses {
    const unsaved = this.#unsaved.of(owner);
    const stored = this.#setup.repository
      .groupsOf(owner)
      .filter(({ number }) => !this.#gone.has(owner, number) && !this.#unsaved.has(owner, number))
      .map(({ number, identity }) => ({ group: number, identity }));
    return { owner, groups: [...stored, ...unsaved] };
  }
}

/** Process groups by owner and number. */
class GroupsByOwner {
  readonly #owners = new Map<string, Map<number, ProcessGroupRecord>>();

  get isEmpty(): boolean {
    return this.#owners.size === 0;
  }

  has(owner: string, group: number): boolean {
    return this.#owners.get(owner)?.has(group) === true;
  }

  of(owner: string): readonly ProcessGroupRecord[] {
    return [...(this.#owners.get(owner)?.values() ?? [])];
  }

  all(): readonly (readonly [owner: string, record: ProcessGroupRecord])[] {
    return [...this.#owners].flatMap(([owner, groups]) =>
      [...groups.values()].map((record) => [owner, record] as const),
    );
  }

  set(owner: string, record: ProcessGroupRecord): void {
    const groups = this.#owners.get(owner) ?? new Map<number, ProcessGroupRecord>();
    this.#owners.set(owner, groups.set(record.group, record));
  }

  delete(owner: string, group: number): void {
    const groups = this.#owners.get(owner);
    groups?.delete(group);
    if (groups?.size === 0) this.#owners.delete(owner);
  }
}
