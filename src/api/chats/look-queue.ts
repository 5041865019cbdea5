/** A request about one chat that completes its row. Never rejects. */
export interface Look {
  /** Unique: a look that waits or runs is not added again. */
  readonly key: string;
  run(): Promise<void>;
}

/** Runs looks, at most `limit` at a time. */
export class LookQueue {
  readonly #limit: number;
  readonly #waiting = new Map<string, Look>();
  readonly #running = new Set<string>();
  #onIdle: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(look: Look): void {
    if (this.#running.has(look.key) || this.#waiting.has(look.key)) return;
    this.#waiting.set(look.key, look);
    this.#start();
  }

  /** Drops the looks that have not started. */
  clear(): void {
    this.#waiting.clear();
  }

  /** Resolves when no look waits or runs. */
  idle(): Promise<void> {
    if (this.#running.size === 0 && this.#waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #start(): void {
    for (const [key, look] of this.#waiting) {
      if (this.#running.size >= this.#limit) return;
      this.#waiting.delete(key);
      this.#running.add(key);
      void look.run().finally(() => {
        this.#running.delete(key);
        this.#start();
        if (this.#running.size > 0 || this.#waiting.size > 0) return;
        const waiting = this.#onIdle;
        this.#onIdle = [];
        for (const wake of waiting) wake();
      });
    }
  }
}
