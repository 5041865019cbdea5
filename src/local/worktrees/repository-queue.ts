/** Runs changes of the same repository one after another. */
export class RepositoryQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs work after all earlier work of the repository. `gitDirectory`: the one that its worktrees share. */
  run<Result>(gitDirectory: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(gitDirectory) ?? Promise.resolve();
    const result = before.then(work);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(gitDirectory, ended);
    void ended.then(() => {
      if (this.#last.get(gitDirectory) === ended) this.#last.delete(gitDirectory);
    });
    return result;
  }

  /** Resolves when no work is left. Never rejects. */
  async settled(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }
}
