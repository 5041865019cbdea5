import { neverAborted } from '../../platform/never-aborted.ts';
import type { OwnedProcesses } from '../processes/owned-processes.ts';

/** Between SIGTERM and SIGKILL, ms. */
const GRACE_MS = 2_000;

/** Ends the processes of one chat. A process that starts meanwhile would end with them: `gone` says when it may. */
export class ChatProcesses {
  readonly #id: string;
  readonly #processes: OwnedProcesses;
  #gone: Promise<void> = Promise.resolve();

  constructor(id: string, processes: OwnedProcesses) {
    this.#id = id;
    this.#processes = processes;
  }

  /** Resolves when all processes that must end are gone, or cannot be ended. Never rejects. */
  get gone(): Promise<void> {
    return this.#gone;
  }

  /** Runs work that ends processes. It gets the earlier `gone`; the next one waits for the work. */
  during(work: (before: Promise<void>) => Promise<void>): Promise<void> {
    const ended = work(this.#gone);
    this.#gone = ended.catch(() => undefined);
    return ended;
  }

  /** Ends all processes of the chat. Rejects as OwnedProcesses.end does. */
  endAll(): Promise<void> {
    return this.during(async (before) => {
      await before;
      await this.#processes.end(this.#id, { graceMs: GRACE_MS, signal: neverAborted });
    });
  }

  /** The process groups of the chat now; null if unknown. */
  groups(): ReadonlySet<number> | null {
    try {
      return this.#processes.runningGroups(this.#id);
    } catch (error) {
      this.log(error);
      return null;
    }
  }

  /** Ends the processes of all other groups. Never rejects. */
  async endAllBut(keep: ReadonlySet<number>): Promise<void> {
    const options = { graceMs: GRACE_MS, signal: neverAborted, keep };
    await this.#processes.end(this.#id, options).catch((error) => this.log(error));
  }

  log(error: unknown): void {
    console.error(`The processes of chat ${this.#id}:`, error);
  }
}
